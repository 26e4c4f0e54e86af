"""What the tests of access stand on: a key pair, and a service's real role on a real, migrated schema."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from deploy.provision.keys import make_pair
from shared.access.tokens import TokenIssuer, TokenVerifier
from shared.contracts.vocabulary import Service
from shared.store.store import Store
from shared.store.unit import Connection
from tests.access.cast import SITE


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    """Return the site's private and public key in PEM."""
    folder = tmp_path_factory.mktemp("keys")
    make_pair(folder, "private")
    return (folder / "private.pem").read_bytes(), (folder / "private.pub.pem").read_bytes()


@pytest.fixture(scope="session")
def issuer(keys: tuple[bytes, bytes]) -> TokenIssuer:
    return TokenIssuer(keys[0], SITE)


@pytest.fixture(scope="session")
def verifier(keys: tuple[bytes, bytes]) -> TokenVerifier:
    return TokenVerifier(keys[1], SITE)


@pytest.fixture
async def connection(open_store: Callable[..., Awaitable[Store]]) -> AsyncIterator[Connection]:
    """Lend a connection of the review service's role, whose search path is its own schema."""
    store = await open_store(Service.REVIEW)
    async with store.reading() as lent:
        yield lent
