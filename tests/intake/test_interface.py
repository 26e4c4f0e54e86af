"""Intake's interface: what it reads and sends, its statements, and its API as it is described."""

from services.intake.contract import READS, SENDS, SERVICE
from services.intake.reports.queries import SQL
from services.intake.rules import ChecklistName, shipped_rules
from shared.contracts.routes import read_by, sent
from shared.contracts.vocabulary import IncidentReportKind, ReportType
from tests.intake.site import Intake


def test_the_contract_is_what_the_chains_table_says() -> None:
    assert set(READS) == {route.event for route in read_by(SERVICE)}
    assert set(SENDS) == {route.event for route in sent(SERVICE)}


async def test_every_event_that_is_read_has_a_handler(intake: Intake) -> None:
    assert set(intake.parts.handlers.table()) == set(READS)


async def test_every_statement_fits_the_schema(intake: Intake) -> None:
    async with intake.store.reading() as connection:
        for text in SQL.values():
            await connection.prepare(text)


async def test_hot_statements_use_their_indexes(intake: Intake) -> None:
    wanted = {
        "find_acceptance": (("o", "key"), "report_version_office_idempotency_key_key"),
        "list_reports": (("o", None, None, None, None, 10), "report_office"),
        "list_awareness": (("u", None, None, 10), "awareness_unit"),
    }
    async with intake.store.reading() as connection, connection.transaction():
        await connection.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        for name, (values, index) in wanted.items():
            plan = await (await connection.prepare(SQL[name])).explain(*values)
            assert index in str(plan), f"{name}: {plan}"


def test_every_kind_of_report_has_a_checklist_and_every_element_a_label() -> None:
    elements = shipped_rules().elements
    wanted = {ChecklistName(kind.value) for kind in ReportType}
    wanted |= {ChecklistName(f"URGENT_{kind}") for kind in IncidentReportKind}
    assert wanted <= set(elements.checklists)
    for checklist in elements.checklists.values():
        assert set(checklist.required) | set(checklist.helpful) <= set(elements.labels)
        assert checklist.may_be_unknown <= set(checklist.required)


async def test_the_api_describes_its_bodies(intake: Intake) -> None:
    described = (await intake.http.get("/openapi.json")).json()
    schema = described["paths"]["/intake/reports"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert {"type", "nature", "title", "body"} <= set(schema["required"])
    assert "$ref" not in str(schema)
