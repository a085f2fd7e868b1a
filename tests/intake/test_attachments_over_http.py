"""A file's way into the hub, over HTTP on a hub in memory: who may send it, what is kept, who can open it, what the antivirus says."""

import hashlib
from uuid import UUID, uuid4

import pytest

from contracts.attachment import MOST_FILES, SCANNER, AttachmentAdded, AttachmentCleared, AttachmentContent, AttachmentHeld, FileState
from contracts.event import REPORTER, Event
from services.kit.files import open_file
from services.kit.keyring import Reader
from services.kit.recorded import open_content
from services.kit.sealing import Unreadable
from tests.intake.pictures import MARK, jpeg
from tests.memory.hub import OFFICERS, PRIVATE, REPORTERS, Hub, Person
from tests.memory.store import MemoryPrivateKeys

PATROL, OTHER_PATROL, WARD = REPORTERS[:3]
NOTE = "Anteckning från jouren: mormor hämtar klockan åtta.\n".encode()
CHILD = {"kind": "unknown", "name": "Test Testsson"}


@pytest.fixture
async def hub() -> Hub:
    """A hub with nothing in it."""
    hub = Hub()
    await hub.start()
    return hub


async def referred(hub: Hub, children: int = 1) -> list[UUID]:
    body = {"children": [CHILD] * children, "worry": "Ensam hemma."}
    answer = await hub.call(PATROL, "POST", "/intake/v1/referrals", body, key=uuid4())
    assert answer.status_code == 201, answer.text
    return [UUID(each["id"]) for each in answer.json()["referrals"]]


def told(hub: Hub, stream: UUID) -> list[Event]:
    """What stands in the referral's stream about files."""
    return [each.event for each in hub.database.events["intake"] if each.stream == stream][1:]


async def keys_of(hub: Hub, agency: str, stream: UUID, role: str, action: str = "open") -> dict[str, bytes]:
    reader = Reader(uuid4(), agency, "unit", "role", 3)
    unlock = MemoryPrivateKeys(PRIVATE).unlock
    return await unlock(hub.login(role), stream, reader, action=action, purpose="handling", request=uuid4())


async def opened(hub: Hub, agency: str, stream: UUID, role: str) -> tuple[AttachmentContent, bytes]:
    """The only file of the stream as an agency opens it, by its name and its bytes."""
    keys = await keys_of(hub, agency, stream, role)
    [logged] = [each for each in hub.database.events["intake"] if each.stream == stream and each.topic.startswith("AttachmentAdded")]
    event = open_content(logged.envelope, keys)
    assert isinstance(event, AttachmentAdded)
    assert isinstance(event.content, AttachmentContent)
    file = hub.database.files[event.attachment]
    return event.content, open_file(keys[REPORTER], stream, file.id, file.audience, file.key, file.sealed)


async def test_a_file_is_stored_with_its_event_and_opens_for_both_agencies(hub: Hub) -> None:
    [stream] = await referred(hub)
    hub.antivirus.verdict = FileState.CLEARED
    answer = await hub.send_file(PATROL, stream, "C:\\Bilder\\blåmärke.JPG", jpeg(), key=uuid4())
    assert answer.status_code == 201, answer.text
    assert answer.json() == {"id": answer.json()["id"], "state": "cleared", "children": 1}
    assert answer.headers["nattljus-position"].startswith("intake:")
    assert [type(each) for each in told(hub, stream)] == [AttachmentAdded, AttachmentCleared]
    for agency, role in (("polisen", "nattljus_reader_police"), ("socialjouren", "nattljus_reader_socialjour")):
        content, octets = await opened(hub, agency, stream, role)
        assert (content.name, content.kind, content.size) == ("blåmärke.JPG", "jpeg", len(octets))
        assert content.digest == hashlib.sha256(octets).hexdigest()
        assert MARK not in octets
    assert all(MARK not in each.sealed for each in hub.database.files.values())
    assert not [each for each in hub.database.events["intake"] if "blåmärke".encode() in each.state]
    assert not [each for each in hub.database.wrapped if each[1] == SCANNER]


async def test_what_no_antivirus_has_looked_at_is_held_and_looked_at_when_it_answers(hub: Hub) -> None:
    [stream] = await referred(hub)
    answer = await hub.send_file(PATROL, stream, "anteckning.txt", NOTE, key=uuid4())
    assert answer.json()["state"] == "unscanned"
    assert await hub.scan() == 0, "it does not answer yet"
    hub.antivirus.verdict = FileState.CLEARED
    assert await hub.scan() == 1
    added, held, cleared = told(hub, stream)
    assert isinstance(added, AttachmentAdded)
    assert isinstance(held, AttachmentHeld)
    assert held.why == "unscanned"
    assert isinstance(cleared, AttachmentCleared)
    assert await hub.scan() == 0, "its key is gone, and with it the work"
    assert await keys_of(hub, SCANNER, stream, "nattljus_scanner", "scan") == {}
    assert (await opened(hub, "polisen", stream, "nattljus_reader_police"))[1] == NOTE


async def test_the_scanner_opens_what_waits_and_nothing_else_of_the_referral(hub: Hub) -> None:
    [stream] = await referred(hub)
    await hub.send_file(PATROL, stream, "anteckning.txt", NOTE, key=uuid4())
    keys = await keys_of(hub, SCANNER, stream, "nattljus_scanner", "scan")
    [file] = hub.database.files.values()
    assert list(keys) == [f"scan:{file.id}"]
    with pytest.raises(Unreadable):
        open_file(keys[f"scan:{file.id}"], stream, file.id, file.audience, file.key, file.sealed)


async def test_malware_is_held_for_good(hub: Hub) -> None:
    [stream] = await referred(hub)
    await hub.send_file(PATROL, stream, "anteckning.txt", NOTE, key=uuid4())
    hub.antivirus.verdict = FileState.MALWARE
    assert await hub.scan() == 1
    last = told(hub, stream)[-1]
    assert isinstance(last, AttachmentHeld)
    assert last.why == "malware"
    at_once = await hub.send_file(PATROL, stream, "anteckning.txt", NOTE, key=uuid4())
    assert at_once.json()["state"] == "malware"


async def test_the_same_upload_again_is_once_and_other_bytes_under_its_key_are_refused(hub: Hub) -> None:
    [stream] = await referred(hub)
    key = uuid4()
    first = await hub.send_file(PATROL, stream, "anteckning.txt", NOTE, key=key)
    before = hub.size()
    again = await hub.send_file(PATROL, stream, "anteckning.txt", NOTE, key=key)
    assert (again.status_code, again.json()) == (201, first.json())
    other = await hub.send_file(PATROL, stream, "anteckning.txt", NOTE + b"mer", key=key)
    assert (other.status_code, other.json()["type"]) == (422, "urn:nattljus:problem:key-reused")
    assert hub.size() == before
    assert len(hub.database.files) == 1


async def test_a_file_for_brothers_and_sisters_is_stored_with_each_under_its_own_key(hub: Hub) -> None:
    streams = await referred(hub, children=3)
    answer = await hub.send_file(PATROL, streams[1], "anteckning.txt", NOTE, key=uuid4(), siblings=True)
    assert answer.json()["children"] == 3
    assert {each.stream for each in hub.database.files.values()} == set(streams)
    for stream in streams:
        assert (await opened(hub, "socialjouren", stream, "nattljus_reader_socialjour"))[1] == NOTE


@pytest.mark.parametrize(("who", "status"), [(OTHER_PATROL, 404), (WARD, 404), (OFFICERS[0], 403)])
async def test_only_the_unit_that_sent_the_referral_adds_files(hub: Hub, who: Person, status: int) -> None:
    [stream] = await referred(hub)
    before = hub.size()
    assert (await hub.send_file(who, stream, "anteckning.txt", NOTE, key=uuid4())).status_code == status
    assert (hub.size(), hub.database.files) == (before, {})


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("tom.txt", b"", "empty-file"),
        ("program.jpg", b"MZ\x90\x00\x03", "unknown-kind"),
        ("halv.jpg", jpeg()[:200], "damaged-file"),
        ("film.mp4", b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00", "unknown-kind"),
    ],
)
async def test_what_is_no_file_that_we_take_is_refused_and_the_referral_stands(hub: Hub, name: str, content: bytes, code: str) -> None:
    [stream] = await referred(hub)
    answer = await hub.send_file(PATROL, stream, name, content, key=uuid4())
    assert (answer.status_code, answer.json()["type"]) == (422, f"urn:nattljus:problem:{code}")
    assert (told(hub, stream), hub.database.files) == ([], {})


async def test_a_file_that_is_too_large_is_refused_before_it_is_read(hub: Hub) -> None:
    [stream] = await referred(hub)
    answer = await hub.send_file(PATROL, stream, "stor.txt", b"a" * (21 * 1024 * 1024), key=uuid4())
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:nattljus:problem:too-large")
    assert "20 MiB" in answer.json()["detail"]


async def test_a_referral_holds_so_many_files_and_no_more(hub: Hub) -> None:
    [stream] = await referred(hub)
    for number in range(MOST_FILES):
        assert (await hub.send_file(PATROL, stream, f"{number}.txt", NOTE, key=uuid4())).status_code == 201
    answer = await hub.send_file(PATROL, stream, "till.txt", NOTE, key=uuid4())
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:nattljus:problem:too-many-files")


async def test_an_addition_can_be_made_to_a_referral_with_files(hub: Hub) -> None:
    [stream] = await referred(hub)
    await hub.send_file(PATROL, stream, "anteckning.txt", NOTE, key=uuid4())
    added = await hub.call(PATROL, "POST", f"/intake/v1/referrals/{stream}/supplements", {"text": "Mormor är framme."}, key=uuid4())
    assert added.status_code == 201, added.text


async def test_what_is_no_form_with_one_file_is_refused(hub: Hub) -> None:
    [stream] = await referred(hub)
    answer = await hub.call(PATROL, "POST", f"/intake/v1/referrals/{stream}/attachments", {"file": "x"}, key=uuid4())
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:nattljus:problem:no-file")
