"""The whole hub: every part well, a machine's token, and a part that is killed comes back without anybody's hand."""

import asyncio
import contextlib
import json
import subprocess
import sys
import time

import httpx2
from nats.js.errors import NotFoundError

from deploy.local.supervisor import running
from tests.place import as_deploy
from tests.stack import ROOT, Hub


def nattljus(hub: Hub, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "deploy.cli", *arguments, "--data", str(hub.data.path)]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)


def doctor(hub: Hub) -> dict[str, str]:
    """What the doctor finds wrong: what -> seen."""
    found = json.loads(nattljus(hub, "doctor", "--json").stdout)
    return {finding["what"]: finding["seen"] for finding in found["findings"] if not finding["ok"]}


def test_the_doctor_finds_everything_well(hub: Hub) -> None:
    assert doctor(hub) == {}


def test_the_portal_answers_people(hub: Hub) -> None:
    answer = httpx2.get(hub.portal, trust_env=False, follow_redirects=True)
    assert answer.status_code == 200
    assert "Nattljus" in answer.text


def test_a_machine_gets_a_token_and_a_stranger_a_list(hub: Hub) -> None:
    given = nattljus(hub, "token", "polisen-farsta")
    assert given.stdout.count(".") == 2
    refused = nattljus(hub, "token", "nobody")
    assert refused.returncode == 64
    assert "polisen-farsta" in refused.stderr


def test_a_killed_relay_comes_back_by_itself(hub: Hub) -> None:
    first = running(hub.data)["relay"]
    first.kill()
    patience = time.monotonic() + 30
    while running(hub.data).get("relay", first) == first:
        assert time.monotonic() < patience
        time.sleep(0.05)


def test_a_stream_that_is_deleted_comes_back_even_when_its_keeper_is_killed_at_its_work(hub: Hub) -> None:
    async def lose_the_stream() -> int:
        async with as_deploy(hub) as streams:
            held = await streams.count("LIAISON")
            await streams.jetstream.delete_stream("LIAISON")
            return held

    async def refilled(held: int) -> bool:
        async with as_deploy(hub) as streams:
            with contextlib.suppress(NotFoundError):
                return await streams.count("LIAISON") >= held
        return False

    held = asyncio.run(lose_the_stream())
    running(hub.data)["reconciler"].kill()
    patience = time.monotonic() + 30
    while not asyncio.run(refilled(held)):
        assert time.monotonic() < patience
        time.sleep(0.1)


def test_every_process_has_only_its_own_secrets(hub: Hub) -> None:
    given = {name: process.environ() for name, process in running(hub.data).items()}
    holders = {
        setting: {name for name, environment in given.items() if f"NATTLJUS_{setting}" in environment}
        for setting in ("KEYS", "READERS", "SESSION_KEY_FILE", "CLIENT_KEY_FILE", "PRIVATE_KEY_FILE", "NATS_SEED_FILE", "CHILD_KEY_FILE")
    }
    assert holders == {
        "KEYS": {"liaison", "projections"},
        "READERS": {"projections"},
        "SESSION_KEY_FILE": {"portal"},
        "CLIENT_KEY_FILE": {"portal"},
        "PRIVATE_KEY_FILE": {"portal"},
        "NATS_SEED_FILE": {"relay", "projector", "policies", "watchdog", "reconciler", "portal"},
        "CHILD_KEY_FILE": {"intake"},
    }
    assert len({environment["NATTLJUS_DATABASE"] for environment in given.values() if "NATTLJUS_DATABASE" in environment}) == 9


def test_liaison_holds_the_keys_of_social_services_alone(hub: Hub) -> None:
    everyone = {file.stem for file in hub.data.keys.glob("*.key")}
    liaison = {file.stem for file in (hub.data.keys / "liaison").glob("*.key")}
    assert {"socialjouren", "farsta"} <= liaison
    assert not {"polisen", "region-stockholm", "ivo"} & liaison
    assert {"polisen", *liaison} <= everyone
