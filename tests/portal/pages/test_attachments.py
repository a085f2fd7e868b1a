"""Files on the portal's pages, against a hub that answers as ours does: each says whether it arrived, and none stops the referral."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx2
import pytest
from fastapi import FastAPI, Request

from contracts.agencies import AgencyKind, Role
from contracts.attachment import FileKind, FileState
from services.kit.auth.client import Tokens
from services.portal.app import create_app
from services.portal.login import require_session
from services.portal.pages.files import opened
from services.portal.pages.reporting import require_reporter
from services.portal.person import Person
from services.portal.sessions import Session
from tests.portal.pages.test_case import entry, received
from tests.portal.parts import browser, portal_settings

NIGHT = "2026-11-22T02:40:00Z"
FIRST, SECOND = (UUID(int=number) for number in (1, 2))
FILE = UUID("7f6c1c52-9f0e-4a83-8f4e-0d6a4c1f9d43")
NURSE = Person(subject="n", name="Nora", unit="sachsska-barnakut", unit_name="Sachsska", kind=AgencyKind.HEALTHCARE, role=Role.REPORTER)
PRIVATE = "blåmärke Alva.jpg"
FIELDS = {"idempotency_key": "0c7b8a52-6a0e-4c1f-9d43-0f3f5a1b2c3d", "child-1-kind": "unknown", "child-1-name": "Alva", "worry": "Ensam."}


def row(referral: UUID, reference: str) -> dict[str, Any]:
    steps = ("seenAt", "assessedAt", "takenOverAt", "decidedAt", "feedback", "feedbackSentAt", "feedbackReadAt")
    later = ("takenOverBy", "escalatedStep", "escalatedLevel", "escalatedAt", "invitedAt", "meetsAt", "calledOffAt")
    empty = dict.fromkeys((*steps, *later))
    more = {"siblings": 1, "protection": "none", "supplements": 0, "supplementedAt": None, "supplementsSeen": 0, "supplementsSeenAt": None}
    known = {"referral": str(referral), "reference": reference, "receiptCode": "K7Q2-FX9M", "toUnit": "socialjouren-jour"}
    return known | {"categories": ["neglect"], "ageBand": "4-6", "receivedAt": NIGHT, "submission": str(FIRST)} | more | empty


def added(name: str = PRIVATE, kind: str = "jpeg") -> dict[str, Any]:
    content = {"name": name, "kind": kind, "size": 1_234_567, "digest": "0" * 64}
    return entry("AttachmentAdded", {"attachment": str(FILE), "addedAt": NIGHT, "content": content})


def stands(state: str = "cleared") -> dict[str, Any]:
    return {"attachment": str(FILE), "state": state, "addedAt": NIGHT, "judgedAt": None}


@dataclass
class FakeHub:
    """What it was sent, in order, and how it answers a file (by its bytes)."""

    asked: list[httpx2.Request] = field(default_factory=list)
    files: dict[bytes, tuple[int, str]] = field(default_factory=dict)
    state: str = "cleared"
    refuses: str = ""
    protection: str = "none"
    chain: dict[str, Any] = field(default_factory=dict)

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        path = request.url.path
        if path.endswith("/attachments") and request.method == "POST":
            return self._file(request)
        if path == "/intake/v1/referrals":
            return self._referral()
        if path.endswith(f"/attachments/{FILE}"):
            kind = {"content-type": "image/jpeg", "content-disposition": "attachment; filename*=UTF-8''a.jpg"}
            return httpx2.Response(200, content=b"JPEG", headers=kind)
        answers: dict[str, Any] = {"/units": []}
        both = (row(SECOND, "K7Q2-FX9M-2"), row(FIRST, "K7Q2-FX9M-1"))
        answers["/receipts"] = [each | {"protection": self.protection} for each in both]
        answers[f"/referrals/{FIRST}/attachments"] = [stands(self.state)]
        answers[f"/receipts/{FIRST}/chain"] = row(FIRST, "K7Q2-FX9M-1") | self.chain
        answers[f"/receipts/{FIRST}"] = {
            "summary": row(FIRST, "K7Q2-FX9M-1"),
            "entries": [entry("ReferralReceived", received().model_dump(mode="json", by_alias=True)), added()],
            "attachments": [stands(self.state)],
        }
        return httpx2.Response(200, json=answers.get(path.removeprefix("/projections/v1"), []))

    def _file(self, request: httpx2.Request) -> httpx2.Response:
        status, said = next((answer for content, answer in self.files.items() if content in request.read()), (201, "cleared"))
        if status == 201:
            position = {"Nattljus-Position": f"intake:{len(self.asked)}"}
            return httpx2.Response(201, json={"id": str(FILE), "state": said, "children": 2}, headers=position)
        return httpx2.Response(status, json={"type": f"urn:nattljus:problem:{said}", "detail": "English."})

    def _referral(self) -> httpx2.Response:
        if self.refuses:
            return httpx2.Response(422, json={"type": f"urn:nattljus:problem:{self.refuses}", "detail": "English."})
        referrals = [{"id": str(each), "reference": "K7Q2-FX9M", "numberLooksWrong": False} for each in (FIRST, SECOND)]
        return httpx2.Response(
            201,
            json={"receiptCode": "K7Q2-FX9M", "placeWithheld": False, "referrals": referrals},
            headers={"Nattljus-Position": "intake:1"},
        )

    def sent(self, path: str) -> list[httpx2.Request]:
        """The requests that went to such a path."""
        return [each for each in self.asked if re.fullmatch(path, each.url.path) and each.method == "POST"]


@pytest.fixture
def hub() -> FakeHub:
    return FakeHub()


@pytest.fixture
def portal(hub: FakeHub) -> FastAPI:
    app = create_app(portal_settings(), httpx2.AsyncClient(transport=httpx2.MockTransport(hub)))
    app.state.hub = type(app.state.hub)(app.state.hub.http, dict.fromkeys(("intake", "liaison", "projections"), "http://hub"))

    async def logged_in(request: Request) -> Session:
        request.state.person = NURSE
        return Session(person=NURSE, tokens=Tokens("t", None, "", 4e9, {}))

    app.dependency_overrides[require_reporter] = app.dependency_overrides[require_session] = logged_in
    return app


Sends = Callable[..., Any]
ATTACHMENTS = r"/intake/v1/referrals/[0-9a-f-]+/attachments"


async def test_the_referral_goes_first_and_then_each_file_to_every_child(portal: FastAPI, hub: FakeHub) -> None:
    async with browser(portal) as nurse:
        files = [("files", (PRIVATE, b"bild 1")), ("files", ("brev.pdf", b"bild 2"))]
        answer = await nurse.post("/referrals/new", data=FIELDS, files=files)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/receipts/K7Q2-FX9M?after=intake")
    assert "Alva" not in answer.headers["location"]
    posted = [each.url.path for each in hub.asked if each.method == "POST"]
    assert posted == ["/intake/v1/referrals", *[f"/intake/v1/referrals/{FIRST}/attachments"] * 2]
    first, second = hub.sent(ATTACHMENTS)
    assert first.url.params["forSiblings"] == "true"
    assert first.headers["idempotency-key"] != second.headers["idempotency-key"]


async def test_a_file_that_fails_is_named_and_the_receipt_is_there(portal: FastAPI, hub: FakeHub) -> None:
    hub.files = {b"trasig": (422, "damaged-file"), b"tyst": (503, "")}
    files = [("files", ("trasig.jpg", b"trasig")), ("files", ("tyst.jpg", b"tyst")), ("files", ("hel.jpg", b"hel"))]
    async with browser(portal) as nurse:
        answer = await nurse.post("/referrals/new", data=FIELDS, files=files)
    assert answer.status_code == 200
    text = re.sub(r"\s+", " ", answer.text)
    assert "K7Q2-FX9M" in text
    assert "<strong>trasig.jpg:</strong> Den går inte att öppna" in text
    assert "<strong>tyst.jpg:</strong> Den har inte kommit fram: navet svarar inte" in text
    assert "<strong>hel.jpg:</strong> Den har kommit fram." in text
    assert "Själva anmälan har kommit fram." in text
    assert len(hub.sent(ATTACHMENTS)) == 3


async def test_a_referral_that_is_refused_sends_no_file_and_says_that_they_are_to_be_chosen_again(portal: FastAPI, hub: FakeHub) -> None:
    hub.refuses = "no-worry"
    async with browser(portal) as nurse:
        answer = await nurse.post("/referrals/new", data=FIELDS, files=[("files", ("a.jpg", b"a"))])
        without = await nurse.post("/referrals/new", data=FIELDS)
    assert answer.status_code == without.status_code == 422
    assert "Filerna som du hade valt har inte skickats" in answer.text
    assert "Filerna som du hade valt" not in without.text
    assert 'value="Alva"' in answer.text
    assert hub.sent(ATTACHMENTS) == []


async def test_files_are_added_on_the_receipt_for_one_child_or_for_all(portal: FastAPI, hub: FakeHub) -> None:
    async with browser(portal) as nurse:
        for child in ("all", str(SECOND)):
            answer = await nurse.post("/receipts/K7Q2-FX9M/files", data={"referral": child}, files=[("files", ("a.jpg", b"a"))])
            assert (answer.status_code, answer.headers["location"][:30]) == (303, "/receipts/K7Q2-FX9M?after=inta")
    first, second = hub.sent(ATTACHMENTS)
    assert (first.url.path.split("/")[4], first.url.params["forSiblings"]) == (str(FIRST), "true")
    assert (second.url.path.split("/")[4], second.url.params["forSiblings"]) == (str(SECOND), "false")


async def test_the_same_file_of_the_same_form_has_the_same_key_and_another_has_another(portal: FastAPI, hub: FakeHub) -> None:
    async with browser(portal) as nurse:
        for content in (b"a", b"a", b"b"):
            data = {"idempotency_key": FIELDS["idempotency_key"]}
            await nurse.post("/receipts/K7Q2-FX9M/files", data=data, files=[("files", ("a.jpg", content))])
    first, again, other = (each.headers["idempotency-key"] for each in hub.sent(ATTACHMENTS))
    assert first == again != other


async def test_a_script_is_told_of_each_file_in_the_readers_words(portal: FastAPI, hub: FakeHub) -> None:
    hub.files = {b"virus": (201, "malware"), b"ny": (201, "unscanned")}
    async with browser(portal, accept="application/json") as nurse:
        told = [
            (answer.status_code, answer.json()["files"])
            for answer in [
                await nurse.post("/receipts/K7Q2-FX9M/files", files=[("files", (name, content))])
                for name, content in (("ny.jpg", b"ny"), ("virus.txt", b"virus"))
            ]
        ]
    assert told[0] == (
        201,
        [
            {
                "name": "ny.jpg",
                "arrived": True,
                "words": "Den har kommit fram. Den är inte viruskontrollerad än, och den som öppnar den får veta det.",
            }
        ],
    )
    assert told[1][0] == 422
    assert not told[1][1][0]["arrived"]


async def test_nothing_chosen_is_said(portal: FastAPI) -> None:
    async with browser(portal) as nurse:
        answer = await nurse.post("/receipts/K7Q2-FX9M/files", data={"referral": "all"}, files=[("files", ("", b""))])
    assert answer.status_code == 422
    assert "Välj en fil först" in answer.text


async def test_the_receipt_says_how_each_file_stands_and_names_none(portal: FastAPI, hub: FakeHub) -> None:
    hub.state = "unscanned"
    async with browser(portal) as nurse:
        answer = await nurse.get("/receipts/K7Q2-FX9M")
    assert "Inte viruskontrollerad än" in answer.text
    assert "Alva" not in answer.text
    assert 'enctype="multipart/form-data"' in answer.text
    assert not [each for each in hub.asked if "/receipts/" in each.url.path], "nothing is opened for it"


async def test_the_reporter_sees_when_somebody_has_opened_what_came(portal: FastAPI, hub: FakeHub) -> None:
    said = []
    async with browser(portal) as nurse:
        for seen in (None, 0, 2):
            files = {"attachments": 2, "attachedAt": NIGHT, "attachmentsSeen": seen, "attachmentsSeenAt": NIGHT if seen else None}
            hub.chain = {} if seen is None else files
            said.append(re.sub(r"\s+", " ", (await nurse.get(f"/sent/{FIRST}")).text))
    without, unseen, opened = said
    assert "filer" not in without
    assert "Ni har skickat 2 filer" in unseen
    assert "Ingen har öppnat det än" in unseen
    assert "Socialtjänsten har sett det som kom" in opened


async def test_with_protected_registration_the_receipt_says_what_no_file_may_tell(portal: FastAPI, hub: FakeHub) -> None:
    async with browser(portal) as nurse:
        said = [(await nurse.get("/receipts/K7Q2-FX9M")).text]
        hub.protection = "protected_registration"
        said.append((await nurse.get("/receipts/K7Q2-FX9M")).text)
    assert ["Ett barn har skyddad folkbokföring" in each for each in said] == [False, True]


@pytest.mark.parametrize(
    ("state", "words", "absent"),
    [
        ("cleared", ["Spara filen", "Visa bilden"], ["unscanned"]),
        ("unscanned", ["Öppna den fast den inte är kontrollerad", f"/files/{FIRST}/{FILE}/unscanned"], ["Spara filen", "<img"]),
        ("malware", ["Virus hittat", "lämnas inte ut till någon"], ["Spara filen", "<img", "unscanned"]),
    ],
)
async def test_what_we_sent_names_each_file_and_says_what_may_be_done_with_it(
    portal: FastAPI, hub: FakeHub, state: str, words: list[str], absent: list[str]
) -> None:
    hub.state = state
    async with browser(portal) as nurse:
        answer = await nurse.get(f"/sent/{FIRST}/content")
    assert answer.status_code == 200
    for each in (PRIVATE, "Bild (JPEG)", "1,2 MB", *words):
        assert each in answer.text
    for each in absent:
        assert each not in answer.text
    assert PRIVATE not in answer.text.partition("</title>")[0]


async def test_a_file_is_a_download_and_nobodys_page(portal: FastAPI, hub: FakeHub) -> None:
    async with browser(portal) as nurse:
        answer = await nurse.get(f"/files/{FIRST}/{FILE}")
        again = await nurse.post(f"/files/{FIRST}/{FILE}/unscanned")
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, b"JPEG", "image/jpeg")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert (answer.headers["x-content-type-options"], answer.headers["cache-control"]) == ("nosniff", "no-store")
    assert "unscanned" not in hub.asked[0].url.params
    assert hub.asked[0].url.params["purpose"] == "following_up"
    assert (again.status_code, hub.asked[-1].url.params["unscanned"]) == (200, "true")


async def test_opening_what_nobody_has_looked_at_takes_a_form_of_our_own_page(portal: FastAPI, hub: FakeHub) -> None:
    async with browser(portal) as nurse:
        assert (await nurse.get(f"/files/{FIRST}/{FILE}/unscanned")).status_code == 405
        assert (await nurse.post(f"/files/{FIRST}/{FILE}/unscanned", headers={"sec-fetch-site": "cross-site"})).status_code == 403
    assert hub.asked == []


def test_a_file_whose_key_is_destroyed_has_no_name() -> None:
    gone = added() | {"readable": False, "data": added()["data"] | {"content": {"audience": "reporter", "sealed": "AAAA"}}}
    [file] = opened(FIRST, {"entries": [gone], "attachments": [stands()]})
    assert (file.content, file.picture, file.state) == (None, False, FileState.CLEARED)


def test_only_pictures_that_were_looked_at_are_shown_and_only_documents_are_unchanged() -> None:
    for kind in FileKind:
        for state in FileState:
            [file] = opened(FIRST, json.loads(json.dumps({"entries": [added(kind=kind)], "attachments": [stands(state)]})))
            assert file.picture == (state is FileState.CLEARED and kind in {FileKind.JPEG, FileKind.PNG})
            assert file.unchanged == (kind in {FileKind.PDF, FileKind.DOCX, FileKind.TEXT})
