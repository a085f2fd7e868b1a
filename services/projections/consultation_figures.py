"""A period of consultations in figures: how many, what they came to, how soon; and nobody who asked little is shown apart."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median
from typing import Any

from pydantic import Field

from contracts.advice import Advice
from contracts.consultation import Side
from contracts.law import STOCKHOLM
from contracts.referral import Category
from contracts.refusals import Malformed
from services.kit.register import Agency
from services.projections.answers import Out

LEAST = 5
"""An agency that has asked fewer times in the period is counted together with others. Ours: a figure that is one case is no figure."""
LONGEST = timedelta(days=366)

Row = Mapping[str, Any]


class AgencyConsultations(Out):
    """One agency's consultations of a period, or (without agency) those of several that have asked too little to be shown apart."""

    agency: str | None
    swedish: str | None
    english: str | None
    consultations: int
    answered: int
    became_referral: int
    minutes_to_answer: int | None


class ConsultationFigures(Out):
    """A period of consultations in figures, apart from referrals. No names; minutes are medians, absent where nothing was answered."""

    first_day: date
    last_day: date
    consultations: int
    answered: int
    minutes_to_answer: int | None = Field(description="From the question to the first answer.")
    became_referral: int
    by_advice: dict[Advice, int] = Field(description="By what the last answer comes to.")
    by_category: dict[Category, int]
    by_agency: list[AgencyConsultations] = Field(description="For a unit that answers; empty for one that asks.")


class StrangePeriod(Malformed):
    """Choose other days: the last must not come before the first, and a period is a year at most."""


@dataclass(frozen=True)
class Period:
    """Days of Stockholm, both included."""

    first_day: date
    last_day: date

    def moments(self) -> dict[str, datetime]:
        """When it begins, and when it is over. Raises StrangePeriod."""
        if not timedelta() <= self.last_day - self.first_day < LONGEST:
            raise StrangePeriod
        begins, ends = self.first_day, self.last_day + timedelta(days=1)
        return {"since": datetime.combine(begins, time.min, STOCKHOLM), "until": datetime.combine(ends, time.min, STOCKHOLM)}


def figures(period: Period, side: Side, rows: Iterable[Row], agencies: Mapping[str, Agency]) -> ConsultationFigures:
    """What the rows of one unit come to, as the one that asked or as the one that answers: then by agency too."""
    counted = [row for row in rows if row["relation"] == side]
    by_advice, by_category = Counter(row["advice"] for row in counted), Counter(row["category"] for row in counted)
    return ConsultationFigures(
        first_day=period.first_day,
        last_day=period.last_day,
        **_counts(counted),
        by_advice={advice: by_advice[advice] for advice in Advice},
        by_category={category: by_category[category] for category in Category},
        by_agency=list(_by_agency(counted, agencies)) if side is Side.TO_ANSWER else [],
    )


def _counts(rows: Sequence[Row]) -> dict[str, Any]:
    waits = [row["first_answered_at"] - row["requested_at"] for row in rows if row["first_answered_at"]]
    return {
        "consultations": len(rows),
        "answered": len(waits),
        "minutes_to_answer": int(median(each.total_seconds() for each in waits)) // 60 if waits else None,
        "became_referral": sum(row["became_referral_at"] is not None for row in rows),
    }


def _by_agency(rows: Iterable[Row], agencies: Mapping[str, Agency]) -> Iterator[AgencyConsultations]:
    """Each agency that has asked enough, the most first; the others together, without saying which they are."""
    of: dict[str, list[Row]] = {}
    for row in rows:
        of.setdefault(row["from_agency"], []).append(row)
    together = hidden({agency: len(asked) for agency, asked in of.items()})
    for agency in sorted(of.keys() - together, key=lambda each: (-len(of[each]), each)):
        known = agencies[agency]
        yield AgencyConsultations(agency=agency, swedish=known.swedish, english=known.english, **_counts(of[agency]))
    if together:
        others = [row for agency in together for row in of[agency]]
        yield AgencyConsultations(agency=None, swedish=None, english=None, **_counts(others))


def hidden(counts: Mapping[str, int]) -> set[str]:
    """The agencies that are not shown apart: those that asked less than LEAST times.

    What all come to is known, so one agency alone, or few questions, could be told from the rest: then the smallest other is hidden too.
    """
    rising = sorted(counts, key=lambda agency: (counts[agency], agency))
    few = sum(count < LEAST for count in counts.values())
    while few and few < len(rising) and (few < 2 or sum(counts[each] for each in rising[:few]) < LEAST):
        few += 1
    return set(rising[:few])
