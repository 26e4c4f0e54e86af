"""The cast of a story: invented people in the appointments that an office of each kind has, and their tokens."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx

from deploy.city import City
from shared.access.actor import Actor
from shared.access.tokens import LONGEST_LIFETIME, TokenIssuer
from shared.contracts.identifiers import AppointmentId, OfficeId, PersonId, SiteId
from shared.contracts.people import AppointmentGranted
from shared.contracts.vocabulary import OfficeKind, Role, Service
from shared.organisation.offices import Office
from shared.timekeeping.clocks import SystemClock

FOREVER = datetime(2020, 1, 1, tzinfo=UTC)
# A connection that the server is about to drop must not be used again; services of a real site keep theirs longer.
_LIMITS = httpx.Limits(keepalive_expiry=1.0)
_SURNAMES = "周吴郑陈沈韩杨朱秦许何吕张孔曹严华金魏陶姜谢邹柏章苏潘葛范彭鲁韦马苗方俞任袁柳唐罗薛伍余"
_GIVEN = (
    "明远",
    "思齐",
    "文静",
    "建国",
    "晓岚",
    "志恒",
    "雨桐",
    "海峰",
    "秋实",
    "立群",
    "芳华",
    "景行",
    "若水",
    "嘉树",
)
ROLES_BY_KIND: dict[OfficeKind, tuple[Role, ...]] = {
    OfficeKind.TERRITORY: (
        Role.REPORTER,
        Role.INFO_SECTION,
        Role.DEPUTY_SIGNER,
        Role.PRINCIPAL,
        Role.DUTY_OFFICER,
        Role.DUTY_LEAD,
        Role.SCORER,
        Role.SUPERVISION,
        Role.UNIT_ADMIN,
    ),
    OfficeKind.DEPARTMENT: (
        Role.REPORTER,
        Role.INFO_SECTION,
        Role.DEPUTY_SIGNER,
        Role.PRINCIPAL,
        Role.DUTY_OFFICER,
        Role.DUTY_LEAD,
    ),
    OfficeKind.ENTERPRISE: (Role.REPORTER, Role.INFO_SECTION, Role.DEPUTY_SIGNER),
    OfficeKind.DUTY_DESK: (
        Role.DUTY_OFFICER,
        Role.DUTY_LEAD,
        Role.DUTY_HEAD,
        Role.EDITOR,
        Role.SUPERVISION,
        Role.OPERATOR,
    ),
    OfficeKind.INFO_SECTION: (
        Role.REPORTER,
        Role.INFO_SECTION,
        Role.DEPUTY_SIGNER,
        Role.PRINCIPAL,
        Role.EDITOR,
        Role.SCORER,
        Role.SUPERVISION,
        Role.AUDITOR,
    ),
}


SEATS = {Role.DUTY_OFFICER: 2, Role.INFO_SECTION: 2}
"""Roles that more than one person holds at an office: who wrote may not review."""


def person_of(office: OfficeId, role: Role, seat: int = 1) -> tuple[PersonId, str]:
    """Return the invented person in a seat of a role at an office: id and name, always the same."""
    seed = hashlib.sha256(f"{office}/{role}/{seat}".encode()).digest()
    name = _SURNAMES[seed[0] % len(_SURNAMES)] + _GIVEN[seed[1] % len(_GIVEN)]
    return PersonId(f"{office}-{role.value.lower().replace('_', '-')}{_suffix(seat)}"), name


def appointment_of(office: OfficeId, role: Role, seat: int = 1) -> AppointmentId:
    """Return the id of the appointment to a seat of a role at an office."""
    return AppointmentId(f"{office}.{role.value.lower()}{_suffix(seat)}")


def _suffix(seat: int) -> str:
    return "" if seat == 1 else f"-{seat}"


@dataclass(slots=True)
class Cast:
    """Everybody in one city who can act, and a way to act as each of them."""

    city: City
    _clients: dict[SiteId, httpx.AsyncClient] = field(default_factory=dict)
    _issuers: dict[SiteId, TokenIssuer] = field(default_factory=dict)
    _tokens: dict[Actor, tuple[datetime, str]] = field(default_factory=dict)
    _machine: SystemClock = field(default_factory=SystemClock)

    async def open(self) -> None:
        """Prepare tokens and clients for every site."""
        for site, settings in self.city.settings.items():
            self._issuers[site] = TokenIssuer((settings.keys / "tokens.pem").read_bytes(), site)
            self._clients[site] = httpx.AsyncClient(
                base_url=f"http://{settings.http_host}:{settings.http_port}",
                timeout=30,
                trust_env=False,
                limits=_LIMITS,
            )

    async def close(self) -> None:
        """Close the clients."""
        for client in self._clients.values():
            await client.aclose()

    async def appoint(self, site: SiteId) -> int:
        """State the appointments of everybody at a site, as its portal does; return how many there are."""
        store = self.city.running[site].hosted[Service.PORTAL].store
        grants = [grant_of(*post) for post in posts(self.city.organisation.offices_of(site))]
        async with store.unit() as unit:
            for grant in grants:
                unit.announce(grant)
        return len(grants)

    def actor(self, office: OfficeId, role: Role, seat: int = 1) -> Actor:
        """Return the person in a seat of a role at an office, as a token describes them."""
        stated = self.city.organisation.office(office)
        person, name = person_of(office, role, seat)
        appointment = appointment_of(office, role, seat)
        return Actor(person, name, appointment, office, stated.official_name, role, stated.site)

    async def call(
        self,
        office: OfficeId,
        role: Role,
        method: str,
        path: str,
        body: object = None,
        *,
        seat: int = 1,
        **headers: str,
    ) -> httpx.Response:
        """Do one request as the person in a seat of a role at an office, on that office's site."""
        actor = self.actor(office, role, seat)
        sent = {
            "Authorization": f"Bearer {self._token(actor)}",
            **{name.replace("_", "-"): text for name, text in headers.items()},
        }
        return await self._clients[actor.site].request(method, path, json=body, headers=sent)

    def _token(self, actor: Actor) -> str:
        """Return a token of an actor that is good for a while yet, as a browser's session keeps one."""
        now = self._machine.now()
        until, token = self._tokens.get(actor, (now, ""))
        if until <= now:
            token = self._issuers[actor.site].issue(actor, now)
            self._tokens[actor] = now + LONGEST_LIFETIME / 2, token
        return token


def posts(offices: Iterable[Office]) -> list[tuple[Office, Role, int]]:
    """Return every (office, role, seat) that has a person in it."""
    return [
        (office, role, seat)
        for office in offices
        for role in ROLES_BY_KIND[office.kind]
        for seat in range(1, SEATS.get(role, 1) + 1)
    ]


def grant_of(office: Office, role: Role, seat: int) -> AppointmentGranted:
    """Return the appointment of the person in a seat of a role at an office."""
    person, name = person_of(office.id, role, seat)
    return AppointmentGranted(
        appointment_id=appointment_of(office.id, role, seat),
        revision=1,
        person=person,
        person_name=name,
        office=office.id,
        role=role,
        valid_from=FOREVER,
    )
