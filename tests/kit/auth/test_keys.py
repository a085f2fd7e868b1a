"""The issuer's keys: rotated without a failed login, kept for a while when it is silent, and never believed for ever."""

import asyncio

import pytest

from contracts.refusals import Unavailable
from services.kit.auth.verify import KEYS_GRACE_SECONDS, KEYS_SECONDS, LEEWAY_SECONDS, REMEMBERED, RETRY_SECONDS, BadToken
from tests.kit.auth.issuer import Issuer, new_key


async def test_keys_are_asked_for_once(issuer: Issuer) -> None:
    await asyncio.gather(*(issuer.verifier.verify(issuer.token()) for _ in range(50)))
    assert issuer.asked == 1


async def test_no_login_fails_when_keys_rotate(issuer: Issuer) -> None:
    for number in range(5):
        issuer.now += 2
        issuer.rotate(f"key {number}")
        answers = await asyncio.gather(*(issuer.verifier.verify(issuer.token()) for _ in range(20)))
        assert {each.subject for each in answers} == {"officer"}


async def test_no_login_fails_when_old_and_new_key_stand_side_by_side(issuer: Issuer) -> None:
    old = issuer.token()
    await issuer.verifier.verify(old)
    issuer.keys.append(new_key("two"))
    issuer.now += 2
    await issuer.verifier.verify(issuer.token())
    await issuer.verifier.verify(old)


async def test_a_key_replaced_under_the_same_id_is_noticed(issuer: Issuer) -> None:
    await issuer.verifier.verify(issuer.token())
    issuer.rotate("one")
    issuer.now += 2
    await issuer.verifier.verify(issuer.token())


async def test_strangers_cannot_make_us_hammer_the_issuer(issuer: Issuer) -> None:
    await issuer.verifier.verify(issuer.token())
    issuer.now += 10
    for number in range(100):
        with pytest.raises(BadToken):
            await issuer.verifier.verify(issuer.token(key=new_key(f"stranger {number}")))
    assert issuer.asked == 2


async def test_a_remembered_token_does_not_outlive_itself(issuer: Issuer) -> None:
    token = issuer.token()
    await issuer.verifier.verify(token)
    issuer.now += 300 + LEEWAY_SECONDS - 1
    await issuer.verifier.verify(token)
    issuer.now += 1
    with pytest.raises(BadToken):
        await issuer.verifier.verify(token)


async def test_a_remembered_token_does_not_outlive_its_key(issuer: Issuer) -> None:
    token = issuer.token(exp=int(issuer.now) + 100_000)
    await issuer.verifier.verify(token)
    issuer.rotate("two")
    issuer.now += KEYS_SECONDS
    with pytest.raises(BadToken):
        await issuer.verifier.verify(token)


async def test_what_is_remembered_has_a_bound(issuer: Issuer) -> None:
    await issuer.verifier.verify(issuer.token())
    issuer.verifier._verified = dict.fromkeys(map(str, range(REMEMBERED)), await issuer.verifier.verify(issuer.token()))
    await issuer.verifier.verify(issuer.token())
    assert len(issuer.verifier._verified) == 1


async def test_a_silent_issuer_is_forgiven_for_an_hour(issuer: Issuer) -> None:
    await issuer.verifier.verify(issuer.token())
    issuer.silent = True
    issuer.now += KEYS_GRACE_SECONDS - 1
    await issuer.verifier.verify(issuer.token())
    issuer.now += 2
    for _ in range(3):  # also between two attempts: keys that are too old are never used
        with pytest.raises(Unavailable):
            await issuer.verifier.verify(issuer.token())
    issuer.silent = False
    issuer.now += RETRY_SECONDS
    await issuer.verifier.verify(issuer.token())


async def test_before_the_first_keys_nobody_is_told_that_the_token_is_bad(issuer: Issuer) -> None:
    issuer.silent = True
    for _ in range(3):  # the second comes before we ask again: still our trouble, not the token's
        with pytest.raises(Unavailable):
            await issuer.verifier.verify(issuer.token())
    assert issuer.asked == 1


async def test_nobody_queues_behind_a_slow_issuer_while_the_keys_are_good_enough(issuer: Issuer) -> None:
    await issuer.verifier.verify(issuer.token())
    issuer.slow, issuer.silent = 0.2, True
    issuer.now += KEYS_SECONDS + 1
    first = asyncio.create_task(issuer.verifier.verify(issuer.token()))
    await asyncio.sleep(0.05)
    async with asyncio.timeout(0.1):
        await asyncio.gather(*(issuer.verifier.verify(issuer.token()) for _ in range(10)))
    await first
    assert issuer.asked == 2


@pytest.mark.parametrize("wrong", ["name", "no keys", "only a secret", "only a private key", "only for encryption", "rubbish"])
async def test_wrong_answers_of_the_issuer_change_nothing(issuer: Issuer, wrong: str) -> None:
    await issuer.verifier.verify(issuer.token())
    token, good = issuer.token(exp=int(issuer.now) + 10_000), issuer.keys
    issuer.keys = []
    match wrong:
        case "name":
            issuer.named = "https://evil.test"
        case "only a secret":
            issuer.extra_keys = [{"kty": "oct", "k": "c2VjcmV0", "kid": "one"}]
        case "only a private key":
            issuer.extra_keys = [dict(good[0].as_dict(private=True))]
        case "only for encryption":
            issuer.extra_keys = [dict(good[0].as_dict(private=False)) | {"use": "enc"}]
        case "rubbish":
            issuer.extra_keys = [{"kty": "EC", "crv": "P-256", "x": "?", "y": "?"}]
        case _:
            pass
    issuer.now += KEYS_SECONDS + 1
    assert (await issuer.verifier.verify(token)).subject == "officer"
    assert (await issuer.verifier.verify(issuer.token(key=good[0]))).subject == "officer"


async def test_keys_that_we_cannot_use_do_not_disturb_the_others(issuer: Issuer) -> None:
    issuer.extra_keys = [{"kty": "OKP", "crv": "Ed25519", "x": "AA", "kid": "x"}, {"kty": "EC", "crv": "secp256k1", "kid": "y"}]
    await issuer.verifier.verify(issuer.token())
