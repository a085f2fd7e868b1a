"""Forms with files, read as they come: first the fields, then each file when it is whole. Nothing is written to a disk in clear."""

from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.datastructures import FormData, UploadFile

from contracts.refusals import Malformed, Unavailable

LARGEST_FIELD = 128 * 1024
FORM = "multipart/form-data"


@dataclass(frozen=True)
class SentFile:
    """A file as it was sent. `content` is None when it is larger than it may be: the rest of it was not kept."""

    name: str
    content: bytes | None


@dataclass
class _Part:
    """One part of the form while it comes."""

    disposition: bytes = b""
    name: str = ""
    filename: str | None = None
    octets: int = 0


class Form:
    """A request's form. `largest` is how many octets of one file are kept."""

    def __init__(self, request: Request, largest: int) -> None:
        self._request, self._largest = request, largest
        self._fields: list[tuple[str, str | UploadFile]] = []
        self._whole: deque[SentFile] = deque()
        self._file_begun = self._closed = self._ended = False
        self._stream = request.stream()
        self._parser = self._new_parser() if is_form(request) else None

    async def fields(self) -> FormData:
        """The fields that come before the first file: with a browser, all of them. Raises Malformed."""
        if self._parser is None:
            return await self._request.form()
        while not (self._file_begun or self._ended):
            await self._more()
        return FormData(self._fields)

    async def files(self) -> AsyncIterator[SentFile]:
        """Each file as soon as it has come. Raises Malformed."""
        if self._parser is None:
            return
        while True:
            while self._whole:
                yield self._whole.popleft()
            if self._ended:
                return
            await self._more()

    async def drained(self) -> int:
        """Lets the rest come and keeps none of it, for a browser that is still sending reads no answer; gives how many files there were."""
        return len([file.name async for file in self.files()])

    async def _more(self) -> None:
        assert self._parser is not None  # noqa: S101  whoever asks for more has one
        try:
            async for chunk in self._stream:
                if chunk:
                    self._parser.write(chunk)
                    return
        except FormParserError as error:
            raise Malformed from error
        if not self._closed:  # cut off on its way
            raise Malformed
        self._ended = True

    def _new_parser(self) -> MultipartParser:
        _, told = parse_options_header(self._request.headers["content-type"])
        if not told.get(b"boundary"):
            raise Malformed
        self._part, self._header, self._value, self._content = _Part(), bytearray(), bytearray(), bytearray()
        return MultipartParser(
            told[b"boundary"],
            {
                "on_part_begin": self._begin,
                "on_header_field": lambda data, start, end: self._header.extend(data[start:end]),
                "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
                "on_header_end": self._header_ends,
                "on_headers_finished": self._headers_end,
                "on_part_data": self._data,
                "on_part_end": self._ends,
                "on_end": self._closes,
            },
        )

    def _closes(self) -> None:
        self._closed = True

    def _begin(self) -> None:
        self._part, self._content = _Part(), bytearray()

    def _header_ends(self) -> None:
        if bytes(self._header).lower() == b"content-disposition":
            self._part.disposition = bytes(self._value)
        self._header.clear()
        self._value.clear()

    def _headers_end(self) -> None:
        _, told = parse_options_header(self._part.disposition)
        self._part.name = told.get(b"name", b"").decode("utf-8", "replace")
        filename = told.get(b"filename")
        self._part.filename = None if filename is None else filename.decode("utf-8", "replace").replace("%22", '"')
        self._file_begun = self._file_begun or filename is not None

    def _data(self, data: bytes, start: int, end: int) -> None:
        self._part.octets += end - start
        if self._part.octets <= (LARGEST_FIELD if self._part.filename is None else self._largest):
            self._content.extend(memoryview(data)[start:end])
        else:
            self._content.clear()

    def _ends(self) -> None:
        part, content = self._part, bytes(self._content)
        self._content = bytearray()
        if part.filename is not None:
            if part.filename or part.octets:  # a browser sends an empty one for a field where nothing was chosen
                self._whole.append(SentFile(part.filename, content if part.octets <= self._largest else None))
        elif part.octets > LARGEST_FIELD:
            raise Malformed
        else:
            self._fields.append((part.name, content.decode("utf-8", "replace")))


def is_form(request: Request) -> bool:
    """Whether the request carries a form that may have files."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == FORM


class Room:
    """How many octets of files a process takes in at once: what comes beyond waits outside, with who sends it."""

    def __init__(self, octets: int) -> None:
        self._free = octets

    @contextmanager
    def taken(self, octets: int) -> Iterator[None]:
        """Room for so many. Raises Unavailable when there is none just now."""
        if octets > self._free:
            raise Unavailable("The hub is taking in as many files as it can. Send it again in a minute; nothing else is held up by it.")
        self._free -= octets
        try:
            yield
        finally:
            self._free += octets
