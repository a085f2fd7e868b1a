"""Plays the night's referrals one by one, as machines of those who work that night, through the public APIs alone."""

from collections.abc import Sequence

from deploy.local.api import Api, HubRefused
from deploy.local.demo.asking import JOUR, Filed, board_row, key_of, receipt_row, sent
from deploy.local.demo.standing import Outcome, Played, state_of
from deploy.local.demo.steps import Invite
from deploy.local.demo.story import PrivateContact, ReferralContact
from deploy.local.organisation import load
from services.intake.bodies import Receipt


async def play_referral(api: Api, contact: ReferralContact | PrivateContact) -> Outcome:
    """Hand it over and take its steps, each for every child. Raises Trouble."""
    body = contact.referral
    door = "private-referrals" if isinstance(contact, PrivateContact) else "referrals"
    answer = await api.ask(contact.client, "POST", f"/intake/v1/{door}", sent(body), key=key_of(contact.client, body))
    receipt = Receipt.model_validate(answer.body)
    children = [
        Filed(contact.client, referral.id, receipt.receipt_code, number, receipt.received_at)
        for number, referral in enumerate(receipt.referrals)
    ]
    taken = await _take_steps(api, contact, children, new=answer.recorded)
    return Outcome(tuple([await _as_it_stands(api, contact, child) for child in children]), taken, answer.recorded)


async def _take_steps(api: Api, contact: ReferralContact | PrivateContact, children: Sequence[Filed], *, new: bool) -> int:
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


async def _as_it_stands(api: Api, contact: ReferralContact | PrivateContact, child: Filed) -> Played:
    owner = (await board_row(api, JOUR, child)).owner_unit
    board = await board_row(api, next((m.client_id for m in load().machines if m.unit == owner), JOUR), child)
    feedback, read_at = None, None
    if isinstance(contact, ReferralContact):
        receipt = await receipt_row(api, child, with_feedback=board.decision is not None and contact.referral.feedback_requested)
        feedback, read_at = receipt.feedback, receipt.feedback_read_at
    return Played(
        child.referral,
        board.reference,
        state_of(board),
        bool(board.needs_protection),
        feedback,
        read_at is not None,
        child.number == 0 and any(isinstance(step, Invite) for step in contact.steps),
        board.supplements,
        board.signals is not None,
        board.on_hold,
    )
