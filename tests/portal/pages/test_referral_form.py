"""What a person wrote in the referral form, as the hub takes it, and what is said beside which field."""

import pytest
from starlette.datastructures import FormData

from services.portal.hub import HubRefused
from services.portal.language import Language
from services.portal.pages.problems import beside, spoken
from services.portal.pages.referral_form import EMPTY_CHILD, NO_AGE, SENT_ALREADY, ChildFields, ReferralForm, checks, place_of, written
from services.portal.refusals import REFUSALS

EMPTY = {"child-1-kind": "personal_identity_number", "child-1-number": "", "child-1-name": "", "child-1-age": "", "worry": ""}


def test_a_form_with_a_worry_and_a_name_says_nothing_more() -> None:
    form = written(FormData({**EMPTY, "child-1-name": " Test ", "worry": "Skrik\r\ni natt", "recipient": "socialjouren-jour"}))
    assert form.body() == {
        "recipient": "socialjouren-jour",
        "children": [{"kind": "unknown", "name": "Test"}],
        "worry": "Skrik\ni natt",
        "categories": [],
        "immediateDanger": False,
        "feedbackRequested": False,
    }


def test_everything_written_reaches_the_hub() -> None:
    sent = FormData(
        [
            ("idempotency_key", "k"),
            ("danger", "yes"),
            ("child-1-kind", "personal_identity_number"),
            ("child-1-number", "200510162381"),
            ("child-2-kind", "unborn"),
            ("child-2-description", "Väntas i mars"),
            ("child-2-age", "0"),
            ("worry", "Slag"),
            ("categories", "violence_against_child"),
            ("categories", "other"),
            ("location", "Akuten"),
            ("informed", "no"),
            ("reason", "Rädsla"),
            ("feedback", "yes"),
            ("recipient", "farsta-mottagning"),
        ]
    )
    form = written(sent)
    assert form.key == "k"
    assert form.problems() == ()
    assert form.body() == {
        "recipient": "farsta-mottagning",
        "children": [
            {"kind": "personal_identity_number", "number": "200510162381"},
            {"kind": "unborn", "description": "Väntas i mars", "ageYears": 0},
        ],
        "worry": "Slag",
        "categories": ["violence_against_child", "other"],
        "immediateDanger": True,
        "feedbackRequested": True,
        "childLocation": "Akuten",
        "guardiansInformed": False,
        "notInformedReason": "Rädsla",
    }


def test_a_new_form_wishes_feedback_and_two_forms_have_two_keys() -> None:
    assert ReferralForm().feedback
    assert ReferralForm().key != ReferralForm().key


def test_children_are_added_and_taken_away_and_one_always_stays() -> None:
    one = ReferralForm(children=(ChildFields(name="A"),))
    two = one.rearranged("child", None)
    assert [child.name for child in two.children] == ["A", ""]
    assert [child.name for child in two.rearranged(None, "1").children] == [""]
    assert one.rearranged(None, "1") == one
    assert one.rearranged(None, "nonsense") == one
    assert len(ReferralForm(children=(ChildFields(),) * 20).rearranged("child", None).children) == 20


def test_a_further_child_of_which_nothing_is_said_and_an_age_that_is_none_are_pointed_out() -> None:
    form = ReferralForm(children=(ChildFields(name="A", age="tre"), ChildFields()))
    assert form.problems() == (("child-1-age", NO_AGE), ("child-2-name", EMPTY_CHILD))
    assert ReferralForm().problems() == ()


@pytest.mark.parametrize(
    ("code", "fields", "problems"),
    [
        ("no-worry", (), (("worry", REFUSALS["no-worry"]),)),
        ("no-child", (), (("child-2-name", REFUSALS["no-child"]),)),
        ("unknown-unit", (), (("recipient", REFUSALS["unknown-unit"]),)),
        ("key-reused", (), (("send", SENT_ALREADY),)),
        ("malformed", ("body.children.1.ageYears",), (("child-2-age", REFUSALS["malformed"]),)),
        ("malformed", ("body.childLocation", "body.worry"), (("location", REFUSALS["malformed"]), ("worry", REFUSALS["malformed"]))),
        ("conflict", (), (("send", REFUSALS["conflict"]),)),
    ],
)
def test_a_refusal_stands_beside_its_field(code: str, fields: tuple[str, ...], problems: tuple[tuple[str, str], ...]) -> None:
    form = ReferralForm(children=(ChildFields(name="A"), ChildFields()))
    assert form.refused(HubRefused(code, "detail", fields)) == problems


def test_what_the_hub_means_is_found_on_the_page() -> None:
    assert place_of("body.children.0.number") == "child-1-number"
    assert place_of("body.children") == "children"
    assert place_of("header.idempotency-key") == "send"


def test_a_field_says_its_first_problem_and_the_others_nothing() -> None:
    said = beside([("worry", "first"), ("worry", "second")])
    assert said["worry"] == "first"
    assert not said["name"]
    assert spoken([("worry", REFUSALS["no-worry"])], Language.EN) == [("worry", REFUSALS["no-worry"])]


def test_a_receipts_address_says_places_and_nothing_else() -> None:
    assert checks([True, False, True]) == "1,3"
    assert checks([False]) == ""
