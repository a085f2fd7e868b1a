"""Sealing: anyone may seal to a public key, only the holder of the private key may open (HPKE, RFC 9180)."""

from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class Unreadable(Exception):
    """The sealed bytes do not open: another key, another place in the history, or somebody changed them."""


@dataclass(frozen=True)
class KeyPair:
    """An X25519 key pair, 32 raw bytes each."""

    private: bytes
    public: bytes


def new_key_pair() -> KeyPair:
    """A fresh pair from the system's random source."""
    private = X25519PrivateKey.generate()
    return KeyPair(private.private_bytes_raw(), private.public_key().public_bytes_raw())


def public_half(private: bytes) -> bytes:
    """The public key of a private one, 32 raw bytes each."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def seal(public: bytes, plaintext: bytes, context: str) -> bytes:
    """`plaintext` sealed to the public key; it opens only with the same context (48 bytes longer than the text)."""
    return SUITE.encrypt(plaintext, X25519PublicKey.from_public_bytes(public), context.encode())


def unseal(private: bytes, sealed: bytes, context: str) -> bytes:
    """The plaintext. Raises Unreadable when key, context or bytes are not the ones it was sealed with."""
    try:
        return SUITE.decrypt(sealed, X25519PrivateKey.from_private_bytes(private), context.encode())
    except (InvalidTag, ValueError) as error:
        raise Unreadable(context) from error
