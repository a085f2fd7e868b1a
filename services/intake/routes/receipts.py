"""The receipt that answers a referral: made of what is stored, and of what was sent only where that cannot be read any more."""

from collections.abc import Sequence
from uuid import UUID

from contracts.referral import Child, ReferralReceived
from contracts.told import Told
from services.intake.bodies import Receipt, ReceivedReferral
from services.intake.identity_numbers import looks_wrong
from services.intake.protected import withholds
from services.intake.referral import references
from services.kit.recorded import Recorded


def receipt(known: Sequence[Recorded], streams: Sequence[UUID], children: Sequence[Child], told: Told) -> Receipt:
    """The receipt of a submission whose first stream begins so; `children` and `told` are as they were sent."""
    first = known[0].event
    assert isinstance(first, ReferralReceived)  # noqa: S101  the stream's first event by construction
    named = zip(streams, references(first.receipt_code, len(streams)), children, strict=True)
    return Receipt(
        receipt_code=first.receipt_code,
        received_at=first.received_at,
        to_unit=first.to_unit,
        place_withheld=withholds(children, told),
        referrals=tuple(
            ReceivedReferral(id=s, reference=reference, number_looks_wrong=looks_wrong(child)) for s, reference, child in named
        ),
    )
