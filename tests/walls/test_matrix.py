"""Every operation of the three APIs, asked by those it does not concern, about every object of a whole story: nobody learns anything."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

import pytest

from deploy.local.api import Answer, Api
from tests.profile.apis import operations
from tests.walls.search import given_away
from tests.walls.story import CONSENT, MARK, NUMBER, POLICE, Story

STEWARD = "nattljus-seeder"
DOOR = "nattljus-private"
FOREIGN = (
    "polisen-skarholmen",  # another police district of the same agency
    "skola-skarholmen",
    "sachsska-barnakut",
    "skarholmen",  # another district of social services
    STEWARD,
    "socialtjanstinspektorerna",
)

HIDDEN = frozenset({404})
CLOSED = frozenset({403, 404})
FORBIDDEN = frozenset({403})
MALFORMED = frozenset({422})
OWN_UNIT = frozenset({200, 403})
"""Something of the stranger's own unit, to those who work with cases there."""
OPEN = frozenset({200})
NEW = frozenset({201, 403})
"""Something of their own, under the key that the story was sent under; within the same agency that key is taken."""
TAKEN = "urn:nattljus:problem:key-reused"

Body = dict[str, object]


@dataclass(frozen=True)
class Ask:
    """What a stranger sends, how the hub may answer, whose own affair it is, if anybody's among the strangers, and what the query says."""

    answers: frozenset[int]
    body: Body | None = None
    concerns: str = ""
    query: str = ""


ASSIGNMENT: Body = {"issuer": "http://nowhere", "subject": "nobody", "unit": "lpo-farsta", "role": "reporter"}
UNIT: Body = {"agency": "polisen", "name": "Nowhere", "functionalAddress": "nowhere"}
SERVICE: Body = {"name": "Nowhere", "what": "Nothing", "functionalAddress": "nowhere"}
MEETING: Body = {
    "referral": "{object}",
    "childName": "Test",
    "purpose": "SIP",
    "place": "Testskolan",
    "startsAt": "2027-01-12T13:00:00Z",
    "endsAt": "2027-01-12T14:00:00Z",
    "parties": ["testskolan-skarholmen"],
    "consents": [CONSENT | {"giver": "guardian", "purpose": "SIP"}, CONSENT | {"giver": "child", "purpose": "SIP"}],
}
NOWHERE: Body = {"follower": "board", "store": "intake", "position": 1}
ANYBODY = "00000000-0000-4000-8000-000000000001"
ZONES = ("new", "mine", "ours", "waiting", "done")
COMMANDS = "POST /liaison/v1/referrals/{referralId}/"
TALK = "POST /liaison/v1/consultations/{consultationId}/"
SCENES = "POST /liaison/v1/scene-calls/{sceneCallId}/"
DIRECTORY = "/liaison/v1/directory/"
VIEWS = "GET /projections/v1/"

MATRIX = {
    "GET /intake/v1/api-info": Ask(OPEN),
    "GET /liaison/v1/api-info": Ask(OPEN),
    "GET /projections/v1/api-info": Ask(OPEN),
    "POST /intake/v1/referrals": Ask(NEW, {"children": [{"kind": "unknown", "name": "Test"}], "worry": "Samma nyckel, andra ord."}),
    "POST /intake/v1/private-referrals": Ask(FORBIDDEN, {"children": [{"kind": "unknown", "name": "Test"}], "worry": "Ord."}),
    "POST /intake/v1/referrals/{referralId}/supplements": Ask(CLOSED, {"text": "Test"}),
    "POST /intake/v1/referrals/{referralId}/attachments": Ask(CLOSED, {"file": "Test"}),
    "POST /intake/v1/consultations": Ask(NEW, {"question": "Samma nyckel, andra ord."}),
    COMMANDS + "openings": Ask(CLOSED, {"take": True}),
    COMMANDS + "takings": Ask(CLOSED, {"over": ANYBODY}),
    COMMANDS + "returns": Ask(CLOSED),
    COMMANDS + "assignments": Ask(CLOSED, {"to": ANYBODY}),
    COMMANDS + "signal-weighings": Ask(CLOSED, {"bearing": "no_bearing", "reasons": "Test"}),
    COMMANDS + "links": Ask(CLOSED, {"other": ANYBODY}),
    COMMANDS + "separations": Ask(CLOSED, {"other": ANYBODY}),
    COMMANDS + "supplement-openings": Ask(CLOSED),
    COMMANDS + "immediate-safety-assessments": Ask(CLOSED, {"needsImmediateProtection": False, "reasons": "Test"}),
    COMMANDS + "police-report-decisions": Ask(CLOSED, {"decision": "made", "barnahusConsulted": True, "reasons": "Test"}),
    COMMANDS + "report-meetings": Ask(CLOSED, {"outcome": "offered", "reporterInvited": True, "reasons": "Test"}),
    COMMANDS + "prosecutor-notices": Ask(CLOSED, {"toUnit": "jouraklagaren", "note": "Test"}),
    COMMANDS + "prosecutor-consultations": Ask(CLOSED, {"toUnit": "jouraklagaren", "guardian": "wait", "answer": "Test"}),
    COMMANDS + "guardian-holds": Ask(CLOSED, {"reasons": "Test"}),
    COMMANDS + "guardian-hold-endings": Ask(CLOSED, {"reasons": "Test"}),
    COMMANDS + "reasons": Ask(CLOSED, {"of": "00000000-0000-4000-8000-000000000000", "reasons": "Test"}),
    COMMANDS + "handover-offers": Ask(CLOSED, {"toUnit": "skarholmen-mottagning"}),
    COMMANDS + "handover-acceptances": Ask(CLOSED),
    COMMANDS + "handover-refusals": Ask(CLOSED, {"reason": "Test"}),
    COMMANDS + "handover-withdrawals": Ask(CLOSED, {"reason": "Test"}),
    COMMANDS + "decisions": Ask(CLOSED, {"decision": "investigation_opened", "reasons": "Test"}),
    COMMANDS + "feedback-readings": Ask(CLOSED),
    TALK + "openings": Ask(CLOSED),
    TALK + "answers": Ask(CLOSED, {"advice": "refer_now", "text": "Test"}),
    TALK + "counter-questions": Ask(CLOSED, {"text": "Test"}),
    TALK + "questions": Ask(CLOSED, {"text": "Test"}),
    "POST /intake/v1/scene-calls": Ask(NEW, {"place": "Samma nyckel, andra ord."}),
    SCENES + "openings": Ask(CLOSED),
    SCENES + "answers": Ask(CLOSED, {"answer": "nobody_can_come", "message": "Test"}),
    SCENES + "takings": Ask(CLOSED),
    SCENES + "returns": Ask(CLOSED),
    SCENES + "assignments": Ask(CLOSED, {"to": ANYBODY}),
    SCENES + "amendments": Ask(CLOSED, {"place": "Någon annanstans."}),
    SCENES + "withdrawals": Ask(CLOSED, {"reasons": "Test"}),
    SCENES + "strikings": Ask(CLOSED, {"child": 1}),
    SCENES + "phases": Ask(CLOSED, {"phase": "care"}),
    SCENES + "times": Ask(CLOSED, {"what": "arrived"}),
    SCENES + "children": Ask(CLOSED, {"child": 1, "exposure": "saw"}),
    SCENES + "tasks": Ask(CLOSED, {"task": "police-safe"}),
    SCENES + "outcomes": Ask(CLOSED, {"outcome": "talks"}),
    SCENES + "closings": Ask(CLOSED, {"reasons": "Test"}),
    "POST /liaison/v1/sips": Ask(CLOSED, MEETING),
    f"PUT {DIRECTORY}agencies/{{agency}}": Ask(FORBIDDEN, {"kind": "other", "swedish": "X", "english": "X"}, STEWARD),
    f"PUT {DIRECTORY}units/{{unit}}": Ask(FORBIDDEN, UNIT, STEWARD),
    f"POST {DIRECTORY}units/{{unit}}/closings": Ask(FORBIDDEN, {"validTo": "2099-01-01"}, STEWARD),
    f"PUT {DIRECTORY}services/{{service}}": Ask(FORBIDDEN, SERVICE, STEWARD),
    f"POST {DIRECTORY}services/{{service}}/closings": Ask(FORBIDDEN, {"validTo": "2099-01-01"}, STEWARD),
    f"PUT {DIRECTORY}features": Ask(FORBIDDEN, {"district": "farsta", "feature": "scene_calls", "since": "2099-01-01"}, STEWARD),
    f"PUT {DIRECTORY}assignments": Ask(FORBIDDEN, ASSIGNMENT, STEWARD),
    f"DELETE {DIRECTORY}assignments/{{holder}}": Ask(FORBIDDEN, None, STEWARD),
    "POST /liaison/v1/quarantine/replays": Ask(FORBIDDEN, NOWHERE, STEWARD),
    "POST /liaison/v1/quarantine/drop-proposals": Ask(FORBIDDEN, NOWHERE | {"ground": "unreadable"}, STEWARD),
    "POST /liaison/v1/quarantine/drop-confirmations": Ask(FORBIDDEN, NOWHERE, STEWARD),
    VIEWS + "board": Ask(OPEN),
    VIEWS + "board/{referralId}": Ask(HIDDEN),
    VIEWS + "board/{referralId}/siblings": Ask(HIDDEN),
    VIEWS + "zones/{zone}": Ask(MALFORMED),
    VIEWS + "colleagues": Ask(OWN_UNIT),
    VIEWS + "night-report": Ask(OWN_UNIT),
    VIEWS + "referrals/{referralId}": Ask(HIDDEN),
    VIEWS + "referrals/{referralId}/earlier-signals": Ask(HIDDEN),
    VIEWS + "referrals/{referralId}/earlier-signals/{earlierId}": Ask(HIDDEN, query="?purpose=earlier_signals"),
    VIEWS + "referrals/{referralId}/attachments": Ask(HIDDEN),
    VIEWS + "referrals/{referralId}/attachments/{attachmentId}": Ask(HIDDEN),
    VIEWS + "receipts": Ask(OPEN),
    VIEWS + "receipts/{referralId}": Ask(HIDDEN),
    VIEWS + "receipts/{referralId}/chain": Ask(HIDDEN),
    VIEWS + "consultations": Ask(OPEN),
    VIEWS + "consultations/{consultationId}": Ask(HIDDEN),
    VIEWS + "consultations/{consultationId}/state": Ask(HIDDEN),
    VIEWS + "consultation-figures": Ask(OPEN),
    VIEWS + "services": Ask(OPEN),
    VIEWS + "services/{service}": Ask(HIDDEN),
    VIEWS + "scene-calls": Ask(OPEN),
    VIEWS + "scene-calls/{sceneCallId}": Ask(HIDDEN),
    VIEWS + "scene-calls/{sceneCallId}/state": Ask(HIDDEN),
    VIEWS + "scene-call-figures": Ask(OPEN),
    VIEWS + "features": Ask(OPEN),
    VIEWS + "invitations": Ask(OPEN),
    VIEWS + "invitations/{sipId}": Ask(HIDDEN),
    VIEWS + "missing-reasons": Ask(OPEN),
    VIEWS + "quarantine": Ask(FORBIDDEN, None, STEWARD),
    VIEWS + "units": Ask(OPEN),
    VIEWS + "me": Ask(OPEN),
}
"""Every operation. A new one is added here, with how it answers those whom it does not concern."""

NAMED = re.compile(r"\{[^}]*\}")
"""What an address names."""

OWN_ROWS = ("board", "receipts", "consultations", "scene-calls", "invitations", "missing-reasons", *(f"zones/{zone}" for zone in ZONES))
LISTS = (*(f"{name}?limit=200" for name in OWN_ROWS), "receipts?code={code}")


def about(ask: Ask, operation: str, story: Story) -> Iterator[tuple[str, str, Body | None]]:
    """An operation's requests, as (method, path, body): one for each object of the story, or one when it names none."""
    method, _, path = operation.partition(" ")
    named = NAMED.search(path)
    in_body = ask.body is not None and "{object}" in ask.body.values()
    for each in story.objects if named or in_body else story.objects[:1]:
        body = ask.body and {name: each if value == "{object}" else value for name, value in ask.body.items()}
        yield method, NAMED.sub(each, path) + ask.query, body


def fits(ask: Ask, answer: Answer) -> bool:
    """Whether the hub may answer so."""
    return answer.status in ask.answers or (ask.answers is NEW and answer.body["type"] == TAKEN)


def learnt(story: Story, answer: Answer) -> set[str]:
    """What an answer gives away of the story: its words, the number, its ids and codes."""
    return given_away(str(answer.body).encode(), (MARK, NUMBER, NUMBER[2:], *story.objects, *story.references, story.code))


def test_every_operation_stands_in_the_matrix() -> None:
    assert {f"{method.upper()} /{name}/v1{path}" for name, method, path, _ in operations()} == set(MATRIX)


@pytest.mark.parametrize("client", FOREIGN)
async def test_a_stranger_learns_nothing_from_any_operation(api: Api, story: Story, client: str) -> None:
    wrong = []
    for operation, ask in MATRIX.items():
        if ask.concerns == client:
            continue
        for method, path, body in about(ask, operation, story):
            key = story.asked if "consultations" in path else story.called if "scene-calls" in path else story.key
            answer = await api.send(client, method, path, body, key=key)
            if not fits(ask, answer) or learnt(story, answer):
                wrong.append((method, path, answer))
    assert wrong == []


@pytest.mark.parametrize("client", FOREIGN)
async def test_a_strangers_lists_hold_none_of_it(api: Api, story: Story, client: str) -> None:
    for path in LISTS:
        answer = await api.ask(client, "GET", f"/projections/v1/{path.format(code=story.code)}")
        assert learnt(story, answer) == set(), path
        assert answer.body == [] or "code=" not in path


async def test_the_door_for_private_persons_reads_nothing_and_does_nothing_else(api: Api, story: Story) -> None:
    """Its machine hands in; whoever stole its key could do that and no more."""
    for operation, ask in MATRIX.items():
        for method, path, body in about(ask, operation, story):
            if operation in {"POST /intake/v1/private-referrals", f"{VIEWS}units", f"{VIEWS}me"} or path.endswith("/api-info"):
                continue
            answer = await api.send(DOOR, method, path, body, key=story.key)
            assert answer.status in CLOSED, (method, path, answer)
            assert learnt(story, answer) == set()


async def test_a_stranger_changes_nothing(api: Api, story: Story) -> None:
    paths = [f"receipts/{story.first}/chain", f"receipts/{story.second}/chain", f"receipts?code={story.code}"]
    before = [(await api.ask(POLICE, "GET", f"/projections/v1/{path}")).body for path in paths]
    for client in FOREIGN:
        for operation, ask in MATRIX.items():
            if operation.startswith(COMMANDS):
                for method, path, body in about(ask, operation, story):
                    assert not (await api.send(client, method, path, body)).recorded, (client, path)
        addition = {"text": "Test"}
        assert not (await api.send(client, "POST", f"/intake/v1/referrals/{story.first}/supplements", addition, key=uuid4())).recorded
    assert [(await api.ask(POLICE, "GET", f"/projections/v1/{path}")).body for path in paths] == before


async def test_what_is_not_theirs_looks_like_what_is_not_there(api: Api, story: Story) -> None:
    nowhere = "00000000-0000-4000-8000-000000000000"
    for client in FOREIGN:
        for operation, ask in MATRIX.items():
            if any(f"{{{each}Id}}" in operation for each in ("referral", "consultation", "sip", "sceneCall")):
                answers = []
                for method, path, body in about(ask, operation, story):
                    answers += [await api.send(client, method, each, body) for each in (path, path.replace(story.first, nowhere))]
                assert {(answer.status, str(answer.body)) for answer in answers} == {(answers[0].status, str(answers[0].body))}, operation


async def test_the_same_questions_tell_the_rightful_something(api: Api, story: Story) -> None:
    for (client, path), words in story.readings.items():
        answer = await api.ask(client, "GET", f"/projections/v1/{path}")
        assert words
        assert learnt(story, answer), (client, path)
    zones = [await api.ask("farsta", "GET", f"/projections/v1/zones/{zone}?limit=200") for zone in ZONES]
    assert any(learnt(story, answer) for answer in zones)
    for client, path in (
        (POLICE, "receipts"),
        ("farsta", "board"),
        ("karolinska-barnakut", "consultations"),
        ("skola-farsta", "invitations"),
    ):
        assert learnt(story, await api.ask(client, "GET", f"/projections/v1/{path}?limit=200")), path
