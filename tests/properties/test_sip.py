"""A plan, whatever consents it comes with: scheduled exactly when the law's table says so, and its keys are its parties' alone."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as some

from contracts.event import PARTIES, Event, district
from contracts.referral import AgeBand, ReferralReceived
from contracts.refusals import Missing
from contracts.sip import ConsentGiver, ConsentRecorded, Party, SIPScheduled
from services.liaison.case import fold, register
from services.liaison.sip import (
    ChildConsentMissing,
    Consent,
    EndsBeforeItStarts,
    GuardianConsentMissing,
    Meeting,
    NoParty,
    holders,
    schedule_sip,
)
from tests.properties.outcome import noted
from tests.properties.world import DESK_OF, DESKS, MOMENTS, REFERRALS, SCHOOL, WARD, Desk

GUARDIAN, CHILD = {ConsentGiver.GUARDIAN}, {ConsentGiver.CHILD}
NEEDED = {
    AgeBand.UNBORN: GUARDIAN,
    AgeBand.AGE_0_3: GUARDIAN,
    AgeBand.AGE_4_6: GUARDIAN,
    AgeBand.AGE_7_9: GUARDIAN,
    AgeBand.AGE_10_11: GUARDIAN,
    AgeBand.AGE_12: GUARDIAN | CHILD,
    AgeBand.AGE_13_14: GUARDIAN | CHILD,
    AgeBand.AGE_15_17: CHILD,
    AgeBand.ADULT: CHILD,
    AgeBand.UNKNOWN: GUARDIAN,
}
"""Whose consent a plan needs (SoL 2025:400 21 kap. 1 §)."""


def hours(least: int, most: int) -> some.SearchStrategy[timedelta]:
    return some.integers(least, most).map(lambda number: timedelta(hours=number))


EDGE = hours(-1, 1)
"""An hour before, at the very moment, an hour after: where a consent begins to hold, and where it ends."""
CONSENTS = some.lists(some.tuples(some.sampled_from(ConsentGiver), EDGE, some.none() | EDGE), min_size=1, max_size=3)
INVITED = some.lists(some.sampled_from((SCHOOL, WARD)), min_size=1, max_size=3) | some.lists(some.sampled_from(DESKS), max_size=4)
LEADERS = some.just("owner") | some.just("owner") | some.sampled_from(DESKS)


@settings(max_examples=settings().max_examples * 5)
@given(REFERRALS, some.uuids(), LEADERS, INVITED, MOMENTS, hours(-2, 300), hours(1, 8) | hours(1, 8) | EDGE, CONSENTS)
def test_a_plan_is_scheduled_exactly_when_it_may_be(
    received: ReferralReceived,
    referral: UUID,
    led_by: str | Desk,
    invited: list[Desk],
    now: datetime,
    starts: timedelta,
    lasts: timedelta,
    given_consents: list[tuple[ConsentGiver, timedelta, timedelta | None]],
) -> None:
    leader = DESK_OF[received.to_unit] if isinstance(led_by, str) else led_by
    case = fold(list(register(fold([]), received, 1)))
    parties = tuple(Party(kind=desk.kind, agency=desk.agency, unit=desk.unit) for desk in invited)
    meeting = Meeting("Provbarn", "Skolgång", "Sal 3", now + starts, now + starts + lasts, parties)
    consents = [
        Consent(giver, written=True, given_at=now + when, purpose="SIP", valid_until=None if until is None else meeting.ends_at + until)
        for giver, when, until in given_consents
    ]
    holding = {giver for giver, when, until in given_consents if when <= timedelta(0) and (until is None or until >= timedelta(0))}
    missing = NEEDED[received.age_band] - holding
    why_not = {
        Missing: leader.unit != received.to_unit,
        NoParty: all(desk.agency == leader.agency for desk in invited),
        EndsBeforeItStarts: lasts <= timedelta(0),
        GuardianConsentMissing: ConsentGiver.GUARDIAN in missing,
        ChildConsentMissing: ConsentGiver.CHILD in missing,
    }
    events = noted(lambda: schedule_sip(case, leader.agency, leader.unit, referral, meeting, consents, now))
    if isinstance(events, type):
        assert events is next(refusal for refusal, holds in why_not.items() if holds)
    else:
        assert not any(why_not.values())
        assert_the_plan_is_its_parties_alone(events, leader, invited, len(consents))


def assert_the_plan_is_its_parties_alone(events: Sequence[Event], leader: Desk, invited: list[Desk], consents: int) -> None:
    """Every consent is recorded, for the leading agency alone; the invitation is for it and the parties, and names no referral."""
    *recorded, scheduled = events
    assert len(recorded) == consents
    assert all(isinstance(each, ConsentRecorded) and each.key_audience() == district(leader.agency) for each in recorded)
    assert isinstance(scheduled, SIPScheduled)
    assert "referral" not in SIPScheduled.model_fields
    assert len({party.unit for party in scheduled.parties}) == len(scheduled.parties), "a unit is invited once"
    assert holders(events, PARTIES) == {leader.agency, *(desk.agency for desk in invited)}
    assert holders(events, district(leader.agency)) == {leader.agency}
