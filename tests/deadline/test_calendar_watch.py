"""A calendar that will be missed is told of while there is time to publish it."""

import logging
from datetime import UTC
from types import SimpleNamespace
from typing import cast

import pytest
from prometheus_client import CollectorRegistry

from services.deadline.app import build
from services.deadline.calendar_watch import missing_years
from shared.contracts.vocabulary import Service
from shared.organisation.organisation import Organisation
from shared.process.service import ServiceContext
from shared.timekeeping.clocks import ManualClock
from shared.timekeeping.workcalendar import parse_calendar
from tests.conftest import OpenStore
from tests.deadline.builders import at
from tests.deadline.test_missing_data import KNOWN, NEXT


@pytest.mark.parametrize(
    ("day", "calendar", "missing"),
    [
        ("2096-10-31T23:59:59", KNOWN, ()),
        ("2096-11-01T00:00:00", KNOWN, (2097,)),
        ("2096-12-31T23:59:59", KNOWN, (2097,)),
        ("2096-11-01T00:00:00", KNOWN + NEXT, ()),
        ("2097-01-01T00:00:00", KNOWN, (2097,)),
    ],
)
def test_from_november_on_the_next_years_calendar_is_missed(day: str, calendar: str, missing: tuple[int, ...]) -> None:
    """The notice for a year comes in November of the year before; days are Shanghai's. This year is always needed."""
    now = at(day[11:], day[:10]).astimezone(UTC)

    assert missing_years(parse_calendar(calendar, "calendar.yaml"), now) == missing


@pytest.mark.parametrize(("day", "warned"), [("2096-11-20", {2096, 2097}), ("2024-11-20", set())])
async def test_the_start_of_the_service_warns_of_a_missing_calendar(
    open_store: OpenStore,
    organisation: Organisation,
    caplog: pytest.LogCaptureFixture,
    day: str,
    warned: set[int],
) -> None:
    """By the business clock, with the year and what to do."""
    store = await open_store(Service.DEADLINE, site="linjiang")
    clock = ManualClock(at("09:00", day))
    context = SimpleNamespace(
        store=store,
        clock=clock,
        machine=clock,
        organisation=organisation,
        registry=CollectorRegistry(),
        verifier=None,
    )
    caplog.set_level(logging.WARNING, logger="services.deadline")

    for hook in build(cast(ServiceContext, context)).on_start:
        await hook()

    told = [record for record in caplog.records if "working days of a year not known" in record.message]
    assert {record.__dict__["year"] for record in told} == warned
    assert all("calendar-overrides.yaml" in record.__dict__["remedy"] for record in told)
