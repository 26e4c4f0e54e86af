"""Every act in every state of a ticket has one decided outcome (reference B2)."""

from datetime import UTC, datetime
from itertools import product
from uuid import UUID

import pytest

from services.supervision.decisions import (
    Answer,
    Copy,
    Move,
    Noted,
    Obstacle,
    Refused,
    Ticket,
    Unchanged,
    after_refusal,
    close,
    receive_reply,
    reply_to,
    send_back,
    sign_copy,
    sign_for,
)
from services.supervision.states import (
    ACT_ZH,
    CONFIRMATION_ZH,
    PARTY_ZH,
    STATE_ZH,
    Confirmation,
    Party,
    StepAct,
    TicketState,
)
from shared.contracts.identifiers import OfficeId, TicketId
from shared.contracts.vocabulary import Mode, Urgency

A, P, R, C = TicketState.ASSIGNED, TicketState.IN_PROGRESS, TicketState.REPLIED, TicketState.CLOSED
LEAD, CO, STRANGER = OfficeId("linjiang-jiaotong"), OfficeId("linjiang-gongan"), OfficeId("linjiang-shangwu")
NOW = datetime(2025, 4, 10, tzinfo=UTC)
ID = TicketId(UUID(int=1))
SIGNED = Move(P, (StepAct.SIGNED_FOR,))
REPLIED = Move(R, (StepAct.REPLIED,))


def ticket(state: TicketState, co: tuple[OfficeId, ...] = (CO,)) -> Ticket:
    return Ticket(ID, OfficeId("linjiang-gov-info"), LEAD, co, Urgency.ROUTINE, Mode.ACTUAL, state, 1, "王某某", NOW)


def copy(state: TicketState, confirmation: Confirmation, party: Party = Party.LEAD) -> Copy:
    issuer = OfficeId("linjiang-gov-info")
    return Copy(ID, LEAD, party, issuer, (CO,), Urgency.ROUTINE, Mode.ACTUAL, state, confirmation, 1, "王某某", NOW)


OWNER_TABLE: dict[str, dict[TicketState, Answer]] = {
    "lead signs": {A: SIGNED, P: Unchanged(), R: Unchanged(), C: Refused(Obstacle.CLOSED)},
    "co signs": {
        A: Noted((StepAct.SIGNED_FOR,)),
        P: Noted((StepAct.SIGNED_FOR,)),
        R: Noted((StepAct.SIGNED_FOR,)),
        C: Refused(Obstacle.CLOSED),
    },
    "stranger signs": dict.fromkeys(TicketState, Refused(Obstacle.NOT_ADDRESSED)),
    "lead replies": {
        A: REPLIED,
        P: REPLIED,
        R: Refused(Obstacle.ALREADY_UNDER_REVIEW),
        C: Refused(Obstacle.CLOSED),
    },
    "lead replies without co-sign": {
        A: Refused(Obstacle.CO_SIGN_MISSING),
        P: Refused(Obstacle.CO_SIGN_MISSING),
        R: Refused(Obstacle.ALREADY_UNDER_REVIEW),
        C: Refused(Obstacle.CLOSED),
    },
    "co replies": {
        A: Noted((StepAct.REPLIED,)),
        P: Noted((StepAct.REPLIED,)),
        R: Noted((StepAct.REPLIED,)),
        C: Refused(Obstacle.CLOSED),
    },
    "stranger replies": dict.fromkeys(TicketState, Refused(Obstacle.NOT_ADDRESSED)),
    "owner returns": {
        A: Refused(Obstacle.NO_REPLY_TO_JUDGE),
        P: Refused(Obstacle.NO_REPLY_TO_JUDGE),
        R: Move(P, (StepAct.RETURNED,)),
        C: Refused(Obstacle.NO_REPLY_TO_JUDGE),
    },
    "owner closes": {
        A: Refused(Obstacle.NO_REPLY_TO_JUDGE),
        P: Refused(Obstacle.NO_REPLY_TO_JUDGE),
        R: Move(C, (StepAct.ACCEPTED, StepAct.CLOSED)),
        C: Unchanged(),
    },
}
OWNER_ACTS = {
    "lead signs": lambda held: sign_for(held, LEAD),
    "co signs": lambda held: sign_for(held, CO),
    "stranger signs": lambda held: sign_for(held, STRANGER),
    "lead replies": lambda held: receive_reply(held, LEAD, (CO,)),
    "lead replies without co-sign": lambda held: receive_reply(held, LEAD, ()),
    "co replies": lambda held: receive_reply(held, CO, ()),
    "stranger replies": lambda held: receive_reply(held, STRANGER, (CO,)),
    "owner returns": send_back,
    "owner closes": close,
}


@pytest.mark.parametrize(("act", "state"), product(OWNER_ACTS, TicketState))
def test_every_act_in_every_state_at_the_owner(act: str, state: TicketState) -> None:
    assert OWNER_ACTS[act](ticket(state)) == OWNER_TABLE[act][state]


def test_without_co_operating_offices_no_co_signature_is_needed() -> None:
    assert receive_reply(ticket(P, co=()), LEAD, ()) == REPLIED


@pytest.mark.parametrize("state", TicketState)
def test_a_ticket_never_closes_without_an_answer_fu_02(state: TicketState) -> None:
    closed = isinstance(close(ticket(state)), Move)

    assert closed == (state is TicketState.REPLIED)


SIGN_TABLE: dict[TicketState, Answer] = {A: SIGNED, P: Unchanged(), R: Unchanged(), C: Refused(Obstacle.CLOSED)}


@pytest.mark.parametrize(("state", "confirmation", "party"), product(TicketState, Confirmation, Party))
def test_every_act_in_every_state_at_the_addressed_office(
    state: TicketState, confirmation: Confirmation, party: Party
) -> None:
    held = copy(state, confirmation, party)

    assert sign_copy(held) == SIGN_TABLE[state]
    match state, confirmation, party:
        case TicketState.ASSIGNED, _, _:
            assert reply_to(held) == Refused(Obstacle.NOT_SIGNED_FOR)
        case TicketState.CLOSED, _, _:
            assert reply_to(held) == Refused(Obstacle.CLOSED)
        case TicketState.REPLIED, Confirmation.PENDING, _:
            assert reply_to(held) == Refused(Obstacle.AWAITING_CONFIRMATION)
        case TicketState.REPLIED, _, Party.LEAD:
            assert reply_to(held) == Refused(Obstacle.ALREADY_UNDER_REVIEW)
        case _:
            assert reply_to(held) == REPLIED


@pytest.mark.parametrize("state", TicketState)
def test_after_a_refusal_the_work_goes_on_and_a_closed_ticket_stays_closed(state: TicketState) -> None:
    assert after_refusal(copy(state, Confirmation.PENDING)) is (P if state is R else state)


def test_every_word_of_a_ticket_has_its_chinese() -> None:
    assert set(STATE_ZH) == set(TicketState)
    assert set(ACT_ZH) == set(StepAct)
    assert set(CONFIRMATION_ZH) == set(Confirmation)
    assert set(PARTY_ZH) == set(Party)
    assert all("，" in obstacle.zh for obstacle in Obstacle)
