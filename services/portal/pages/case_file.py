"""An opened case as a value: what the sealed events said, and everything that has happened, in order."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contracts.agencies import Purpose
from contracts.investigation import InvestigationAlreadyOngoing, InvestigationDeclined, InvestigationOpened
from contracts.referral import ReferralContent, ReferralReceived
from contracts.signals import Bearing
from services.portal.labels import BEARINGS, LAWFUL_FACTS
from services.portal.language import N_
from services.portal.pages.board_row import BoardRow, NextStep, Relation
from services.portal.pages.decided import decided, told
from services.portal.pages.duties import Duties, duties
from services.portal.pages.files import File
from services.portal.pages.happened import Happened
from services.portal.pages.told import Addition, Part, additions, parts, told_beforehand

Entries = Sequence[Mapping[str, Any]]
"""Projections' opened events: event, recordedAt, unit, readable, data."""

DECISIONS = {each.__name__: each.fact for each in (InvestigationOpened, InvestigationDeclined, InvestigationAlreadyOngoing)}
PURPOSES = {
    NextStep.ASSESS: Purpose.ASSESSMENT,
    NextStep.OFFER: Purpose.HANDOVER,
    NextStep.ANSWER: Purpose.HANDOVER,
    NextStep.DECIDE: Purpose.DECISION,
}
"""Why a case is read, for the read log, by what its reader does next with it."""


@dataclass(frozen=True)
class CaseFile:
    """What the reader's unit may see. `received` is None before a case is accepted, `content` when its key is destroyed."""

    received: ReferralReceived | None
    content: ReferralContent | None
    message: str | None
    refusal: str | None
    history: tuple[Happened, ...]
    duties: Duties
    told: tuple[Part, ...] = ()
    additions: tuple[Addition, ...] = ()
    told_beforehand: bool = False
    files: tuple[File, ...] = ()


def case_file(row: BoardRow, entries: Entries) -> CaseFile:
    """The case that these opened events tell, for the unit with this row."""
    first = next((entry for entry in entries if entry["event"] == "ReferralReceived"), None)
    received = ReferralReceived.model_validate(first["data"]) if first else None
    content = received.content if received and isinstance(received.content, ReferralContent) else None
    messages = [_text(entry, "message") for entry in entries if entry["event"] == "HandoverOffered"]
    refusals = [_text(entry, "reason") for entry in entries if entry["event"] == "HandoverRefused"]
    happened = [*_from_row(row), *(each for entry in entries for each in _from_entry(entry))]
    return CaseFile(
        received,
        content,
        _last(messages),
        _last(refusals) if row.refused_by else None,
        tuple(sorted(happened, key=lambda each: each.at)),
        duties(entries, mandated=received is None or received.mandated),
        tuple(parts(content, row.age_band)) if content else (),
        tuple(additions(entries)),
        content is not None and told_beforehand(content, row.categories),
    )


def _last(texts: Sequence[str | None]) -> str | None:
    return texts[-1] if texts else None


def _from_row(row: BoardRow) -> Iterator[Happened]:
    """What is no secret, and so stands on the board."""
    yield Happened(N_("Came in from %(unit)s"), row.received_at, row.from_unit)
    if row.seen_at:
        yield Happened(N_("Opened by a person"), row.seen_at)
    if row.offer_stalled_at and row.relation in {Relation.OWNER, Relation.OFFERED}:
        yield Happened(N_("Nobody had answered the offer when the office opened"), row.offer_stalled_at)
    if row.taken_over_at:
        yield Happened(N_("Taken over by %(unit)s"), row.taken_over_at, row.owner_unit)
    if row.feedback_sent_at and row.decision:
        yield Happened(N_("Feedback has gone out to %(unit)s"), row.feedback_sent_at, row.from_unit, fact=LAWFUL_FACTS[row.decision])
    if row.feedback_read_at:
        yield Happened(N_("Feedback read by %(unit)s"), row.feedback_read_at, row.from_unit)


def _from_entry(entry: Mapping[str, Any]) -> Iterator[Happened]:
    """What was written under seal."""
    data = entry["data"]
    match entry["event"]:
        case "ReferralSupplemented":
            yield Happened(N_("%(unit)s added something"), _time(data["supplementedAt"]), entry["unit"])
        case "HandoverOffered":
            yield Happened(N_("Offered to %(unit)s"), _time(data["offeredAt"]), data["toUnit"], _text(entry, "message"))
        case "HandoverRefused":
            yield Happened(N_("%(unit)s said no"), _time(data["refusedAt"]), data["byUnit"], _text(entry, "reason"))
        case "HandoverWithdrawn":
            yield Happened(N_("The offer to %(unit)s was taken back"), _time(data["withdrawnAt"]), data["toUnit"], _text(entry, "reason"))
        case "QuietSignalAnswered":
            fact = BEARINGS[Bearing(data["bearing"])]
            yield Happened(
                N_("Signals weighed together by %(unit)s"), _time(data["answeredAt"]), data["unit"], _text(entry, "reasons"), fact
            )
        case name if name in DECISIONS:
            fact = LAWFUL_FACTS[DECISIONS[name]]
            yield Happened(N_("Decided by %(unit)s"), _time(data["decidedAt"]), data["unit"], _text(entry, "reasons"), fact)
        case _:
            if decision := decided(entry):
                yield told(decision)


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _text(entry: Mapping[str, Any], name: str) -> str | None:
    """What was written, or None when nothing was, or when its key is destroyed."""
    return entry["data"]["content"].get(name) or None if entry["readable"] else None


def feedback_state(row: BoardRow, received: ReferralReceived | None) -> str | None:
    """What becomes of the feedback, as a message id; None when there is nothing to say (SoL 2025:400 19 kap. 6 §)."""
    if row.feedback_sent_at or received is None:
        return None
    if not received.mandated:
        return N_("No feedback goes out: the reporter is not under the duty to report.")
    if not received.feedback_requested:
        return N_("No feedback goes out by itself: the reporter did not ask for it.")
    return N_("Feedback goes out by itself when the decision is made, with the fact alone: opened, not opened or already going on.")
