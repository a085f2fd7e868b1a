"""Plays a consultation of the night: asked, talked over, answered, and made a referral that carries the advice."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

from contracts.advice import GivenAdvice
from contracts.agencies import Purpose
from contracts.model import Model
from deploy.local.api import Api
from deploy.local.demo.asking import JOUR, PAGE, come, key_of, sent
from deploy.local.demo.play import play_referral
from deploy.local.demo.standing import Outcome, Played, State
from deploy.local.demo.story import ConsultationContact, ReferralContact
from deploy.local.trouble import Trouble
from services.intake.bodies import ConsultationOriginIn, ConsultationReceipt
from services.liaison.bodies import WordsIn
from services.projections.answers import ConsultationRow


async def play_consultation(api: Api, contact: ConsultationContact) -> Outcome:
    """Ask, answer if it was answered that night, and refer if that came of it. Raises Trouble."""
    body = contact.consultation
    asked = await api.ask(contact.client, "POST", "/intake/v1/consultations", sent(body), key=key_of(contact.client, body))
    receipt = ConsultationReceipt.model_validate(asked.body)
    taken, answered = 0, (await _row(api, JOUR, receipt)).answered_at is not None
    if contact.answer and not answered:
        await _talk(api, contact, receipt)
        taken, answered = 1, True
    itself = Played(receipt.id, receipt.receipt_code, State.ANSWERED if answered else State.ASKED)
    if not (contact.becomes and answered):
        return Outcome((itself,), taken, asked.recorded)
    became = await play_referral(api, await _with_advice(api, contact, contact.becomes, receipt))
    return Outcome((itself, *became.played), taken + became.new + became.taken, asked.recorded)


async def _row(api: Api, client: str, receipt: ConsultationReceipt) -> ConsultationRow:
    """The consultation as it stands with the machine's unit. Raises Trouble."""

    async def find() -> ConsultationRow | None:
        before = (receipt.requested_at + timedelta(microseconds=1)).isoformat()
        found = await api.ask(client, "GET", f"/projections/v1/consultations?{urlencode({'before': before, 'limit': PAGE})}")
        return next((row for row in map(ConsultationRow.model_validate, found.body) if row.consultation == receipt.id), None)

    return await come(f"the consultation {receipt.receipt_code}", find)


async def _talk(api: Api, contact: ConsultationContact, receipt: ConsultationReceipt) -> None:
    """Socialjouren opens and reads it, asks back if it wants to know more, and answers. Each under its own key: twice is once."""

    async def does(client: str, what: str, body: Model | None = None) -> None:
        key = key_of(client, body) if body else None
        await api.ask(client, "POST", f"/liaison/v1/consultations/{receipt.id}/{what}", sent(body) if body else None, key=key)

    async def opens() -> None:
        await does(JOUR, "openings")
        await _read(api, JOUR, receipt)

    await opens()
    if contact.asks_back:
        await does(JOUR, "counter-questions", WordsIn(text=contact.asks_back))
        await does(contact.client, "questions", WordsIn(text=contact.asks_again))
        await opens()
    await does(JOUR, "answers", contact.answer)


async def _read(api: Api, client: str, receipt: ConsultationReceipt) -> None:
    """A reading that stands in the log."""
    await api.ask(client, "GET", f"/projections/v1/consultations/{receipt.id}?{urlencode({'purpose': Purpose.ADVICE})}")


async def _with_advice(api: Api, contact: ConsultationContact, becomes: ReferralContact, receipt: ConsultationReceipt) -> ReferralContact:
    """The referral with the first answer, which whoever asked reads before making it: the same however much is said afterwards."""
    row, answer = await _row(api, contact.client, receipt), contact.answer
    if row.first_answered_at is None or answer is None:
        raise Trouble(f"there is no answer to {receipt.receipt_code} that a referral could carry")
    if row.became_referral_at is None:
        await _read(api, contact.client, receipt)
    given = GivenAdvice(advice=answer.advice, text=answer.text, condition=answer.condition, answered_at=row.first_answered_at)
    origin = ConsultationOriginIn(id=receipt.id, advised=(given,))
    return replace(becomes, referral=becomes.referral.model_copy(update={"consultation": origin}))
