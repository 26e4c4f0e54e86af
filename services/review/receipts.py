"""What a person is told after an act: what happens next, and who acts. Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.review.cases import Act, Case, CaseState, flow_of
from shared.access.wording import roles_zh
from shared.contracts.identifiers import OfficeId
from shared.contracts.vocabulary import Role
from shared.organisation.organisation import Organisation

HOLD_STOPS_NOTHING = "暂缓不停止时限。到期后不会自动报出，仍须由签发人签发。"
KEPT_STOPS_NOTHING = "备查不停止时限；应报事项仍须按时限报出。"


@dataclass(frozen=True, slots=True)
class Next:
    """The next step, where it is taken, and by whom. ``offices`` is empty when nobody has to act."""

    step: str
    text: str
    offices: tuple[OfficeId, ...]
    office_names: tuple[str, ...]
    roles: tuple[Role, ...]
    roles_zh: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """The receipt (回执) of one act. ``notice`` says what the act does not change, where that matters."""

    act: Act
    case_id: UUID
    report_id: UUID
    number: str
    title: str
    version: int
    state: CaseState
    revision: int
    at: datetime
    next: Next
    notice: str = ""


_STEP_TEXT = {CaseState.SECTION_REVIEW: "审核", CaseState.SIGN_OFF: "签发"}


def next_of(organisation: Organisation, case: Case, day: date) -> Next:
    """Return what happens next to a case. ``day``: civil day, for routes that are valid for a time."""
    match case.state:
        case CaseState.SECTION_REVIEW | CaseState.SIGN_OFF:
            step = flow_of(organisation, case).steps[case.step]
            return _next(organisation, case.state, _STEP_TEXT[case.state], (case.office,), step.roles)
        case CaseState.SIGNED:
            return _sent(organisation, case, day)
        case CaseState.RETURNED:
            return _sent_back(organisation, case)
        case CaseState.REFERENCE:
            return _next(organisation, case.state, "留存备查", (), frozenset())


def _sent(organisation: Organisation, case: Case, day: date) -> Next:
    route = organisation.route(case.office, case.head.urgency, case.head.nature, day)
    if not route.primary:
        return _next(organisation, "SENT", "已签发，本级以上不在系统内", (), frozenset())
    first = organisation.flow_for(route.primary[0], case.head.urgency).steps[0]
    return _next(organisation, "SENT", "已进入发送队列，由上级接收后审核", route.primary, first.roles)


def _sent_back(organisation: Organisation, case: Case) -> Next:
    back = case.from_office or case.office
    if back == case.head.origin_office:
        return _next(organisation, "RETURNED", "修改后重报", (back,), frozenset({Role.REPORTER}))
    first = organisation.flow_for(back, case.head.urgency).steps[0]
    return _next(organisation, "RETURNED", "重新审核", (back,), first.roles)


def _next(
    organisation: Organisation, step: str, text: str, offices: tuple[OfficeId, ...], roles: frozenset[Role]
) -> Next:
    ordered = tuple(role for role in Role if role in roles)
    names = tuple(organisation.office(office).called for office in offices)
    return Next(str(step), text, offices, names, ordered, roles_zh(ordered))
