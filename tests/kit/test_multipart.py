"""Forms with files: fields first, each file when it is whole, nothing kept that is too large, and nothing written to a disk."""

from collections.abc import AsyncIterator, Sequence

import pytest
from fastapi import Request
from starlette.types import Message

from contracts.refusals import Malformed, Unavailable
from services.kit.multipart import LARGEST_FIELD, Form, Room, SentFile

BOUNDARY = "-----lamp"


def part(name: str, content: bytes, filename: str | None = None) -> bytes:
    named = f'; filename="{filename}"' if filename is not None else ""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{named}\r\n'
    kind = "Content-Type: application/octet-stream\r\n" if filename is not None else ""
    return f"{head}{kind}\r\n".encode() + content + b"\r\n"


END = f"--{BOUNDARY}--\r\n".encode()


class Sending:
    """A request that comes in pieces; `taken` says how many were asked for."""

    def __init__(self, pieces: Sequence[bytes], kind: str = f"multipart/form-data; boundary={BOUNDARY}") -> None:
        self.taken, self._pieces = 0, pieces
        scope = {"type": "http", "method": "POST", "path": "/", "headers": [(b"content-type", kind.encode())]}
        self.request = Request(scope, self._receive)

    async def _receive(self) -> Message:
        self.taken += 1
        return {"type": "http.request", "body": self._pieces[self.taken - 1], "more_body": self.taken < len(self._pieces)}


async def every(files: AsyncIterator[SentFile]) -> list[SentFile]:
    return [each async for each in files]


@pytest.mark.parametrize("size", [1, 7, 4096])
async def test_fields_and_files_are_read_however_they_come(size: int) -> None:
    whole = (
        part("worry", "Ensam hemma, blåmärke".encode())
        + part("files", b"\r\n--x\r\nbytes", "bl\u00e5.jpg")
        + part("files", b"2", "två.txt")
        + END
    )
    form = Form(Sending([whole[start : start + size] for start in range(0, len(whole), size)]).request, 100)
    assert dict(await form.fields()) == {"worry": "Ensam hemma, blåmärke"}
    assert await every(form.files()) == [SentFile("blå.jpg", b"\r\n--x\r\nbytes"), SentFile("två.txt", b"2")]


async def test_the_fields_are_there_before_the_files_have_come() -> None:
    head = part("worry", b"Ensam") + part("files", b"", "stor.jpg").removesuffix(b"\r\n")
    sending = Sending([head, b"a" * 10, b"b" * 10, b"\r\n" + END])
    form = Form(sending.request, 100)
    assert (await form.fields())["worry"] == "Ensam"
    assert sending.taken == 1
    assert await every(form.files()) == [SentFile("stor.jpg", b"a" * 10 + b"b" * 10)]


async def test_a_file_that_is_too_large_is_not_kept_and_the_next_one_is() -> None:
    whole = part("files", b"x" * 11, "stor.jpg") + part("files", b"y" * 10, "lagom.jpg") + END
    form = Form(Sending([whole]).request, 10)
    assert await every(form.files()) == [SentFile("stor.jpg", None), SentFile("lagom.jpg", b"y" * 10)]


async def test_a_field_where_nothing_was_chosen_is_no_file_and_an_empty_file_is_one() -> None:
    form = Form(Sending([part("files", b"", "") + part("files", b"", "tom.txt") + END]).request, 10)
    assert await every(form.files()) == [SentFile("tom.txt", b"")]


async def test_what_is_left_is_let_come_and_counted() -> None:
    sending = Sending([part("worry", b"x"), part("files", b"1", "a"), part("files", b"2", "b") + END])
    form = Form(sending.request, 10)
    await form.fields()
    assert await form.drained() == 2
    assert sending.taken == 3


async def test_a_plain_form_has_fields_and_no_files() -> None:
    form = Form(Sending([b"worry=Ensam+hemma"], "application/x-www-form-urlencoded").request, 10)
    assert dict(await form.fields()) == {"worry": "Ensam hemma"}
    assert await every(form.files()) == []


@pytest.mark.parametrize(
    "body", [b"no form at all", part("worry", b"x"), part("worry", b"x" * (LARGEST_FIELD + 1)) + END, part("files", b"x", "a")]
)
async def test_a_form_that_is_none_or_is_cut_off_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        await Form(Sending([body]).request, 10).drained()


async def test_a_form_without_a_boundary_is_malformed() -> None:
    with pytest.raises(Malformed):
        Form(Sending([b""], "multipart/form-data").request, 10)


def test_there_is_room_for_so_much_at_once() -> None:
    room = Room(100)
    with room.taken(60):
        with pytest.raises(Unavailable), room.taken(41):
            pass
        with room.taken(40):
            pass
    with room.taken(100):
        pass
