"""The keyring: a key pair per (stream, audience), its private half wrapped for every agency that may read."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import asyncpg

from services.kit.groupcommit import NewKeys
from services.kit.sealing import KeyPair, Sealer, new_key_pair, public_half, unseal

CACHE_SECONDS = 60.0
"""How long a key may be remembered: a destroyed key must stop working everywhere within a minute."""
CACHE_SIZE = 20_000


@dataclass(frozen=True)
class Reader:
    """Who reads, as the read log keeps it: opaque ids, unit, role and level of assurance (2-4)."""

    actor: UUID
    agency: str
    unit: str
    role: str
    assurance: int


def wrap_context(stream: UUID, audience: str, agency: str) -> str:
    """The associated data of a wrapped key: a key moved to another stream, audience or agency does not open."""
    return f"nattljus|key|{stream}|{audience}|{agency}"


class UnknownAgency(LookupError):
    """The agency has no key in the keyring: run `nattljus keys` for it before it takes part."""


class Keyring:
    """Makes keys for new audiences and finds the public keys of old ones. Holds no private key."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool, self._sealer = pool, Sealer()
        self._agencies: dict[str, bytes] = {}
        self._streams: dict[tuple[UUID, str], tuple[bytes, float]] = {}

    async def public_key(self, stream: UUID, audience: str) -> bytes | None:
        """The key to seal to, 32 bytes, or None when the audience has none yet in this stream."""
        known = self._streams.get((stream, audience))
        if known and known[1] > time.monotonic():
            return known[0]
        key: bytes | None = await self._pool.fetchval(
            "SELECT public_key FROM keyring.stream_key WHERE stream = $1 AND audience = $2", stream, audience
        )
        if key is not None:
            self._remember(stream, audience, key)
        return key

    async def new_keys(self, stream: UUID, audience: str, holders: Iterable[str]) -> tuple[KeyPair, NewKeys]:
        """A key pair for a new audience, wrapped for its holders (agency ids). Raises UnknownAgency."""
        pair = new_key_pair()
        return pair, NewKeys(((stream, audience, pair.public),), await self.wraps(stream, {audience: pair.private}, holders))

    async def wraps(
        self, stream: UUID, private_keys: Mapping[str, bytes], agencies: Iterable[str]
    ) -> tuple[tuple[UUID, str, str, bytes], ...]:
        """The private keys (audience → raw key) wrapped for each agency. Raises UnknownAgency."""
        rows = []
        for agency in agencies:
            public = await self._agency_key(agency)
            rows += [
                (stream, audience, agency, self._sealer.seal(public, private, wrap_context(stream, audience, agency)))
                for audience, private in private_keys.items()
            ]
        return tuple(rows)

    async def _agency_key(self, agency: str) -> bytes:
        if agency not in self._agencies:
            rows = await self._pool.fetch("SELECT agency, public_key FROM keyring.agency")
            self._agencies = {row["agency"]: row["public_key"] for row in rows}
        try:
            return self._agencies[agency]
        except KeyError:
            raise UnknownAgency(agency) from None

    def _remember(self, stream: UUID, audience: str, key: bytes) -> None:
        if len(self._streams) >= CACHE_SIZE:
            self._streams.clear()
        self._streams[stream, audience] = (key, time.monotonic() + CACHE_SECONDS)


class PrivateKeys:
    """The agencies' private keys that this process may use: files `<agency>.key` of 32 bytes, only for their owner to read.

    Locally files; in production a key service or hardware module behind the same two calls.
    """

    def __init__(self, folder: Path) -> None:
        self._keys = {path.stem: path.read_bytes() for path in sorted(folder.glob("*.key"))}

    async def unlock(
        self, pool: asyncpg.Pool, stream: UUID, reader: Reader, *, action: str, purpose: str, request: UUID
    ) -> dict[str, bytes]:
        """The stream's private keys that the reader's agency holds (audience → raw key), through the read log.

        The database writes the log row in the transaction that hands the wrapped keys out. Raises UnknownAgency when this
        process does not hold the agency's key, asyncpg.InsufficientPrivilegeError when its login may not read for it.
        """
        if reader.agency not in self._keys:
            raise UnknownAgency(reader.agency)
        rows = await pool.fetch(
            "SELECT audience, wrapped FROM keyring.unwrap($1,$2,$3,$4,$5,$6,$7,$8,$9)",
            stream,
            reader.agency,
            reader.actor,
            reader.unit,
            reader.role,
            reader.assurance,
            action,
            purpose,
            request,
        )
        private = self._keys[reader.agency]
        return {row["audience"]: unseal(private, row["wrapped"], wrap_context(stream, row["audience"], reader.agency)) for row in rows}


def ensure_agency_key(folder: Path, agency: str) -> bytes:
    """Makes the agency's key pair if it has none: `<agency>.key`, 0600. Gives the public half, 32 bytes."""
    path = folder / f"{agency}.key"
    if not path.exists():
        partial = path.with_suffix(".new")
        partial.touch(mode=0o600)
        partial.write_bytes(new_key_pair().private)
        partial.replace(path)
    return public_half(path.read_bytes())
