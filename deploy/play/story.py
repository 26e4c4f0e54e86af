"""A story as data: when it begins, who does what at which business time, and what must then be true."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.contracts.reports import Citation, FactSheet
from shared.contracts.vocabulary import (
    CarrierKind,
    Disposition,
    IncidentReportKind,
    LeaderRank,
    Level,
    Nature,
    ReportType,
    ReturnReason,
    Severity,
    Urgency,
    VerdictType,
)

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=40)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Step(_Part):
    """One step. ``at``: HH:MM[:SS], MM-DD HH:MM[:SS] or a full date with time, Asia/Shanghai.

    ``who``: office ROLE [seat].
    """

    at: str
    who: str | None = None


class Learn(Step):
    """登记获知. ``known_at`` is the step's own time unless another is stated."""

    do: Literal["learn"]
    incident: Name
    kind: str
    place: str
    severity: Severity | None = None
    known_at: str | None = None
    how: str = "群众来电"
    evidence: str = "值班日志"
    gist: str = ""
    dead: int | None = None
    missing: int | None = None
    injured: int | None = None
    sensitive: bool = False


class Phone(Step):
    """登记电话报告. ``called_at`` is the step's own time unless another is stated."""

    do: Literal["phone"]
    incident: Name
    to: str
    ack: str
    gist: str
    callee: str = "对方值班员"
    called_at: str | None = None


class Submit(Step):
    """写稿并提交审核; with ``again`` a new version of a report that came back."""

    do: Literal["submit"]
    report: Name
    title: str
    body: str
    type: ReportType = ReportType.INSTANT
    nature: Nature = Nature.NEUTRAL
    urgency: Urgency = Urgency.ROUTINE
    facts: FactSheet = FactSheet()
    citations: tuple[Citation, ...] = ()
    incident: Name | None = None
    incident_kind: IncidentReportKind | None = None
    expected_at: str | None = None
    again: bool = False


class OnCase(Step):
    """审核通过, 签发, 备查 of the own office's case on a report."""

    do: Literal["pass", "sign", "reference", "release"]
    report: Name


class Return(Step):
    """退回修改."""

    do: Literal["return"]
    report: Name
    reason: ReturnReason
    text: str


class Rewrite(Step):
    """改稿: another version by this office."""

    do: Literal["rewrite"]
    report: Name
    title: str
    body: str
    facts: FactSheet = FactSheet()
    citations: tuple[Citation, ...] = ()


class Hold(Step):
    """暂缓."""

    do: Literal["hold"]
    report: Name
    reason: str
    until: str


class Adopt(Step):
    """采用 into a publication of the own office."""

    do: Literal["adopt"]
    report: Name
    publication: str


class AdoptOnBehalf(Step):
    """代录上级采用."""

    do: Literal["adopt_on_behalf"]
    report: Name
    publication_name: str
    carrier: CarrierKind
    evidence: str
    level: Level = Level.PROVINCE


class Forward(Step):
    """转报 to the province."""

    do: Literal["forward"]
    report: Name
    carrier: CarrierKind


class Instruct(Step):
    """登记批示; ``ticket`` names the ticket that disposition ACT opens."""

    do: Literal["instruct"]
    report: Name
    leader: str
    rank: LeaderRank
    text: str
    disposition: Disposition
    lead: str | None = None
    co: tuple[str, ...] = ()
    limit_code: str | None = None
    ticket: Name | None = None


class OnTicket(Step):
    """签收, 反馈, 退回反馈, 办结 of a ticket; ``text`` is the answer, the reason or the outcome."""

    do: Literal["sign_for", "reply", "send_back", "close"]
    ticket: Name
    text: str = ""
    lessons: str = ""
    co_signed: tuple[str, ...] = ()


class Finalise(Step):
    """认定: decide the proposals on one unit in one incident."""

    do: Literal["finalise"]
    incident: Name
    unit: str
    decision: Literal["AS_PROPOSED", "EXEMPT", "REJECT"] = "AS_PROPOSED"
    reason: str = "按提议认定"


class AgencyEvent(Step):
    """An agency publishes an incident event on the bus of a site."""

    do: Literal["agency_event"]
    agency: Name
    site: str
    event: dict[str, Any]


class ExpectPoints(Step):
    """What a ledger holds now: a unit's total in the month of the step, or its part that comes from one report."""

    do: Literal["expect_points"]
    assessor: str
    unit: str
    points: Decimal
    report: Name | None = None


class ExpectVerdict(Step):
    """What the office owed says about a unit in an incident now. ``scored``: the one that counts."""

    do: Literal["expect_verdict"]
    incident: Name
    unit: str
    leg: Literal["PHONE", "WRITTEN"]
    owed_to: str
    type: VerdictType
    minutes_late: int = 0
    arithmetic: str | None = None
    scored: bool | None = None


class ExpectWay(Step):
    """The way of a report as its origin sees it: these words stand in it, in this order."""

    do: Literal["expect_way"]
    report: Name
    words: tuple[str, ...]


class ExpectMasked(Step):
    """No one who reads the case at ``who``'s office finds a name of the origin's authors in it."""

    do: Literal["expect_author_masked"]
    report: Name


class ExpectUnchanged(Step):
    """``who``'s office holds two wordings or more, and from one to the next no fact differs."""

    do: Literal["expect_facts_unchanged"]
    report: Name


class ExpectTickets(Step):
    """How many tickets the office of ``who`` has issued."""

    do: Literal["expect_tickets"]
    number: int


class ExpectRecomputed(Step):
    """Replaying all facts of an assessor from zero gives the ledger as it is."""

    do: Literal["expect_recomputed_equal"]
    assessor: str


AnyStep = Annotated[
    Learn
    | Phone
    | Submit
    | OnCase
    | Return
    | Rewrite
    | Hold
    | Adopt
    | AdoptOnBehalf
    | Forward
    | Instruct
    | OnTicket
    | Finalise
    | AgencyEvent
    | ExpectPoints
    | ExpectVerdict
    | ExpectWay
    | ExpectMasked
    | ExpectUnchanged
    | ExpectTickets
    | ExpectRecomputed,
    Field(discriminator="do"),
]


class Story(_Part):
    """A whole story. ``missing`` lists what the reference expects and this suite cannot do yet."""

    story: str
    source: str = ""
    begins: datetime
    steps: tuple[AnyStep, ...] = Field(min_length=1)
    missing: tuple[str, ...] = ()


class StoryInvalid(ValueError):
    """A story file does not say what a story says; lists every place, what is wrong and the line."""


def load_story(path: Path) -> Story:
    """Return the story in a YAML file. Raises StoryInvalid naming file, line and field."""
    text = path.read_text(encoding="utf-8")
    try:
        content = yaml.safe_load(text)
        lines = _step_lines(text)
        return Story.model_validate(content)
    except yaml.YAMLError as error:
        raise StoryInvalid(f"{path.name}: not YAML: {error}") from error
    except ValidationError as error:
        raise StoryInvalid("\n".join(_places(path, error, lines))) from error


def _step_lines(text: str) -> list[int]:
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if not isinstance(root, yaml.MappingNode):
        return []
    steps = next((value for key, value in root.value if key.value == "steps"), None)
    return [node.start_mark.line + 1 for node in steps.value] if isinstance(steps, yaml.SequenceNode) else []


def _places(path: Path, error: ValidationError, lines: list[int]) -> list[str]:
    found: list[str] = []
    for problem in error.errors(include_url=False):
        loc = problem["loc"]
        line = lines[loc[1]] if len(loc) > 1 and loc[0] == "steps" and isinstance(loc[1], int) else 1
        field = ".".join(str(part) for part in loc[2:] or loc)
        found.append(f"{path.name}:{line}: {field}: {problem['msg']}; got {problem.get('input')!r}"[:400])
    return found
