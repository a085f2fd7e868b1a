"""What a file is, by its first bytes and by opening it; its name says nothing."""

from collections.abc import Callable

from contracts.attachment import LONGEST_NAME, FileKind
from services.intake.files.kept import Kept
from services.intake.files.refusals import EmptyFile, UnknownKind

HEIF_BRANDS = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"}
ENDINGS = {FileKind.JPEG: ".jpg", FileKind.PNG: ".png", FileKind.PDF: ".pdf", FileKind.TEXT: ".txt", FileKind.DOCX: ".docx"}
UNNAMED = "fil"


def opened(content: bytes) -> Kept:
    """What is kept of a file. Raises what `refusals` lists."""
    return opener(content)(content)


def opener(content: bytes) -> Callable[[bytes], Kept]:
    """What opens it, by the signature; what has none is a text, or nothing that we take. A reader is loaded when it is needed.

    Raises EmptyFile, UnknownKind.
    """
    if not content:
        raise EmptyFile
    kind = by_signature(content)
    if kind in {FileKind.JPEG, FileKind.PNG}:
        from services.intake.files.pictures import made_anew  # noqa: PLC0415  so that a text costs no decoder

        return lambda each: made_anew(kind, each)
    from services.intake.files import documents  # noqa: PLC0415

    return {FileKind.PDF: documents.pdf, FileKind.DOCX: documents.docx}.get(kind, documents.text)


def by_signature(content: bytes) -> FileKind:
    """What the first bytes promise, TEXT when they promise nothing. Raises UnknownKind for what is written to be run."""
    if content.startswith(b"\xff\xd8\xff") or (content[4:8] == b"ftyp" and content[8:12] in HEIF_BRANDS):
        return FileKind.JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileKind.PNG
    if content.startswith(b"%PDF-"):
        return FileKind.PDF
    if content.startswith(b"PK\x03\x04"):
        return FileKind.DOCX
    if content.startswith((b"{\\rtf", b"%!PS", b"#!", b"MZ")):
        raise UnknownKind
    return FileKind.TEXT


def called(name: str, kind: FileKind) -> str:
    """The name to keep: without a path, on one line, with the ending of what the file is, so that it opens with what it is for."""
    line = "".join(character if character.isprintable() else " " for character in name.replace("\\", "/").rpartition("/")[2])
    stem = " ".join(line.split())
    ending = ENDINGS[kind]
    alike = (ending, ".jpeg") if kind is FileKind.JPEG else (ending,)
    if not stem.lower().endswith(alike):
        stem = _without_ending(stem) + ending
    before, _, last = stem.rpartition(".")
    return f"{before[: LONGEST_NAME - len(last) - 1] or UNNAMED}.{last}"


def _without_ending(stem: str) -> str:
    """`IMG_1.HEIC` → `IMG_1`. What stands behind a full stop in the middle of a sentence is no ending."""
    before, _, last = stem.rpartition(".")
    return before if before and last.isalnum() and len(last) <= 5 else stem
