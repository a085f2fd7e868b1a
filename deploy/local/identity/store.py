"""What the provider must remember over a restart: codes, refresh tokens and client assertions already used."""

import hashlib
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

CODE_SECONDS = 60
LOGIN_SECONDS = 12 * 3600
"""How long a login may be refreshed: a night's shift, counted from the login and not from the latest refresh."""

_TABLES = """
CREATE TABLE IF NOT EXISTS grants (
    hash TEXT PRIMARY KEY, kind TEXT NOT NULL, login TEXT NOT NULL, client_id TEXT NOT NULL, subject TEXT NOT NULL,
    scope TEXT NOT NULL, auth_time INTEGER NOT NULL, expires_at REAL NOT NULL, used INTEGER NOT NULL DEFAULT 0,
    redirect_uri TEXT NOT NULL DEFAULT '', nonce TEXT NOT NULL DEFAULT '', challenge TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX IF NOT EXISTS grants_by_login ON grants (login);
CREATE TABLE IF NOT EXISTS assertions (
    client_id TEXT NOT NULL, jti TEXT NOT NULL, expires_at REAL NOT NULL, PRIMARY KEY (client_id, jti)
) STRICT;
"""


@dataclass(frozen=True)
class Grant:
    """A code or a refresh token. All that come from one login share `login`. Times are seconds since 1970."""

    login: str
    client_id: str
    subject: str
    scope: str
    auth_time: int
    expires_at: float
    redirect_uri: str = ""
    nonce: str = ""
    challenge: str = ""


def hashed(secret: str) -> str:
    """What stands in the file instead of a code or token, so that the file cannot be used to log in."""
    return hashlib.sha256(secret.encode()).hexdigest()


class Store:
    """One SQLite file, used by one process. Every method is one transaction."""

    def __init__(self, directory: Path, clock: Callable[[], float] = time.time) -> None:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = directory / "logins.sqlite3"
        file.touch(mode=0o600)
        self._clock = clock
        self._lock = threading.Lock()
        self._database = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        self._database.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;" + _TABLES)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def save(self, kind: str, secret: str, grant: Grant) -> None:
        """Remember a code (`code`) or a refresh token (`refresh`), by its hash."""
        row = (hashed(secret), kind, *vars(grant).values())
        names = ", ".join(("hash", "kind", *vars(grant)))
        with self._transaction() as database:
            # The names are the dataclass's own, never a caller's.
            database.execute(f"INSERT INTO grants ({names}) VALUES ({', '.join('?' * len(row))})", row)  # noqa: S608

    def redeem(self, kind: str, secret: str, client_id: str) -> Grant | None:
        """Use a code or refresh token, once, by the client that it was given to; otherwise return None.

        Used a second time, it is in the hands of someone who should not have it, and nobody can tell which of the
        two: every grant of that login ends (RFC 9700, 2.2.2 and 4.14.2; RFC 6749, 4.1.2).
        """
        names = ", ".join(Grant.__dataclass_fields__)
        with self._transaction() as database:
            row = database.execute(
                f"SELECT used, {names} FROM grants WHERE hash = ? AND kind = ? AND client_id = ? AND expires_at > ?",  # noqa: S608
                (hashed(secret), kind, client_id, self._clock()),
            ).fetchone()
            if row is None:
                return None
            used, grant = row[0], Grant(*row[1:])
            if used:
                database.execute("DELETE FROM grants WHERE login = ?", (grant.login,))
                return None
            database.execute("UPDATE grants SET used = 1 WHERE hash = ?", (hashed(secret),))
            return grant

    def end_login(self, login: str) -> None:
        """Forget every code and refresh token of a login."""
        with self._transaction() as database:
            database.execute("DELETE FROM grants WHERE login = ?", (login,))

    def first_use(self, client_id: str, jti: str, expires_at: float) -> bool:
        """Whether a client's assertion is new; it is not from now on. `expires_at`: when it may be forgotten."""
        with self._transaction() as database:
            inserted = database.execute("INSERT INTO assertions VALUES (?, ?, ?) ON CONFLICT DO NOTHING", (client_id, jti, expires_at))
            return inserted.rowcount == 1

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._database:
            self._database.execute("BEGIN IMMEDIATE")
            now = self._clock()
            self._database.execute("DELETE FROM grants WHERE expires_at <= ?", (now,))
            self._database.execute("DELETE FROM assertions WHERE expires_at <= ?", (now,))
            yield self._database
