"""Why a person's act was not done. Each carries its values; the HTTP door turns them into answers."""

from services.review.cases import Act
from services.review.decisions import Refused
from services.review.history import ActRecord
from shared.contracts.identifiers import CaseId


class CaseUnknown(Exception):
    """The office has no such case. Answered with 404, also when another office has it."""

    def __init__(self, case_id: CaseId) -> None:
        super().__init__(f"no case {case_id}")
        self.case_id = case_id


class ActRefused(Exception):
    """The rules do not let the act be done now. ``last`` is what happened to the case before."""

    def __init__(self, act: Act, refused: Refused, last: ActRecord | None) -> None:
        super().__init__(f"{act}: {refused}")
        self.act, self.refused, self.last = act, refused, last
