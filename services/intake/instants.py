"""Instants as they are asked for: with a zone, whichever; kept in UTC, so that what is stored is what is answered."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime


def _in_utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC)


Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""An aware datetime, in UTC whatever zone it was written in."""
