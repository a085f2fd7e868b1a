"""The form for an addition: what it sends, and what it says beside which field."""

from starlette.datastructures import FormData

from services.intake.bodies import SupplementIn
from services.portal.hub import HubRefused
from services.portal.pages.supplement import ADDED_ALREADY, SupplementForm, written
from services.portal.refusals import REFUSALS

SENT = {"idempotency_key": "k", "text": " Nytt.\r\nMer. ", "location": "", "danger": "yes", "reference": "K7Q2-FX9M", "several": "yes"}


def test_what_is_written_reaches_intake_and_what_is_empty_stays_away() -> None:
    form = written(FormData(SENT))
    assert form.body() == {"text": "Nytt.\nMer.", "immediateDanger": True, "forSiblings": False}
    assert written(FormData({**SENT, "location": "Akuten", "siblings": "yes"})).body()["childLocation"] == "Akuten"
    assert SupplementIn.model_validate(form.body()).text == "Nytt.\nMer."


def test_the_form_knows_its_referral_when_the_hub_does_not_answer() -> None:
    form = written(FormData(SENT))
    assert (form.key, form.reference, form.several, form.sheltered) == ("k", "K7Q2-FX9M", True, False)


def test_a_refusal_stands_beside_its_field() -> None:
    form = SupplementForm()
    assert form.refused(HubRefused("nothing-added", "d")) == (("text", REFUSALS["nothing-added"]),)
    assert form.refused(HubRefused("key-reused", "d")) == (("send", ADDED_ALREADY),)
    assert form.refused(HubRefused("malformed", "d", ("body.childLocation",))) == (("location", REFUSALS["malformed"]),)
    assert form.refused(HubRefused("conflict", "d")) == (("send", REFUSALS["conflict"]),)
