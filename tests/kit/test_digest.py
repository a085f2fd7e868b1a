"""One key, one request: the digest that tells whether a repeated request says the same."""

from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as some

from services.kit.commands import digest
from services.kit.web import agency_stream, canonical

KEY = UUID("6f6a3c1e-7d0b-4b52-9a53-0a7a2b6f1c11")
Bodies = some.dictionaries(some.text(), some.none() | some.booleans() | some.integers() | some.text() | some.lists(some.text()))


def test_the_order_of_fields_does_not_matter() -> None:
    assert canonical({"b": 1, "a": {"d": 2, "c": "å"}}) == canonical({"a": {"c": "å", "d": 2}, "b": 1})
    assert canonical({"a": "å", "b": None}) == '{"a":"å","b":null}'.encode()


@given(Bodies, Bodies)
def test_two_bodies_have_one_digest_only_when_they_say_the_same(one: dict[str, object], other: dict[str, object]) -> None:
    same = digest(KEY, canonical(one)) == digest(KEY, canonical(other))
    assert same == (canonical(one) == canonical(other))


def test_a_digest_says_nothing_without_its_key() -> None:
    assert digest(KEY, b"body") != digest(uuid4(), b"body")
    assert len(digest(KEY, b"body")) == 64


def test_the_same_key_is_another_stream_for_another_agency() -> None:
    assert agency_stream("polisen", KEY, "referral") == agency_stream("polisen", KEY, "referral")
    assert agency_stream("polisen", KEY, "referral") != agency_stream("skolan", KEY, "referral")
    assert agency_stream("polisen", KEY, "referral") != agency_stream("polisen", KEY, "consultation")
