"""The on-call prosecutor, notified and consulted by telephone; and the guardians, who are not told until they may be."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from contracts.prosecutor import (
    GuardianHoldLifted,
    GuardianHoldPlaced,
    GuardianNotice,
    ProsecutorAnswer,
    ProsecutorConsulted,
    ProsecutorNote,
    ProsecutorNotified,
)
from contracts.reasons import Reasons
from contracts.refusals import Malformed
from services.liaison.case import Case
from services.liaison.officer import Officer


class NotHappenedYet(Malformed):
    """The time lies ahead. Write when it happened, or leave the time empty if it is just now."""


@dataclass(frozen=True)
class Prosecutor:
    """A prosecutor's unit, by its function."""

    agency: str
    unit: str


def notify_prosecutor(
    case: Case, by: Officer, to: Prosecutor, note: str, recorded_at: datetime, notified_at: datetime | None = None
) -> Iterator[ProsecutorNotified]:
    """The prosecutor was told; each call is one. Raises what `owned` raises, NotSeen, NotHappenedYet."""
    by.read(case)
    when = _happened(notified_at, recorded_at)
    if (to.unit, when) not in case.decisions.notified:
        yield ProsecutorNotified(
            to_agency=to.agency,
            to_unit=to.unit,
            unit=by.unit,
            role=by.role,
            handovers=case.handovers,
            notified_at=when,
            content=ProsecutorNote(note=note),
        )


def consult_prosecutor(
    case: Case,
    by: Officer,
    to: Prosecutor,
    guardian: GuardianNotice,
    answer: str,
    recorded_at: datetime,
    consulted_at: datetime | None = None,
) -> Iterator[ProsecutorConsulted | GuardianHoldPlaced]:
    """The prosecutor was asked and answered; an answer to wait holds the guardians' notice from the same moment.

    Raises what `owned` raises, NotSeen, NotHappenedYet.
    """
    by.read(case)
    when = _happened(consulted_at, recorded_at)
    if (to.unit, when) in case.decisions.consulted:
        return
    yield ProsecutorConsulted(
        to_agency=to.agency,
        to_unit=to.unit,
        guardian=guardian,
        unit=by.unit,
        role=by.role,
        handovers=case.handovers,
        consulted_at=when,
        content=ProsecutorAnswer(answer=answer),
    )
    if guardian is GuardianNotice.WAIT:
        yield from hold_guardian_notice(case, by, answer, recorded_at)


def hold_guardian_notice(case: Case, by: Officer, reasons: str, placed_at: datetime) -> Iterator[GuardianHoldPlaced]:
    """The guardians are not told yet (20 kap. 4 §). Raises what `owned` raises, NotSeen."""
    registered = by.read(case)
    if not case.decisions.on_hold:
        yield GuardianHoldPlaced(
            unit=by.unit,
            role=by.role,
            handovers=case.handovers,
            placed_at=placed_at,
            owed=by.owes(registered, reasons),
            content=Reasons(reasons=reasons),
        )


def lift_guardian_hold(case: Case, by: Officer, reasons: str, lifted_at: datetime) -> Iterator[GuardianHoldLifted]:
    """The guardians may be told again. Raises what `owned` raises, NotSeen."""
    by.read(case)
    if case.decisions.on_hold:
        yield GuardianHoldLifted(
            unit=by.unit, role=by.role, handovers=case.handovers, lifted_at=lifted_at, content=Reasons(reasons=reasons)
        )


def _happened(said: datetime | None, now: datetime) -> datetime:
    if said and said > now:
        raise NotHappenedYet
    return said or now
