"""Files that carry what a file should not: where a picture was taken, something appended, a bomb."""

import io
import struct
import zipfile
import zlib
from base64 import b64decode

from PIL import Image
from pypdf import PdfWriter

MARK = b"59.24,18.09 Provgatan"
"""A word in everything hidden."""
RED, BLUE = (254, 0, 0), (0, 0, 254)
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml"'
    ' ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)


def eicar() -> bytes:
    """The harmless text that every antivirus takes for malware; put together here, so that no file of ours is taken for it."""
    return b64decode(b"WDVPIVAlQEFQWzRcUFpYNTQoUF4pN0NDKTd9JEVJQ0FS") + b"-STANDARD-ANTIVIRUS-" + b64decode(b"VEVTVC1GSUxFISRIK0gq")


def jpeg(size: tuple[int, int] = (40, 30), orientation: int = 1) -> bytes:
    """A JPEG with a place, a comment and something behind its end; its left half is red, its right half blue."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = orientation, MARK.decode()
    exif.get_ifd(0x8825)[29] = MARK.decode()
    file = io.BytesIO()
    _halves(size).save(file, "JPEG", quality=95, exif=exif, comment=MARK)
    return file.getvalue() + MARK


def png(size: tuple[int, int] = (40, 30)) -> bytes:
    """A PNG, half of it see-through, with a text of its own."""
    picture = _halves(size).convert("RGBA")
    picture.paste((0, 0, 0, 0), (0, 0, size[0] // 2, size[1]))
    file = io.BytesIO()
    picture.save(file, "PNG")
    text = b"tEXt" + b"Comment\0" + MARK
    chunk = struct.pack(">I", len(text) - 4) + text + struct.pack(">I", zlib.crc32(text))
    whole = file.getvalue()
    return whole[:33] + chunk + whole[33:] + MARK


def bomb() -> bytes:
    """A small PNG that says it is 40,000 by 40,000."""
    head = b"IHDR" + struct.pack(">IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0)
    data = b"IDAT" + zlib.compress(bytes(1000))
    chunks = [struct.pack(">I", len(each) - 4) + each + struct.pack(">I", zlib.crc32(each)) for each in (head, data, b"IEND")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def pdf(password: str = "", pages: int = 1) -> bytes:
    """A PDF with empty pages."""
    writer, file = PdfWriter(), io.BytesIO()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    if password:
        writer.encrypt(password)
    writer.write(file)
    return file.getvalue()


def docx(**parts: str | bytes) -> bytes:
    """A Word document with these parts beside the ones that it must have; `types` and `document` replace those."""
    file = io.BytesIO()
    whole = {"types": TYPES, "document": "<w:document/>"} | parts
    names = {"types": "[Content_Types].xml", "document": "word/document.xml", "macros": "word/vbaProject.bin"}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in whole.items():
            archive.writestr(names.get(name, f"word/{name}.xml"), content)
    return file.getvalue()


def _halves(size: tuple[int, int]) -> Image.Image:
    picture = Image.new("RGB", size, BLUE)
    picture.paste(RED, (0, 0, size[0] // 2, size[1]))
    return picture
