"""Pictures, decoded and made anew: where and with what they were taken, thumbnails, and whatever was hidden behind them is gone."""

import io
import struct
import warnings
from collections.abc import Mapping
from typing import Any

import pi_heif
from PIL import Image, ImageCms, ImageOps

from contracts.attachment import LARGEST_FILE, FileKind
from services.intake.files.kept import Kept
from services.intake.files.refusals import DamagedFile, UnpacksTooLarge

MOST_PIXELS = 64_000_000
"""A telephone's largest pictures have 50 million; each pixel takes 3 or 4 octets while it is being made anew."""
FORMATS = {FileKind.JPEG: ("JPEG", "HEIF"), FileKind.PNG: ("PNG",)}
"""As the picture comes, by what is made of it: HEIC becomes JPEG, which every computer shows."""
QUALITIES = (92, 80, 60)
"""JPEG's, tried in turn until the picture is no larger than a file may be."""

pi_heif.register_heif_opener(thumbnails=False)
Image.MAX_IMAGE_PIXELS = MOST_PIXELS  # Pillow warns from here on, and refuses from twice as many: both are a refusal here


def made_anew(kind: FileKind, content: bytes) -> Kept:
    """The picture's pixels the right way up, in plain colours, and nothing else. Raises DamagedFile, UnpacksTooLarge."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=FORMATS[kind]) as opened:
                picture = _plain(opened, kind)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise UnpacksTooLarge from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:  # what Pillow's decoders say of bad bytes
        raise DamagedFile from error
    return Kept(kind, _encoded(picture, kind))


def _plain(opened: Image.Image, kind: FileKind) -> Image.Image:
    """Turned the right way up, in sRGB, without anything that came with it."""
    picture = _upright(opened)
    profile = picture.info.get("icc_profile")
    mode = _mode(picture, kind)
    if profile:
        picture = _in_srgb(picture, profile)
    picture = picture.convert(mode)
    picture.info = {}
    return picture


def _upright(opened: Image.Image) -> Image.Image:
    """As the camera was held. What says so may be damaged: then the picture stays as it lies."""
    opened.load()
    try:
        return ImageOps.exif_transpose(opened)
    except (SyntaxError, ValueError, LookupError, TypeError, struct.error):
        return opened


def _mode(picture: Image.Image, kind: FileKind) -> str:
    """Grey stays grey; see-through only where PNG can say so."""
    if kind is FileKind.PNG and ("A" in picture.getbands() or "transparency" in picture.info):
        return "RGBA"
    return "L" if picture.mode in {"1", "L"} else "RGB"


def _in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    """In the colours that every screen shows. A profile that makes no sense is left out, as browsers do."""
    try:
        theirs = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        turned = ImageCms.profileToProfile(picture, theirs, ImageCms.createProfile("sRGB"))
    except ImageCms.PyCMSError:
        return picture
    return turned or picture


def _encoded(picture: Image.Image, kind: FileKind) -> bytes:
    """As a file, no larger than one may be. Raises UnpacksTooLarge when it cannot be."""
    ways: tuple[Mapping[str, Any], ...] = ({"format": "PNG"},)
    if kind is FileKind.JPEG:
        ways = tuple({"format": "JPEG", "quality": quality} for quality in QUALITIES)
    for way in ways:
        file = io.BytesIO()
        picture.save(file, **way)
        if file.tell() <= LARGEST_FILE:
            return file.getvalue()
    raise UnpacksTooLarge
