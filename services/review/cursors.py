"""Marks of a page: which line the next page of a list begins at, as text for an address."""

from datetime import UTC, datetime
from uuid import UUID

from services.review.listings import DoneCursor, Line, OpenCursor
from shared.access.inputs import in_utc
from shared.contracts.vocabulary import Urgency

FIRST_OPEN = OpenCursor(False, datetime(1, 1, 2, tzinfo=UTC), UUID(int=0))
FIRST_DONE = DoneCursor(datetime(9999, 12, 30, tzinfo=UTC), UUID(int=2**128 - 1))


class BadCursor(ValueError):
    """The text is no mark that a list of ours gave out."""

    def __init__(self, field: str, value: str) -> None:
        super().__init__(f"{field}={value}")
        self.field, self.value = field, value


def open_cursor(text: str | None) -> OpenCursor:
    """Return the mark in ``text``; without one, that of the first page. Raises BadCursor."""
    if text is None:
        return FIRST_OPEN
    try:
        routine, at, case_id = text.split("~")
        return OpenCursor(bool(int(routine)), _instant(at), UUID(case_id))
    except ValueError as error:
        raise BadCursor("after", text) from error


def done_cursor(text: str | None) -> DoneCursor:
    """Return the mark in ``text``; without one, that of the first page. Raises BadCursor."""
    if text is None:
        return FIRST_DONE
    try:
        at, case_id = text.split("~")
        return DoneCursor(_instant(at), UUID(case_id))
    except ValueError as error:
        raise BadCursor("before", text) from error


def after(line: Line) -> str:
    """Return the mark of an open case."""
    return f"{int(line.head.urgency is Urgency.ROUTINE)}~{_text(line.received_at)}~{line.case_id}"


def before(line: Line) -> str:
    """Return the mark of a case that waits for nobody."""
    return f"{_text(line.step_since)}~{line.case_id}"


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(f"{text} has no zone")
    return in_utc(instant)


def _text(instant: datetime) -> str:
    """Without a plus sign, which an address would read as a space."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
