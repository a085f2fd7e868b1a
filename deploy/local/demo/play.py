"""Plays the night's contacts one by one, as machines of those who work that night, through the public APIs alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from urllib.parse import urlencode
from uuid import UUID

from contracts.agencies import Purpose
from contracts.model import Model
from deploy.local.api import Api, HubRefused
from deploy.local.demo.asking import PAGE, Filed, board_row, come, key_of, receipt_row, sent
from deploy.local.demo.steps import JOUR, Invite
from deploy.local.demo.story import ConsultationContact, ReferralContact
from deploy.local.organisation import load
from services.intake.bodies import ConsultationReceipt, Receipt
from services.liaison.bodies import WordsIn
from services.projections.answers import BoardRow, ConsultationRow


class State(StrEnum):
    """How far a referral or a consultation has come, as people say it."""

    NEW = "new, not opened"
    SEEN = "seen by a person"
    ASSESSED = "assessed"
    OFFERED = "offered to a district, waiting"
    REFUSED = "refused by a district, back at Socialjouren"
    TAKEN_OVER = "taken over, not decided"
    OPENED = "investigation opened"
    NOT_OPENED = "investigation not opened"
    ONGOING = "investigation already ongoing"
    ASKED = "asked, waiting for an answer"
    ANSWERED = "answered"


@dataclass(frozen=True)
class Played:
    """One child's referral, or one consultation, as it stands when it has been played."""

    id: UUID
    reference: str
    state: State
    needs_protection: bool = False
    feedback: str | None = None
    feedback_read: bool = False
    invitation: bool = False


@dataclass(frozen=True)
class Outcome:
    """What became of a contact, and how many of its steps were taken now; the others had been taken before."""

    played: tuple[Played, ...]
    taken: int
    new: bool


async def play_referral(api: Api, contact: ReferralContact) -> Outcome:
    """Hand it over and take its steps, each for every child. Raises Trouble."""
    body = contact.referral
    answer = await api.ask(contact.client, "POST", "/intake/v1/referrals", sent(body), key=key_of(contact.client, body))
    receipt = Receipt.model_validate(answer.body)
    children = [
        Filed(contact.client, referral.id, receipt.receipt_code, number, receipt.received_at)
        for number, referral in enumerate(receipt.referrals)
    ]
    taken = await _take_steps(api, contact, children, new=answer.recorded)
    return Outcome(tuple([await _as_it_stands(api, contact, child) for child in children]), taken, answer.recorded)


async def _take_steps(api: Api, contact: ReferralContact, children: Sequence[Filed], *, new: bool) -> int:
    """Each step for every child before the next one: brothers and sisters move together."""
    taken, going = 0, list(children)
    for step in contact.steps:
        for child in tuple(going):
            try:
                taken += await step.take(api, child)
            except HubRefused:
                if new:
                    raise
                going.remove(child)  # somebody has worked with it since the night was last played: it is theirs now
    return taken


async def _as_it_stands(api: Api, contact: ReferralContact, child: Filed) -> Played:
    owner = (await board_row(api, JOUR, child)).owner_unit
    board = await board_row(api, next((m.client_id for m in load().machines if m.unit == owner), JOUR), child)
    receipt = await receipt_row(api, child, with_feedback=board.decision is not None and contact.referral.feedback_requested)
    return Played(
        child.referral,
        board.reference,
        state_of(board),
        bool(board.needs_protection),
        receipt.feedback,
        receipt.feedback_read_at is not None,
        child.number == 0 and any(isinstance(step, Invite) for step in contact.steps),
    )


def state_of(row: BoardRow) -> State:
    """How far it has come, by its owner's board."""
    if row.decision:
        return {"investigation_opened": State.OPENED, "investigation_not_opened": State.NOT_OPENED}.get(row.decision, State.ONGOING)
    reached: Sequence[tuple[object, State]] = (
        (row.taken_over_at, State.TAKEN_OVER),
        (row.offered_to, State.OFFERED),
        (row.offered_at, State.REFUSED),
        (row.assessed_at, State.ASSESSED),
        (row.seen_at, State.SEEN),
    )
    return next((state for fact, state in reached if fact), State.NEW)


async def play_consultation(api: Api, contact: ConsultationContact) -> Outcome:
    """Ask, and answer if it was answered that night. Raises Trouble."""
    body = contact.consultation
    asked = await api.ask(contact.client, "POST", "/intake/v1/consultations", sent(body), key=key_of(contact.client, body))
    receipt = ConsultationReceipt.model_validate(asked.body)

    async def find() -> ConsultationRow | None:
        before = (receipt.requested_at + timedelta(microseconds=1)).isoformat()
        found = await api.ask(JOUR, "GET", f"/projections/v1/consultations?{urlencode({'before': before, 'limit': PAGE})}")
        return next((row for row in map(ConsultationRow.model_validate, found.body) if row.consultation == receipt.id), None)

    taken, answered = 0, (await come(f"the consultation {receipt.receipt_code}", find)).answered_at is not None
    if contact.answer and not answered:
        await _talk(api, contact, receipt.id)
        taken, answered = 1, True
    state = State.ANSWERED if answered else State.ASKED
    return Outcome((Played(receipt.id, receipt.receipt_code, state),), taken, asked.recorded)


async def _talk(api: Api, contact: ConsultationContact, consultation: UUID) -> None:
    """Socialjouren opens and reads it, asks back if it wants to know more, and answers. Each under its own key: twice is once."""

    async def does(client: str, what: str, body: Model | None = None) -> None:
        key = key_of(client, body) if body else None
        await api.ask(client, "POST", f"/liaison/v1/consultations/{consultation}/{what}", sent(body) if body else None, key=key)

    async def opens() -> None:
        await does(JOUR, "openings")
        await api.ask(JOUR, "GET", f"/projections/v1/consultations/{consultation}?{urlencode({'purpose': Purpose.ADVICE})}")

    await opens()
    if contact.asks_back:
        await does(JOUR, "counter-questions", WordsIn(text=contact.asks_back))
        await does(contact.client, "questions", WordsIn(text=contact.asks_again))
        await opens()
    await does(JOUR, "answers", contact.answer)
