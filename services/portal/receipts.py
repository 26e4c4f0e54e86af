"""The receipt of an act (回执页): number, time, next step, who acts. A second click finds the first receipt."""

from pydantic import BaseModel, ConfigDict


class Receipt(BaseModel):
    """What the receipt page shows. ``at`` is business time as the service told it, ready to show."""

    model_config = ConfigDict(frozen=True)

    title: str
    at: str
    lines: tuple[tuple[str, str], ...] = ()
    notice: str = ""
    links: tuple[tuple[str, str], ...] = ()
    watch: str = ""
