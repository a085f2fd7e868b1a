"""A night as projections tell it: something new, something offered, handed over, refused, old and decided; and a few questions."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from services.portal.pages.night_rows import Offer, Report
from services.portal.pages.talk import Consultation
from tests.portal.pages.rows import NIGHT, assessed, row
from tests.portal.pages.scenes import call, coming

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NEW, OFFERED, GIVEN, REFUSED, EARLIER, DECIDED = (UUID(int=number) for number in range(1, 7))
ROWS = (
    row(referral=NEW, reference="NYAA-0001", urgency=0, immediate_danger=True),
    assessed(
        referral=OFFERED,
        reference="ERBJ-0002",
        zone="waiting",
        offered_to="farsta-mottagning",
        offered_at=NIGHT,
        offer=1,
        offer_due=NIGHT + 5 * HOUR,
    ),
    assessed(
        referral=GIVEN,
        reference="OVER-0003",
        zone="done",
        relation="handed_over",
        owner_unit="farsta-mottagning",
        taken_over_at=NIGHT + HOUR,
    ),
    assessed(
        referral=REFUSED,
        reference="NEKA-0004",
        zone="ours",
        urgency=0,
        refused_by="bromma-mottagning",
        refused_at=NIGHT + HOUR,
        needs_protection=True,
    ),
    assessed(referral=EARLIER, reference="TIDI-0005", zone="ours", received_at=NIGHT - 5 * DAY, preliminary_assessment_due=NIGHT + 9 * DAY),
    assessed(referral=DECIDED, reference="BESL-0006", decision="investigation_not_opened", decided_at=NIGHT + HOUR),
)


def offer(referral: UUID, outcome: str, **changed: Any) -> Offer:
    known = {
        "referral": referral,
        "relation": "gave",
        "from_unit": "socialjouren-jour",
        "to_unit": "farsta-mottagning",
        "together": 1,
        "offered_at": NIGHT,
        "due": NIGHT + 5 * HOUR,
        "stalled_at": None,
        "outcome": outcome,
        "ended_at": None if outcome == "waiting" else NIGHT + HOUR,
    }
    return Offer.model_validate(known | changed)


def question(unit: str, *, answered: bool) -> Consultation:
    known = {
        "consultation": UUID(int=99),
        "relation": "to_answer",
        "receipt_code": "X",
        "from_unit": unit,
        "to_unit": "socialjouren-jour",
        "category": "neglect",
        "age_band": "7-9",
        "requested_at": NIGHT,
        "messages": 2 if answered else 1,
        "waits_for": None if answered else "to_answer",
        "waiting_since": None if answered else NIGHT,
        "seen_at": NIGHT if answered else None,
        "advice": None,
        "service": None,
        "answered_at": NIGHT + HOUR if answered else None,
        "became_referral_at": None,
        "referral_code": None,
    }
    return Consultation.model_validate(known)


REPORT = Report(
    begins=NIGHT - 10 * HOUR,
    ends=NIGHT + 5 * HOUR,
    made_at=NIGHT + 4 * HOUR,
    referrals=ROWS,
    handovers=(
        offer(OFFERED, "waiting"),
        offer(GIVEN, "accepted", together=2),
        offer(REFUSED, "refused", to_unit="bromma-mottagning"),
        offer(EARLIER, "waiting", stalled_at=NIGHT),
    ),
    consultations=(
        question("sachsska-barnakut", answered=True),
        question("sachsska-barnakut", answered=False),
        question("lpo-farsta", answered=True),
    ),
    scene_calls=(
        call(),
        coming(queue="closed", zone="done", closed_at=NIGHT + 3 * HOUR, spoken_with_at=[NIGHT + HOUR] * 2),
    ),
    cut=False,
)
