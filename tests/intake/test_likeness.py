"""A child is known again by its number, a text by its words; a digest tells neither."""

from dataclasses import replace
from uuid import UUID

import pytest

from contracts.agencies import AgencyKind
from contracts.referral import AgeBand, Child, IdentityKind
from contracts.told import Told
from services.intake.likeness import KnowingAgain, NoSecret
from services.intake.referral import Report, Route
from tests.liaison.cases import NIGHT

KNOWING, OTHER_HUB = KnowingAgain("a secret that nobody tells anybody"), KnowingAgain("another hub's secret, as long as ours")
PIN, COORDINATION, RESERVE = IdentityKind.PERSONAL_IDENTITY_NUMBER, IdentityKind.COORDINATION_NUMBER, IdentityKind.RESERVE_NUMBER


def child(number: str | None, kind: IdentityKind = PIN) -> Child:
    return Child(kind=kind, number=number, name="Provbarn")


@pytest.mark.parametrize("written", ["200512312398", "20051231-2398", "051231-2398", "0512312398", " 051231-2398 "])
def test_a_number_is_the_same_however_it_is_written(written: str) -> None:
    assert KNOWING.child_key(child(written)) == KNOWING.child_key(child("200512312398")) is not None
    assert KNOWING.child_key(child(written, COORDINATION)) == KNOWING.child_key(child(written)), "the kind may be chosen wrongly"


@pytest.mark.parametrize("unsure", [None, "", "20051231", "051231", "200512312399", "inte känt"])
def test_what_is_no_whole_number_knows_nobody_again(unsure: str | None) -> None:
    assert KNOWING.child_key(child(unsure)) is None


def test_a_reserve_number_is_known_again_when_it_is_whole_and_is_nobodys_identity_number() -> None:
    assert KNOWING.child_key(child("99 198100-0010", RESERVE)) == KNOWING.child_key(child("991981000010", RESERVE)) is not None
    assert KNOWING.child_key(child("991981", RESERVE)) is None
    assert KNOWING.child_key(child("200512312398", RESERVE)) != KNOWING.child_key(child("200512312398"))


@pytest.mark.parametrize("kind", [IdentityKind.UNKNOWN, IdentityKind.UNBORN])
def test_a_child_without_a_number_of_its_own_is_not_known_again(kind: IdentityKind) -> None:
    assert KNOWING.child_key(child("200512312398", kind)) is None


def test_without_the_hubs_secret_a_digest_can_be_made_by_nobody() -> None:
    assert KNOWING.child_key(child("200512312398")) != OTHER_HUB.child_key(child("200512312398"))
    assert b"200512312398" not in (KNOWING.child_key(child("200512312398")) or b"")
    for weak in ("", "kort"):
        with pytest.raises(NoSecret):
            KnowingAgain(weak)


def test_the_same_words_of_one_unit_about_the_same_child_of_a_referral_are_known_again() -> None:
    key = KNOWING.text_key("lpo-farsta", "Skrik  från lägenheten.\r\nDörren var öppen.", 0)
    assert key == KNOWING.text_key("lpo-farsta", "skrik från lägenheten. dörren var öppen.", 0)
    assert key != KNOWING.text_key("lpo-farsta", "Skrik från lägenheten.", 0)
    assert key != KNOWING.text_key("lpo-norrmalm", "Skrik från lägenheten. Dörren var öppen.", 0)
    assert key != KNOWING.text_key("lpo-farsta", "Skrik från lägenheten. Dörren var öppen.", 1), "brothers and sisters share their words"


REPORTED = Report(
    children=(child("200512312398"), child(None), child("200510162381")),
    bands=(AgeBand.UNKNOWN,) * 3,
    told=Told(worry="Skrik från lägenheten.", seen_heard="Dörren var öppen.", reporter_phone="070-174 06 05"),
    categories=(),
    immediate_danger=False,
    feedback_requested=False,
    reporter_name="",
)
STREAMS = [UUID(int=number) for number in range(3)]
DOOR = Route(
    AgencyKind.PRIVATE, "privatpersoner", "privatpersoner", AgencyKind.SOCIALJOUR, "socialjouren", "socialjouren-jour", mandated=False
)


def test_a_referral_is_known_again_by_its_children_and_by_every_word_of_worry() -> None:
    known = KNOWING.likenesses(STREAMS, REPORTED, DOOR, NIGHT)
    assert [each.child_key for each in known] == [KNOWING.child_key(each) for each in REPORTED.children]
    assert [each.text_key for each in known] == [KNOWING.text_key("privatpersoner", REPORTED.told.worries, place) for place in range(3)]
    reached = replace(REPORTED, told=REPORTED.told.model_copy(update={"reporter_phone": None}))
    assert KNOWING.likenesses(STREAMS, reached, DOOR, NIGHT) == known, "how somebody is reached is no word of worry"
    seen = replace(REPORTED, told=REPORTED.told.model_copy(update={"seen_heard": "Dörren var stängd."}))
    assert {each.text_key for each in KNOWING.likenesses(STREAMS, seen, DOOR, NIGHT)}.isdisjoint({each.text_key for each in known})


def test_what_a_private_person_tells_is_known_again_by_its_children_alone() -> None:
    known = KNOWING.children_alone(STREAMS, REPORTED, DOOR, NIGHT)
    assert [(each.stream, each.child_key) for each in known] == [
        (STREAMS[place], KNOWING.child_key(REPORTED.children[place])) for place in (0, 2)
    ]
    assert {each.text_key for each in known} == {None}
    other = replace(REPORTED, told=Told(worry="Andra ord."), reporter_name="Någon annan")
    assert KNOWING.children_alone(STREAMS, other, DOOR, NIGHT) == known, "nothing of who wrote, or of how, is there"


def test_words_are_not_moved_from_one_part_to_another() -> None:
    assert KNOWING.text_key("a", "b c", 0) != KNOWING.text_key("a b", "c", 0)
    assert UUID(int=0).bytes != KNOWING.text_key("a", "b", 0)[:16]
