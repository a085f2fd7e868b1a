"""A report, whatever stands in it: never refused for a number, one referral a child, codes and ids always the same and never shared."""

from datetime import datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as some

from contracts.referral import AgeBand, Child, IdentityKind, referral_ids
from contracts.told import Told
from services.intake.identity_numbers import band_of, looks_wrong
from services.intake.referral import NoChild, NoWorry, Report, Route, receipt_code, receive
from tests.properties.instances import instances
from tests.properties.outcome import outcome
from tests.properties.world import JOUR, MOMENTS, POLICE, WORDS

DIGITS = some.text("0123456789", max_size=14)
NUMBERS = some.none() | some.text(max_size=20) | DIGITS | some.text("0123456789-+ ²٣०é\x00", max_size=14)
DATED = some.builds(
    lambda day, sign, tail: f"{day:%Y%m%d}{sign}{tail}",
    some.dates(),
    some.sampled_from(("", "-", "+")),
    some.text("0123456789", min_size=4, max_size=4),
)
CHILDREN = some.builds(
    Child,
    kind=some.sampled_from(IdentityKind),
    number=NUMBERS | DATED,
    name=some.none() | WORDS,
    description=some.none() | WORDS,
    age_years=some.none() | some.integers(0, 25),
)
ROUTE = Route(POLICE.kind, POLICE.agency, POLICE.unit, JOUR.kind, JOUR.agency, JOUR.unit, mandated=True)


def report(children: list[Child], worry: str, location: str | None, bands: list[AgeBand]) -> Report:
    return Report(
        children=children,
        bands=bands,
        told=Told(worry=worry, child_location=location),
        categories=(),
        immediate_danger=False,
        feedback_requested=True,
        reporter_name="Polis i yttre tjänst",
    )


@given(CHILDREN, MOMENTS)
def test_no_identity_number_is_ever_a_reason_to_refuse(child: Child, at: datetime) -> None:
    looks_wrong(child)
    band = band_of(child, at.date())
    assert band in AgeBand
    assert len(receive(report([child], "Oro.", "Farsta centrum", [band]), ROUTE, UUID(int=1), at)) == 1


@given(some.lists(CHILDREN, max_size=4), WORDS, some.none() | WORDS, some.uuids(), MOMENTS)
def test_only_the_worry_and_a_way_to_find_each_child_are_asked_for(
    children: list[Child], worry: str, location: str | None, submission: UUID, at: datetime
) -> None:
    sent = report(children, worry, location, [AgeBand.UNKNOWN for _ in children])
    lost = [child for child in children if not (child.number or child.name or child.description or location)]
    received = outcome(lambda: receive(sent, ROUTE, submission, at))
    if isinstance(received, type):
        assert received is (NoWorry if not worry else NoChild)
        assert not worry or not children or lost
        return
    assert worry
    assert not lost
    assert receive(sent, ROUTE, submission, at) == received
    assert len(received) == len({each.reference for each in received}) == len(children)
    assert {each.receipt_code for each in received} == {receipt_code(submission)}
    assert all(each.reference.startswith(each.receipt_code) and each.siblings == len(children) - 1 for each in received)


@given(some.lists(some.tuples(some.uuids(), some.integers(1, 20)), unique_by=lambda each: each[0], min_size=2, max_size=5))
def test_no_two_referrals_share_an_id_and_the_same_one_keeps_its_own(submissions: list[tuple[UUID, int]]) -> None:
    ids = [referral_ids(submission, children) for submission, children in submissions]
    assert ids == [referral_ids(submission, children) for submission, children in submissions]
    flat = [each for several in ids for each in several]
    assert len(set(flat)) == len(flat)
    assert all(referral_ids(submission, 20)[:children] == several for (submission, children), several in zip(submissions, ids, strict=True))


@given(some.uuids(), some.integers(0, 127))
def test_receipt_codes_tell_submissions_apart_by_their_first_forty_bits(submission: UUID, bit: int) -> None:
    other = UUID(int=submission.int ^ 1 << bit)
    assert (receipt_code(submission) == receipt_code(other)) == (bit < 88)


@given(instances(Child))
def test_a_child_is_told_as_it_was_told(child: Child) -> None:
    assert Child.model_validate_json(child.model_dump_json()) == child
