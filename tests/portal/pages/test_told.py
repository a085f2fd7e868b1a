"""What was told, for whoever opens it: everything that is said and nothing that is not, and the additions with their times."""

from datetime import UTC, datetime
from typing import Any

from contracts.referral import AgeBand, Category, Child, IdentityKind, ReferralContent
from contracts.told import Guardian, Protection, Sex, Told
from services.portal.pages.told import ANONYMOUS, Fact, additions, parts, told_beforehand

LATER = "2026-11-22T03:12:00Z"
WORDS: dict[str, Any] = {
    name: f"ord {name}" for name, field in Told.model_fields.items() if field.annotation in {str, str | None} and name != "child_location"
}
PLACES: dict[str, Any] = {
    name: f"barn {name}" for name in ("description", "language", "place", "school", "address", "phone", "pregnant_person")
}
CHILD = Child(
    kind=IdentityKind.PERSONAL_IDENTITY_NUMBER,
    number="200510162381",
    name="Alva",
    age_years=4,
    sex=Sex.GIRL,
    protection=Protection.CONFIDENTIALITY_MARK,
    **PLACES,
)
EVERYTHING = ReferralContent(
    **WORDS,
    child=CHILD,
    child_location="Hos mormor",
    known_guardians=(Guardian(name="Moa", informed=True), Guardian(relation="far")),
    interpreter_needed=True,
    child_informed=False,
    meeting_wished=True,
    reporter_name="Test Polis",
)
LITTLE = ReferralContent(child=Child(kind=IdentityKind.UNKNOWN), worry="Skrik.", reporter_name="")


def shown(content: ReferralContent) -> list[str]:
    """Every word of the reporter's that is shown."""
    told = parts(content, AgeBand.AGE_4_6)
    return [*(part.lead for part in told if part.lead), *(fact.value for part in told for fact in part.facts if fact.value)]


def test_everything_that_was_told_is_shown() -> None:
    words = shown(EVERYTHING)
    assert {*WORDS.values(), "Hos mormor", "Moa", "far", "Test Polis", "Alva", "200510162381", "4"} <= set(words)
    assert {value for value in CHILD.model_dump().values() if isinstance(value, str) and value.startswith("barn ")} <= set(words)


def test_what_finds_the_child_is_always_there_and_the_rest_only_when_it_is_said() -> None:
    told = parts(LITTLE, AgeBand.AGE_4_6)
    assert [part.heading for part in told] == ["The child", "The worry", "The reporter"]
    assert [(fact.term, fact.value) for fact in told[0].facts] == [
        ("Name", None),
        ("Number", None),
        ("Age", None),
        ("Where the child is now", None),
    ]
    assert told[0].facts[2].word == "4–6 years"
    assert told[1].lead == "Skrik."
    assert told[2].facts == (Fact("Who", None, ANONYMOUS),)


def test_a_worry_that_stands_elsewhere_leaves_no_empty_part() -> None:
    told = parts(ReferralContent(child=CHILD, seen_heard="Skrik.", reporter_name="x"), AgeBand.AGE_4_6)
    assert told[1].lead is None
    assert [fact.value for fact in told[1].facts] == ["Skrik."]


def test_who_goes_there_learns_that_a_guardian_knows_when_it_is_about_violence() -> None:
    knows = ReferralContent(child=CHILD, worry="x", reporter_name="x", known_guardians=(Guardian(name="Moa"), Guardian(informed=True)))
    assert told_beforehand(knows, [Category.NEGLECT, Category.HONOUR_RELATED])
    assert told_beforehand(LITTLE.model_copy(update={"guardians_informed": True}), [Category.SEXUAL_ABUSE])
    assert not told_beforehand(knows, [Category.NEGLECT])
    assert not told_beforehand(LITTLE, [Category.VIOLENCE_AGAINST_CHILD])


def entry(event: str, content: dict[str, str]) -> dict[str, object]:
    data = {"submission": "0c7b8a52-6a0e-4c1f-9d43-0f3f5a1b2c3d", "supplement": 1, "immediateDanger": True, "supplementedAt": LATER}
    return {"event": event, "recordedAt": LATER, "unit": "lpo-farsta", "readable": True, "data": data | {"content": content}}


def test_additions_are_shown_with_their_time_and_who_made_them() -> None:
    (found,) = additions([entry("ReferralSupplemented", {"text": "Nytt.", "childLocation": "Akuten", "reporterName": "Test Polis"})])
    assert (found.text, found.child_location, found.by, found.unit) == ("Nytt.", "Akuten", "Test Polis", "lpo-farsta")
    assert found.at == datetime(2026, 11, 22, 3, 12, tzinfo=UTC)
    assert found.immediate_danger
    assert additions([entry("HandoverOffered", {})]) == []


def test_an_addition_whose_key_is_destroyed_is_still_known_to_have_come() -> None:
    (found,) = additions([entry("ReferralSupplemented", {"audience": "reporter", "sealed": "AAAA"})])
    assert (found.text, found.by, found.immediate_danger) == (None, None, True)
