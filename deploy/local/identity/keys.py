"""The provider's signing keys. A key is published before it signs anything and after it has stopped signing."""

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypedDict

from joserfc.jwk import ECKey, KeySet

from deploy.local.files import write_whole

ALGORITHM = "ES256"
RETIRED_SECONDS = 24 * 3600
"""How long a key that no longer signs stays published: far longer than a token lives or a key set is cached."""

State = Literal["active", "next", "retired"]


class _Entry(TypedDict):
    state: State
    since: float
    jwk: dict[str, str | list[str]]


@dataclass(frozen=True)
class SigningKey:
    """A key, what it is used for now, and since when (seconds since 1970)."""

    key: ECKey
    state: State
    since: float


def new_key() -> ECKey:
    """A fresh P-256 key for signatures, named by its thumbprint (RFC 7638)."""
    return ECKey.generate_key("P-256", {"use": "sig", "alg": ALGORITHM}, auto_kid=True)


class SigningKeys:
    """The keys in one file. The file is read again when it changes, so a rotation reaches a running provider."""

    def __init__(self, directory: Path) -> None:
        self._file = directory / "signing-keys.json"
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._stamp: tuple[int, int] | None = None
        self._keys: tuple[SigningKey, ...] = ()
        if not self._file.exists():
            now = time.time()
            self._save((SigningKey(new_key(), "active", now), SigningKey(new_key(), "next", now)))

    def active(self) -> ECKey:
        """The key that signs now."""
        return next(each.key for each in self._read() if each.state == "active")

    def published(self) -> KeySet:
        """Every key a verifier may meet: the active one, the next one and those retired lately."""
        return KeySet([each.key for each in self._read()])

    def rotate(self) -> str:
        """Let the next key sign, publish another to come after it, and return the new signing key's id.

        Whoever fetched the key set since the last rotation already knows the key that signs from now on.
        """
        now = time.time()
        keys = [each for each in self._read() if each.state != "retired" or now - each.since < RETIRED_SECONDS]
        turned: dict[State, State] = {"active": "retired", "next": "active", "retired": "retired"}
        after = [SigningKey(each.key, turned[each.state], each.since if each.state == "retired" else now) for each in keys]
        self._save((*after, SigningKey(new_key(), "next", now)))
        return str(self.active().kid)

    def _read(self) -> tuple[SigningKey, ...]:
        status = self._file.stat()
        # The inode too: every save is a new file, and two saves may share a timestamp.
        stamp = (status.st_mtime_ns, status.st_ino)
        if stamp != self._stamp:
            entries: list[_Entry] = json.loads(self._file.read_text("utf-8"))
            self._keys = tuple(SigningKey(ECKey.import_key(e["jwk"]), e["state"], e["since"]) for e in entries)
            self._stamp = stamp
        return self._keys

    def _save(self, keys: tuple[SigningKey, ...]) -> None:
        entries = [{"state": k.state, "since": k.since, "jwk": k.key.as_dict(private=True)} for k in keys]
        write_whole(self._file, json.dumps(entries))
