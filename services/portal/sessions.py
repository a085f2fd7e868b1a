"""Who is logged in, kept on the server: one sealed row per session, found by the hash of a random cookie.

A copy of the table opens no session: it holds hashes instead of the cookies, and its contents are sealed under a key that
the database never sees. Each row is bound to its own hash, so a row cannot be moved to another session either.
"""

import hashlib
import secrets
from base64 import urlsafe_b64decode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Column, DateTime, LargeBinary, MetaData, Row, Select, Table, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from services.kit.auth.client import Tokens
from services.portal.person import Person

IDLE = timedelta(minutes=30)
NIGHT_SHIFT = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)  # how exactly we know when somebody was last seen; a write per request would buy nothing
NONCE_BYTES = 12

SESSION = Table(
    "session",
    MetaData(schema="portal"),
    Column("id_hash", LargeBinary, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("last_seen_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
)


class Tampered(Exception):
    """The sealed bytes do not open: another key, another owner, or somebody changed them."""


class Session(BaseModel):
    """What a session knows: the person, and the tokens to ask the services with in their name."""

    model_config = ConfigDict(frozen=True)

    person: Person
    tokens: Tokens


@dataclass(frozen=True)
class Seal:
    """AES-256-GCM under one key; `owner` is bound in as associated data."""

    key: bytes

    def close(self, content: bytes, owner: bytes) -> bytes:
        """Nonce (12 bytes), ciphertext and tag in one."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + AESGCM(self.key).encrypt(nonce, content, owner)

    def open(self, sealed: bytes, owner: bytes) -> bytes:
        """The content. Raises Tampered."""
        try:
            return AESGCM(self.key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], owner)
        except (InvalidTag, ValueError) as error:
            raise Tampered from error


def seal_from_setting(text: str) -> Seal:
    """The seal for NATTLJUS_SESSION_KEY. Raises ValueError when it is not base64url of 32 bytes."""
    key = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if len(key) != 32:
        raise ValueError("NATTLJUS_SESSION_KEY must be 32 bytes in base64url")
    return Seal(key)


class Sessions:
    """The table `portal.session` (deploy/postgres/040_portal.sql). Times are passed in and know their zone."""

    def __init__(self, engine: AsyncEngine, seal: Seal) -> None:
        self._engine = engine
        self._seal = seal

    async def start(self, session: Session, now: datetime) -> str:
        """A new session; returns the id for the cookie, 256 random bits. Rows that have ended are cleared away with it."""
        session_id = secrets.token_urlsafe(32)
        async with self._engine.begin() as connection:
            await connection.execute(delete(SESSION).where((SESSION.c.expires_at <= now) | (SESSION.c.last_seen_at <= now - IDLE)))
            await connection.execute(
                insert(SESSION).values(
                    id_hash=_hash(session_id),
                    sealed=self._sealed(session_id, session),
                    last_seen_at=now,
                    expires_at=now + NIGHT_SHIFT,
                )
            )
        return session_id

    async def find(self, session_id: str, now: datetime, *, active: bool = True) -> Session | None:
        """The session, or None when there is none, it has ended, or its row was tampered with.

        `active=False` is for what a page fetches by itself: it must not keep the session of somebody who has left alive.
        """
        async with self._engine.connect() as connection:
            row = (await connection.execute(_living(session_id, now))).first()
        session = self._opened(session_id, row)
        if row is not None and session is not None and active and now - row.last_seen_at >= SEEN_EVERY:
            async with self._engine.begin() as connection:
                await connection.execute(update(SESSION).where(SESSION.c.id_hash == _hash(session_id)).values(last_seen_at=now))
        return session

    async def renew(
        self, session_id: str, now: datetime, stale: Callable[[Session], bool], renewed: Callable[[Session], Awaitable[Session]]
    ) -> Session | None:
        """Replace a stale session's content, once, however many requests ask at the same moment.

        The row stays locked while `renewed` asks the issuer: a refresh token works only once, so the second request must
        wait and then finds the session fresh. What `renewed` raises passes through and leaves the row as it was.
        """
        async with self._engine.begin() as connection:
            row = (await connection.execute(_living(session_id, now).with_for_update())).first()
            session = self._opened(session_id, row)
            if session is None or not stale(session):
                return session
            fresh = await renewed(session)
            await connection.execute(
                update(SESSION).where(SESSION.c.id_hash == _hash(session_id)).values(sealed=self._sealed(session_id, fresh))
            )
            return fresh

    async def end(self, session_id: str) -> None:
        """Forget the session; ending it twice is fine."""
        async with self._engine.begin() as connection:
            await connection.execute(delete(SESSION).where(SESSION.c.id_hash == _hash(session_id)))

    async def ready(self) -> None:
        """Raises SQLAlchemyError or OSError when the table cannot be read."""
        async with self._engine.connect() as connection:
            await connection.execute(select(SESSION.c.expires_at).limit(1))

    def _sealed(self, session_id: str, session: Session) -> bytes:
        return self._seal.close(session.model_dump_json().encode(), _hash(session_id))

    def _opened(self, session_id: str, row: Row[tuple[bytes, datetime]] | None) -> Session | None:
        if row is None:
            return None
        try:
            return Session.model_validate_json(self._seal.open(row.sealed, _hash(session_id)))
        except Tampered:
            return None  # as good as no session: the person logs in again


def _hash(session_id: str) -> bytes:
    """SHA-256 is enough for a value of 256 random bits; there is nothing to guess."""
    return hashlib.sha256(session_id.encode()).digest()


def _living(session_id: str, now: datetime) -> Select[tuple[bytes, datetime]]:
    return select(SESSION.c.sealed, SESSION.c.last_seen_at).where(
        SESSION.c.id_hash == _hash(session_id), SESSION.c.expires_at > now, SESSION.c.last_seen_at > now - IDLE
    )
