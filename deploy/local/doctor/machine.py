"""The doctor's look at the machine: the data directory, its disk, the processes and what each says of itself."""

import asyncio
import shutil
from collections.abc import Iterator

from deploy.local.data import FORMAT, WARN_BELOW, DataDirectory
from deploy.local.doctor.finding import Finding
from deploy.local.ports import Ports
from deploy.local.program import answers
from deploy.local.stack import consists_of
from deploy.local.supervisor import running
from deploy.local.surroundings import HTTP


def look_at_disk(data: DataDirectory) -> Iterator[Finding]:
    """The directory's format, and room on its disk."""
    found = data.version.read_text().strip()
    yield Finding("data directory", found == str(FORMAT), f"{data.path}, format {found} (this version reads {FORMAT})")
    free = shutil.disk_usage(data.path).free
    yield Finding("disk", free >= WARN_BELOW, f"{free / 2**30:.1f} GiB free")


def look_at_processes(data: DataDirectory) -> Iterator[Finding]:
    """Each process that the hub was started with."""
    alive = running(data)
    if not alive:
        yield Finding("processes", ok=False, seen="none runs: start the hub with `make up`")
        return
    for name in consists_of(data):
        seen = f"process {alive[name].pid}" if name in alive else f"does not run: see {data.logs / name}.log"
        yield Finding(f"process {name}", name in alive, seen)


async def look_at_readiness(ports: Ports) -> list[Finding]:
    """What each HTTP service says of itself."""
    missing = await asyncio.gather(*(answers(f"{ports.address(name)}/readyz")() for name in HTTP))
    return [Finding(f"ready {name}", lack is None, lack or ports.address(name)) for name, lack in zip(HTTP, missing, strict=True)]
