"""Links that are cut, receipts that are lost, sites that restart: everything arrives once, and every outage is told."""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from deploy.provision.site import Servers
from shared.contracts.duties import AwarenessRecorded
from shared.contracts.identifiers import OfficeId, ReportId
from shared.contracts.people import LinkCameUp, LinkWentDown
from shared.contracts.reports import ReportArrived, ReportReturned
from shared.contracts.vocabulary import Lane, ReturnReason, Service, Stage, Urgency
from shared.organisation.organisation import Organisation
from tests.building import MORNING
from tests.forwarding.linked import COUNTY, UNRECEIPTED, Linked, learned, linked
from tests.probe import eventually
from tests.towns import LINJIANG, PINGHU, QINGSHAN

DOWN = "SELECT count(*) = $2 FROM forwarding.outage WHERE peer = $1 AND ended_at IS NULL"
ENDED = "SELECT count(*) >= $2 FROM forwarding.outage WHERE peer = $1 AND ended_at > silent_since"
HEARD_SINCE = "SELECT bool_and(heard_at > $2) FROM forwarding.link WHERE peer = $1"
ARRIVALS = "SELECT count(*) FROM forwarding.event_log WHERE type = 'report.arrived.v1' AND subject = $1"
FATE = (
    "SELECT c.fate FROM forwarding.crossing AS c JOIN forwarding.submission USING (submission_id) WHERE report_id = $1"
)
FAIL_HOPS = """
CREATE FUNCTION forwarding.fail() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'no'; END$$;
CREATE TRIGGER fail BEFORE INSERT ON forwarding.submission FOR EACH ROW EXECUTE FUNCTION forwarding.fail()
"""
LOSE_RECEIPTS = """
CREATE FUNCTION forwarding.lose() RETURNS trigger LANGUAGE plpgsql AS
$$BEGIN
    IF NEW.exchange = 'shangda.links' AND position('RECEIPT'::bytea IN NEW.body) > 0 THEN RETURN NULL; END IF;
    RETURN NEW;
END$$;
CREATE TRIGGER lose BEFORE INSERT ON forwarding.outbox_pending FOR EACH ROW EXECUTE FUNCTION forwarding.lose()
"""


@pytest.fixture(scope="module")
async def sites(
    servers: Servers, organisation: Organisation, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Linked]:
    """Three sites at work for all tests of this module; a link counts as down after three seconds of silence."""
    async with linked(servers, organisation, tmp_path_factory.mktemp("links"), silent_seconds=3.0) as made:
        await made.release()
        await made.ears[LINJIANG, Service.REVIEW].until(ReportArrived, 1, 40)
        await made.at_rest()
        yield made


async def test_a_link_that_is_cut_for_a_while_loses_nothing_and_leaves_its_evidence(sites: Linked) -> None:
    """Promises 1 and 2 over a link, and IF-06: both ends state the outage and record when it began and ended."""
    before = len(sites.arrived())
    await sites.proxies[QINGSHAN].cut()
    reports = await sites.release(5)
    await sites.state(LINJIANG, Service.REVIEW, _returned(reports[0]))
    for site, peer in ((QINGSHAN, LINJIANG), (LINJIANG, QINGSHAN)):
        await sites.until(site, DOWN, peer, len(Lane), what="the outage is recorded")
        await sites.ears[site, Service.DEADLINE].until(LinkWentDown, len(Lane), 20)
    await sites.until(QINGSHAN, f"SELECT ({UNRECEIPTED}) = 5", what="what left is kept")
    assert len(sites.arrived()) == before

    await sites.proxies[QINGSHAN].restore()

    await sites.ears[LINJIANG, Service.REVIEW].until(ReportArrived, before + 5, 40)
    await sites.ears[QINGSHAN, Service.INTAKE].until(ReportReturned, 1, 40)
    for site, peer in ((QINGSHAN, LINJIANG), (LINJIANG, QINGSHAN)):
        await sites.ears[site, Service.DEADLINE].until(LinkCameUp, len(Lane), 20)
        await sites.until(site, ENDED, peer, len(Lane), what="the outage is ended")
    await _nothing_comes_twice(sites)
    assert len(sites.ears[QINGSHAN, Service.INTAKE].of(ReportReturned)) == 1


async def test_a_stalled_link_is_told_like_a_cut_one(sites: Linked) -> None:
    """Connections stay open and nothing moves, which no broker notices for minutes: heartbeats do."""
    downs = len(sites.ears[PINGHU, Service.DEADLINE].of(LinkWentDown))
    ups = len(sites.ears[PINGHU, Service.DEADLINE].of(LinkCameUp))
    await sites.proxies[PINGHU].stall()
    await sites.ears[PINGHU, Service.DEADLINE].until(LinkWentDown, downs + len(Lane), 20)

    await sites.proxies[PINGHU].restore()

    await sites.ears[PINGHU, Service.DEADLINE].until(LinkCameUp, ups + len(Lane), 40)


async def test_a_link_whose_connections_hang_heals_by_itself(sites: Linked) -> None:
    """Architecture 8: a silent link is restarted. The line serves new connections, and the old ones never end."""
    await sites.proxies[PINGHU].strand()
    stranded = datetime.now(UTC)

    await sites.until(PINGHU, HEARD_SINCE, LINJIANG, stranded + timedelta(seconds=1), what="both lanes heard again")


async def test_what_has_no_receipt_is_sent_again_and_answered_again(sites: Linked) -> None:
    """Promise 4 over a link: the receipt is lost, not the report; the repeat changes nothing at the other end."""
    await sites.owners[LINJIANG].execute(LOSE_RECEIPTS)
    (report,) = await sites.release()
    again = "SELECT attempts >= 2 FROM forwarding.crossing WHERE peer = 'linjiang'"
    await sites.until(QINGSHAN, again, what="sent again after a later heartbeat came back")
    assert report in sites.arrived()

    await sites.owners[LINJIANG].execute("DROP FUNCTION forwarding.lose() CASCADE")

    await _nothing_comes_twice(sites)
    assert await sites.one(LINJIANG, ARRIVALS, str(report)) == 1


async def test_a_hop_that_the_other_site_cannot_apply_is_known_here_until_it_does(sites: Linked) -> None:
    """What is held there is neither sent again nor forgotten, and its hop is told of."""
    await sites.owners[LINJIANG].execute(FAIL_HOPS)
    (report,) = await sites.release()
    assert await sites.until(QINGSHAN, FATE, report, what="the hop is known to be held") == "DEFERRED"
    assert report not in sites.arrived()

    await sites.owners[LINJIANG].execute("DROP FUNCTION forwarding.fail() CASCADE")

    await sites.at_rest()
    await eventually(lambda: _has_arrived(sites, report), seconds=40, what="it arrives")


async def test_counties_hear_each_other_through_the_city_once_and_nothing_goes_round(sites: Linked) -> None:
    """Promise 2 over two links: each site on the way states the fact once, and nobody sends it back."""
    from_pinghu = [learned(PINGHU, QINGSHAN) for _ in range(3)]
    from_qingshan = [learned(QINGSHAN, PINGHU) for _ in range(3)]
    await sites.state(PINGHU, Service.INTAKE, *from_pinghu)
    await sites.state(QINGSHAN, Service.INTAKE, *from_qingshan)
    for site in (QINGSHAN, PINGHU, LINJIANG):
        await sites.ears[site, Service.DEADLINE].until(AwarenessRecorded, 6, 40)
    await sites.at_rest()

    last = learned(PINGHU, QINGSHAN)  # behind everything that could still be on its way
    await sites.state(PINGHU, Service.INTAKE, last)
    await sites.ears[QINGSHAN, Service.DEADLINE].until(AwarenessRecorded, 7, 40)
    await sites.at_rest()

    wanted = {each.awareness_id for each in (*from_pinghu, *from_qingshan, last)}
    for site in (QINGSHAN, PINGHU, LINJIANG):
        heard = Counter(
            each.awareness_id
            for each in sites.ears[site, Service.DEADLINE].of(AwarenessRecorded)
            if isinstance(each, AwarenessRecorded)
        )
        assert heard == dict.fromkeys(wanted, 1), site
        held = "SELECT count(*) FROM forwarding.held_message WHERE state <> 'APPLIED'"
        assert await sites.one(site, held) == 0


async def test_a_rolling_restart_with_work_waiting_redelivers_none_of_it(sites: Linked) -> None:
    """Promise 7 for a whole site: whoever comes next is given nothing a second time, and everything arrives once.

    The queue looked at always holds more than the process has in hand. Of a queue that is fed in drops, RabbitMQ 3.10
    marks a message as redelivered that it sends in the very moment of the cancelling; its effect is once all the same.
    """
    await sites.restart(QINGSHAN, prefetch=10)
    before = len(sites.arrived())
    reports = await sites.release(200)

    await sites.restart(QINGSHAN, prefetch=10)
    reports += await sites.release(50)

    await sites.ears[LINJIANG, Service.REVIEW].until(ReportArrived, before + 250, 60)
    assert set(reports) <= set(sites.arrived())
    await _nothing_comes_twice(sites)
    consumers = sites.city.running[QINGSHAN].hosted[Service.FORWARDING].consumers
    assert {each.queue: each.redelivered for each in consumers}["forwarding.routine"] == 0


async def _has_arrived(sites: Linked, report: ReportId) -> bool:
    return report in sites.arrived()


def _returned(report_id: ReportId) -> ReportReturned:
    """Return that the city returned a report to the county."""
    return ReportReturned(
        report_id=report_id,
        urgency=Urgency.ROUTINE,
        number="SQ-2025-0217-001",
        title="石桥镇三座水库溢洪道淤堵",
        office=OfficeId("linjiang-gov-info"),
        to_office=COUNTY,
        stage=Stage.SECTION_REVIEW,
        reason=ReturnReason.FIGURE_UNSOURCED,
        text="请补充出处。",
        version=1,
        returned_at=MORNING,
        concerns=(COUNTY,),
    )


async def _nothing_comes_twice(sites: Linked) -> None:
    """A last report, behind everything that could still be on its way: each was heard of once."""
    await sites.at_rest()
    (last,) = await sites.release()

    async def there() -> bool:
        return last in sites.arrived()

    await eventually(there, seconds=40, what="the last report")
    await sites.at_rest()
    assert set(Counter(sites.arrived()).values()) == {1}
