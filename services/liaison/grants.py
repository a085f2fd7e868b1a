"""Handing keys on: when a district accepts a case, the keys of the former owner are wrapped for it too."""

from uuid import UUID

from services.kit.eventstore import EventStore
from services.kit.groupcommit import NewKeys
from services.kit.keyring import PrivateKeys, Reader
from services.liaison.case import HANDED_OVER


async def keys_for(
    store: EventStore,
    private_keys: PrivateKeys,
    stream: UUID,
    *,
    owner: str,
    receiver: Reader,
    request: UUID,
) -> NewKeys:
    """The owner's keys of the case, wrapped for the receiver's agency; logged as a grant. Raises UnknownAgency, Unreadable."""
    giver = Reader(receiver.actor, owner, receiver.unit, receiver.role, receiver.assurance)
    keys = await private_keys.unlock(store.pool, stream, giver, action="grant", purpose=f"handover to {receiver.agency}", request=request)
    handed = {audience: key for audience, key in keys.items() if audience in HANDED_OVER}
    return NewKeys(wraps=await store.keyring.wraps(stream, handed, [receiver.agency]))
