"""Tokens (JWT, Ed25519) that carry an actor from the portal to the services of the same site.

Only machine time is used here: how long a token lives has nothing to do with business time. The algorithm is
fixed to ``Ed25519`` (RFC 9864's name for what RFC 8037 called EdDSA with that curve); a header that names another
one, ``none`` included, is refused before any key is touched.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from joserfc import jwt
from joserfc.errors import BadSignatureError, JoseError
from joserfc.jwk import OKPKey
from joserfc.jws import extract_compact
from uuid_utils.compat import uuid7

from shared.access.actor import Actor
from shared.contracts.identifiers import AppointmentId, OfficeId, PersonId, SiteId
from shared.contracts.vocabulary import Role

ALGORITHM = "Ed25519"
LONGEST_LIFETIME = timedelta(minutes=5)
CLOCK_DIFFERENCE = timedelta(seconds=30)  # between the machines of one site; a token from further ahead is refused
LONGEST_TOKEN = 4_096  # characters
REMEMBERED_TOKENS = 1_024


class TokenError(Exception):
    """A token that lets nobody in. ``code`` is for logs, ``reason_zh`` and ``remedy_zh`` are for people."""

    code = "token"
    reason_zh = "登录凭证未被接受。"
    remedy_zh = "请重新登录。"


class TokenMissing(TokenError):
    """The request carries no bearer token."""

    code = "token_missing"
    reason_zh = "请求没有附登录凭证。"
    remedy_zh = "请先登录。"


class TokenMalformed(TokenError):
    """Not a token, or one whose claims do not describe an actor or a lifetime of at most five minutes."""

    code = "token_malformed"
    reason_zh = "登录凭证不完整，未能读取。"
    remedy_zh = "请重新登录；仍不能办理时联系运维员。"


class TokenForged(TokenError):
    """The signature is not this site's, or the header names another algorithm."""

    code = "token_forged"
    reason_zh = "登录凭证不是本站点签发的。"
    remedy_zh = "请从本站点门户重新登录。"


class TokenForAnotherSite(TokenError):
    """Made for another site; being known there grants nothing here."""

    code = "token_for_another_site"
    reason_zh = "登录凭证属于其他站点。"
    remedy_zh = "请在任职所在的站点登录。"


class TokenExpired(TokenError):
    """Its lifetime is over. The portal renews it from the session."""

    code = "token_expired"
    reason_zh = "登录凭证已过期。"
    remedy_zh = "刷新页面后重试；登录已超时的，请重新登录。"


@dataclass(frozen=True, slots=True)
class TokenIssuer:
    """Makes tokens for one site. ``private_key_pem``: PKCS#8 PEM of an Ed25519 key.

    Raises ValueError when ``lifetime`` is not positive or exceeds five minutes.
    """

    private_key_pem: bytes = field(repr=False)
    site: SiteId
    lifetime: timedelta = LONGEST_LIFETIME
    _key: OKPKey = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Check the lifetime and read the key once."""
        if not timedelta(0) < self.lifetime <= LONGEST_LIFETIME:
            raise ValueError(f"token lifetime must be within (0, {LONGEST_LIFETIME}], got {self.lifetime}")
        object.__setattr__(self, "_key", _ed25519(self.private_key_pem))

    def issue(self, actor: Actor, now: datetime) -> str:
        """Return a token for ``actor``, good from ``now`` (aware, machine time) for ``lifetime``.

        Raises ValueError when the actor belongs to another site.
        """
        if actor.site != self.site:
            raise ValueError(f"actor of site {actor.site} cannot get a token of site {self.site}")
        issued_at = int(now.timestamp())
        claims = {
            "aud": self.site,
            "sub": actor.person,
            "jti": str(uuid7()),
            "iat": issued_at,
            "exp": issued_at + int(self.lifetime.total_seconds()),
            "name": actor.name,
            "appointment": actor.appointment,
            "office": actor.office,
            "office_name": actor.office_name,
            "role": actor.role.value,
            "delegated_by": actor.delegated_by,
        }
        return jwt.encode({"alg": ALGORITHM, "kid": self.site}, claims, self._key, algorithms=[ALGORITHM])


@dataclass(frozen=True, slots=True)
class TokenVerifier:
    """Reads tokens made for one site. ``public_key_pem``: SubjectPublicKeyInfo PEM of the issuer's key.

    A person's page asks several times with one token: its signature is checked once, its lifetime every time.
    """

    public_key_pem: bytes
    site: SiteId
    _key: OKPKey = field(init=False, repr=False)
    _claims: Callable[[str], Mapping[str, Any]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Read the key once."""
        object.__setattr__(self, "_key", _ed25519(self.public_key_pem))
        object.__setattr__(self, "_claims", lru_cache(REMEMBERED_TOKENS)(self._signed_claims))

    def verify(self, token: str, now: datetime) -> Actor:
        """Return the actor of a token that is in force at ``now`` (aware, machine time); ``exp`` is outside.

        Raises TokenMalformed, TokenForged, TokenForAnotherSite or TokenExpired.
        """
        claims = self._claims(token)
        _check_times(claims, now)
        return _actor(claims, self.site)

    def _signed_claims(self, token: str) -> Mapping[str, Any]:
        """Return what this site signed for this site, whenever that was. Raises as ``verify`` does."""
        self._check_header(token)
        try:
            claims: Mapping[str, Any] = jwt.decode(token, self._key, algorithms=[ALGORITHM]).claims
        except BadSignatureError as error:
            raise TokenForged from error
        except (JoseError, ValueError, RecursionError) as error:
            raise TokenMalformed from error
        if claims.get("aud") != self.site:
            raise TokenForAnotherSite
        return claims

    def _check_header(self, token: str) -> None:
        """Refuse by the header alone: too long, unreadable, another algorithm, another site's key."""
        if len(token) > LONGEST_TOKEN:
            raise TokenMalformed
        try:
            header = extract_compact(token.encode()).headers()
        except (JoseError, ValueError, RecursionError) as error:
            raise TokenMalformed from error
        if header.get("alg") != ALGORITHM:
            raise TokenForged
        if header.get("kid") != self.site:
            raise TokenForAnotherSite


def _check_times(claims: Mapping[str, Any], now: datetime) -> None:
    issued_at, expires_at = claims.get("iat"), claims.get("exp")
    if not isinstance(issued_at, int) or not isinstance(expires_at, int):
        raise TokenMalformed
    if not 0 < expires_at - issued_at <= LONGEST_LIFETIME.total_seconds():
        raise TokenMalformed
    if issued_at > now.timestamp() + CLOCK_DIFFERENCE.total_seconds():
        raise TokenMalformed
    if now.timestamp() >= expires_at:
        raise TokenExpired


def _actor(claims: Mapping[str, Any], site: SiteId) -> Actor:
    texts = {name: claims.get(name) for name in ("sub", "jti", "name", "appointment", "office", "office_name", "role")}
    delegated_by = claims.get("delegated_by")
    if not all(isinstance(text, str) and text for text in texts.values()):
        raise TokenMalformed
    if not isinstance(delegated_by, str | None) or texts["role"] not in set(Role):
        raise TokenMalformed
    return Actor(
        person=PersonId(str(texts["sub"])),
        name=str(texts["name"]),
        appointment=AppointmentId(str(texts["appointment"])),
        office=OfficeId(str(texts["office"])),
        office_name=str(texts["office_name"]),
        role=Role(str(texts["role"])),
        site=site,
        delegated_by=None if delegated_by is None else AppointmentId(delegated_by),
    )


def _ed25519(pem: bytes) -> OKPKey:
    """Read a key. Raises ValueError when it is another kind of key."""
    try:
        key = OKPKey.import_key(pem)
    except (JoseError, ValueError) as error:
        raise ValueError("not an Ed25519 key in PEM") from error
    if key.curve_name != "Ed25519":
        raise ValueError(f"not an Ed25519 key: {key.curve_name}")
    return key
