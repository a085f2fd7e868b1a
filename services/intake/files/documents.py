"""Documents: really opened, to see that they are what they say; PDF and Word are kept as they are, plain text as UTF-8."""

import io
import re
import zipfile
import zlib

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from contracts.attachment import FileKind
from services.intake.files.kept import Kept
from services.intake.files.refusals import DamagedFile, LockedFile, MacrosInside, UnknownKind, UnpacksTooLarge

UNPACKED = 200 * 1024 * 1024
"""Octets that a Word document may unpack to."""
CHUNK = 1024 * 1024
WORD = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
MACROS = b"macroEnabled"
UNWRITTEN = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")
"""Control characters that nobody writes: in a text only tabs, line ends and page breaks stand."""


def pdf(content: bytes) -> Kept:
    """A PDF with a page at least, that opens without a password. Raises DamagedFile, LockedFile."""
    try:
        document = PdfReader(io.BytesIO(content))
        if document.is_encrypted and not document.decrypt(""):
            raise LockedFile
        pages = len(document.pages)
    except (
        PyPdfError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        RecursionError,
        zlib.error,
    ) as error:  # what hostile bytes make of it
        raise DamagedFile from error
    if not pages:
        raise DamagedFile
    return Kept(FileKind.PDF)


def docx(content: bytes) -> Kept:
    """A Word document without macros, every part of it whole. Raises what `refusals` lists."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            _refuse_large(parts)
            types = parts.read("[Content_Types].xml") if "[Content_Types].xml" in parts.namelist() else b""
            if MACROS in types or any(name.lower().endswith("vbaproject.bin") for name in parts.namelist()):
                raise MacrosInside
            if WORD not in types or "word/document.xml" not in parts.namelist():
                raise UnknownKind
            _read_all(parts)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as error:
        raise DamagedFile from error
    return Kept(FileKind.DOCX)


def _refuse_large(parts: zipfile.ZipFile) -> None:
    if any(part.flag_bits & 1 for part in parts.infolist()):
        raise LockedFile
    if sum(part.file_size for part in parts.infolist()) > UNPACKED:
        raise UnpacksTooLarge


def _read_all(parts: zipfile.ZipFile) -> None:
    """Reads every part to its end: its checksum holds, and it is no larger than it says."""
    for part in parts.infolist():
        with parts.open(part) as opened:
            while opened.read(CHUNK):
                pass


def text(content: bytes) -> Kept:
    """A plain text, in UTF-8 (a mark of UTF-16, or older Windows' letters, are read too). Raises UnknownKind when it is none."""
    said = _decoded(content)
    if UNWRITTEN.search(said):
        raise UnknownKind
    return Kept(FileKind.TEXT, said.encode())


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _read(content, "utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _read(content, "windows-1252")


def _read(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnknownKind from error
