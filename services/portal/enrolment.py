"""People as a file states them, and the accounts made of them: what ``shangda accounts load FILE`` reads."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Self

import yaml
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from services.portal.accounts import NewAccount
from services.portal.decisions import SHORTEST_PASSWORD
from shared.access.actor import Appointment
from shared.access.passwords import LONGEST_PASSWORD, hash_password
from shared.contracts.identifiers import WORD, AppointmentId, OfficeId, PersonId
from shared.contracts.vocabulary import Role
from shared.timekeeping.civil import SHANGHAI

SINCE_EVER = datetime(2020, 1, 1, tzinfo=SHANGHAI)
_Word = Annotated[str, StringConstraints(pattern=WORD, max_length=80)]


class PeopleFileInvalid(ValueError):
    """A file of people that cannot be used. The text names file, place and remedy, in Chinese."""


class _Stated(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StatedAppointment(_Stated):
    """One appointment (任职). ``id`` left out: office and role make it."""

    office: OfficeId
    role: Role
    id: _Word | None = None
    valid_from: AwareDatetime = SINCE_EVER
    valid_to: AwareDatetime | None = None
    delegated_by: _Word | None = None


class StatedPerson(_Stated):
    """One person with login name and appointments. ``password``, the first one, left out: that of the command."""

    person: _Word
    name: str = Field(min_length=1, max_length=60)
    username: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
    password: str | None = Field(default=None, min_length=SHORTEST_PASSWORD, max_length=LONGEST_PASSWORD, repr=False)
    appointments: tuple[StatedAppointment, ...] = Field(min_length=1, max_length=50)


class _File(_Stated):
    people: tuple[StatedPerson, ...]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        persons, usernames = [p.person for p in self.people], [p.username for p in self.people]
        for what, seen in (("person", persons), ("username", usernames)):
            twice = sorted({each for each in seen if seen.count(each) > 1})
            if twice:
                raise ValueError(f"{what} 重复：{'、'.join(twice)}")
        return self


def load_people(path: Path) -> tuple[StatedPerson, ...]:
    """Return the people that a YAML file states. Raises PeopleFileInvalid."""
    try:
        return _File.model_validate(yaml.safe_load(path.read_text(encoding="utf-8"))).people
    except (yaml.YAMLError, ValueError) as error:
        raise PeopleFileInvalid(f"{path}：{error}。请按文件说明修改后重试。") from error


async def accounts_of(
    people: Iterable[StatedPerson], password: str | None = None, *, lasting: bool = False
) -> tuple[NewAccount, ...]:
    """Return the accounts to enroll. ``password``: for people without one of their own. ``lasting``: see NewAccount.

    The common password is hashed once: equal hashes tell no more than the fact that it is common. Raises
    PeopleFileInvalid when a person has no password at all, PasswordTooLong.
    """
    common = None if password is None else await hash_password(password)
    made = []
    for each in people:
        hashed = common if each.password is None else await hash_password(each.password)
        if hashed is None:
            raise PeopleFileInvalid(f"{each.username} 没有密码：请在文件中写明 password，或随命令给出")
        made.append(_account(each, hashed, lasting))
    return tuple(made)


def _account(stated: StatedPerson, password_hash: str, lasting: bool) -> NewAccount:
    person = PersonId(stated.person)
    return NewAccount(
        person,
        stated.name,
        stated.username,
        password_hash,
        tuple(
            Appointment(
                AppointmentId(each.id or f"{each.office}.{each.role.value.lower()}"),
                person,
                stated.name,
                each.office,
                each.role,
                each.valid_from,
                each.valid_to,
                None if each.delegated_by is None else AppointmentId(each.delegated_by),
            )
            for each in stated.appointments
        ),
        lasting,
    )
