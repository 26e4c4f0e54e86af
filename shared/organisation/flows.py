"""Review flows (审签流程): which steps a report takes at an office, and which roles may take each."""

from pydantic import Field, field_serializer, model_validator

from shared.contracts.vocabulary import OfficeKind, Role, Stage, Urgency
from shared.organisation.offices import Written


class FlowStep(Written):
    """One step. Any one of ``roles`` at the office may take it."""

    stage: Stage
    roles: frozenset[Role] = Field(min_length=1)

    @field_serializer("roles")
    def _in_order(self, roles: frozenset[Role]) -> list[str]:
        return sorted(roles)


class ReviewFlow(Written):
    """Steps in order: section reviews first, sign-offs last, at least one of each (RV-01, RV-02)."""

    name: str = Field(min_length=1, max_length=40)
    steps: tuple[FlowStep, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def _reviewed_then_signed(self) -> "ReviewFlow":
        stages = [step.stage for step in self.steps]
        if set(stages) != set(Stage) or stages != sorted(stages, key=list(Stage).index):
            raise ValueError(
                "a flow reviews first and signs last (RV-02); "
                "write at least one SECTION_REVIEW, then at least one SIGN_OFF"
            )
        return self


class UsualFlow(Written):
    """Which flow offices take that name none. A list that is left out asks nothing; the first that fits decides."""

    flow: str
    kind: tuple[OfficeKind, ...] = ()
    urgency: tuple[Urgency, ...] = ()

    def fits(self, kind: OfficeKind, urgency: Urgency) -> bool:
        """Tell whether it is meant for this kind of office and urgency."""
        return (not self.kind or kind in self.kind) and (not self.urgency or urgency in self.urgency)
