"""The referral that everybody is sent or stores: one of ordinary length, about a child that nobody is."""

import json
from datetime import UTC, datetime
from uuid import UUID, uuid4

from contracts.agencies import AgencyKind
from contracts.event import REPORTER
from contracts.referral import AgeBand, Category, Child, IdentityKind, ReferralContent, ReferralReceived
from services.kit.recorded import EnvelopeMapper, Provenance, Recorded, sealing_to
from services.kit.sealing import new_key_pair

WORRY = (
    "Kl. 02.10 kom vi till en lägenhet efter ett larm om bråk. Barnet satt i trappan i pyjamas och sade att det brukar vara så på natten."
    " En vuxen var kraftigt berusad och kunde inte svara på frågor. Köket var fullt av glas, och det fanns ingen mat hemma."
    " Mormor kom dit efter en halvtimme och är kvar med barnet tills ni har hört av er."
)
MARK = "@@@@@@@@"
"""Where a number that differs from body to body stands."""
BODY = json.dumps(
    {
        "children": [{"kind": "unknown", "name": "Test Testsson", "ageYears": 8, "description": "Röd pyjamas, ljust hår."}],
        "worry": f"{WORRY} Händelse {MARK}.",
        "categories": ["neglect", "substance_abuse"],
        "childLocation": "I lägenheten, tredje våningen, hos mormor.",
        "guardiansInformed": False,
        "notInformedReason": "Den vuxne var inte i stånd att förstå.",
        "reporterContact": "Yttre befäl, via regionledningscentralen",
        "occurredAt": "2026-11-22T02:10:00+01:00",
    },
    ensure_ascii=False,
)
"""A POST's body with MARK in it."""
REPORTING, RECEIVING = "polisen", "socialjouren"
CLIENT = "polisen-farsta"
"""The machine that sends it."""
HOLDERS = frozenset({REPORTING, RECEIVING})
ACTOR = uuid4()


def received(number: int, stream: UUID) -> Recorded:
    """The event that such a body becomes, not sealed yet."""
    now = datetime.now(UTC)
    event = ReferralReceived(
        submission=uuid4(),
        receipt_code="TEST-0001",
        reference="TEST-0001",
        siblings=0,
        from_kind=AgencyKind.POLICE,
        from_agency=REPORTING,
        from_unit="lpo-farsta",
        to_kind=AgencyKind.SOCIALJOUR,
        to_agency=RECEIVING,
        to_unit="socialjouren-jour",
        mandated=True,
        categories=(Category.NEGLECT, Category.SUBSTANCE_ABUSE),
        immediate_danger=False,
        age_band=AgeBand.AGE_7_9,
        feedback_requested=True,
        occurred_at=now,
        received_at=now,
        content=ReferralContent(
            child=Child(kind=IdentityKind.UNKNOWN, name="Test Testsson", age_years=8, description="Röd pyjamas, ljust hår."),
            worry=f"{WORRY} Händelse {number}.",
            child_location="I lägenheten, tredje våningen, hos mormor.",
            guardians_informed=False,
            not_informed_reason="Den vuxne var inte i stånd att förstå.",
            reporter_name="Test Polis Farsta",
            reporter_contact="Yttre befäl, via regionledningscentralen",
        ),
    )
    by = Provenance(REPORTING, "lpo-farsta", ACTOR, now, uuid4(), digest=f"{number:064x}")
    return Recorded(stream, 1, event, by)


def holders(stream: UUID) -> dict[tuple[UUID, str], frozenset[str]]:
    """Who is to hold the new stream's key."""
    return {(stream, REPORTER): HOLDERS}


def stored_bytes() -> bytes:
    """What the store keeps of such a referral: the sealed envelope, in bytes."""
    stored = EnvelopeMapper("intake").to_stored_event(sealing_to(received(1, uuid4()), new_key_pair().public))
    return bytes(stored.state)
