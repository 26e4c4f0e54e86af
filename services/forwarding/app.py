"""Composition root of forwarding: the only file that knows every part."""

from services.forwarding import api
from services.forwarding.arrivals import Link, LinkDoor
from services.forwarding.contract import SERVICE
from services.forwarding.fates import Fates
from services.forwarding.handlers import ForwardingHandlers
from services.forwarding.keys import Keys
from services.forwarding.links import Links
from services.forwarding.metrics import FrameCounts, LinkMetrics
from services.forwarding.reading import FrameReader, HeldReader
from services.forwarding.shovels import ShovelKeeper
from services.forwarding.witnessing import BEATS_PER_STATEMENT, Witnessing, WitnessMetrics, base_urls
from shared.contracts.vocabulary import Lane
from shared.process.service import RawQueue, ServiceContext, ServiceParts, Timer
from shared.store.inbox import Inbox

SHOVELS_SECONDS = 10.0
KEYS_SECONDS = 30.0
RESEND_SECONDS = 1.0
FATES_SECONDS = 1.0


def build(context: ServiceContext) -> ServiceParts:
    """Return forwarding for one site: chain queues, one door per neighbour and lane, timers that keep links alive."""
    store, settings = context.store, context.settings
    keys = Keys(store, settings.keys)
    handlers = ForwardingHandlers(store.author, context.organisation, keys, context.machine)
    neighbours = context.organisation.neighbours(context.site)
    ends = [(peer, lane) for peer in neighbours for lane in Lane]
    lanes = [Link(*end, FrameReader(keys, context.site, context.machine, *end)) for end in ends]
    inbox = Inbox(store, handlers, reread=HeldReader([link.reader for link in lanes]))
    links = Links(store, neighbours, keys, silent_seconds=settings.silent_seconds)
    metrics = LinkMetrics(store, context.registry)
    witnessing = Witnessing(store, keys, base_urls(settings))
    witnessed = WitnessMetrics(store, neighbours, context.registry)
    counts, fates = FrameCounts(context.registry), Fates(store, keys)
    timers = [
        Timer("heartbeat", settings.heartbeat_seconds, links.beat),
        Timer("resend", RESEND_SECONDS, links.resend),
        Timer("fates", FATES_SECONDS, fates.tell),
        Timer("silence", settings.heartbeat_seconds, links.look_for_silence),
        Timer("keys", KEYS_SECONDS, keys.reload),
        Timer("link metrics", metrics.every_seconds, metrics.look),
        Timer("seal heads", settings.heartbeat_seconds * BEATS_PER_STATEMENT, witnessing.state),
        Timer("witness metrics", witnessed.every_seconds, witnessed.look),
    ]
    if settings.upper is not None:
        # Half the silence that counts as down passes first: a restart then has the other half to show its worth.
        patience = settings.silent_seconds / 2
        keeper = ShovelKeeper(context.site, settings.broker, settings.upper, links.silent_lanes, pause_seconds=patience)
        timers.append(Timer("shovels", min(SHOVELS_SECONDS, patience), keeper.keep))
    doors = [(link.lane, LinkDoor(store, inbox, fates, witnessing, counts, link)) for link in lanes]
    return ServiceParts(
        SERVICE,
        handlers,
        api.router(context),
        tuple(timers),
        tuple(RawQueue(door.queue, lane, door) for lane, door in doors),
        on_start=(keys.start,),
        inbox=inbox,
    )
