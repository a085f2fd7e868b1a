"""Clocks that can be put wrong: libfaketime under each process, following a file."""

import importlib.util
import subprocess
import sys
import time
from functools import cache
from pathlib import Path

PLACES = ("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1", "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1")


@cache
def library() -> Path | None:
    """libfaketime, from its wheel or from the system; None where there is none that works."""
    found = importlib.util.find_spec("libfaketime")
    places = [Path(each) for each in PLACES]
    if found and found.submodule_search_locations:
        places.insert(0, Path(found.submodule_search_locations[0]) / "vendor" / "libfaketime" / "src" / "libfaketime.so.1")
    return next((each for each in places if each.exists() and works(each)), None)


def works(found: Path) -> bool:
    """Whether a process under it believes what it is told: a library for another kind of machine is silently left out."""
    told = {"LD_PRELOAD": str(found), "FAKETIME": "+1000d"}
    done = subprocess.run([sys.executable, "-c", "import time; print(time.time())"], env=told, capture_output=True, text=True, check=False)
    return done.returncode == 0 and float(done.stdout) > time.time() + 999 * 86400


def told(folder: Path, part: str) -> dict[str, str]:
    """Environment variables under which a process' time of day, not its monotonic clock, follows a file; empty without the library."""
    found = library()
    if found is None:
        return {}
    clock(folder, part).write_text("+0s\n")
    return {
        "LD_PRELOAD": str(found),
        "FAKETIME_TIMESTAMP_FILE": str(clock(folder, part)),
        "FAKETIME_CACHE_DURATION": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
    }


def clock(folder: Path, part: str) -> Path:
    """The file that a process' clock follows."""
    return folder / f"clock-{part}"
