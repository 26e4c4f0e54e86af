"""Pages from templates. Every page says what it needs of the browser: no cache, no other origin, no frame."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.portal import formats
from services.portal.forms import new_key
from services.portal.menu import menu_of
from services.portal.sessions import Visit
from services.portal.wording import TEXTS
from shared.organisation.organisation import Organisation
from shared.timekeeping.civil import in_shanghai
from shared.timekeeping.clocks import Clock

HERE = Path(__file__).resolve().parent
STATIC_PREFIX = "/static/portal"
_HEADERS = {
    "Cache-Control": "no-store",
    "Vary": "HX-Request, Cookie",
    "Content-Security-Policy": "default-src 'self'; object-src 'none'; frame-ancestors 'none'; form-action 'self'; "
    "base-uri 'none'; img-src 'self' data:",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
_NIGHT_FROM, _NIGHT_TO = 20, 7  # hours, portal.md 3.6


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for name in ("instant", "moment", "deadline", "ago", "waited", "field_time", "clock_time", "number", "points"):
        environment.filters[name] = getattr(formats, name)
    environment.filters["signed"] = formats.signed
    environment.globals.update(
        t=TEXTS, status=formats.status, headroom=formats.headroom, new_key=new_key, static=_static
    )
    return environment


def _static(name: str) -> str:
    """Return a file's address with its content's mark, so that browsers may keep it for ever."""
    mark = sha256((HERE / "static" / name).read_bytes()).hexdigest()[:10]
    return f"{STATIC_PREFIX}/{name}?v={mark}"


def _section(path: str) -> str:
    """Return the address of the column's entry that a page belongs to."""
    parts = path.strip("/").split("/")
    if parts[0] == "reports" and parts[-1] in ("new", "edit", "verify"):
        return "/reports/new"
    return f"/{parts[0]}"


@dataclass(frozen=True, slots=True)
class Views:
    """Makes answers from templates. ``clock``: business time, which is what pages show."""

    clock: Clock
    organisation: Organisation
    _environment: Environment = field(default_factory=_environment)

    def page(
        self,
        request: Request,
        template: str,
        visit: Visit | None,
        values: Mapping[str, Any],
        *,
        status: int = 200,
    ) -> HTMLResponse:
        """Return a whole page, or a fragment when the template is one."""
        now = self.clock.now()
        hour = in_shanghai(now).hour
        shell = {
            "now": now,
            "visit": visit,
            "path": request.url.path,
            "section": _section(request.url.path),
            "menu": () if visit is None else menu_of(visit.actor.role),
            "csrf": "" if visit is None else visit.csrf,
            "acting_as": "" if visit is None else visit.appointment.id,
            "night": not _NIGHT_TO <= hour < _NIGHT_FROM,
            "office_name": self.office_name,
            "query": dict(request.query_params),
            "topics": "",
            "faults": (),
        }
        html = self._environment.get_template(template).render({**shell, **values})
        return HTMLResponse(html, status, headers=_HEADERS)

    def office_name(self, office: str) -> str:
        """Return the short name of an office; its id when this version of the organisation does not know it."""
        names = {each.id: each.called for each in self.organisation.offices}
        return names.get(office, office)  # type: ignore[call-overload,no-any-return]
