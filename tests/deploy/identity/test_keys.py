"""Signing keys: published before they sign and after they have stopped."""

from pathlib import Path

import httpx2
import pytest

from deploy.local.identity import keys
from deploy.local.identity.keys import SigningKeys
from deploy.local.identity.settings import Settings
from tests.deploy.identity.portal import Portal


async def kids(http: httpx2.AsyncClient) -> list[str]:
    return [key["kid"] for key in (await http.get("/jwks")).json()["keys"]]


async def test_the_next_key_is_known_before_it_signs(portal: Portal, settings: Settings) -> None:
    known = await kids(portal.http)
    before = await portal.login("test-jour-ett")
    signing = SigningKeys(settings.directory).rotate()  # as another process does it
    after = await portal.login("test-jour-ett")

    assert signing in known
    assert (await portal.read(after["access_token"])).header["kid"] == signing
    assert (await portal.read(after["id_token"])).header["kid"] == signing
    assert (await portal.read(before["access_token"])).header["kid"] != signing, "what the old key signed still counts"
    assert len(await kids(portal.http)) == 3


def test_keys_survive_a_restart_and_are_private(tmp_path: Path) -> None:
    first = SigningKeys(tmp_path).active().kid
    assert SigningKeys(tmp_path).active().kid == first
    assert (tmp_path / "signing-keys.json").stat().st_mode & 0o777 == 0o600


def test_a_retired_key_is_forgotten_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    signing = SigningKeys(tmp_path)
    first = signing.active().kid
    signing.rotate()
    assert first in [key.kid for key in signing.published()]
    monkeypatch.setattr(keys, "RETIRED_SECONDS", 0)
    signing.rotate()
    assert first not in [key.kid for key in signing.published()]
