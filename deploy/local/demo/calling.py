"""Plays a call to the scene of the night: called, answered, worked with, made a referral about its children, closed."""

from collections.abc import Sequence
from dataclasses import replace

from deploy.local.api import Api, HubRefused
from deploy.local.demo.asking import JOUR, key_of, sent
from deploy.local.demo.play import play_referral
from deploy.local.demo.scene_steps import Called, SceneStep, scene_row
from deploy.local.demo.standing import CALLED, Outcome, Played
from deploy.local.demo.story import ReferralContact, SceneContact
from services.intake.bodies import SceneOriginIn, SceneReceipt


async def play_call(api: Api, contact: SceneContact) -> Outcome:
    """Call, take the steps, refer, end it. Raises Trouble."""
    body = contact.call
    answer = await api.ask(contact.client, "POST", "/intake/v1/scene-calls", sent(body), key=key_of(contact.client, body))
    receipt = SceneReceipt.model_validate(answer.body)
    called = Called(contact.client, receipt.id, receipt.receipt_code, receipt.requested_at)
    taken = await _take_steps(api, contact.steps, called, new=answer.recorded)
    played: tuple[Played, ...] = ()
    if contact.becomes:
        became = await play_referral(api, _from_scene(contact.becomes, called))
        played, taken = became.played, taken + became.new + became.taken
    taken += await _take_steps(api, contact.ending, called, new=answer.recorded)
    itself = Played(called.scene, called.code, CALLED[(await scene_row(api, JOUR, called)).queue])
    return Outcome((itself, *played), taken, answer.recorded)


async def _take_steps(api: Api, steps: Sequence[SceneStep], called: Called, *, new: bool) -> int:
    taken = 0
    for step in steps:
        try:
            taken += await step.take(api, called)
        except HubRefused:
            if new:
                raise
            return taken  # somebody has worked with it since the night was last played: it is theirs now
    return taken


def _from_scene(contact: ReferralContact, called: Called) -> ReferralContact:
    """The referral about the call's children, in the call's order."""
    origin = SceneOriginIn(call=called.scene, children=tuple(range(1, len(contact.referral.children) + 1)))
    return replace(contact, referral=contact.referral.model_copy(update={"scene": origin}))
