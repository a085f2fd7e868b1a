"""Additions to a referral, words and files: registered in the case as they come, unread until the unit that has the case opens them."""

from collections.abc import Iterator
from datetime import datetime

from contracts.attachment import AttachmentAdded, AttachmentRegistered, AttachmentSeen
from contracts.supplement import ReferralSupplemented, SupplementRegistered, SupplementSeen
from services.liaison.case import Case, NotSeen, owned, unread


def register_supplement(case: Case, added: ReferralSupplemented) -> Iterator[SupplementRegistered]:
    """Registers an addition that intake received, once. One to a referral that people took out of the quarantine stands in intake alone."""
    if case.registered and added.supplement > case.supplements:
        yield SupplementRegistered(supplement=added.supplement, immediate_danger=added.immediate_danger, received_at=added.supplemented_at)


def register_attachment(case: Case, added: AttachmentAdded) -> Iterator[AttachmentRegistered]:
    """Registers a file that intake received, once, as `register_supplement` does; whatever the antivirus says of it."""
    if case.registered and added.attachment not in case.files:
        yield AttachmentRegistered(attachment=added.attachment, file=len(case.files) + 1, received_at=added.added_at)


def see_supplements(case: Case, agency: str, unit: str, seen_at: datetime) -> Iterator[SupplementSeen | AttachmentSeen]:
    """A person of the owning unit opens what was added. Only what nobody had opened is news. Raises Missing, HandedOver, NotSeen."""
    owned(case, agency, unit)
    if not case.seen:
        raise NotSeen
    yield from unread(case, unit, seen_at)
