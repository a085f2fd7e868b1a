"""The law as data: time limits as people count them in Stockholm, and rules that hold from a day to a day."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from contracts.law import NEW_ACT, RULES, STOCKHOLM, Deadline, NoLimit, deadline, handover_deadline, rule, safety_assessment_deadline, table
from contracts.law.rules import OLD_ACT_READ


def stockholm(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-11-22T02:40", "2026-12-06T23:59:59+01:00"),
        ("2026-11-22T23:59", "2026-12-06T23:59:59+01:00"),
        ("2026-03-20T12:00", "2026-04-03T23:59:59+02:00"),  # over the night when summer time begins
        ("2026-10-20T12:00", "2026-11-03T23:59:59+01:00"),  # and the one when it ends
        ("2026-12-24T12:00", "2027-01-07T23:59:59+01:00"),
        ("2028-02-20T12:00", "2028-03-05T23:59:59+01:00"),  # a leap year
    ],
)
def test_a_preliminary_assessment_takes_fourteen_days(received: str, due: str) -> None:
    limit = deadline("preliminary-assessment", stockholm(received))
    assert limit.due.isoformat() == due
    assert (limit.rule, limit.section) == ("preliminary-assessment", "SoL 2025:400 20 kap. 2 §")


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-11-22T00:00", "2026-11-22"),
        ("2026-11-22T17:59:59", "2026-11-22"),
        ("2026-11-22T18:00", "2026-11-23"),
        ("2026-11-22T23:59:59", "2026-11-23"),
        ("2026-03-28T23:30", "2026-03-29"),  # the next day has 23 hours
        ("2026-10-24T19:00", "2026-10-25"),  # the next day has 25
        ("2026-12-31T20:00", "2027-01-01"),
    ],
)
def test_safety_is_assessed_the_same_day_or_the_next_if_it_came_late(received: str, due: str) -> None:
    limit = safety_assessment_deadline(stockholm(received))
    assert limit.due.astimezone(STOCKHOLM).date().isoformat() == due
    assert limit.due.astimezone(STOCKHOLM).time().isoformat() == "23:59:59"


def test_a_late_evening_before_the_short_day_is_due_that_day_whatever_clock_it_is_given_in() -> None:
    assert safety_assessment_deadline(datetime(2026, 3, 28, 22, 30, tzinfo=UTC)) == safety_assessment_deadline(
        stockholm("2026-03-28T23:30")
    )


def test_that_limit_is_practice_and_never_shown_as_law() -> None:
    assert rule("immediate-safety-assessment", NEW_ACT).status == "practice"
    assert {each.id for each in RULES if each.status == "law"} >= {"preliminary-assessment", "feedback", "duty-to-report"}


def test_the_day_is_stockholms_whatever_clock_it_is_given_in() -> None:
    night = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)  # half past midnight on the 22nd in Stockholm
    assert deadline("preliminary-assessment", night).due == deadline("preliminary-assessment", stockholm("2026-11-22T12:00")).due
    assert deadline("preliminary-assessment", night) == deadline("preliminary-assessment", night.astimezone(STOCKHOLM))


@given(some.datetimes(datetime(2025, 7, 2), datetime(2060, 1, 1)))  # noqa: DTZ001  naive on purpose: the zone comes next
def test_a_limit_always_ends_at_the_end_of_a_day_so_many_days_on(moment: datetime) -> None:
    start = moment.replace(tzinfo=UTC)
    due = deadline("preliminary-assessment", start).due.astimezone(STOCKHOLM)
    assert due.date() - start.astimezone(STOCKHOLM).date() == timedelta(days=14)
    assert (due + timedelta(seconds=1)).date() == due.date() + timedelta(days=1)
    assert safety_assessment_deadline(start).due >= start


def test_what_came_before_the_new_act_is_judged_by_the_old_one() -> None:
    before = deadline("preliminary-assessment", stockholm("2025-06-30T23:59"))
    assert (before.section, before.due.date()) == ("SoL 2001:453 11 kap. 1 a §", date(2025, 7, 14))
    after = deadline("preliminary-assessment", stockholm("2025-07-01T00:00"))
    assert (after.section, after.due.date()) == ("SoL 2025:400 20 kap. 2 §", date(2025, 7, 15))
    assert safety_assessment_deadline(stockholm("2025-06-30T19:00")).section == "SoL 2001:453 11 kap. 1 a §"


def test_the_old_act_gave_feedback_no_time_limit() -> None:
    with pytest.raises(NoLimit, match="feedback"):
        deadline("feedback", stockholm("2025-06-30T12:00"))
    assert deadline("feedback", stockholm("2025-07-01T12:00")).due.date() == date(2025, 7, 8)


def test_every_rule_of_the_old_act_ended_when_the_new_one_began() -> None:
    old = [each for each in RULES if "2001:453" in each.section]
    assert {each.valid_to for each in old} == {NEW_ACT - timedelta(days=1)}
    assert {each.id for each in old} <= {each.id for each in RULES if "2025:400" in each.section}
    assert {"preliminary-assessment", "immediate-safety-assessment", "investigation", "duty-to-report"} <= {each.id for each in old}


def test_every_row_says_where_it_stands_or_that_it_is_our_own() -> None:
    for each in RULES:
        assert each.source
        assert bool(each.section) == (each.verified != "own")
        assert each.status == "practice" or each.section


def test_no_rule_holds_on_a_day_that_nobody_has_read_about() -> None:
    with pytest.raises(LookupError, match="preliminary-assessment"):
        rule("preliminary-assessment", OLD_ACT_READ - timedelta(days=1))
    with pytest.raises(LookupError):
        rule("no-such-rule", NEW_ACT)


def test_a_change_of_law_is_a_change_of_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    old = rule("preliminary-assessment", NEW_ACT)
    changed = date(2030, 1, 1)
    rows = (
        *(each for each in RULES if each is not old),
        replace(old, valid_to=date(2029, 12, 31)),
        replace(old, valid_from=changed, days=10),
    )
    monkeypatch.setattr(table, "RULES", rows)
    assert rule("preliminary-assessment", date(2029, 12, 31)).days == 14
    assert rule("preliminary-assessment", changed).days == 10
    assert deadline("preliminary-assessment", stockholm("2029-12-31T12:00")).due.date() == date(2030, 1, 14)


def test_no_two_rows_of_a_rule_hold_on_the_same_day() -> None:
    for each in RULES:
        others = [other for other in RULES if other.id == each.id and other is not each]
        assert not [o for o in others if o.valid_from <= (each.valid_to or date.max) and each.valid_from <= (o.valid_to or date.max)]


@pytest.mark.parametrize(
    ("opened", "last"),
    [
        ("2026-11-22T09:00", "2027-03-22"),
        ("2026-10-31T09:00", "2027-02-28"),  # no 31st: the month's last day
        ("2027-10-30T09:00", "2028-02-29"),
        ("2026-12-31T23:59", "2027-04-30"),
        ("2026-08-31T12:00", "2026-12-31"),
    ],
)
def test_an_investigation_ends_on_the_same_number_four_months_on(opened: str, last: str) -> None:
    assert deadline("investigation", stockholm(opened)).due.date() == date.fromisoformat(last)


@pytest.mark.parametrize(
    ("received", "last", "moved"),
    [
        ("2026-11-22T02:40", "2026-12-06", "2026-12-07"),  # a Sunday
        ("2026-12-10T12:00", "2026-12-24", "2026-12-28"),  # Christmas Eve, on to the Monday after the holidays
        ("2026-12-17T12:00", "2026-12-31", "2027-01-04"),  # New Year's Eve, then New Year's Day, then a week-end
        ("2026-03-20T12:00", "2026-04-03", "2026-04-07"),  # Good Friday, to the Tuesday after Easter
        ("2026-06-05T12:00", "2026-06-19", "2026-06-22"),  # Midsummer Eve
        ("2026-11-23T12:00", "2026-12-07", None),
    ],
)
def test_the_raw_day_is_the_target_and_the_day_it_would_move_to_is_stored_beside_it(received: str, last: str, moved: str | None) -> None:
    limit = deadline("preliminary-assessment", stockholm(received))
    assert limit.due.date() == date.fromisoformat(last)
    assert limit.moved_to == (date.fromisoformat(moved) if moved else None)


def test_what_is_due_at_once_does_not_move_to_a_monday() -> None:
    sunday = stockholm("2026-11-22T09:00")
    assert safety_assessment_deadline(sunday).moved_to is None
    assert deadline("feedback-at-once", sunday).moved_to is None
    assert handover_deadline(sunday).moved_to is None


@pytest.mark.parametrize(
    ("offered", "due"),
    [
        ("2026-11-24T02:10", "2026-11-24T08:00+01:00"),
        ("2026-11-24T07:59:59", "2026-11-24T08:00+01:00"),
        ("2026-11-24T08:00", "2026-11-25T08:00+01:00"),
        ("2026-11-20T22:00", "2026-11-23T08:00+01:00"),  # Friday night
        ("2026-12-23T18:00", "2026-12-28T08:00+01:00"),
        ("2026-03-28T23:00", "2026-03-30T08:00+02:00"),  # over the short night
        ("2026-10-24T23:00", "2026-10-26T08:00+01:00"),  # and the long one
        ("2027-03-25T17:00", "2027-03-30T08:00+02:00"),  # Easter, with the short night in it
    ],
)
def test_an_offer_is_answered_before_the_office_next_opens(offered: str, due: str) -> None:
    limit = handover_deadline(stockholm(offered))
    assert limit.due == datetime.fromisoformat(due)
    assert (limit.rule, limit.section) == ("handover-answer", "")


def test_a_limit_that_was_stored_before_it_knew_when_it_began_still_loads() -> None:
    told = {"due": "2026-12-06T22:59:59Z", "rule": "preliminary-assessment", "section": "SoL 2025:400 20 kap. 2 §"}
    assert Deadline.model_validate(told).since is None
