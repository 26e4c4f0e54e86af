"""An office's case (审签件) on a report, as the rules see it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.contracts.identifiers import CaseId, OfficeId, PersonId, ReportId
from shared.contracts.reports import ReportHead, ReportVersion
from shared.contracts.vocabulary import Mode, Stage
from shared.organisation.flows import ReviewFlow
from shared.organisation.organisation import Organisation


class CaseState(StrEnum):
    """Where a case stands in its office."""

    SECTION_REVIEW = "SECTION_REVIEW"  # 待审核
    SIGN_OFF = "SIGN_OFF"  # 待签发
    SIGNED = "SIGNED"  # 已签发
    RETURNED = "RETURNED"  # 已退回, waits for a new version from below
    REFERENCE = "REFERENCE"  # 备查, for reading only


OPEN_STATES = frozenset({CaseState.SECTION_REVIEW, CaseState.SIGN_OFF})


class Act(StrEnum):
    """What happened to a case. The last three are done by messages, the others by people."""

    PASS = "PASS"  # 通过
    SIGN = "SIGN"  # 签发
    RETURN = "RETURN"  # 退回
    HOLD = "HOLD"  # 暂缓
    RELEASE = "RELEASE"  # 解除暂缓
    REWRITE = "REWRITE"  # 改稿
    KEEP = "KEEP"  # 备查
    SUBMITTED = "SUBMITTED"  # 提交审核
    ARRIVED = "ARRIVED"  # 接收
    RETURNED_FROM_ABOVE = "RETURNED_FROM_ABOVE"  # 上级退回


@dataclass(frozen=True, slots=True)
class WordingKey:
    """Which wording of a report: its number and its content. A number alone may be given twice by two offices."""

    version: int
    content_hash: str

    def __str__(self) -> str:
        return f"{self.version}:{self.content_hash}"

    @classmethod
    def of(cls, wording: ReportVersion) -> "WordingKey":
        """Return the key of a wording."""
        return cls(wording.version, wording.content_hash)

    @classmethod
    def read(cls, text: str) -> "WordingKey":
        """Return the key written in ``text``. Raises ValueError when it is none."""
        version, content_hash = text.split(":")
        return cls(int(version), content_hash)


@dataclass(frozen=True, slots=True)
class Hold:
    """A signer put the case off (暂缓). It stops no limit."""

    since: datetime
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Case:
    """One office's case on one report.

    ``step``: index in the office's review flow. ``revision``: grows with every change of the case.
    ``current``: the wording that would be signed now. ``came_as``: the wording in which the report came in, from the
    office below or from the own writer. ``chain``: wordings signed so far, the original first.
    ``from_office``: the office below; None where the report was written here. ``authors``: known at the origin only.
    ``rewriters``: who worded it anew in this office since it came in; they count as its authors.
    ``reviewers``: who passed the current wording at the steps before. ``mode``: the report's; acts on it keep it.
    ``flow``: the office's review flow when the report came in, which it goes through to its end; None for a copy, and
    for cases older than the column.
    """

    case_id: CaseId
    report_id: ReportId
    office: OfficeId
    state: CaseState
    step: int
    revision: int
    head: ReportHead
    mode: Mode
    title: str
    current: WordingKey
    came_as: WordingKey
    highest_version: int
    chain: tuple[WordingKey, ...]
    from_office: OfficeId | None
    authors: tuple[PersonId, ...]
    rewriters: tuple[PersonId, ...]
    reviewers: tuple[PersonId, ...]
    hold: Hold | None
    flow: ReviewFlow | None = None


def flow_of(organisation: Organisation, case: Case) -> ReviewFlow:
    """Return the flow that a case goes through."""
    return case.flow or organisation.flow_for(case.office, case.head.urgency)


def state_at(stage: Stage) -> CaseState:
    """Return the state of a case that waits at a step of this stage."""
    return CaseState(stage.value)
