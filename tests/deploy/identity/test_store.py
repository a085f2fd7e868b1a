"""What the provider remembers, and for how long."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.local.identity.store import Grant, Store

GRANT = Grant(login="login-1", client_id="nattljus-portal", subject="test-jour-ett", scope="openid", auth_time=1000, expires_at=1060)


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    opened = Store(tmp_path, clock)
    yield opened
    opened.close()


def test_a_grant_ends_on_time(store: Store, clock: Clock) -> None:
    store.save("code", "secret", GRANT)
    clock.now = 1060
    assert store.redeem("code", "secret", "nattljus-portal") is None


def test_a_grant_is_for_one_client_and_one_use(store: Store) -> None:
    store.save("code", "secret", GRANT)
    assert store.redeem("code", "secret", "someone-else") is None
    assert store.redeem("refresh", "secret", "nattljus-portal") is None
    assert store.redeem("code", "secret", "nattljus-portal") == GRANT


def test_a_second_use_ends_that_login_and_no_other(store: Store) -> None:
    store.save("refresh", "old", GRANT)
    store.save("refresh", "new", GRANT)
    store.save("refresh", "other", replace(GRANT, login="login-2"))
    store.redeem("refresh", "old", "nattljus-portal")
    assert store.redeem("refresh", "old", "nattljus-portal") is None
    assert store.redeem("refresh", "new", "nattljus-portal") is None
    assert store.redeem("refresh", "other", "nattljus-portal") is not None


def test_of_many_at_once_one_gets_the_grant(store: Store) -> None:
    store.save("refresh", "secret", GRANT)
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda _: store.redeem("refresh", "secret", "nattljus-portal"), range(32)))
    assert got.count(GRANT) == 1


def test_an_assertion_is_new_once_for_each_client_until_it_has_expired(store: Store, clock: Clock) -> None:
    assert store.first_use("polisen-farsta", "jti-1", 1090)
    assert not store.first_use("polisen-farsta", "jti-1", 1090)
    assert store.first_use("polisen-skarholmen", "jti-1", 1090)
    clock.now = 1090
    assert store.first_use("polisen-farsta", "jti-1", 1200)
