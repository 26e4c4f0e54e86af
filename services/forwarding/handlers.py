"""What forwarding does with what it hears: hops for signed reports, and carrying crossing facts over the links."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_OID, uuid5

from services.forwarding import custody, queries
from services.forwarding.frames import EventFrame, seal
from services.forwarding.keys import Keys
from services.forwarding.ownership import why_not_theirs
from shared.access.following import AppointmentFollower
from shared.broker.names import LINKS_EXCHANGE, departure_key
from shared.contracts.addresses import lane_of
from shared.contracts.envelope import Delivery
from shared.contracts.event import Event
from shared.contracts.identifiers import EventId, OfficeId, SiteId, SubmissionId
from shared.contracts.reports import ReportArrived, ReportSigned, SubmissionAcknowledged, SubmissionSent
from shared.contracts.routes import route_of
from shared.contracts.vocabulary import Lane
from shared.organisation.organisation import Organisation
from shared.store.appending import Author, take_numbers, written
from shared.store.handlers import Handle, PoisonMessage, on
from shared.store.unit import Connection, Message, Unit
from shared.timekeeping.civil import civil_date
from shared.timekeeping.clocks import Clock


@dataclass(frozen=True, slots=True)
class Leaving:
    """A fact that leaves for a neighbour, left for the end of the set."""

    peer: SiteId
    event_id: EventId
    lane: Lane
    subject: str
    body: bytes
    submission_id: SubmissionId | None


@dataclass(frozen=True, slots=True)
class Receipted:
    """A receiver's receipt for a hop that left from here, left for the end of the set."""

    submission_id: SubmissionId
    received_at: datetime


class NotTheirs(PoisonMessage):
    """A neighbour handed over a fact that cannot have come that way (``ownership``)."""


class ForwardingHandlers(AppointmentFollower):
    """``author``: who writes here. ``keys``: this site's signer and the public keys it believes."""

    def __init__(self, author: Author, organisation: Organisation, keys: Keys, machine: Clock) -> None:
        self._author, self._organisation, self._keys, self._machine = author, organisation, keys, machine
        self._site = author.site

    async def dispatch(self, delivery: Delivery, unit: Unit, table: Mapping[type[Event], Handle]) -> None:
        """Handle what was stated here; restate what came over a link; carry both to whom they concern elsewhere."""
        if delivery.sender.site != self._site:
            await self._restate(delivery, unit)
            self._carry_on(delivery, unit)
            return
        if (handle := table.get(type(delivery.event))) is not None:
            await handle(delivery.event, unit)
        self._carry_on(delivery, unit)

    def _carry_on(self, delivery: Delivery, unit: Unit) -> None:
        if route_of(type(delivery.event)).crosses:
            self._carry(unit, delivery.event, delivery.envelope.id, delivery.raw, delivery.envelope.site)

    @on(ReportSigned)
    async def on_report_signed(self, event: ReportSigned, unit: Unit) -> None:
        """Sign the custody of a released report and send it to every office that its route names."""
        version = event.versions[-1]
        chain = custody.add_hop(
            self._keys.signer,
            event.custody,
            event.head,
            office=event.office,
            action=custody.SIGNED,
            appointment=event.signed_by.appointment,
            at=event.signed_at,
            version_hash=version.content_hash,
        )
        route = self._organisation.route(event.office, event.urgency, event.head.nature, civil_date(unit.now))
        receivers = [(office, False) for office in route.primary] + [(office, True) for office in route.copies]
        for to_office, is_copy in receivers:
            sent = SubmissionSent(
                submission_id=_submission_id(event, to_office),
                report_id=event.report_id,
                urgency=event.urgency,
                head=event.head,
                from_office=event.office,
                to_office=to_office,
                is_copy=is_copy,
                versions=event.versions,
                custody=chain,
                signed_at=event.signed_at,
                queued_at=unit.now,
                concerns=(to_office,),
            )
            unit.left.append(_hop(sent, "OUT", None))
            unit.announce(sent, office=event.office)
            if self._organisation.site_of(to_office) == self._site:
                await self._receive(sent, unit)

    async def _restate(self, delivery: Delivery, unit: Unit) -> None:
        event, peer, origin = delivery.event, delivery.sender.site, delivery.envelope.site
        if (why := why_not_theirs(event, peer, origin, self._site, self._organisation)) is not None:
            raise NotTheirs(why)
        unit.carry(delivery.envelope, event, delivery.raw)
        if isinstance(event, SubmissionSent) and self._organisation.site_of(event.to_office) == self._site:
            await self._receive(event, unit)
        if isinstance(event, SubmissionAcknowledged):
            unit.left.append(Receipted(event.submission_id, event.received_at))

    async def _receive(self, sent: SubmissionSent, unit: Unit) -> None:
        """Verify a hop's custody, then state its arrival and its receipt. Raises CustodyBroken.

        ``received_at`` is this site's business time when the hop was first committed here, whatever the sender's
        clock says and however long it then waited for an earlier one, a key or a newer version.
        """
        custody.verify(self._keys.ring, self._organisation.site_of, sent)
        if await queries.known_submissions(unit.connection, [sent.submission_id]):
            return
        version = sent.versions[-1]
        unit.left.append(_hop(sent, "IN", unit.heard_at))
        chain = custody.add_hop(
            self._keys.signer,
            sent.custody,
            sent.head,
            office=sent.to_office,
            action=custody.RECEIVED,
            appointment="",
            at=unit.heard_at,
            version_hash=version.content_hash,
        )
        shared = sent.model_dump(exclude={"custody", "concerns", "head", "versions"})
        side = self._organisation.office(sent.to_office).side
        unit.announce(
            ReportArrived(
                **shared, head=sent.head, versions=sent.versions, custody=chain, side=side, received_at=unit.heard_at
            ),
            office=sent.to_office,
        )
        below = tuple(dict.fromkeys(hop.office for hop in sent.custody))
        if self._organisation.site_of(sent.from_office) == self._site:
            unit.left.append(Receipted(sent.submission_id, unit.heard_at))
        unit.announce(_acknowledgement(sent, unit.heard_at, below), office=sent.to_office)

    def _carry(self, unit: Unit, event: Event, event_id: EventId, body: bytes, origin: SiteId) -> None:
        """Leave a fact for every neighbour on the way to its addressees, except back to where it came from."""
        own, route = self._site, self._organisation
        behind = own if origin == own else route.next_site(own, origin)
        sites = {route.site_of(office) for office in event.addressees} - {own}
        hop = event.submission_id if isinstance(event, SubmissionSent) else None
        for peer in sorted({route.next_site(own, site) for site in sites} - {behind}):
            unit.left.append(Leaving(peer, event_id, lane_of(event), event.subject, body, hop))

    async def finish(self, connection: Connection, units: Sequence[Unit]) -> None:
        """Write hops, receipts and crossings of the whole set. What forwarding itself states is carried here."""
        for unit in units:
            self._carry_own(unit)
        left = [each for unit in units for each in unit.left]
        await queries.add_submissions(connection, [each for each in left if isinstance(each, queries.Hop)])
        await queries.receipt_submissions(
            connection, [(each.submission_id, each.received_at) for each in left if isinstance(each, Receipted)]
        )
        await self._send(connection, units)

    def _carry_own(self, unit: Unit) -> None:
        for position, announced in enumerate(unit.announced):
            if announced.restated or not route_of(type(announced.event)).crosses:
                continue
            unit.announced[position] = ready = written(self._author, announced)
            assert ready.body is not None
            self._carry(unit, ready.event, ready.event_id, ready.body, self._site)

    async def _send(self, connection: Connection, units: Sequence[Unit]) -> None:
        leaving = [(unit, each) for unit in units for each in unit.left if isinstance(each, Leaving)]
        if not leaving:
            return
        wanted = Counter((each.subject, _reader(each.peer)) for _, each in leaving)
        numbers = await take_numbers(connection, self._author.epoch, wanted)
        now = self._machine.now()
        crossings: list[queries.Crossing] = []
        for unit, each in leaving:
            key = (each.subject, _reader(each.peer))
            numbers[key] += 1
            frame = EventFrame(
                source=self._site,
                destination=each.peer,
                epoch=self._author.epoch,
                lane=each.lane,
                sent_at=now,
                event_id=each.event_id,
                subject=each.subject,
                number=numbers[key],
                body=each.body.decode(),
            )
            sealed = seal(self._keys.signer, frame)
            crossings.append(queries.Crossing(each.peer, each.event_id, each.lane, sealed, each.submission_id))
            unit.send(departure(each.peer, each.lane, sealed))
        await queries.add_crossings(connection, crossings, now)


def departure(peer: SiteId, lane: Lane, frame: bytes) -> Message:
    """Return the message that puts a frame into the queue of a link."""
    return Message(lane, LINKS_EXCHANGE, departure_key(peer, lane), {}, frame)


def _reader(peer: SiteId) -> str:
    return f"site:{peer}"


def _submission_id(event: ReportSigned, to_office: OfficeId) -> SubmissionId:
    """The same release to the same office is the same hop, however often it is handled."""
    released = f"{event.report_id}/{event.versions[-1].content_hash}/{event.office}/{event.signed_at.isoformat()}"
    return SubmissionId(uuid5(NAMESPACE_OID, f"{released}/{to_office}"))


def _hop(sent: SubmissionSent, direction: str, received_at: datetime | None) -> queries.Hop:
    return queries.Hop(
        sent.submission_id,
        direction,
        sent.report_id,
        sent.from_office,
        sent.to_office,
        sent.is_copy,
        sent.versions[-1].content_hash,
        sent.signed_at,
        sent.queued_at,
        received_at,
    )


def _acknowledgement(
    sent: SubmissionSent, received_at: datetime, below: tuple[OfficeId, ...]
) -> SubmissionAcknowledged:
    return SubmissionAcknowledged(
        submission_id=sent.submission_id,
        report_id=sent.report_id,
        urgency=sent.urgency,
        incident_id=sent.head.incident_id,
        from_office=sent.from_office,
        to_office=sent.to_office,
        is_copy=sent.is_copy,
        signed_at=sent.signed_at,
        queued_at=sent.queued_at,
        received_at=received_at,
        version_hash=sent.versions[-1].content_hash,
        concerns=below,
    )
