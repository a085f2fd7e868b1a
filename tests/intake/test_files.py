"""What a file is, by its content: pictures lose what was hidden in them, documents are really opened, anything else is refused."""

import io
from pathlib import Path

import pytest
from PIL import Image

from contracts.attachment import LONGEST_NAME, FileKind
from contracts.refusals import Refused
from services.intake.files import pictures
from services.intake.files.kept import Kept
from services.intake.files.opening import called, opened
from services.intake.files.refusals import DamagedFile, EmptyFile, LockedFile, MacrosInside, UnknownKind, UnpacksTooLarge
from tests.intake.pictures import MARK, bomb, docx, eicar, jpeg, pdf, png

FIXTURES = Path(__file__).parent.parent / "fixtures" / "files"


def picture(kept: Kept) -> Image.Image:
    assert kept.made is not None
    return Image.open(io.BytesIO(kept.made))


def test_a_jpeg_is_made_anew_without_place_comment_thumbnail_and_what_was_appended() -> None:
    sent = jpeg()
    assert sent.count(MARK) >= 3
    kept = opened(sent)
    made = picture(kept)
    assert (kept.kind, made.format, made.size, made.mode) == (FileKind.JPEG, "JPEG", (40, 30), "RGB")
    assert MARK not in (kept.made or b"")
    assert not made.getexif()
    assert not {"exif", "comment", "icc_profile", "xmp"} & set(made.info)
    red, green, blue = made.getpixel((5, 15))  # type: ignore[misc]  # a picture in RGB has three
    assert red > 200
    assert green + blue < 80


def test_a_picture_that_lies_on_its_side_is_put_upright() -> None:
    made = picture(opened(jpeg(orientation=6)))
    assert made.size == (30, 40)
    assert made.getpixel((15, 5))[0] > 200  # type: ignore[index]  # what was left is above


def test_a_png_keeps_what_is_see_through_and_loses_its_texts() -> None:
    kept = opened(png())
    made = picture(kept)
    assert (kept.kind, made.format, made.mode) == (FileKind.PNG, "PNG", "RGBA")
    assert made.getpixel((5, 15)) == (0, 0, 0, 0)
    assert MARK not in (kept.made or b"")
    assert not getattr(made, "text", None)


@pytest.mark.parametrize("mode", ["1", "L", "P", "CMYK"])
def test_a_picture_of_any_colours_becomes_one_that_every_screen_shows(mode: str) -> None:
    file = io.BytesIO()
    Image.new("L", (8, 8), 200).convert(mode).save(file, "JPEG" if mode == "CMYK" else "PNG")
    assert picture(opened(file.getvalue())).mode in {"L", "RGB"}


def test_a_small_file_that_unpacks_to_a_huge_picture_is_refused() -> None:
    assert len(bomb()) < 1000
    with pytest.raises(UnpacksTooLarge):
        opened(bomb())


def test_a_picture_of_more_pixels_than_any_telephone_takes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    with pytest.raises(UnpacksTooLarge):
        opened(jpeg())


def test_a_picture_that_grows_is_made_with_less_quality_until_it_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    full = len(opened(jpeg((400, 300))).made or b"")
    monkeypatch.setattr(pictures, "LARGEST_FILE", full - 1)
    assert len(opened(jpeg((400, 300))).made or b"") < full
    monkeypatch.setattr(pictures, "LARGEST_FILE", 10)
    with pytest.raises(UnpacksTooLarge):
        opened(jpeg())


def test_a_pdf_and_a_word_document_are_kept_as_they_are() -> None:
    assert opened(pdf()) == Kept(FileKind.PDF)
    assert opened(docx()) == Kept(FileKind.DOCX)


@pytest.mark.parametrize(
    "sent", ["Hon sa: ”mamma slår”.\r\n\tSedan inget mer.".encode(), "Blåmärke på armen".encode("utf-16"), b"Bl\xe5m\xe4rke"]
)
def test_a_text_is_kept_in_utf_8(sent: bytes) -> None:
    kept = opened(sent)
    assert kept.kind is FileKind.TEXT
    assert "bl" in (kept.made or b"").decode().lower() or kept.made == sent


def test_the_antivirus_own_test_text_is_a_text() -> None:
    assert opened(eicar()) == Kept(FileKind.TEXT, eicar())


@pytest.mark.parametrize(
    ("sent", "refusal"),
    [
        (b"", EmptyFile),
        (jpeg()[:300], DamagedFile),
        (b"\xff\xd8\xff" + bytes(200), DamagedFile),
        (b"%PDF-1.7\nthis is no document", DamagedFile),
        (pdf(pages=0), DamagedFile),
        (pdf(password="hemligt"), LockedFile),
        (docx()[:200], DamagedFile),
        (docx(types="<Types/>"), UnknownKind),
        (docx(macros=b"x"), MacrosInside),
        (docx(types="application/vnd.ms-word.document.macroEnabled.main+xml"), MacrosInside),
        (b"MZ\x90\x00", UnknownKind),
        (b"#!/bin/sh\n", UnknownKind),
        (b"{\\rtf1 Hej}", UnknownKind),
        (b"GIF89a" + bytes(20), UnknownKind),
        (bytes(range(256)), UnknownKind),
    ],
)
def test_what_is_none_of_these_is_refused_and_says_what_to_do_instead(sent: bytes, refusal: type[Refused]) -> None:
    with pytest.raises(refusal):
        opened(sent)


def test_a_word_document_that_unpacks_to_too_much_is_refused() -> None:
    with pytest.raises(UnpacksTooLarge):
        opened(docx(large=bytes(201 * 1024 * 1024)))


def test_a_part_that_does_not_check_is_damage() -> None:
    sent = bytearray(docx(more="a" * 50))
    place = sent.index(b"word/more.xml") + len(b"word/more.xml")
    sent[place] ^= 0xFF
    with pytest.raises(DamagedFile):
        opened(bytes(sent))


@pytest.mark.parametrize(
    ("name", "kind", "kept"),
    [
        ("IMG_2031.HEIC", FileKind.JPEG, "IMG_2031.jpg"),
        ("blåmärke.JPEG", FileKind.JPEG, "blåmärke.JPEG"),
        ("C:\\Users\\anna\\foto.png", FileKind.PNG, "foto.png"),
        ("/etc/../foto", FileKind.PNG, "foto.png"),
        ("anteckning.exe", FileKind.TEXT, "anteckning.txt"),
        ("kl. 8 i morse", FileKind.PDF, "kl. 8 i morse.pdf"),
        ("rad\r\nbrytning\0.txt", FileKind.TEXT, "rad brytning .txt"),
        ("", FileKind.DOCX, "fil.docx"),
        (".pdf", FileKind.PDF, "fil.pdf"),
    ],
)
def test_a_name_is_kept_without_its_path_and_with_the_ending_of_what_the_file_is(name: str, kind: FileKind, kept: str) -> None:
    assert called(name, kind) == kept


def test_a_long_name_is_cut_before_its_ending() -> None:
    assert called("å" * 500 + ".jpg", FileKind.JPEG) == "å" * (LONGEST_NAME - 4) + ".jpg"


def test_a_telephones_heic_becomes_a_jpeg_that_every_computer_shows() -> None:
    sent = (FIXTURES / "telephone.heic").read_bytes()
    assert MARK in sent
    kept = opened(sent)
    made = picture(kept)
    assert (kept.kind, made.format, made.size) == (FileKind.JPEG, "JPEG", (64, 48))
    assert made.getpixel((5, 20))[0] > 200  # type: ignore[index]  # its left half is red
    assert MARK not in (kept.made or b"")
    assert not made.getexif()
