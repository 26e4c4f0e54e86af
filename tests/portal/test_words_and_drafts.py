"""How times, lengths and points are written; what a draft becomes; what streams tell. No I/O."""

from datetime import UTC, datetime, timedelta

import pytest

from services.portal import formats
from services.portal.draft_content import as_check, as_report, blank, of_form, of_report, rows_of
from services.portal.forms import Form
from services.portal.live import Live, Topic
from services.portal.menu import landing_of, menu_of
from services.portal.wording import TEXTS
from shared.contracts.vocabulary import Role
from shared.timekeeping.civil import SHANGHAI
from shared.timekeeping.clocks import ManualClock

NOON = datetime(2025, 2, 17, 12, 0, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("at", "text", "kind"),
    [
        ("11:51:30", "余 9 分", "near"),
        ("12:00:59", "余 0 分", "near"),
        ("12:01:00", "超 1 分", "late"),
        ("14:48:00", "超 2 时 48 分", "late"),
        ("11:10:00", "余 50 分", "normal"),
    ],
)
def test_headroom_counts_whole_minutes_and_the_first_late_instant_is_late(at: str, text: str, kind: str) -> None:
    now = datetime.combine(NOON.date(), datetime.strptime(at, "%H:%M:%S").time(), SHANGHAI)  # noqa: DTZ007
    used = 100 * (now - (NOON - timedelta(hours=1))) / timedelta(hours=1)
    late_from = NOON + timedelta(minutes=1)

    assert formats.headroom(NOON, late_from, now) == text
    assert formats.status(late_from, used, now) == kind


def test_points_have_a_true_minus_and_no_idle_zeros() -> None:
    assert [formats.points(each) for each in ("12.00", "-2.50", "0", "100")] == ["12", "−2.5", "0", "100"]
    assert [formats.signed(each) for each in ("3", "-2.5", "0")] == ["+3", "−2.5", "0"]


def test_an_empty_count_is_not_known_and_never_zero() -> None:
    """UR: unknown ≠ 0."""
    content = of_form(Form({**blank(urgent=True), "facts.dead": "0", "facts.missing": "", "citations": ""}, {}))

    asked, faults = as_check(content)

    assert (asked["facts"]["dead"], asked["facts"]["missing"], faults) == (0, None, [])


def test_a_count_that_is_no_number_is_a_fault_at_its_field() -> None:
    asked, faults = as_check({**blank(), "facts.injured": "三人"})

    assert asked["facts"]["injured"] is None
    assert [(fault.field, fault.text[:4]) for fault in faults] == [("facts.injured", "受伤人数")]


def test_times_are_read_as_shanghai_s_wall_time() -> None:
    asked, _ = as_check({**blank(), "facts.occurred_at": "2025-02-17T08:50"})

    assert asked["facts"]["occurred_at"] == "2025-02-17T08:50:00+08:00"


def test_a_returned_report_becomes_a_draft_of_the_same_report() -> None:
    """QU: 修改后重报 keeps what stays the same on the whole way."""
    facts = {"place": "石桥镇", "occurred_at": "2025-02-17T00:50:00Z", "dead": None}
    citations = [{"figure": "86户", "source": "镇财政所", "page": None, "checked_by": None}]
    report = {
        "type": "PROBLEM",
        "nature": "PROBLEM",
        "urgency": "ROUTINE",
        "incident_kind": None,
        "incident_id": None,
        "report_id": "r-1",
        "expected_at": None,
        "versions": [{"title": "题", "body": "文", "facts": facts, "citations": citations}],
    }

    content = of_report(report)
    sent = as_report(content, "d-1")

    assert (content["facts.occurred_at"], sent["report_id"], sent["draft_id"]) == ("2025-02-17T08:50", "r-1", "d-1")
    assert sent["citations"] == [{"figure": "86户", "source": "镇财政所"}]


def test_figures_without_a_source_get_a_row_of_their_own() -> None:
    content = {**blank(), "citations": [{"figure": "86户", "source": "镇财政所"}]}

    assert [row["figure"] for row in rows_of(content, ("86户", "2台"))] == ["86户", "2台", "", ""]


@pytest.mark.parametrize("role", list(Role))
def test_every_role_has_at_most_nine_entries_each_with_a_name(role: Role) -> None:
    entries = menu_of(role)

    assert 1 <= len(entries) <= 9
    assert landing_of(role) == entries[0][0]
    assert all(isinstance(TEXTS.menu[name], str) for _, name in entries)


async def test_a_stream_tells_topics_and_numbers_only_of_what_was_asked_for() -> None:
    live = Live(ManualClock(datetime(2025, 2, 17, tzinfo=UTC)))
    stream = live.stream(frozenset({Topic.DUTY}))
    first = await anext(stream)
    live.moved(Topic.TICKETS)
    live.moved(Topic.DUTY)

    told = await anext(stream)

    assert 'event: beat\ndata: {"now": "2025-02-17T00:00:00+00:00"}' in first
    assert told == 'event: moved\nid: 1\ndata: {"topic": "duty", "version": 1}\n\n'
    await stream.aclose()  # type: ignore[attr-defined]
