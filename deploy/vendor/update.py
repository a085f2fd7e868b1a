"""Re-creates the vendored browser files from the npm packages pinned in package.json; `make vendor` runs it.

The running product and its tests never need npm: the files are committed, each package in a folder that carries its
version and its licence, and `checksums.sha256` says what they must be.
"""

import hashlib
import json
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
STATIC = Path("services/portal/static/vendor")
TESTS = Path("tests/vendor")
THEME = "@digdir/designsystemet"


@dataclass(frozen=True)
class Package:
    """One npm package: the folder name it gets here, and which of its files we keep (source path -> our name)."""

    name: str
    folder: str
    files: dict[str, str]
    place: Path = STATIC


PACKAGES = (
    Package(
        "htmx.org",
        "htmx",
        {"LICENSE": "LICENSE", "dist/htmx.min.js": "htmx.min.js", "dist/ext/hx-sse.min.js": "hx-sse.min.js"},
    ),
    Package(
        "@digdir/designsystemet-css",
        "designsystemet-css",
        {"LICENSE": "LICENSE", "dist/src/index.css": "index.css"},
    ),
    Package(THEME, "designsystemet-theme", {"LICENSE": "LICENSE", "theme/nattljus.css": "nattljus.css"}),
    Package(
        "@fontsource-variable/inter",
        "inter",
        {
            "LICENSE": "LICENSE",
            "files/inter-latin-wght-normal.woff2": "inter-latin.woff2",
            "files/inter-latin-ext-wght-normal.woff2": "inter-latin-ext.woff2",
        },
    ),
    Package("axe-core", "axe-core", {"LICENSE": "LICENSE", "axe.min.js": "axe.min.js"}, TESTS),
)


def update() -> None:
    """Fetch, build the theme, copy, and write both checksum files. Raises CalledProcessError when npm fails."""
    versions: dict[str, str] = json.loads((HERE / "package.json").read_text())["dependencies"]
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        shutil.copy(HERE / "package.json", work)
        # Install scripts stay off: what we copy are plain files, and no package may run code here while being fetched.
        run("npm", "install", "--ignore-scripts", "--no-package-lock", "--no-audit", "--no-fund", where=work)
        build_theme(work)
        for place in (STATIC, TESTS):
            shutil.rmtree(ROOT / place, ignore_errors=True)
        for package in PACKAGES:
            copy(package, versions[package.name], work)
    for place in (STATIC, TESTS):
        write_checksums(ROOT / place)


def build_theme(work: Path) -> None:
    """Our colours, light and dark, from designsystemet.config.json, by the design system's own command line."""
    package = work / "node_modules" / THEME
    tool = str(work / "node_modules/.bin/designsystemet")
    config = str(HERE / "designsystemet.config.json")
    run(tool, "tokens", "create", "--config", config, where=package)
    run(tool, "tokens", "build", "-t", "design-tokens", "-o", "theme", where=package)


def copy(package: Package, version: str, work: Path) -> None:
    """Copy one package's files into its versioned folder, without maps to sources we do not carry."""
    target = ROOT / package.place / f"{package.folder}-{version}"
    target.mkdir(parents=True)
    for source, name in package.files.items():
        shutil.copyfile(work / "node_modules" / package.name / source, target / name)


def write_checksums(folder: Path) -> None:
    """Write `checksums.sha256` in the format that `sha256sum --check` reads."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}" for path in files]
    (folder / "checksums.sha256").write_text("\n".join(lines) + "\n")


def run(*command: str, where: Path) -> None:
    """Run one command in a folder, showing its output."""
    subprocess.run(command, cwd=where, check=True)


if __name__ == "__main__":
    update()
