"""The agencies' door: reads what is in hand as one set, in one transaction, and answers each message."""

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from services.intake.agencies import queries
from services.intake.agencies.model import AgencyAnswer, AnswerOutcome, RefusalCause
from services.intake.agencies.queries import NewSignal
from services.intake.agencies.reading import Refused, Stated, hash_of_message, read_message
from services.intake.metrics import IntakeMetrics
from services.intake.rules import DoorLimits
from shared.broker.names import AGENCY_REPLIES_EXCHANGE, agency_key
from shared.contracts.duties import SignalReceived
from shared.contracts.identifiers import OfficeId, SignalId
from shared.contracts.sending import Unavailable
from shared.contracts.vocabulary import Lane
from shared.organisation.failures import UnknownOffice
from shared.organisation.organisation import Organisation
from shared.store.failures import is_outage
from shared.store.store import Store
from shared.store.unit import Message, Unit

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answered:
    """One message and what its agency is told."""

    agency: str
    answer: AgencyAnswer

    @property
    def body(self) -> bytes:
        """The answer as it travels."""
        return self.answer.model_dump_json(exclude_none=True).encode()


class AgencyDoor:
    """Reader of the agencies' queue. What an agency is told leaves by the outbox, with the commit of its subject."""

    def __init__(
        self,
        store: Store,
        organisation: Organisation,
        door: DoorLimits,
        metrics: IntakeMetrics,
    ) -> None:
        self._store = store
        self._organisation = organisation
        self._door = door
        self._metrics = metrics

    async def __call__(self, messages: Sequence[tuple[bytes, dict[str, object], str]], /) -> None:
        """Take messages in hand. Raises only when the database or the broker is out of reach."""
        read = [read_message(body, key, self._door.agency_message_bytes) for body, _, key in messages]
        try:
            answered = await self._keep(read)
        except Exception as error:
            if _is_out_of_reach(error):
                raise
            _LOG.exception("a set of agency messages failed; trying them one by one", extra={"messages": len(read)})
            answered = [answer for each in read for answer in await self._keep_alone(each)]
        self._count(read, answered)

    async def _keep_alone(self, read: Stated | Refused) -> list[Answered]:
        """Keep one message; one that cannot be stored is kept as such, with nothing in it that the agency worded."""
        try:
            return await self._keep([read])
        except Exception as error:
            if _is_out_of_reach(error):
                raise
            _LOG.exception("an agency message could not be stored")
            return await self._keep([_unprocessable(read, error)])

    async def _keep(self, read: Sequence[Stated | Refused]) -> list[Answered]:
        async with self._store.unit() as unit:
            signals = {index: self._signal(unit, each) for index, each in enumerate(read) if isinstance(each, Stated)}
            new: frozenset[SignalId] = frozenset()
            if signals:
                new = await queries.add_signals(unit.connection, tuple(signals.values()), unit.now)
            for signal in signals.values():
                if signal.fact.signal_id in new:
                    unit.mode = signal.mode
                    unit.announce(signal.fact)
            await self._store_refusals(unit, [each for each in read if isinstance(each, Refused)])
            answered = [
                _refusal(each, unit.now)
                if isinstance(each, Refused)
                else _acceptance(each, signals[index].fact, new, unit.now)
                for index, each in enumerate(read)
            ]
            rows = [(unit.new_id(), each.agency, each.answer, each.body) for each in answered]
            await queries.add_answers(unit.connection, rows, unit.now)
            for each in answered:
                if each.agency:
                    key = agency_key(each.agency)
                    unit.send(Message(Lane.URGENT, AGENCY_REPLIES_EXCHANGE, key, {}, each.body))
        return answered

    def _signal(self, unit: Unit, stated: Stated) -> NewSignal:
        event = stated.event
        fact = SignalReceived(
            signal_id=SignalId(unit.new_id()),
            agency=stated.agency,
            agency_event_id=event.event_id,
            source=event.source,
            at=event.sent_at or unit.now,
            occurred_at=event.occurred_at,
            place=event.place,
            territory=self._territory(event.territory),
            kind=event.kind,
            dead=event.figures.dead,
            missing=event.figures.missing,
            injured=event.figures.injured,
            gist=event.gist,
            received_at=unit.now,
        )
        return NewSignal(fact, event.mode, stated.body)

    def _territory(self, stated: str | None) -> OfficeId | None:
        """Return the unit of a stated territory. One that is not known here is dropped, not the signal."""
        if stated is None:
            return None
        if stated.isdigit():
            return self._organisation.territory_at(stated)
        try:
            return self._organisation.unit_of(OfficeId(stated))
        except UnknownOffice:
            return None

    async def _store_refusals(self, unit: Unit, refusals: Sequence[Refused]) -> None:
        if not refusals:
            return
        times = Counter((each.agency, each.cause, each.body_hash) for each in refusals)
        once = {(each.agency, each.cause, each.body_hash): each for each in refusals}
        rows = [(unit.new_id(), refused, times[key]) for key, refused in once.items()]
        await queries.add_refusals(unit.connection, rows, unit.now)

    def _count(self, read: Sequence[Stated | Refused], answered: Sequence[Answered]) -> None:
        for each in answered:
            self._metrics.agency_message((each.answer.cause or each.answer.outcome).value)
        for message in read:
            if isinstance(message, Refused) and message.marks:
                self._metrics.text_refused(message.marks, "agency")


def _is_out_of_reach(error: Exception) -> bool:
    return isinstance(error, Unavailable) or is_outage(error)


def _unprocessable(read: Stated | Refused, error: Exception) -> Refused:
    detail = f"内部处理未成（{type(error).__name__}），已留存，由运维员查看"
    if isinstance(read, Refused):
        return replace(read, cause=RefusalCause.UNPROCESSABLE, detail=detail, event_id=None)
    size, digest = len(read.body), hash_of_message(read.body)
    return Refused(read.agency, RefusalCause.UNPROCESSABLE, detail, size, digest, read.body, read.event.event_id)


def _refusal(refused: Refused, now: datetime) -> Answered:
    answer = AgencyAnswer(
        event_id=refused.event_id,
        outcome=AnswerOutcome.REFUSED,
        cause=refused.cause,
        reason=refused.detail,
        body_hash=refused.body_hash,
        received_at=now,
    )
    return Answered(refused.agency, answer)


def _acceptance(stated: Stated, fact: SignalReceived, new: frozenset[SignalId], now: datetime) -> Answered:
    fresh = fact.signal_id in new
    unplaced = fresh and stated.event.territory is not None and fact.territory is None
    answer = AgencyAnswer(
        event_id=stated.event.event_id,
        outcome=AnswerOutcome.ACCEPTED if fresh else AnswerOutcome.DUPLICATE,
        reason="territory 不在本系统名录中，已按地点文字接收" if unplaced else "",
        signal_id=fact.signal_id if fresh else None,
        body_hash=hash_of_message(stated.body),
        received_at=now,
    )
    return Answered(stated.agency, answer)
