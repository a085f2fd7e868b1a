"""The vendored browser files are the ones that deploy/vendor/update.py fetched, with their licences."""

import hashlib
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLACES = (ROOT / "services/portal/static/vendor", ROOT / "tests/vendor")


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_every_file_is_what_its_checksum_says_and_no_other_is_there(place: Path) -> None:
    lines = (place / "checksums.sha256").read_text().splitlines()
    noted = {name: checksum for checksum, name in (line.split("  ", 1) for line in lines)}
    found = {
        path.relative_to(place).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in place.rglob("*")
        if path.is_file() and path.name != "checksums.sha256"
    }
    assert found == noted


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_every_package_carries_its_licence_and_a_version_that_is_pinned(place: Path) -> None:
    pinned = set(json.loads((ROOT / "deploy/vendor/package.json").read_text())["dependencies"].values())
    for folder in (path for path in place.iterdir() if path.is_dir()):
        assert (folder / "LICENSE").read_text().strip()
        assert folder.name.rpartition("-")[2] in pinned


def test_the_templates_name_files_that_exist() -> None:
    static, templates = ROOT / "services/portal/static", ROOT / "services/portal/templates"
    named = {name for path in templates.rglob("*.html") for name in re.findall(r'asset\("([^"]+)"\)', path.read_text())}
    named |= set(re.findall(r'url\("([^"]+)"\)', (static / "nattljus.css").read_text()))
    assert named
    assert [name for name in named if not (static / name).is_file()] == []
