"""Sealing: anyone may seal to a public key, only the holder of the private key may open (X25519, HKDF-SHA256, AES-256-GCM)."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

FIRST = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
"""How the first sealed bytes were made, which open for ever: HPKE (RFC 9180), one message for each ephemeral key."""
SECOND = b"\x02"
"""The first octet of what `Sealer` makes: then the ephemeral public key (32), the nonce (12), and the text with its tag (16)."""
OWN = b"\x03"
"""The first octet of what the maker of a key pair seals to it: then the nonce (12), and the text with its tag (16)."""
LABEL = b"nattljus sealing 2"
OWN_LABEL = b"nattljus sealing 3"
KEY, NONCE = 32, 12
EPHEMERAL_SECONDS = 60.0
RECIPIENTS = 1000


class Unreadable(Exception):
    """The sealed bytes do not open: another key, another place in the history, or somebody changed them."""


@dataclass(frozen=True)
class KeyPair:
    """An X25519 key pair, 32 raw bytes each."""

    private: bytes = field(repr=False)
    public: bytes


def new_key_pair() -> KeyPair:
    """A fresh pair from the system's random source."""
    private = X25519PrivateKey.generate()
    return KeyPair(private.private_bytes_raw(), private.public_key().public_bytes_raw())


def public_half(private: bytes) -> bytes:
    """The public key of a private one, 32 raw bytes each."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def _cipher(shared: bytes, ephemeral: bytes, recipient: bytes) -> AESGCM:
    """The cipher between two key pairs. Both public halves go into its key, as in RFC 9180's KEM, and a label of our own."""
    return AESGCM(HKDF(SHA256(), KEY, None, LABEL + ephemeral + recipient).derive(shared))


def _own_cipher(private: bytes) -> AESGCM:
    """The cipher of whoever holds the private key: made of it by HKDF under another label, so that it tells nothing of any agreement.

    Who makes a pair needs no agreement with itself; the pair's other holders open this as they open everything, and nobody else can.
    """
    return AESGCM(HKDF(SHA256(), KEY, None, OWN_LABEL).derive(private))


class Sealer:
    """Seals with one ephemeral key pair for a minute: the costly agreement is made once for each recipient, not for each text.

    Each text still has a nonce of its own from the system's random source: a process makes some 10^6 in a minute, and only at 2^32
    under one key would a repetition become likelier than 2^-32 (NIST SP 800-38D, 8.3). Random, not counted: a forked process or a
    machine restored from a snapshot must not count on from the same number. The context is authenticated with every text, so bytes
    moved to another place do not open. What the reuse costs: who breaks into this process's memory can open what it sealed within
    its last minute of sealing, which passed through that memory in clear; what was sealed earlier stays shut. It also shows that two texts
    were sealed by one process in one minute, which their envelopes say anyway.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._until = clock, 0.0
        self._begin(clock())

    def seal(self, to: bytes | KeyPair, plaintext: bytes, context: str) -> bytes:
        """`plaintext` sealed to a public key (61 bytes longer) or to a pair of our own making (29); it opens only with the same context."""
        nonce = os.urandom(NONCE)
        if isinstance(to, KeyPair):
            return OWN + nonce + _own_cipher(to.private).encrypt(nonce, plaintext, context.encode())
        cipher = self._cipher(to)
        return SECOND + self._ephemeral + nonce + cipher.encrypt(nonce, plaintext, context.encode())

    def _cipher(self, public: bytes) -> AESGCM:
        """The cipher to a recipient under the ephemeral key of this minute, which is a new one if need be."""
        now = self._clock()
        if now >= self._until or len(self._ciphers) >= RECIPIENTS:
            self._begin(now)
        cipher = self._ciphers.get(public)
        if cipher is None:
            shared = self._private.exchange(X25519PublicKey.from_public_bytes(public))
            cipher = self._ciphers[public] = _cipher(shared, self._ephemeral, public)
        return cipher

    def _begin(self, now: float) -> None:
        self._private = X25519PrivateKey.generate()
        self._ephemeral = self._private.public_key().public_bytes_raw()
        self._ciphers: dict[bytes, AESGCM] = {}
        self._until = now + EPHEMERAL_SECONDS


def unseal(private: bytes, sealed: bytes, context: str) -> bytes:
    """The plaintext. Raises Unreadable when key, context or bytes are not the ones it was sealed with."""
    try:
        if sealed.startswith(OWN):
            return _own_cipher(private).decrypt(sealed[1 : 1 + NONCE], sealed[1 + NONCE :], context.encode())
        if sealed.startswith(SECOND):
            return _opened(X25519PrivateKey.from_private_bytes(private), sealed, context)
    except (InvalidTag, ValueError):
        pass  # one of the first kind in 128 begins with such an octet by chance: it opens as what it is, or not at all
    key = X25519PrivateKey.from_private_bytes(private)
    try:
        return FIRST.decrypt(sealed, key, context.encode())
    except (InvalidTag, ValueError) as error:
        raise Unreadable(context) from error


def _opened(key: X25519PrivateKey, sealed: bytes, context: str) -> bytes:
    ephemeral, nonce, text = sealed[1 : 1 + KEY], sealed[1 + KEY : 1 + KEY + NONCE], sealed[1 + KEY + NONCE :]
    shared = key.exchange(X25519PublicKey.from_public_bytes(ephemeral))
    return _cipher(shared, ephemeral, key.public_key().public_bytes_raw()).decrypt(nonce, text, context.encode())
