"""The data directory: whose it is, whether it fits, and one stack at a time."""

import errno
import os
from pathlib import Path

import pytest

from deploy.local.data import FORMAT, DataDirectory, alone, check_space, open_data
from deploy.local.files import kept, write_whole
from deploy.local.trouble import Trouble, cannot_write


def test_a_new_directory_gets_its_version_and_folders_closed_to_others(tmp_path: Path) -> None:
    data = open_data(tmp_path / "new" / "hub")
    assert data.version.read_text() == f"{FORMAT}\n"
    assert {folder.stat().st_mode & 0o777 for folder in (data.keys, data.secrets, data.machines, data.logs)} == {0o700}


def test_a_directory_from_a_newer_version_is_refused_and_left_alone(data: DataDirectory) -> None:
    data.version.write_text(f"{FORMAT + 1}\n")
    with pytest.raises(Trouble, match="newer Nattljus") as trouble:
        open_data(data.path)
    assert trouble.value.exit_code == os.EX_CONFIG
    assert data.version.read_text() == f"{FORMAT + 1}\n"


def test_somebody_elses_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"")
    with pytest.raises(Trouble, match="not a data directory of Nattljus"):
        open_data(tmp_path)


def test_a_file_is_no_directory(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Trouble, match="not a directory"):
        open_data(tmp_path / "file")


def test_a_damaged_version_is_said_to_be_so(data: DataDirectory) -> None:
    data.version.write_text("one\n")
    with pytest.raises(Trouble, match="damaged"):
        open_data(data.path)


def test_a_path_that_is_too_long_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="shorter"):
        open_data(tmp_path.joinpath(*["x" * 100] * 10))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "disk is full"), (errno.EROFS, "read-only"), (errno.EACCES, "may not write"), (errno.EIO, "cannot be written")],
)
def test_each_refusal_to_write_has_its_own_words(number: int, words: str) -> None:
    assert words in str(cannot_write(Path("/data"), OSError(number, os.strerror(number))))


def test_little_space_is_warned_of_and_too_little_is_refused(data: DataDirectory) -> None:
    assert check_space(data, free=2**31) is None
    assert "free some space soon" in (check_space(data, free=2**29) or "")
    with pytest.raises(Trouble, match="at least 200 MiB") as trouble:
        check_space(data, free=100 * 2**20)
    assert trouble.value.exit_code == os.EX_CANTCREAT


def test_two_stacks_cannot_have_one_directory(data: DataDirectory) -> None:
    with alone(data), pytest.raises(Trouble, match=f"process {os.getpid()}"), alone(data):
        pytest.fail("both have it")
    with alone(data):
        pass


def test_a_secret_is_made_once_and_read_by_its_owner_alone(data: DataDirectory) -> None:
    file = data.secrets / "word"
    assert kept(file, lambda: "first") == kept(file, lambda: "second") == "first"
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_file_is_replaced_whole(data: DataDirectory) -> None:
    write_whole(data.ports, "old")
    write_whole(data.ports, "new")
    assert data.ports.read_text() == "new"
    assert not list(data.path.glob(".ports*"))
