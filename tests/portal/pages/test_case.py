"""A case: its history in order, what a unit may see of it, and where a refusal stands."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from contracts.agencies import AgencyKind
from contracts.feedback import LawfulFact
from contracts.referral import AgeBand, Category, Child, IdentityKind, ReferralContent, ReferralReceived
from services.portal.hub import HubRefused
from services.portal.pages.board_row import Relation
from services.portal.pages.case_file import case_file, feedback_state
from services.portal.pages.case_forms import place_of
from services.portal.pages.decision_forms import ALL_ACTS, as_written
from tests.portal.pages.rows import NIGHT, REFERRAL, assessed

LATER = (NIGHT + timedelta(minutes=5)).isoformat()
LATEST = (NIGHT + timedelta(minutes=9)).isoformat()


def received(**changed: Any) -> ReferralReceived:
    known: dict[str, Any] = {
        "submission": REFERRAL,
        "receipt_code": "K7Q2-FX9M",
        "reference": "K7Q2-FX9M",
        "siblings": 0,
        "from_kind": AgencyKind.POLICE,
        "from_agency": "polisen",
        "from_unit": "lpo-farsta",
        "to_kind": AgencyKind.SOCIALJOUR,
        "to_agency": "socialjouren",
        "to_unit": "socialjouren-jour",
        "mandated": True,
        "categories": (Category.NEGLECT,),
        "immediate_danger": False,
        "age_band": AgeBand.AGE_4_6,
        "feedback_requested": True,
        "received_at": NIGHT,
        "content": ReferralContent(child=Child(kind=IdentityKind.UNKNOWN, name="Alva"), worry="Ensam hemma.", reporter_name="Polis"),
    }
    return ReferralReceived(**(known | changed))


def entry(event: str, data: dict[str, Any], *, readable: bool = True) -> dict[str, Any]:
    return {"id": str(uuid4()), "event": event, "recordedAt": LATER, "unit": "socialjouren-jour", "readable": readable, "data": data}


RECEIVED = entry("ReferralReceived", received().model_dump(mode="json", by_alias=True))
ASSESSED = {
    "needsImmediateProtection": True,
    "assessedAt": LATER,
    "unit": "socialjouren-jour",
    "due": {"due": LATER, "rule": "immediate-safety-assessment", "section": "SoL 2025:400 20 kap. 1 §"},
    "content": {"reasons": "Far är kvar."},
}
OFFERED = {"toUnit": "farsta-mottagning", "offeredAt": LATEST, "content": {"message": "Hos mormor i natt."}}


def test_the_history_is_in_the_order_in_which_it_happened() -> None:
    file = case_file(assessed(), [entry("HandoverOffered", OFFERED), entry("ImmediateSafetyAssessed", ASSESSED), RECEIVED])
    assert [(each.what, each.text) for each in file.history] == [
        ("Came in from %(unit)s", None),
        ("Opened by a person", None),
        ("Assessed: needs immediate protection", "Far är kvar."),
        ("Offered to %(unit)s", "Hos mormor i natt."),
    ]
    assert file.content is not None
    assert file.content.child.name == "Alva"


def test_a_refusal_shows_its_reason_and_a_decision_its_fact() -> None:
    refused = {"byUnit": "farsta-mottagning", "refusedAt": LATER, "content": {"reason": "Bor i Bromma."}}
    decided = {"unit": "bromma-mottagning", "decidedAt": LATEST, "content": {"reasons": "Skäl."}}
    file = case_file(assessed(), [entry("HandoverRefused", refused), entry("InvestigationDeclined", decided)])
    assert [(each.what, each.unit, each.text, each.fact) for each in file.history[2:]] == [
        ("%(unit)s said no", "farsta-mottagning", "Bor i Bromma.", None),
        ("Decided by %(unit)s", "bromma-mottagning", "Skäl.", "No investigation has been opened"),
    ]


def test_what_was_taken_back_and_what_nobody_answered_stand_in_the_history() -> None:
    withdrawn = {"toUnit": "farsta-mottagning", "withdrawnAt": LATEST, "content": {"reason": "Fel stadsdel."}}
    row = assessed(offer_stalled_at=NIGHT + timedelta(hours=5))
    file = case_file(row, [entry("HandoverWithdrawn", withdrawn)])
    assert [(each.what, each.text) for each in file.history[2:]] == [
        ("The offer to %(unit)s was taken back", "Fel stadsdel."),
        ("Nobody had answered the offer when the office opened", None),
    ]


def test_the_last_refusal_is_at_hand_as_long_as_it_holds() -> None:
    said = [{"byUnit": "farsta-mottagning", "refusedAt": LATER, "content": {"reason": reason}} for reason in ("Nej.", "Nej igen.")]
    entries = [entry("HandoverRefused", each) for each in said]
    assert case_file(assessed(refused_by="farsta-mottagning", refused_at=NIGHT), entries).refusal == "Nej igen."
    assert case_file(assessed(), entries).refusal is None


def test_who_is_offered_a_case_reads_the_message_and_nothing_else() -> None:
    file = case_file(assessed(relation=Relation.OFFERED), [entry("HandoverOffered", OFFERED)])
    assert (file.received, file.content, file.message) == (None, None, "Hos mormor i natt.")


def test_what_is_destroyed_is_not_shown() -> None:
    sealed = received().model_dump(mode="json", by_alias=True) | {"content": {"audience": "reporter", "sealed": "AAAA"}}
    file = case_file(assessed(), [entry("ReferralReceived", sealed, readable=False)])
    assert file.received is not None
    assert file.content is None


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (received(), "by itself when the decision is made"),
        (received(feedback_requested=False), "did not ask for it"),
        (received(mandated=False), "not under the duty"),
    ],
)
def test_the_page_says_what_becomes_of_the_feedback(given: ReferralReceived, words: str) -> None:
    assert words in (feedback_state(assessed(), given) or "")


def test_nothing_is_said_of_feedback_that_has_gone_out_or_of_a_case_that_is_only_offered() -> None:
    sent = assessed(decision=LawfulFact.INVESTIGATION_OPENED, feedback_sent_at=datetime(2026, 11, 23, tzinfo=UTC))
    assert feedback_state(sent, received()) is None
    assert feedback_state(assessed(), None) is None


def test_a_form_says_what_must_be_chosen_before_anything_is_sent() -> None:
    assert [name for name, _ in ALL_ACTS["assess"].problems({"reasons": "x"})] == ["needs_protection"]
    assert ALL_ACTS["assess"].problems({"needs_protection": "no"}) == ()
    assert ALL_ACTS["assess"].body({"needs_protection": "no", "reasons": "Trygg."}) == {
        "needsImmediateProtection": False,
        "reasons": "Trygg.",
    }
    assert ALL_ACTS["accept"].body({"stray": "x"}) == {}


def test_what_was_written_comes_back() -> None:
    assert as_written({"reasons": "Lång text", "stray": "x"})["reasons"] == "Lång text"
    assert "stray" not in as_written({"stray": "x"})


@pytest.mark.parametrize(("code", "field"), [("no-reasons", "reasons"), ("own-unit", "to_unit"), ("conflict", "step")])
def test_a_refusal_stands_beside_its_field_or_before_the_step(code: str, field: str) -> None:
    ((place, words),) = place_of(HubRefused(code, "English."))
    assert place == field
    assert words != "English."
