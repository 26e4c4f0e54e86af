"""A process does not begin to work on a broker that is unsafe for it, and says what to do."""

import aio_pika
import pytest

from shared.broker import selfcheck
from shared.broker.selfcheck import UnsafeBroker, check, is_too_old
from shared.contracts.identifiers import SiteId
from shared.contracts.sending import BrokerUnavailable
from tests.broker.conftest import NEIGHBOURS, Broker


async def test_a_broker_provisioned_for_this_version_is_safe(broker: Broker) -> None:
    version = await check(broker.url("review"), NEIGHBOURS)

    assert version[0].isdigit()


async def test_definitions_of_another_chain_are_refused_with_the_remedy(broker: Broker) -> None:
    with pytest.raises(UnsafeBroker, match="shangda provision"):
        await check(broker.url("review"), [SiteId("another-neighbour")])


async def test_a_broker_that_does_not_answer_is_unavailable_and_not_unsafe(broker: Broker) -> None:
    with pytest.raises(BrokerUnavailable):
        await check(broker.url("review", port=1), NEIGHBOURS)


async def test_an_older_broker_is_refused(broker: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    def old(_: aio_pika.abc.AbstractConnection) -> str:
        return "3.9.27"

    monkeypatch.setattr(selfcheck, "_version", old)

    with pytest.raises(UnsafeBroker, match=r"3\.9\.27 is older than 3\.10"):
        await check(broker.url("review"), NEIGHBOURS)


@pytest.mark.parametrize("version", ["3.9.27", "3.8", "2.10", "0"])
def test_an_old_version_is_told(version: str) -> None:
    assert is_too_old(version)


@pytest.mark.parametrize("version", ["3.10.8", "3.10.0-rc.1", "3.13.7", "4.0.5", "4.3.0", "10.0"])
def test_a_new_version_is_told(version: str) -> None:
    assert not is_too_old(version)
