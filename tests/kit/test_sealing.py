"""Sealing: it opens with the right key at the right place only, old formats for ever, and one ephemeral key lives a minute."""

from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from services.kit import sealing
from services.kit.sealing import FIRST, OWN, SECOND, Sealer, Unreadable, new_key_pair, unseal
from tests.fixtures.sample import PRIVATE_KEY

KEYS = new_key_pair()
PUBLISHED = bytes.fromhex(
    "02968bc3da20598fe4a66e44da6de2d432c7de4ea7b5d8935d24ce487cc15a49712b6dc8b629444c4bf1803a919f65329556b1107074e68558b2767eca71591577"
)
"""`text`, sealed the second way to the samples' key with the context `here`."""
PUBLISHED_BY_THE_MAKER = bytes.fromhex("03b53c16c47726e000d4bb87ff60fe092daee99e2195a1fc30f7912355e003e293")


class Clock:
    """Seconds that pass when told."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def ephemeral(sealed: bytes) -> bytes:
    return sealed[1:33]


def nonce(sealed: bytes) -> bytes:
    return sealed[33:45]


def own_kind(text: bytes, context: str) -> bytes:
    """As whoever made the pair."""
    return Sealer().seal(KEYS, text, context)


def first_kind(text: bytes, context: str) -> bytes:
    """As the hub sealed before: HPKE with the context as its info."""
    return FIRST.encrypt(text, X25519PublicKey.from_public_bytes(KEYS.public), context.encode())


def test_what_was_sealed_opens_with_its_key_and_its_context() -> None:
    sealed = Sealer().seal(KEYS.public, b"text", "here")
    assert unseal(KEYS.private, sealed, "here") == b"text"
    assert len(sealed) == len(b"text") + 61
    for private, context in ((new_key_pair().private, "here"), (KEYS.private, "there")):
        with pytest.raises(Unreadable):
            unseal(private, sealed, context)


@pytest.mark.parametrize(
    "seal",
    [lambda: Sealer().seal(KEYS.public, b"text", "here"), lambda: own_kind(b"text", "here"), lambda: first_kind(b"text", "here")],
    ids=["second", "own", "first"],
)
def test_no_bit_of_it_can_be_changed(seal: Callable[[], bytes]) -> None:
    sealed = seal()
    for bit in range(len(sealed) * 8):
        changed = bytearray(sealed)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(Unreadable):
            unseal(KEYS.private, bytes(changed), "here")


def test_what_the_maker_of_a_pair_sealed_opens_for_its_holders_alone() -> None:
    sealed = own_kind(b"text", "here")
    assert unseal(KEYS.private, sealed, "here") == b"text"
    assert len(sealed) == len(b"text") + 29
    for private, context in ((new_key_pair().private, "here"), (KEYS.public, "here"), (KEYS.private, "there")):
        with pytest.raises(Unreadable):
            unseal(private, sealed, context)
    assert len({own_kind(b"text", "here") for _ in range(1000)}) == 1000


def test_a_pair_does_not_show_its_private_half() -> None:
    assert repr(KEYS.private) not in repr(KEYS)


def test_what_is_cut_short_does_not_open() -> None:
    for sealed in (Sealer().seal(KEYS.public, b"text", "here"), first_kind(b"text", "here"), own_kind(b"text", "here"), SECOND + bytes(64)):
        for length in range(len(sealed)):
            with pytest.raises(Unreadable):
                unseal(KEYS.private, sealed[:length], "here")


def test_what_was_sealed_the_first_way_opens_for_ever() -> None:
    assert unseal(KEYS.private, first_kind(b"text", "here"), "here") == b"text"


def test_so_does_what_was_sealed_the_second_way_or_by_the_maker_of_the_pair() -> None:
    assert unseal(PRIVATE_KEY, PUBLISHED, "here") == b"text"
    assert unseal(PRIVATE_KEY, PUBLISHED_BY_THE_MAKER, "here") == b"text"


@pytest.mark.parametrize("mark", [SECOND, OWN])
def test_and_what_bears_the_mark_of_another_way_by_chance(mark: bytes) -> None:
    sealed = next(each for each in iter(lambda: first_kind(b"text", "here"), None) if each.startswith(mark))
    assert unseal(KEYS.private, sealed, "here") == b"text"


def test_no_nonce_and_no_bytes_come_twice_under_one_ephemeral_key() -> None:
    sealer = Sealer()
    sealed = [sealer.seal(KEYS.public, b"text", "here") for _ in range(20_000)]
    assert len({ephemeral(each) for each in sealed}) == 1
    assert len({nonce(each) for each in sealed}) == len(sealed)
    assert len({each[45:] for each in sealed}) == len(sealed)


def test_an_ephemeral_key_serves_a_minute_and_then_another_one_does() -> None:
    clock = Clock()
    sealer = Sealer(clock)
    first = sealer.seal(KEYS.public, b"text", "here")
    clock.now += sealing.EPHEMERAL_SECONDS - 1
    still = sealer.seal(KEYS.public, b"text", "here")
    clock.now += 1
    other = sealer.seal(KEYS.public, b"text", "here")
    assert ephemeral(first) == ephemeral(still) != ephemeral(other)
    assert [unseal(KEYS.private, each, "here") for each in (first, still, other)] == [b"text"] * 3


def test_it_serves_a_thousand_recipients_and_each_opens_only_its_own() -> None:
    sealer, pairs = Sealer(), [new_key_pair() for _ in range(sealing.RECIPIENTS + 1)]
    sealed = [sealer.seal(pair.public, b"text", "here") for pair in pairs]
    assert len({ephemeral(each) for each in sealed}) == 2
    assert {unseal(pair.private, each, "here") for pair, each in zip(pairs, sealed, strict=True)} == {b"text"}
    with pytest.raises(Unreadable):
        unseal(pairs[0].private, sealed[1], "here")


def test_no_two_processes_share_an_ephemeral_key() -> None:
    assert ephemeral(Sealer().seal(KEYS.public, b"", "")) != ephemeral(Sealer().seal(KEYS.public, b"", ""))
