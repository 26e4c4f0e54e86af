"""What intake counts, by closed lists only. Recorded after the commit; drills are not counted."""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter

from shared.access.marks import Mark
from shared.contracts.vocabulary import Mode, Urgency


class IntakeMetrics:
    """The instruments of intake in one registry."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._accepted = Counter(
            "shangda_intake_versions_accepted", "Versions of reports accepted.", ["urgency"], registry=registry
        )
        self._marked = Counter(
            "shangda_intake_marked_texts",
            "Texts refused because of a secrecy mark.",
            ["kind", "door"],
            registry=registry,
        )
        self._agency = Counter(
            "shangda_intake_agency_messages",
            "Messages of agencies, by what became of them.",
            ["outcome"],
            registry=registry,
        )

    def version_accepted(self, urgency: Urgency, mode: Mode) -> None:
        """Count one accepted version."""
        if mode is Mode.ACTUAL:
            self._accepted.labels(urgency.value).inc()

    def text_refused(self, marks: Iterable[Mark], door: str) -> None:
        """Count one refused text by the kinds of its marks; ``door`` is "http" or "agency". Nothing else is kept."""
        for kind in sorted({mark.kind for mark in marks}):
            self._marked.labels(kind.value, door).inc()

    def agency_message(self, outcome: str) -> None:
        """Count one message of an agency; ``outcome`` is ACCEPTED, DUPLICATE or the cause of its refusal."""
        self._agency.labels(outcome).inc()
