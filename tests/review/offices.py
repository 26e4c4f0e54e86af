"""The review of one site with its people, and cases to act on."""

from services.review import acts, queries
from services.review.decisions import NewText
from services.review.handlers import ReviewHandlers
from services.review.receipts import Receipt
from shared.access.actor import Actor
from shared.contracts.identifiers import CaseId, OfficeId, ReportId
from shared.contracts.reports import Citation, FactSheet, ReportSubmitted
from shared.contracts.vocabulary import ReturnReason
from shared.organisation.organisation import Organisation
from shared.store.store import Store
from tests.building import SHIQIAO, submitted
from tests.probe import hear
from tests.review.people import (
    CHECKER,
    COUNTY,
    COUNTY_CHECKER,
    COUNTY_COLLEAGUE,
    COUNTY_EDITOR,
    COUNTY_PRINCIPAL,
    COUNTY_SIGNER,
    DUTY_LEAD,
    DUTY_OFFICER,
    SIGNER,
    WRITER,
    arrived,
)

EVERYBODY = (
    WRITER,
    CHECKER,
    SIGNER,
    COUNTY_CHECKER,
    COUNTY_COLLEAGUE,
    COUNTY_SIGNER,
    COUNTY_PRINCIPAL,
    COUNTY_EDITOR,
    DUTY_OFFICER,
    DUTY_LEAD,
)
TEXT = NewText(
    "县改标题", "县改正文：两座水库。", FactSheet(place="石桥镇"), (Citation(figure="2座", source="县水利局核查记录"),)
)


class Office:
    """The review of one site with its people."""

    def __init__(self, store: Store, organisation: Organisation) -> None:
        self.store, self.organisation = store, organisation
        self.handlers = ReviewHandlers(organisation)

    async def case_of(self, report_id: ReportId, office: OfficeId) -> CaseId:
        async with self.store.reading() as connection:
            found = await queries.find_case(connection, report_id, office)
        assert found is not None
        return found

    async def pass_(self, actor: Actor, case_id: CaseId, revision: int) -> Receipt:
        async with self.store.unit() as unit:
            return await acts.pass_case(unit, self.organisation, actor, case_id, revision)

    async def sign(self, actor: Actor, case_id: CaseId, revision: int) -> Receipt:
        async with self.store.unit() as unit:
            return await acts.sign_case(unit, self.organisation, actor, case_id, revision)

    async def rewrite(self, actor: Actor, case_id: CaseId, revision: int, text: NewText = TEXT) -> Receipt:
        async with self.store.unit() as unit:
            return await acts.rewrite_case(unit, self.organisation, actor, case_id, revision, text)

    async def give_back(self, actor: Actor, case_id: CaseId, revision: int) -> Receipt:
        async with self.store.unit() as unit:
            return await acts.return_case(
                unit, self.organisation, actor, case_id, revision, ReturnReason.FACTS_UNCLEAR, "请写明下游户数。"
            )


async def at_the_origin(office: Office, event: ReportSubmitted | None = None) -> CaseId:
    event = event or submitted()
    await hear(office.store, office.handlers, event)
    return await office.case_of(event.report_id, SHIQIAO)


async def at_the_county(office: Office) -> CaseId:
    event = arrived()
    await hear(office.store, office.handlers, event)
    return await office.case_of(event.report_id, COUNTY)
