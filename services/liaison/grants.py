"""Handing keys on: when a district accepts a case, the keys of the former owner are wrapped for it too."""

from uuid import UUID

from services.kit.eventstore import EventStore
from services.kit.groupcommit import NewKeys
from services.kit.keyring import PrivateKeys, Reader
from services.liaison.case import Case, handed_over


async def keys_for(
    store: EventStore,
    private_keys: PrivateKeys,
    stream: UUID,
    *,
    case: Case,
    receiver: Reader,
    request: UUID,
) -> NewKeys:
    """The keys that the receiver's agency lacks, the owner's wrapped for it; logged as a grant. Raises UnknownAgency, Unreadable."""
    wanted = handed_over(case, receiver.agency)
    if not wanted:
        return NewKeys()
    giver = Reader(receiver.actor, case.owner_agency, receiver.unit, receiver.role, receiver.assurance)
    keys = await private_keys.unlock(store.pool, stream, giver, action="grant", purpose=f"handover to {receiver.agency}", request=request)
    handed = {audience: key for audience, key in keys.items() if audience in wanted}
    return NewKeys(wraps=await store.keyring.wraps(stream, handed, [receiver.agency]))
