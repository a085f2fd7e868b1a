"""The demo: a believable night, played twice as good as once, with nobody real in it."""

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from contracts.agencies import AgencyKind
from contracts.nameless import pieces
from deploy.local.api import Api, open_api
from deploy.local.demo.night import NIGHT, since_evening
from deploy.local.demo.standing import State
from deploy.local.demo.story import ConsultationContact, Contact, PrivateContact, ReferralContact, SceneContact
from deploy.local.organisation import load
from tests.stack import ROOT, Hub

TEST_NUMBERS = {"199006022397", "200304302383", "200510162381", "200512312398", "200001052380"}
"""Skatteverket's, the only identity numbers that may stand in this repository."""
LIKE_A_NUMBER = re.compile(r"(?<![\d.])(19\d\d|20\d\d|\d\d)(0[1-9]|1[0-2])([0-3]\d|[6-9]\d)[-+]?(\d{4})(?![\d.])")

LAWFUL = {"investigation_opened", "investigation_not_opened", "investigation_already_ongoing"}


def play(hub: Hub) -> dict[str, Any]:
    """What `nattljus demo --json` prints."""
    command = [sys.executable, "-m", "deploy.cli", "demo", "--json", "--data", str(hub.data.path)]
    played = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert played.returncode == 0, played.stderr
    assert len([line for line in played.stderr.splitlines() if "→" in line]) == len(NIGHT)
    told: dict[str, Any] = json.loads(played.stdout)
    return told


async def rows(api: Api, client: str, view: str) -> list[dict[str, Any]]:
    """The newest rows of a unit's view."""
    found: list[dict[str, Any]] = (await api.ask(client, "GET", f"/projections/v1/{view}?limit=200")).body
    return found


def became() -> list[tuple[Contact, ReferralContact]]:
    """Consultations and calls with the referral that each became."""
    return [(contact, contact.becomes) for contact in NIGHT if isinstance(contact, ConsultationContact | SceneContact) and contact.becomes]


def in_order(call: dict[str, Any]) -> bool:
    """Whether what is noted of a call that ended came one after the other, and its children were spoken with on the scene."""
    moments = ("alarmAt", "notifiedAt", "seenAt", "answeredAt", "arrivedAt", "careAt", "coordinationAt", "handedOverAt", "closedAt")
    times = [call[moment] for moment in moments]
    return times == sorted(times) and all(call["careAt"] < at < call["coordinationAt"] for at in call["spokenWithAt"])


async def test_the_night_is_played_once_however_often_it_is_played(hub: Hub) -> None:
    first, second = play(hub), play(hub)
    assert (first["new"], second["new"], second["stepsTaken"]) == (31, 0, 0)
    assert {**first, "new": 0, "stepsTaken": 0} == second
    assert second["contacts"] == 31
    assert min(second["referrals"].values()) > 0  # every ending is there to be looked at
    assert min(second["consultations"].values()) > 0
    assert second["calls"] == {"unanswered": 1, "under_way": 1, "closed": 1}
    assert (second["guardiansHeld"], second["supplemented"]) == (1, 3)
    assert (second["sips"], second["feedbackRead"] < second["feedbackSent"]) == (2, True)

    ids = {item["id"]: item["state"] for contact in second["night"] for item in contact["items"]}
    async with open_api(hub.data.path) as api:
        reporters = {contact.client for contact in NIGHT if not isinstance(contact, PrivateContact)}
        receipts = [row for client in reporters for row in await rows(api, client, "receipts") if row["referral"] in ids]
        board = [row for row in await rows(api, "socialjouren", "board") if row["referral"] in ids]
        questions = [row for row in await rows(api, "socialjouren", "consultations") if row["consultation"] in ids]
        invited = await rows(api, "skola-skarholmen", "invitations")
        calls = [row for row in await rows(api, "socialjouren", "scene-calls") if row["scene"] in ids]
    told_privately = sum(len(contact.referral.children) for contact in NIGHT if isinstance(contact, PrivateContact))
    assert len(receipts) + told_privately == len(board) == sum(second["referrals"].values())
    assert told_privately == sum(row["fromUnit"] == "privatpersoner" for row in board) > 0
    assert [(row["queue"], row["danger"]) for row in calls] == [("unanswered", True), ("under_way", True), ("closed", False)]
    ended = calls[-1]
    assert in_order(ended)
    assert (ended["exposures"], ended["outcomes"]) == (["saw_and_suffered", "saw"], ["company_to_hospital", "talks"])
    assert [ids[child] for child in ended["referrals"]] == ["taken_over"] * 2
    assert [row["supplementsSeen"] for row in board if row["supplements"]] == [0, 0, 0]
    assert {ids[row["referral"]] for row in board if row["supplements"]} == {"new", "assessed"}
    boy = [row for row in board if row["fromUnit"] == "lpo-skarholmen" and row["signals"]]  # the third who sees a part of him
    assert [(row["agencies"] >= 3, row["bearing"], row["alike"] >= 2) for row in boy] == [(True, None, True)]
    assert [row["becameReferralAt"] is not None for row in questions].count(True) == 1
    assert len(questions) == sum(second["consultations"].values())
    assert {row["feedback"] for row in receipts} == {None, *LAWFUL}
    assert Counter(row["feedback"] for row in receipts)["investigation_opened"] == second["referrals"]["opened"]
    assert [row["seenAt"] for row in board if ids[row["referral"]] == "new"] == [None] * second["referrals"]["new"]
    assert [row["relation"] for row in invited] == ["invited"]


def test_the_night_is_believable() -> None:
    referrals = [contact for contact in NIGHT if isinstance(contact, ReferralContact)]
    kinds = Counter(load().agency_of(load().machines_by_client[contact.client].unit).kind for contact in referrals)
    assert kinds[AgencyKind.POLICE] > kinds[AgencyKind.HEALTHCARE] > kinds[AgencyKind.SCHOOL] > 0
    children = [child for contact in referrals for child in contact.referral.children]
    assert sum(child.number is None for child in children) > len(children) / 2
    assert [since_evening(contact) < since_evening(later) for contact, later in became()] == [True, True]
    assert NIGHT[0].at > "16:00"
    assert NIGHT[-1].at < "08:00"


def test_no_consultation_names_anybody() -> None:
    asked = [contact for contact in NIGHT if isinstance(contact, ConsultationContact)]
    said = [text for each in asked for text in (each.consultation.question, each.asks_back, each.asks_again)]
    said += [text for each in asked if each.answer for text in (each.answer.text, each.answer.condition or "")]
    assert [pieces(text) for text in said if text] == [[] for text in said if text]
    assert len(asked) == 6


def test_every_state_has_words_of_its_own() -> None:
    assert len({state.value for state in State}) == len(State)


def test_without_a_hub_the_demo_says_what_to_do(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "deploy.cli", "demo", "--data", str(tmp_path)]
    refused = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert refused.returncode == 69
    assert "make up" in refused.stderr


def identity_numbers(text: str) -> set[str]:
    """Whatever in a text could be somebody's identity number: a date, four digits, and a check digit that holds."""
    found = {"".join(match.groups()) for match in LIKE_A_NUMBER.finditer(text)}
    return {number for number in found if int(number[-6:-4]) % 60 in range(1, 32) and checks(number)}


def checks(number: str) -> bool:
    """Luhn over the last ten digits (folkbokföringslagen 18 §)."""
    digits = [int(digit) * weight for digit, weight in zip(number[-10:], [2, 1] * 5, strict=True)]
    return sum(digit // 10 + digit % 10 for digit in digits) % 10 == 0


@pytest.mark.parametrize("room", ["contracts", "deploy", "services", "tests"])
def test_only_test_numbers_stand_anywhere(room: str) -> None:
    known = TEST_NUMBERS | {number[2:] for number in TEST_NUMBERS}
    sources = [path for path in (ROOT / room).rglob("*") if path.suffix in {".py", ".toml", ".json", ".sql", ".md", ".html", ".po", ".txt"}]
    strangers = {str(path.relative_to(ROOT)): identity_numbers(path.read_text("utf-8")) - known for path in sources}
    assert {path: found for path, found in strangers.items() if found} == {}


def test_a_strange_number_would_be_found() -> None:
    assert identity_numbers("a 20051231-2398, 200512312398 and 051231-2398; not 2021000076, 20261122021500 or 200512312399") == {
        "200512312398",
        "0512312398",
    }
