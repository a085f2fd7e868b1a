"""Opening files in a process of their own: what breaks it breaks nobody else."""

import asyncio

import pytest

from contracts.attachment import FileKind
from services.intake.files import aside
from services.intake.files.aside import Aside
from services.intake.files.refusals import DamagedFile, LockedFile, UnpacksTooLarge
from tests.intake.pictures import MARK, jpeg, pdf

pytestmark = pytest.mark.real


async def test_it_says_what_the_file_is_and_gives_what_was_made_of_it() -> None:
    picture, document = await asyncio.gather(Aside()(jpeg()), Aside()(pdf()))
    assert picture.kind is FileKind.JPEG
    assert picture.made is not None
    assert MARK not in picture.made
    assert (document.kind, document.made) == (FileKind.PDF, None)


async def test_a_refusal_comes_back_as_itself() -> None:
    with pytest.raises(LockedFile):
        await Aside()(pdf(password="hemligt"))


async def test_a_process_that_ends_without_a_word_is_a_damaged_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    with pytest.raises(DamagedFile):
        await Aside()(b"")


async def test_one_that_does_not_come_back_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aside, "SECONDS", 0.01)
    with pytest.raises(UnpacksTooLarge):
        await Aside()(jpeg())
