"""SIP: consent first, then the invitation (SoL 2025:400 10 kap. 8 §)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.event import PARTIES, Event
from contracts.referral import AgeBand
from contracts.refusals import Malformed, Refused
from contracts.sip import ConsentContent, ConsentGiver, ConsentRecorded, Party, SIPInvitation, SIPScheduled
from services.liaison.case import Case, owned


class GuardianConsentMissing(Refused):
    """No plan without consent: record the guardian's consent, on paper or by word. It is not needed from fifteen years of age."""


class ChildConsentMissing(Refused):
    """A child of twelve or more consents to its own plan: record the child's consent."""


class NoParty(Malformed):
    """Invite at least one unit beside your own; the school is proposed first."""


class EndsBeforeItStarts(Malformed):
    """The meeting ends before it starts. Correct the times."""


OLD_ENOUGH_ALONE = frozenset({AgeBand.AGE_15_17, AgeBand.ADULT})
OLD_ENOUGH_TO_CONSENT = frozenset({AgeBand.AGE_12, AgeBand.AGE_13_14}) | OLD_ENOUGH_ALONE
"""Consent by age (SoL 2025:400 21 kap. 1 §): from twelve the child consents, from fifteen the guardian's may be waived."""


@dataclass(frozen=True)
class Consent:
    """One person's consent as it was given."""

    giver: ConsentGiver
    written: bool
    given_at: datetime
    purpose: str
    note: str | None = None
    valid_until: datetime | None = None


@dataclass(frozen=True)
class Meeting:
    """The meeting: when, where, what for, and who is invited."""

    child_name: str
    purpose: str
    place: str
    starts_at: datetime
    ends_at: datetime
    parties: tuple[Party, ...]


def schedule_sip(
    case: Case,
    agency: str,
    unit: str,
    referral: UUID,
    meeting: Meeting,
    consents: Sequence[Consent],
    scheduled_at: datetime,
) -> Iterator[ConsentRecorded | SIPScheduled]:
    """Records the consents and sets the meeting. Raises Missing, the consent refusals, NoParty, EndsBeforeItStarts."""
    registered = owned(case, agency, unit)
    if not any(party.agency != agency for party in meeting.parties):
        raise NoParty
    if meeting.ends_at <= meeting.starts_at:
        raise EndsBeforeItStarts
    givers = {consent.giver for consent in consents if _holds(consent, scheduled_at, meeting.ends_at)}
    if ConsentGiver.GUARDIAN not in givers and registered.age_band not in OLD_ENOUGH_ALONE:
        raise GuardianConsentMissing
    if ConsentGiver.CHILD not in givers and registered.age_band in OLD_ENOUGH_TO_CONSENT:
        raise ChildConsentMissing
    for consent in consents:
        yield ConsentRecorded(
            agency=agency,
            referral=referral,
            giver=consent.giver,
            written=consent.written,
            given_at=consent.given_at,
            valid_until=consent.valid_until,
            content=ConsentContent(purpose=consent.purpose, note=consent.note),
        )
    yield SIPScheduled(
        led_by_agency=agency,
        led_by_unit=unit,
        parties=tuple(dict.fromkeys(meeting.parties)),  # a unit named twice is invited once
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        scheduled_at=scheduled_at,
        content=SIPInvitation(child_name=meeting.child_name, purpose=meeting.purpose, place=meeting.place),
    )


def _holds(consent: Consent, at: datetime, until: datetime) -> bool:
    """Whether a consent was given by now and lasts until the meeting has ended; it is limited in time and can be withdrawn."""
    return consent.given_at <= at and (consent.valid_until is None or consent.valid_until >= until)


def holders(events: Sequence[Event], audience: str) -> frozenset[str]:
    """The leading district, and for the invitation also the parties."""
    scheduled = next(event for event in events if isinstance(event, SIPScheduled))
    invited = {party.agency for party in scheduled.parties} if audience == PARTIES else set()
    return frozenset({scheduled.led_by_agency, *invited})
