"""`nattljus doctor`: is everything alive, reachable, safe, level and compared, and if not, what to do."""

import asyncio
import os
from pathlib import Path

import asyncpg

from deploy.local.data import DataDirectory
from deploy.local.doctor.broker import look_at_broker
from deploy.local.doctor.finding import Finding, table
from deploy.local.doctor.machine import look_at_disk, look_at_processes, look_at_readiness
from deploy.local.doctor.operations import look_at_operations
from deploy.local.doctor.stores import connect, look_at_stores
from deploy.local.ports import Ports, remembered
from deploy.local.supervisor import running
from deploy.local.trouble import Trouble

__all__ = ["Finding", "examine", "existing", "table"]


def existing(path: Path) -> DataDirectory:
    """The data directory there. Raises Trouble when it is none."""
    data = DataDirectory(path.absolute())
    if not data.version.exists():
        raise Trouble(f"{data.path} is not a data directory of Nattljus: name one with --data DIR", os.EX_USAGE)
    return data


async def examine(data: DataDirectory) -> list[Finding]:
    """Look at everything. What cannot be asked is a finding of its own, and the rest is looked at all the same."""
    findings = [*look_at_disk(data), *look_at_processes(data)]
    known = remembered(data)
    if not running(data) or not known:
        return findings
    ports = Ports(**known)
    parts = await asyncio.gather(look_at_readiness(ports), look_at_database(data, ports), look_at_broker(data, ports))
    return [*findings, *(finding for part in parts for finding in part)]


async def look_at_database(data: DataDirectory, ports: Ports) -> list[Finding]:
    """PostgreSQL itself, and what the hub notes there about itself."""
    try:
        connection = await connect(data, ports)
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        return [Finding("postgres", ok=False, seen=f"{type(error).__name__}: {error}: see {data.logs / 'postgres'}.log")]
    try:
        return [*await look_at_stores(connection), *await look_at_operations(connection)]
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        return [Finding("postgres", ok=False, seen=f"it went away while it was asked ({type(error).__name__}: {error})")]
    finally:
        connection.terminate()
