"""A token lets in exactly the actor it was issued to, here, for five minutes, and nobody who made it up."""

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from hypothesis import given
from hypothesis import strategies as st

from deploy.provision.keys import make_pair
from shared.access.actor import Actor
from shared.access.tokens import (
    LONGEST_LIFETIME,
    TokenError,
    TokenExpired,
    TokenForAnotherSite,
    TokenForged,
    TokenIssuer,
    TokenMalformed,
    TokenMissing,
    TokenVerifier,
)
from shared.contracts.identifiers import AppointmentId, OfficeId, PersonId, SiteId
from shared.contracts.vocabulary import Role

NOW = datetime(2025, 2, 17, 2, 5, tzinfo=UTC)
SITE, OTHER = SiteId("qingshan"), SiteId("linjiang")
ZHAO = Actor(PersonId("zhao"), "赵某某", AppointmentId("zhao-1"), OfficeId("shiqiao"), "石桥镇", Role.REPORTER, SITE)


def packed(part: dict[str, Any]) -> str:
    """Return a part of a token as it stands between the dots."""
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def unpacked(part: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return read


def signed(private_pem: bytes, header: dict[str, Any], claims: dict[str, Any]) -> str:
    """Sign any header and claims with a real key, as a broken or hostile issuer could."""
    key = load_pem_private_key(private_pem, None)
    assert isinstance(key, Ed25519PrivateKey)
    text = f"{packed(header)}.{packed(claims)}"
    return f"{text}.{base64.urlsafe_b64encode(key.sign(text.encode())).rstrip(b'=').decode()}"


def test_a_token_gives_back_the_actor_it_was_issued_to(issuer: TokenIssuer, verifier: TokenVerifier) -> None:
    for role in Role:
        actor = replace(ZHAO, role=role, delegated_by=AppointmentId("boss"))
        assert verifier.verify(issuer.issue(actor, NOW), NOW) == actor


def test_a_token_ends_after_five_minutes_and_not_before(issuer: TokenIssuer, verifier: TokenVerifier) -> None:
    token = issuer.issue(ZHAO, NOW)
    assert verifier.verify(token, NOW + timedelta(minutes=5, seconds=-1)) == ZHAO
    with pytest.raises(TokenExpired):
        verifier.verify(token, NOW + timedelta(minutes=5))


def test_no_issuer_gives_a_longer_life(keys: tuple[bytes, bytes]) -> None:
    for lifetime in (LONGEST_LIFETIME + timedelta(seconds=1), timedelta(0), timedelta(seconds=-1)):
        with pytest.raises(ValueError, match="lifetime"):
            TokenIssuer(keys[0], SITE, lifetime)


def test_a_longer_life_is_refused_even_with_the_right_signature(
    keys: tuple[bytes, bytes], issuer: TokenIssuer, verifier: TokenVerifier
) -> None:
    header, claims, _ = issuer.issue(ZHAO, NOW).split(".")
    stretched = unpacked(claims) | {"exp": unpacked(claims)["iat"] + 301}
    with pytest.raises(TokenMalformed):
        verifier.verify(signed(keys[0], unpacked(header), stretched), NOW)


def test_a_token_from_the_future_is_refused(issuer: TokenIssuer, verifier: TokenVerifier) -> None:
    assert verifier.verify(issuer.issue(ZHAO, NOW + timedelta(seconds=30)), NOW) == ZHAO
    with pytest.raises(TokenMalformed):
        verifier.verify(issuer.issue(ZHAO, NOW + timedelta(seconds=31)), NOW)


def test_a_token_is_good_for_its_site_only(keys: tuple[bytes, bytes]) -> None:
    """Both sites share a key here, so that nothing but the site's name can tell them apart."""
    token = TokenIssuer(keys[0], OTHER).issue(replace(ZHAO, site=OTHER), NOW)
    with pytest.raises(TokenForAnotherSite):
        TokenVerifier(keys[1], SITE).verify(token, NOW)


def test_the_audience_decides_and_not_only_the_header(keys: tuple[bytes, bytes], verifier: TokenVerifier) -> None:
    header, claims, _ = TokenIssuer(keys[0], OTHER).issue(replace(ZHAO, site=OTHER), NOW).split(".")
    relabelled = signed(keys[0], unpacked(header) | {"kid": SITE}, unpacked(claims))
    with pytest.raises(TokenForAnotherSite):
        verifier.verify(relabelled, NOW)


def test_another_sites_own_token_is_told_as_such_and_not_as_forgery(tmp_path: Path, verifier: TokenVerifier) -> None:
    make_pair(tmp_path, "private")
    there = TokenIssuer((tmp_path / "private.pem").read_bytes(), OTHER)
    with pytest.raises(TokenForAnotherSite):
        verifier.verify(there.issue(replace(ZHAO, site=OTHER), NOW), NOW)


def test_an_issuer_serves_its_own_site_only(issuer: TokenIssuer) -> None:
    with pytest.raises(ValueError, match="linjiang"):
        issuer.issue(replace(ZHAO, site=OTHER), NOW)


def test_another_key_is_forgery(tmp_path: Path, verifier: TokenVerifier) -> None:
    make_pair(tmp_path, "private")
    token = TokenIssuer((tmp_path / "private.pem").read_bytes(), SITE).issue(ZHAO, NOW)
    with pytest.raises(TokenForged):
        verifier.verify(token, NOW)


@pytest.mark.parametrize("alg", ["none", "None", "NONE", ""])
def test_no_signature_is_forgery(alg: str, issuer: TokenIssuer, verifier: TokenVerifier) -> None:
    _, claims, signature = issuer.issue(ZHAO, NOW).split(".")
    header = packed({"alg": alg, "kid": SITE})
    for end in ("", signature):
        with pytest.raises(TokenForged):
            verifier.verify(f"{header}.{claims}.{end}", NOW)


@pytest.mark.parametrize(("alg", "digest"), [("HS256", "sha256"), ("HS384", "sha384"), ("HS512", "sha512")])
def test_the_public_key_as_a_shared_secret_is_forgery(
    alg: str, digest: str, keys: tuple[bytes, bytes], issuer: TokenIssuer, verifier: TokenVerifier
) -> None:
    _, claims, _ = issuer.issue(ZHAO, NOW).split(".")
    text = f"{packed({'alg': alg, 'kid': SITE})}.{claims}"
    mac = hmac.new(keys[1], text.encode(), getattr(hashlib, digest)).digest()
    with pytest.raises(TokenForged):
        verifier.verify(f"{text}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}", NOW)


def test_a_key_inside_the_header_is_not_believed(tmp_path: Path, issuer: TokenIssuer, verifier: TokenVerifier) -> None:
    make_pair(tmp_path, "private")
    mine = (tmp_path / "private.pem").read_bytes()
    key = load_pem_private_key(mine, None)
    assert isinstance(key, Ed25519PrivateKey)
    raw = base64.urlsafe_b64encode(key.public_key().public_bytes_raw()).rstrip(b"=").decode()
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": raw}
    header, claims, _ = issuer.issue(ZHAO, NOW).split(".")
    with pytest.raises(TokenError):
        verifier.verify(signed(mine, unpacked(header) | {"jwk": jwk}, unpacked(claims)), NOW)


@pytest.mark.parametrize("claim", ["sub", "jti", "iat", "exp", "name", "appointment", "office", "office_name", "role"])
@pytest.mark.parametrize("value", [None, "", 7, [], True])
def test_a_claim_that_does_not_fit_is_malformed(
    claim: str, value: object, keys: tuple[bytes, bytes], issuer: TokenIssuer, verifier: TokenVerifier
) -> None:
    header, claims, _ = issuer.issue(ZHAO, NOW).split(".")
    with pytest.raises(TokenMalformed):
        verifier.verify(signed(keys[0], unpacked(header), unpacked(claims) | {claim: value}), NOW)


def test_a_role_that_does_not_exist_is_malformed(
    keys: tuple[bytes, bytes], issuer: TokenIssuer, verifier: TokenVerifier
) -> None:
    header, claims, _ = issuer.issue(ZHAO, NOW).split(".")
    with pytest.raises(TokenMalformed):
        verifier.verify(signed(keys[0], unpacked(header), unpacked(claims) | {"role": "EMPEROR"}), NOW)


def test_every_token_has_an_id_of_its_own(issuer: TokenIssuer) -> None:
    ids = {unpacked(issuer.issue(ZHAO, NOW).split(".")[1])["jti"] for _ in range(50)}
    assert len(ids) == 50


@given(st.text() | st.from_regex(r"[\w-]{0,30}\.[\w-]{0,30}\.[\w-]{0,90}", fullmatch=True))
def test_rubbish_is_refused_with_a_token_error(verifier: TokenVerifier, text: str) -> None:
    with pytest.raises(TokenError):
        verifier.verify(text, NOW)


@given(at=st.integers(0, 10_000), letter=st.sampled_from("Aa0_-.zQ"))
def test_a_changed_letter_never_changes_who_one_is(
    issuer: TokenIssuer, verifier: TokenVerifier, at: int, letter: str
) -> None:
    token = issuer.issue(ZHAO, NOW)
    at %= len(token)
    changed = token[:at] + letter + token[at + 1 :]
    try:
        assert verifier.verify(changed, NOW) == ZHAO
    except TokenError:
        return


@given(st.binary(max_size=60))
def test_bytes_behind_a_good_header_are_refused(issuer: TokenIssuer, verifier: TokenVerifier, rest: bytes) -> None:
    header, claims, _ = issuer.issue(ZHAO, NOW).split(".")
    end = base64.urlsafe_b64encode(rest).rstrip(b"=").decode()
    with pytest.raises(TokenError):
        verifier.verify(f"{header}.{claims}.{end}", NOW)


def test_a_huge_token_is_refused_although_well_signed(
    keys: tuple[bytes, bytes], issuer: TokenIssuer, verifier: TokenVerifier
) -> None:
    header, claims, _ = issuer.issue(ZHAO, NOW).split(".")
    with pytest.raises(TokenMalformed):
        verifier.verify(signed(keys[0], unpacked(header), unpacked(claims) | {"more": "x" * 4_096}), NOW)


def test_deeply_nested_json_is_malformed(keys: tuple[bytes, bytes], verifier: TokenVerifier) -> None:
    deep = base64.urlsafe_b64encode(b"[" * 2_500).rstrip(b"=").decode()
    with pytest.raises(TokenMalformed):
        verifier.verify(f"{deep}..", NOW)


@pytest.mark.parametrize("error", [TokenMissing, TokenMalformed, TokenForged, TokenForAnotherSite, TokenExpired])
def test_every_refusal_says_what_to_do(error: type[TokenError]) -> None:
    assert error.remedy_zh.endswith("。")
    assert error.reason_zh.endswith("。")
    assert not any(
        word in error.reason_zh + error.remedy_zh for word in ("失败", "非法", "无效", "请稍后再试", "你", "！")
    )


def test_other_kinds_of_key_are_refused() -> None:
    rsa = generate_private_key(65_537, 2_048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for pem in (rsa, b"rubbish"):
        with pytest.raises(ValueError, match="Ed25519"):
            TokenIssuer(pem, SITE)


def test_the_private_key_does_not_show_in_a_repr(issuer: TokenIssuer) -> None:
    assert "PRIVATE" not in repr(issuer)
