"""Receiving a referral: never refused for a missing field, one event a child, a code that can be read aloud."""

import re
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as some

from contracts.agencies import AgencyKind
from contracts.referral import AgeBand, Category, Child, IdentityKind, ReferralContent, ReferralReceived, referral_ids
from contracts.told import TELLING, Guardian, Told
from services.intake.identity_numbers import band_of, looks_wrong
from services.intake.referral import ALPHABET, NoChild, NoWorry, Report, Route, receipt_code, receive
from tests.liaison.cases import NIGHT

ROUTE = Route(AgencyKind.POLICE, "polisen", "lpo-farsta", AgencyKind.SOCIALJOUR, "socialjouren", "socialjouren-jour", mandated=True)
SUBMISSION = UUID("0c7b8a52-6a0e-4c1f-9d43-0f3f5a1b2c3d")
UNKNOWN = Child(kind=IdentityKind.UNKNOWN, description="Röd jacka, omkring tio år")
NUMBERED = Child(kind=IdentityKind.PERSONAL_IDENTITY_NUMBER, number="200510162381")


def report(*children: Child, worry: str = "Ensam hemma.", location: str | None = None, categories: tuple[Category, ...] = ()) -> Report:
    return Report(
        children=children,
        bands=[AgeBand.UNKNOWN for _ in children],
        told=Told(worry=worry, child_location=location),
        categories=categories,
        immediate_danger=False,
        feedback_requested=True,
        reporter_name="Polis i yttre tjänst",
    )


def test_the_same_report_is_the_same_events() -> None:
    first = receive(report(NUMBERED, UNKNOWN), ROUTE, SUBMISSION, NIGHT)
    assert receive(report(NUMBERED, UNKNOWN), ROUTE, SUBMISSION, NIGHT) == first
    assert referral_ids(SUBMISSION, 2) == referral_ids(SUBMISSION, 2)


def test_siblings_are_one_referral_each_and_linked() -> None:
    first, second = receive(report(NUMBERED, UNKNOWN), ROUTE, SUBMISSION, NIGHT)
    assert (first.submission, first.receipt_code, first.siblings) == (second.submission, second.receipt_code, 1)
    assert [first.reference, second.reference] == [f"{first.receipt_code}-1", f"{first.receipt_code}-2"]
    assert isinstance(first.content, ReferralContent)
    assert first.content.child == NUMBERED
    assert len(set(referral_ids(SUBMISSION, 2))) == 2


def test_one_child_has_the_code_as_its_reference() -> None:
    (only,) = receive(report(UNKNOWN), ROUTE, SUBMISSION, NIGHT)
    assert (only.reference, only.siblings, only.categories) == (only.receipt_code, 0, (Category.OTHER,))
    assert only.received_at == NIGHT


@pytest.mark.parametrize(
    ("child", "location"),
    [
        (Child(kind=IdentityKind.UNKNOWN, name="Provbarn"), None),
        (Child(kind=IdentityKind.UNKNOWN, description="Röd jacka"), None),
        (Child(kind=IdentityKind.UNKNOWN), "Farsta centrum"),
        (Child(kind=IdentityKind.UNBORN), "Farsta centrum"),
        (Child(kind=IdentityKind.PERSONAL_IDENTITY_NUMBER, number="fel nummer"), None),
    ],
)
def test_the_worry_and_some_way_to_find_the_child_are_enough(child: Child, location: str | None) -> None:
    assert len(receive(report(child, location=location), ROUTE, SUBMISSION, NIGHT)) == 1


def test_without_them_there_is_no_referral() -> None:
    with pytest.raises(NoWorry):
        receive(report(UNKNOWN, worry=""), ROUTE, SUBMISSION, NIGHT)
    with pytest.raises(NoChild):
        receive(report(), ROUTE, SUBMISSION, NIGHT)
    with pytest.raises(NoChild):
        receive(report(UNKNOWN, Child(kind=IdentityKind.UNKNOWN, name=" ")), ROUTE, SUBMISSION, NIGHT)


def test_nothing_in_clear_tells_who() -> None:
    (event,) = receive(report(NUMBERED), ROUTE, SUBMISSION, NIGHT)
    assert isinstance(event, ReferralReceived)
    clear = event.model_dump_json(exclude={"content"})
    assert not [word for word in ("20051016", "Ensam", "Polis i yttre") if word in clear]


@given(some.uuids())
def test_a_receipt_code_can_be_read_aloud(submission: UUID) -> None:
    code = receipt_code(submission)
    assert re.fullmatch(rf"[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}", code)
    assert not set("ILOU") & set(code)
    assert receipt_code(submission) == code


def test_receipt_codes_differ() -> None:
    assert len({receipt_code(uuid4()) for _ in range(2000)}) == 2000


@pytest.mark.parametrize("told", [Told(seen_heard="Skrik."), Told(child_words="Jag vill inte hem."), Told(told_by_others="Granne.")])
def test_a_worry_is_a_worry_wherever_on_the_form_it_is_written(told: Told) -> None:
    (event,) = receive(replace(report(UNKNOWN), told=told), ROUTE, SUBMISSION, NIGHT)
    assert isinstance(event.content, ReferralContent)
    assert Told(**{name: getattr(event.content, name) for name in TELLING}) == told


def test_everything_that_is_told_stands_in_every_childs_referral_as_it_was_told() -> None:
    words: dict[str, Any] = {name: f"ord {name}" for name, field in Told.model_fields.items() if field.annotation in {str, str | None}}
    told = Told(**words, known_guardians=(Guardian(name="Moa", informed=False),), meeting_wished=True)
    for event in receive(replace(report(NUMBERED, UNKNOWN), told=told), ROUTE, SUBMISSION, NIGHT):
        assert isinstance(event.content, ReferralContent)
        assert Told(**{name: getattr(event.content, name) for name in TELLING}) == told


@pytest.mark.parametrize("known", ["place", "address", "phone", "school", "pregnant_person"])
def test_whatever_helps_to_find_the_child_is_enough(known: str) -> None:
    child = Child.model_validate({"kind": "unknown", known: "Testgatan"})
    assert len(receive(report(child), ROUTE, SUBMISSION, NIGHT)) == 1


RESERVE = ["991981000010", "991945000023", "991993000032", "992004391013", "992006337279", "992008323277"]
"""Published examples: three check from the fifth digit on, three from the third."""


@pytest.mark.parametrize(
    ("number", "wrong"),
    [
        *((number, False) for number in RESERVE),
        *((f"{number[:-1]}{(int(number[-1]) + 1) % 10}", True) for number in RESERVE),
        ("19811010A01B", False),
        ("99198100001", False),
        ("", False),
        (None, False),
    ],
)
def test_a_reserve_number_is_warned_of_only_where_its_rule_is_known_and_broken(number: str | None, wrong: bool) -> None:
    assert looks_wrong(Child(kind=IdentityKind.RESERVE_NUMBER, number=number)) is wrong


TEST_NUMBERS = ["199006022397", "200304302383", "200510162381", "200512312398", "200001052380"]


@pytest.mark.parametrize("number", [*TEST_NUMBERS, *(f"{n[:8]}-{n[8:]}" for n in TEST_NUMBERS), *(n[2:] for n in TEST_NUMBERS)])
def test_a_right_number_looks_right(number: str) -> None:
    assert not looks_wrong(Child(kind=IdentityKind.PERSONAL_IDENTITY_NUMBER, number=number))
    assert looks_wrong(Child(kind=IdentityKind.COORDINATION_NUMBER, number=number))


@pytest.mark.parametrize("number", [None, "", "200510162382", "200513162381", "2005", "åäö", "20051016 2381", "0" * 12, "²" * 12])
def test_a_wrong_number_is_only_warned_of(number: str | None) -> None:
    child = Child(kind=IdentityKind.PERSONAL_IDENTITY_NUMBER, number=number, name="Provbarn")
    assert looks_wrong(child)
    assert band_of(child, NIGHT.date()) is AgeBand.UNKNOWN
    assert len(receive(report(child), ROUTE, SUBMISSION, NIGHT)) == 1


@given(some.text(max_size=40), some.sampled_from(IdentityKind))
def test_no_number_ever_stops_a_referral(number: str, kind: IdentityKind) -> None:
    child = Child(kind=kind, number=number, name="Provbarn")
    looks_wrong(child)
    assert band_of(child, NIGHT.date()) in AgeBand


@pytest.mark.parametrize(
    ("on", "band"),
    [
        ("2005-10-16", AgeBand.AGE_0_3),
        ("2017-10-15", AgeBand.AGE_10_11),
        ("2017-10-16", AgeBand.AGE_12),
        ("2018-10-16", AgeBand.AGE_13_14),
        ("2020-10-15", AgeBand.AGE_13_14),
        ("2020-10-16", AgeBand.AGE_15_17),
        ("2023-10-15", AgeBand.AGE_15_17),
        ("2023-10-16", AgeBand.ADULT),
    ],
)
def test_the_age_is_the_age_on_that_day(on: str, band: AgeBand) -> None:
    assert band_of(NUMBERED, date.fromisoformat(on)) is band


@pytest.mark.parametrize(
    ("years", "band"), [(0, AgeBand.AGE_0_3), (3, AgeBand.AGE_0_3), (4, AgeBand.AGE_4_6), (12, AgeBand.AGE_12), (18, AgeBand.ADULT)]
)
def test_without_a_number_the_stated_age_counts(years: int, band: AgeBand) -> None:
    assert band_of(Child(kind=IdentityKind.UNKNOWN, age_years=years), NIGHT.date()) is band
    assert band_of(Child(kind=IdentityKind.UNBORN, age_years=years), NIGHT.date()) is AgeBand.UNBORN
