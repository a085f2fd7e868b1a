"""`nattljus rebuild VIEW` on the running hub: what a person reads, what a machine reads, and that a wrong row is made right."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import pytest

from deploy.local.api import open_api
from deploy.local.data import DataDirectory
from deploy.local.ports import choose_ports
from deploy.local.progress import silently
from services.projections.views import VIEWS
from tests.stack import ROOT, Hub

REFERRAL = {"children": [{"kind": "unknown", "name": "Test Testsson", "ageYears": 8}], "worry": "Oro."}


def rebuild(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "deploy.cli", "rebuild", *arguments, "--data", str(data)]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)


@pytest.mark.parametrize("view", [view.name for view in VIEWS])
def test_each_view_of_the_running_hub_comes_out_as_it_stood(hub: Hub, view: str) -> None:
    done = rebuild(hub.data.path, view, "--json")
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    assert (made["view"], made["same"]) == (view, True)


async def test_all_views_are_rebuilt_one_after_the_other(hub: Hub) -> None:
    async with open_api(hub.data.path) as api:
        receipt = (await api.ask("polisen-farsta", "POST", "/intake/v1/referrals", REFERRAL, key=uuid4())).body
        await api.ask("polisen-farsta", "GET", f"/projections/v1/receipts/{receipt['referrals'][0]['id']}/chain")
    done = await asyncio.to_thread(rebuild, hub.data.path, "--all", "--json")
    assert done.returncode == 0, done.stderr
    made = {each["view"]: each for each in map(json.loads, done.stdout.splitlines())}
    assert list(made) == [view.name for view in VIEWS]
    assert min(made[view][what] for view in ("readers", "casefile", "board", "receipts") for what in ("events", "rows")) > 0


@pytest.mark.parametrize("arguments", [(), ("board", "--all")])
def test_who_names_no_view_or_one_and_all_is_told_to_choose(hub: Hub, arguments: tuple[str, ...]) -> None:
    refused = rebuild(hub.data.path, *arguments)
    assert refused.returncode == os.EX_USAGE
    assert refused.stderr.startswith("nattljus: name one view, such as board, or say --all")


async def test_a_row_that_somebody_changed_is_told_of_and_made_right(hub: Hub) -> None:
    async with open_api(hub.data.path) as api:
        receipt = (await api.ask("polisen-farsta", "POST", "/intake/v1/referrals", REFERRAL, key=uuid4())).body
        referral = receipt["referrals"][0]["id"]
        await api.ask("polisen-farsta", "GET", f"/projections/v1/receipts/{referral}/chain")
        admin = await asyncpg.connect(hub.admin_dsn)
        noticed, tries = None, 5
        while tries and not (noticed and noticed.returncode):  # the reconciler may have made it right first
            await admin.execute("UPDATE projections.receipts SET age_band = '18+' WHERE referral = $1", UUID(referral))
            noticed, tries = rebuild(hub.data.path, "receipts"), tries - 1
        await admin.close()
        assert noticed
        assert (noticed.returncode, noticed.stdout.rstrip().endswith("events, otherwise than it stood")) == (1, True), noticed
        again = rebuild(hub.data.path, "receipts")
        assert (again.returncode, again.stdout.rstrip().endswith("events, byte for byte as it stood")) == (0, True), again
        row = (await api.ask("polisen-farsta", "GET", f"/projections/v1/receipts/{referral}/chain")).body
    assert row["ageBand"] == "7-9"


def test_a_view_that_does_not_exist_is_answered_with_those_that_do(hub: Hub) -> None:
    refused = rebuild(hub.data.path, "bord")
    assert refused.returncode == os.EX_USAGE
    assert refused.stderr.startswith("nattljus: there is no view bord: choose one of attachments, board, casefile, consultations")


def test_without_a_hub_one_line_says_what_to_do(data: DataDirectory, port: int, tmp_path: Path) -> None:
    for folder, ports, advice in (
        (tmp_path / "nowhere", False, "--data DIR"),
        (data.path, False, "make up"),
        (data.path, True, "is the hub running?"),
    ):
        if ports:
            choose_ports(data, None, silently, port)
        refused = rebuild(folder, "board")
        assert refused.returncode != 0
        assert advice in refused.stderr
        assert refused.stderr.count("\n") == 1
