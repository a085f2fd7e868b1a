"""Peers that are installed at run time, in pinned versions, into a cache that git ignores: npm packages, and wrk from Debian."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from deploy.local.program import clean_environment
from tests.benchmarks.children import path_to
from tests.benchmarks.run import CACHE
from tests.benchmarks.say import loudly

NPM = {"@eventide/message-db": "1.3.1", "@event-driven-io/emmett": "0.42.0", "@event-driven-io/emmett-postgresql": "0.42.0"}
WRK = ("wrk", "libluajit2-5.1-2")
INSTALL_SECONDS = 180.0


def npm_packages() -> Path | None:
    """The folder with the peers' packages, installed when they are not there; None, said loudly, when npm cannot."""
    folder = CACHE / "npm"
    if all((folder / "node_modules" / name).exists() for name in NPM):
        return folder
    if path_to("npm") is None:
        loudly("npm is missing: emmett-postgresql and message-db are not measured. Install Node.js and npm to have them.")
        return None
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text('{"private": true}\n')
    wanted = [f"{name}@{version}" for name, version in NPM.items()]
    said = _run(("npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--save-exact", *wanted), folder)
    if said is not None:
        loudly(f"npm could not install {', '.join(wanted)}; emmett-postgresql and message-db are not measured:\n{said}")
        return None
    return folder


@dataclass(frozen=True)
class Wrk:
    """wrk, and where its libraries lie when it was not installed."""

    program: str
    environment: dict[str, str]


def wrk() -> Wrk | None:
    """wrk from PATH, or unpacked from Debian's packages without installing anything; None, said loudly, when neither can be had."""
    if (found := path_to("wrk")) is not None:
        return Wrk(found, {})
    folder = CACHE / "wrk"
    program = folder / "usr/bin/wrk"
    if not program.exists() and (said := _unpack(folder)) is not None:
        loudly(f"wrk is missing and Debian's package could not be had ({said}): our own generator in Python loads instead.")
        return None
    return Wrk(str(program), {"LD_LIBRARY_PATH": str(next(folder.glob("usr/lib/*-linux-gnu*")))})


def _unpack(folder: Path) -> str | None:
    """Debian's packages, downloaded and unpacked; why not, if not."""
    if path_to("apt-get") is None or path_to("dpkg") is None:
        return "no apt-get here"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    said = _run(("apt-get", "download", *WRK), folder)
    for package in folder.glob("*.deb"):
        said = said or _run(("dpkg", "-x", package.name, "."), folder)
    return said


def _run(command: tuple[str, ...], folder: Path) -> str | None:
    """None when it went well, else what it said."""
    environment = clean_environment({name: value for name, value in os.environ.items() if name.lower().startswith("npm_config")})
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False)
    return (done.stdout + done.stderr)[-1000:] if done.returncode else None
