"""On the bus no account does what its owner must not do, and what is provisioned is the table and nothing else."""

import aio_pika
import pytest
from aio_pika.exceptions import AMQPError

from shared.broker.definitions import Account, agency_rights, digest, lower_site_rights, merge, rights, topology
from shared.broker.names import agency_key, agency_reply_queue, arrival_key
from shared.contracts.addresses import bindings, lanes_of, queue_name, routing_key
from shared.contracts.identifiers import SiteId
from shared.contracts.outcomes import ReportAdopted
from shared.contracts.reports import ReportReturned
from shared.contracts.sending import Outcome
from shared.contracts.vocabulary import Lane, Service
from tests.broker.conftest import AGENCY, NEIGHBOURS, PASSWORD, Broker, event


async def may(url: str, queue: str) -> bool:
    """Try to consume a queue; return whether the broker lets it."""
    connection = await aio_pika.connect(url)
    async with connection:
        channel = await connection.channel()
        try:
            found = await channel.get_queue(queue, ensure=False)
            await found.cancel(await found.consume(lambda message: None))
        except AMQPError:
            return False
    return True


async def test_a_service_reads_its_own_queues_and_no_other(broker: Broker) -> None:
    for lane in Lane:
        assert await may(broker.url("review"), queue_name(Service.REVIEW, lane))
        assert not await may(broker.url("review"), queue_name(Service.SCORING, lane))


async def test_a_service_states_its_own_facts_and_no_other(broker: Broker) -> None:
    own = event(routing_key(ReportReturned, Lane.ROUTINE))
    others = event(routing_key(ReportAdopted, Lane.ROUTINE))
    carried = event(routing_key(ReportReturned, Lane.ROUTINE, carried=True))

    assert await broker.publisher("review").publish([own]) == [Outcome.CONFIRMED]
    assert await broker.publisher("review").publish([others]) == [Outcome.REFUSED]
    assert await broker.publisher("review").publish([carried]) == [Outcome.REFUSED]
    assert await broker.publisher("forwarding").publish([carried]) == [Outcome.CONFIRMED]


async def test_a_service_cannot_go_round_the_exchange_or_change_the_topology(broker: Broker) -> None:
    straight = event("scoring.urgent", exchange="")
    assert await broker.publisher("review").publish([straight]) == [Outcome.REFUSED]

    connection = await aio_pika.connect(broker.url("review"))
    async with connection:
        for declare in ("declare_queue", "declare_exchange"):
            channel = await connection.channel()
            with pytest.raises(AMQPError):
                await getattr(channel, declare)("own")


async def test_an_agency_writes_with_its_own_key_only(broker: Broker) -> None:
    own = event(agency_key(AGENCY), exchange="shangda.agency")
    forged = event(agency_key("gongan"), exchange="shangda.agency")
    alike = event(f"{agency_key(AGENCY)}\n", exchange="shangda.agency")
    inside = event(routing_key(ReportReturned, Lane.ROUTINE))

    assert await broker.publisher("agency").publish([own]) == [Outcome.CONFIRMED]
    assert await broker.publisher("agency").publish([forged]) == [Outcome.REFUSED]
    assert await broker.publisher("agency").publish([alike]) == [Outcome.REFUSED]
    assert await broker.publisher("agency").publish([inside]) == [Outcome.REFUSED]


async def test_an_agency_reads_its_own_replies_only(broker: Broker) -> None:
    assert await may(broker.url("agency"), agency_reply_queue(AGENCY))
    for queue in ("agency.incoming", "intake.urgent", "agency.reply.gongan"):
        assert not await may(broker.url("agency"), queue)


async def test_intake_answers_an_agency_on_its_reply_queue(broker: Broker) -> None:
    answer = event(agency_key(AGENCY), b"refused", exchange="shangda.agency.replies")

    assert await broker.publisher("intake").publish([answer]) == [Outcome.CONFIRMED]
    assert await broker.left(agency_reply_queue(AGENCY)) == [b"refused"]
    assert await broker.publisher("review").publish([answer]) == [Outcome.REFUSED]


async def test_a_lower_site_delivers_in_its_own_name_only(broker: Broker) -> None:
    account = Account(f"{broker.vhost}-lower", PASSWORD)
    await broker.management.import_definitions(broker.vhost, lower_site_rights(broker.vhost, account, NEIGHBOURS[0]))
    own = event(arrival_key(NEIGHBOURS[0], Lane.URGENT), exchange="shangda.links")
    forged = event(arrival_key(SiteId("dongcheng"), Lane.URGENT), exchange="shangda.links")

    assert await broker.publisher("lower").publish([own]) == [Outcome.CONFIRMED]
    assert await broker.publisher("lower").publish([forged]) == [Outcome.REFUSED]
    assert await may(broker.url("lower"), "link.to.linjiang.urgent")
    assert not await may(broker.url("lower"), "link.from.linjiang.urgent")
    assert not await may(broker.url("lower"), "review.urgent")


async def test_importing_the_same_definitions_again_changes_nothing(broker: Broker) -> None:
    before = {queue["name"] for queue in await broker.management.queues(broker.vhost)}

    await broker.management.import_definitions(broker.vhost, topology(NEIGHBOURS))

    assert {queue["name"] for queue in await broker.management.queues(broker.vhost)} == before


def test_definitions_are_the_same_whenever_they_are_made() -> None:
    some, other = [SiteId("a"), SiteId("b")], [SiteId("b"), SiteId("a")]

    assert topology(some) == topology(some)
    assert digest(some) == digest(other)
    assert digest(some) != digest(some[:1])


def test_every_queue_of_the_table_is_provisioned_and_bound_and_no_other_binding_exists() -> None:
    made = topology([])
    wanted = {
        (queue_name(service, lane), key)
        for service in Service
        for lane in lanes_of(service)
        for key in bindings(service, lane)
    }

    found = {
        (each["destination"], each["routing_key"]) for each in made["bindings"] if each["source"] == "shangda.events"
    }
    assert found == wanted
    assert {queue for queue, _ in wanted} <= {each["name"] for each in made["queues"]}


@pytest.mark.parametrize("service", Service)
def test_no_service_may_configure_anything(service: Service) -> None:
    made = merge([rights("v", service, Account("a", "p")), agency_rights("v", Account("b", "p"), "x")])

    assert {each["configure"] for each in made["permissions"]} == {"^$"}
    assert {user["tags"] for user in made["users"]} == {""}
