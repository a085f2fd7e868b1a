"""Identity numbers as reporters give them: read for age and checked for slips, never a reason to refuse a referral."""

import re
from datetime import date

from personnummer.personnummer import Personnummer, PersonnummerException

from contracts.referral import AgeBand, Child, IdentityKind, age_band, age_band_of_years

NUMBERED = {IdentityKind.PERSONAL_IDENTITY_NUMBER, IdentityKind.COORDINATION_NUMBER}
REGIONS = re.compile(r"99\d{10}", re.ASCII)
"""Region Stockholm's reserve numbers. Of other regions' only the form is known, so nothing is said of them."""
BEGINS = (2, 4)
"""From which digit on the check digit counts: published numbers follow one or the other, and the sources do not agree."""


def looks_wrong(child: Child) -> bool:
    """Whether the number does not check (Luhn and date; folkbokföringslagen 18 §). Never a reason to refuse."""
    if child.kind is IdentityKind.RESERVE_NUMBER:
        number = (child.number or "").strip()
        return bool(REGIONS.fullmatch(number)) and not any(_checks(number[begin:]) for begin in BEGINS)
    return child.kind in NUMBERED and _parsed(child) is None


def canonical(child: Child) -> str | None:
    """The child's identity or coordination number in twelve digits, however it was written; None when it is none."""
    try:
        return str(Personnummer((child.number or "").strip()).format(long_format=True))
    except PersonnummerException:
        return None


def band_of(child: Child, on: date) -> AgeBand:
    """The child's age band on that day, from the number, else from the stated age in years."""
    if child.kind is IdentityKind.UNBORN:
        return AgeBand.UNBORN
    parsed = _parsed(child) if child.kind is IdentityKind.PERSONAL_IDENTITY_NUMBER else None
    if parsed is not None:
        return age_band(parsed.get_date(), on)
    return AgeBand.UNKNOWN if child.age_years is None else age_band_of_years(child.age_years)


def _parsed(child: Child) -> Personnummer | None:
    try:
        parsed = Personnummer((child.number or "").strip())
    except PersonnummerException:
        return None
    expected = child.kind is IdentityKind.COORDINATION_NUMBER
    return parsed if parsed.is_coordination_number() == expected else None


def _checks(digits: str) -> bool:
    """Luhn (mod 10), from the right."""
    doubled = "0246813579"
    return sum(int(doubled[int(each)] if place % 2 else each) for place, each in enumerate(reversed(digits))) % 10 == 0
