"""One key, one request: the digest that tells whether a repeated request says the same."""

from datetime import datetime
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as some

from contracts.model import Model
from contracts.referral import Category, Child, IdentityKind
from services.intake.bodies import ReferralIn
from services.kit.commands import digest
from services.kit.web import agency_stream

KEY = UUID("6f6a3c1e-7d0b-4b52-9a53-0a7a2b6f1c11")


class Body(Model):
    """What somebody says."""

    words: str
    number: int = 0
    more: tuple[str, ...] = ()
    perhaps: str | None = None


Bodies = some.builds(Body, words=some.text(), number=some.integers(), more=some.tuples(some.text()), perhaps=some.none() | some.text())


class Grown(Model):
    """The same in a later version: its fields in another order, and more of them."""

    perhaps: str | None = None
    urgent: bool = False
    number: int = 0
    words: str
    kept: tuple[str, ...] = ("by itself",)
    more: tuple[str, ...] = ()


def test_a_later_version_of_the_body_knows_again_what_was_said_to_an_earlier_one() -> None:
    assert digest(KEY, Grown(words="å", number=1, more=("x",))) == digest(KEY, Body(words="å", number=1, more=("x",)))
    assert digest(KEY, Grown(words="å", urgent=True)) != digest(KEY, Body(words="å"))


def test_the_order_of_fields_does_not_matter_nor_does_what_is_left_empty() -> None:
    one, other = '{"words": "å", "number": 1}', '{"perhaps": null, "number": 1, "words": "å"}'
    assert digest(KEY, Body.model_validate_json(one)) == digest(KEY, Body.model_validate_json(other))


@given(Bodies, Bodies)
def test_two_bodies_have_one_digest_only_when_they_say_the_same(one: Body, other: Body) -> None:
    assert (digest(KEY, one) == digest(KEY, other)) == (one == other)


def test_a_digest_says_nothing_without_its_key() -> None:
    assert digest(KEY, Body(words="x")) != digest(uuid4(), Body(words="x"))
    assert len(digest(KEY, Body(words="x"))) == 64


def test_the_same_key_is_another_stream_for_another_agency() -> None:
    assert agency_stream("polisen", KEY, "referral") == agency_stream("polisen", KEY, "referral")
    assert agency_stream("polisen", KEY, "referral") != agency_stream("skolan", KEY, "referral")
    assert agency_stream("polisen", KEY, "referral") != agency_stream("polisen", KEY, "consultation")


def test_what_was_digested_once_is_recognised_for_ever() -> None:
    child = Child(kind=IdentityKind.UNKNOWN, name="Åsa", age_years=8)
    when = datetime.fromisoformat("2026-11-22T02:10:00+01:00")
    said = ReferralIn(children=(child,), worry='Ensam hemma, ropar "hjälp".', categories=(Category.NEGLECT,), occurred_at=when)
    assert digest(KEY, said) == "b437489767f6d1c2861575aae9e0971218ae6c97bad5718d4d4bbd2f797b2db8"
