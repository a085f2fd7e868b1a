"""A child is known again by its number, a text by its words; a digest tells neither."""

from uuid import UUID

import pytest

from contracts.referral import Child, IdentityKind
from services.intake.likeness import KnowingAgain, NoSecret

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


def test_words_are_not_moved_from_one_part_to_another() -> None:
    assert KNOWING.text_key("a", "b c", 0) != KNOWING.text_key("a b", "c", 0)
    assert UUID(int=0).bytes != KNOWING.text_key("a", "b", 0)[:16]
