"""What a person wrote in the referral form, as the hub takes it, and what is said beside which field."""

import pytest
from starlette.datastructures import FormData, UploadFile

from contracts.model import Model
from contracts.referral import Child
from contracts.told import Guardian, Told
from services.intake.bodies import PrivateReferralIn, ReferralIn
from services.portal.hub import HubRefused
from services.portal.language import Language
from services.portal.pages.child_fields import FIELDS, NO_AGE, NO_DAY, ChildFields
from services.portal.pages.guardian_fields import GuardianFields
from services.portal.pages.problems import beside, spoken
from services.portal.pages.referral_form import (
    ANSWERS,
    EMPTY_CHILD,
    OF_GUARDIAN,
    SECTIONS,
    SENT_ALREADY,
    TEXTS,
    ReferralForm,
    checks,
    place_of,
    written,
)
from services.portal.refusals import REFUSALS

EMPTY = {"child-1-kind": "personal_identity_number", "child-1-number": "", "child-1-name": "", "child-1-age": "", "worry": ""}
FULL: list[tuple[str, str | UploadFile]] = [
    ("idempotency_key", "k"),
    ("danger", "yes"),
    ("child-1-kind", "personal_identity_number"),
    ("child-1-number", "200510162381"),
    ("child-1-sex", "girl"),
    ("child-1-school", "Testskolan"),
    ("child-1-protection", "confidentiality_mark"),
    ("child-2-kind", "unborn"),
    ("child-2-pregnant", "Moa"),
    ("child-2-expected", "2027-03-14"),
    ("child-2-protection", "none"),
    ("worry", "Slag"),
    ("words", "Jag vill inte hem"),
    ("categories", "violence_against_child"),
    ("categories", "other"),
    ("location", "Akuten"),
    ("guardian-1-name", "Nils"),
    ("guardian-1-informed", "no"),
    ("guardian-1-reason", "Rädsla"),
    ("guardian-2-name", ""),
    ("interpreter", "yes"),
    ("language", "Somaliska"),
    ("meeting", "no"),
    ("feedback", "yes"),
    ("recipient", "farsta-mottagning"),
]


def names_of(model: type[Model]) -> set[str]:
    """Its fields' names in JSON."""
    return {field.alias or name for name, field in model.model_fields.items()}


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
    form = written(FormData(FULL))
    assert form.key == "k"
    assert form.problems() == ()
    assert form.body() == {
        "recipient": "farsta-mottagning",
        "children": [
            {
                "kind": "personal_identity_number",
                "number": "200510162381",
                "sex": "girl",
                "school": "Testskolan",
                "protection": "confidentiality_mark",
            },
            {"kind": "unborn", "pregnantPerson": "Moa", "expectedBirth": "2027-03-14"},
        ],
        "worry": "Slag",
        "childWords": "Jag vill inte hem",
        "categories": ["violence_against_child", "other"],
        "immediateDanger": True,
        "feedbackRequested": True,
        "childLocation": "Akuten",
        "knownGuardians": [{"name": "Nils", "informed": False, "notInformedReason": "Rädsla"}],
        "interpreterNeeded": True,
        "interpreterLanguage": "Somaliska",
        "meetingWished": False,
    }
    assert ReferralIn.model_validate(form.body()).child_words == "Jag vill inte hem"


def test_the_form_asks_for_everything_that_the_hub_takes() -> None:
    older = {"guardians", "guardiansInformed", "notInformedReason", "knownGuardians"}  # one text for all: what is asked is each by itself
    assert {*TEXTS.values(), *ANSWERS.values()} - {"reporterName"} == names_of(Told) - older
    assert set(FIELDS.values()) == names_of(Child)
    assert set(OF_GUARDIAN) == names_of(Guardian)


def test_a_private_persons_name_goes_with_what_they_tell_and_never_with_an_agencys_referral() -> None:
    form = written(FormData({**EMPTY, "child-1-name": "Test", "worry": "Skrik", "reporter_name": "Moa", "role": "Granne"}))
    assert PrivateReferralIn.model_validate(form.told()).reporter_name == "Moa"
    assert "reporterName" not in form.body()


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


def test_a_further_child_of_which_nothing_is_said_an_age_and_a_day_that_are_none_are_pointed_out() -> None:
    form = ReferralForm(children=(ChildFields(name="A", age="tre", expected="i mars"), ChildFields()))
    assert form.problems() == (("child-1-age", NO_AGE), ("child-1-expected", NO_DAY), ("child-2-name", EMPTY_CHILD))
    assert ReferralForm().problems() == ()
    assert ReferralForm(children=(ChildFields(age="²"),)).problems() == (("child-1-age", NO_AGE),)


def test_a_section_stands_open_where_something_is_written_or_wrong_and_nowhere_else() -> None:
    assert written(FormData(EMPTY)).open() == set()
    assert written(FormData(FULL)).open() == {"known", "family", "meeting"}
    assert written(FormData(EMPTY)).open((("guardian-2-contact", "x"), ("role", "x"), ("worry", "x"))) == {"family", "reporter"}
    assert set().union(*SECTIONS.values()) <= {*TEXTS, *ANSWERS, "guardian"}


def test_a_guardian_of_whom_nothing_is_said_is_none() -> None:
    assert GuardianFields().blank
    assert not GuardianFields(informed="no").blank


@pytest.mark.parametrize(
    ("code", "fields", "problems"),
    [
        ("no-worry", (), (("worry", REFUSALS["no-worry"]),)),
        ("no-child", (), (("child-2-name", REFUSALS["no-child"]),)),
        ("unknown-unit", (), (("recipient", REFUSALS["unknown-unit"]),)),
        ("key-reused", (), (("send", SENT_ALREADY),)),
        ("malformed", ("body.children.1.ageYears",), (("child-2-age", REFUSALS["malformed"]),)),
        ("malformed", ("body.childLocation", "body.worry"), (("location", REFUSALS["malformed"]), ("worry", REFUSALS["malformed"]))),
        ("malformed", ("body.knownGuardians.1.contact",), (("guardian-2-contact", REFUSALS["malformed"]),)),
        ("conflict", (), (("send", REFUSALS["conflict"]),)),
    ],
)
def test_a_refusal_stands_beside_its_field(code: str, fields: tuple[str, ...], problems: tuple[tuple[str, str], ...]) -> None:
    form = ReferralForm(children=(ChildFields(name="A"), ChildFields()))
    assert form.refused(HubRefused(code, "detail", fields)) == problems


def test_when_every_child_has_something_but_nothing_that_may_be_stored_the_first_one_is_pointed_at() -> None:
    form = ReferralForm(children=(ChildFields(school="Testskolan", protection="protected_registration"),))
    assert form.refused(HubRefused("no-child", "detail")) == (("child-1-name", REFUSALS["no-child"]),)


def test_what_the_hub_means_is_found_on_the_page() -> None:
    assert place_of("body.children.0.number") == "child-1-number"
    assert place_of("body.children.0.expectedBirth") == "child-1-expected"
    assert place_of("body.children") == "children"
    assert place_of("body.interpreterLanguage") == "language"
    assert place_of("header.idempotency-key") == "send"


def test_a_field_says_its_first_problem_and_the_others_nothing() -> None:
    said = beside([("worry", "first"), ("worry", "second")])
    assert said["worry"] == "first"
    assert not said["name"]
    assert spoken([("worry", REFUSALS["no-worry"])], Language.EN) == [("worry", REFUSALS["no-worry"])]


def test_the_receipts_address_says_which_children_and_no_more() -> None:
    assert checks([False, True, True]) == "2,3"
    assert checks([False]) == ""
