"""Who and when: units of every kind, moments that are hard on clocks and calendars, words, referrals."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from hypothesis import strategies as some

from contracts.agencies import AgencyKind
from contracts.law import STOCKHOLM
from contracts.referral import AgeBand, Category, Child, IdentityKind, ReferralContent, ReferralReceived


@dataclass(frozen=True)
class Desk:
    """A unit and the agency that it belongs to."""

    kind: AgencyKind
    agency: str
    unit: str


JOUR = Desk(AgencyKind.SOCIALJOUR, "socialjouren", "socialjouren-jour")
FARSTA = Desk(AgencyKind.DISTRICT, "farsta", "farsta-mottagning")
FARSTA_TOO = Desk(AgencyKind.DISTRICT, "farsta", "farsta-familj")
SKARHOLMEN = Desk(AgencyKind.DISTRICT, "skarholmen", "skarholmen-mottagning")
POLICE = Desk(AgencyKind.POLICE, "polisen", "lpo-farsta")
POLICE_TOO = Desk(AgencyKind.POLICE, "polisen", "lpo-skarholmen")
WARD = Desk(AgencyKind.HEALTHCARE, "region-stockholm", "karolinska-huddinge-barnakut")
SCHOOL = Desk(AgencyKind.SCHOOL, "utbildningsforvaltningen", "farsta-grundskola")
PROSECUTOR = Desk(AgencyKind.PROSECUTOR, "aklagarmyndigheten", "jouraklagaren")

DOOR = Desk(AgencyKind.PRIVATE, "privatpersoner", "privatpersoner")
"""Where private persons hand in. Nobody works there, and it holds no key."""

WITH_CASES = (JOUR, FARSTA, FARSTA_TOO, SKARHOLMEN)
REPORTERS = (POLICE, POLICE_TOO, WARD, SCHOOL)
DESKS = (*WITH_CASES, *REPORTERS, PROSECUTOR)
DESK_OF = {desk.unit: desk for desk in (*DESKS, DOOR)}

FIRST_DAY, LAST_DAY = date(2025, 7, 2), date(2060, 12, 31)
"""The act holds from the first of July 2025; the second is the first day that is so everywhere on earth."""
ODD_DAYS = (
    date(2026, 3, 29),  # 23 hours in Stockholm
    date(2026, 10, 25),  # 25 hours
    date(2028, 2, 28),
    date(2028, 2, 29),
    date(2026, 12, 31),
    date(2026, 12, 24),
    date(2027, 3, 14),  # a fortnight before summer time begins
)
SECOND = timedelta(seconds=1)


def _around_midnight(day: date, seconds: int) -> datetime:
    return (datetime.combine(day, time(), STOCKHOLM).astimezone(UTC) + seconds * SECOND).astimezone(STOCKHOLM)


DAYS = some.sampled_from(ODD_DAYS) | some.dates(FIRST_DAY, LAST_DAY)
ANY_MOMENT = some.datetimes(
    datetime.combine(FIRST_DAY, time()), datetime.combine(LAST_DAY, time()), timezones=some.sampled_from((UTC, STOCKHOLM))
)
NEAR_MIDNIGHT = some.builds(_around_midnight, DAYS, some.integers(-3, 3) | some.integers(-8 * 3600, 8 * 3600))
MOMENTS = NEAR_MIDNIGHT | ANY_MOMENT
"""Moments with a zone: half of them within hours of a midnight in Stockholm, where days are counted."""

WORDS = some.text(max_size=12)
OFTEN = some.sampled_from((True, True, True, False))
REASONS = some.sampled_from(("", "Skäl.", "Ring först.")) | WORDS


def _received(
    submission: UUID, reporter: Desk, to: Desk, at: datetime, *, mandated: bool, requested: bool, band: AgeBand
) -> ReferralReceived:
    return ReferralReceived(
        submission=submission,
        receipt_code="K7Q2-FX9M",
        reference="K7Q2-FX9M",
        siblings=0,
        from_kind=reporter.kind,
        from_agency=reporter.agency,
        from_unit=reporter.unit,
        to_kind=to.kind,
        to_agency=to.agency,
        to_unit=to.unit,
        mandated=mandated,
        categories=(Category.NEGLECT,),
        immediate_danger=False,
        age_band=band,
        feedback_requested=requested,
        received_at=at,
        content=ReferralContent(child=Child(kind=IdentityKind.UNKNOWN, name="Provbarn"), worry="Oro.", reporter_name="Prov"),
    )


REFERRALS = some.builds(
    _received,
    some.uuids(),
    some.sampled_from(DESKS),
    some.sampled_from((JOUR, JOUR, FARSTA)),
    MOMENTS,
    mandated=OFTEN,
    requested=OFTEN,
    band=some.sampled_from(AgeBand),
)
"""Referrals as intake stores them; social services may be the ones who report, also to one another."""
