"""`nattljus doctor`: is everything alive, reachable, safe and level, and if not, what to do."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import asyncpg
import httpx2
import nats
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js import JetStreamContext

from deploy.local.data import FORMAT, WARN_BELOW, DataDirectory
from deploy.local.nats import seed
from deploy.local.ports import LOOPBACK, Ports, remembered
from deploy.local.postgres import ADMINISTRATOR, DATABASE, admin_password
from deploy.local.program import answers
from deploy.local.stack import SERVICES
from deploy.local.supervisor import running
from deploy.local.surroundings import HTTP
from deploy.local.trouble import Trouble
from deploy.nats.permissions import STREAMS, inbox
from deploy.nats.streams import DEPLOY
from services.kit.streams import weaknesses

POSITION = "Nattljus-Position"
"""The header of every message in a stream: the event's position in its store."""

POSITIONS = "SELECT view, store, position FROM projections.position ORDER BY view, store"
MOMENTS, MOMENT = 8, 0.25
"""How often, and after how many seconds, something that lags is looked at again before it counts as wrong."""


@dataclass(frozen=True)
class Finding:
    """One thing looked at: what it is, whether it is well, and what was seen or is to be done."""

    what: str
    ok: bool
    seen: str

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return asdict(self)


def existing(path: Path) -> DataDirectory:
    """The data directory there. Raises Trouble when it is none."""
    data = DataDirectory(path.absolute())
    if not data.version.exists():
        raise Trouble(f"{data.path} is not a data directory of Nattljus: name one with --data DIR", os.EX_USAGE)
    return data


async def examine(data: DataDirectory) -> list[Finding]:
    """Look at everything."""
    findings = [*look_at_disk(data), *look_at_processes(data)]
    known = remembered(data)
    if not running(data) or not known:
        return findings
    ports = Ports(**known)
    parts = await asyncio.gather(look_at_readiness(ports), look_at_stores(data, ports), look_at_broker(data, ports))
    return [*findings, *(finding for part in parts for finding in part)]


def look_at_disk(data: DataDirectory) -> Iterator[Finding]:
    """The directory's format, and room on its disk."""
    found = data.version.read_text().strip()
    yield Finding("data directory", found == str(FORMAT), f"{data.path}, format {found} (this version reads {FORMAT})")
    free = shutil.disk_usage(data.path).free
    yield Finding("disk", free >= WARN_BELOW, f"{free / 2**30:.1f} GiB free")


def look_at_processes(data: DataDirectory) -> Iterator[Finding]:
    """Each process that should run."""
    alive = running(data)
    if not alive:
        yield Finding("processes", ok=False, seen="none runs: start the hub with `make up`")
        return
    for name in ("postgres", "nats", "identity", *SERVICES):
        seen = f"process {alive[name].pid}" if name in alive else f"does not run: see {data.logs / name}.log"
        yield Finding(f"process {name}", name in alive, seen)


async def look_at_readiness(ports: Ports) -> list[Finding]:
    """What each HTTP service says of itself."""
    missing = await asyncio.gather(*(answers(f"{ports.address(name)}/readyz")() for name in HTTP))
    return [Finding(f"ready {name}", lack is None, lack or ports.address(name)) for name, lack in zip(HTTP, missing, strict=True)]


async def look_at_stores(data: DataDirectory, ports: Ports) -> list[Finding]:
    """PostgreSQL: reachable, safe commits, and how far each view has come."""
    try:
        connection = await connect(data, ports)
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        return [Finding("postgres", ok=False, seen=f"{type(error).__name__}: {error}")]
    try:
        findings = [await look_at_durability(connection), await look_at_roles(connection)]
        return [*findings, *[finding async for finding in look_at_views(connection)]]
    finally:
        await connection.close()


async def connect(data: DataDirectory, ports: Ports) -> asyncpg.Connection:
    """The administrator's connection to the hub's database."""
    dsn = f"postgresql://{ADMINISTRATOR}:{admin_password(data)}@{LOOPBACK}:{ports.postgres}/{DATABASE}"
    return await asyncpg.connect(dsn, timeout=5, ssl=False)


async def look_at_durability(connection: asyncpg.Connection) -> Finding:
    """A receipt may be sent only after the event is on the disk."""
    held = {
        name: await connection.fetchval("SELECT current_setting($1)", name) for name in ("fsync", "synchronous_commit", "full_page_writes")
    }
    return Finding("postgres", all(value == "on" for value in held.values()), ", ".join(f"{name} {value}" for name, value in held.items()))


async def look_at_roles(connection: asyncpg.Connection) -> Finding:
    """Every login role is there and none is a superuser or passes row-level security."""
    from deploy.postgres.migrate import LOGINS

    rows = await connection.fetch("SELECT rolname, rolsuper OR rolbypassrls AS mighty FROM pg_roles WHERE rolname = ANY($1)", LOGINS)
    missing = set(LOGINS) - {row["rolname"] for row in rows}
    mighty = [row["rolname"] for row in rows if row["mighty"]]
    if missing or mighty:
        return Finding("roles", ok=False, seen=f"missing: {sorted(missing)}; may do too much: {mighty}")
    return Finding("roles", ok=True, seen=f"{len(rows)} login roles")


async def store_tail(connection: asyncpg.Connection, store: str) -> int:
    """The position of the last event in a store; 0 when it is empty."""
    return int(await connection.fetchval(f"SELECT coalesce(max(notification_id), 0) FROM {store}.stored_events"))  # noqa: S608  a fixed name


async def look_at_views(connection: asyncpg.Connection) -> AsyncIterator[Finding]:
    """How far each view has come in each store; a moment's delay is given its moment."""
    tails = {store.lower(): await store_tail(connection, store.lower()) for store in STREAMS}
    rows = await connection.fetch(POSITIONS)
    for _ in range(MOMENTS):
        if all(row["position"] >= tails[row["store"]] for row in rows):
            break
        await asyncio.sleep(MOMENT)
        rows = await connection.fetch(POSITIONS)
    for row in rows:
        behind = max(tails[row["store"]] - row["position"], 0)
        yield Finding(f"view {row['view']}", behind == 0, f"{row['store']} at {row['position']}, {behind} behind")
    held = await connection.fetchval("SELECT (SELECT count(*) FROM projections.quarantine) + (SELECT count(*) FROM liaison.quarantine)")
    seen = f"{held} events wait there: projections.quarantine and liaison.quarantine have their reasons" if held else "empty"
    yield Finding("quarantine", held == 0, seen)


async def look_at_broker(data: DataDirectory, ports: Ports) -> list[Finding]:
    """NATS: safe writes, both streams as they must be, and level with their stores."""
    try:
        async with httpx2.AsyncClient(trust_env=False, timeout=5) as client:
            answer = (await client.get(f"{ports.address('nats_monitor')}/varz")).json()
        safe = bool(answer["jetstream"]["config"]["sync_always"])
        findings = [
            Finding("nats", safe, "sync_interval always" if safe else "acknowledges before it has written: set sync_interval always")
        ]
        return findings + await look_at_streams(data, ports)
    except (httpx2.HTTPError, NatsError, OSError, KeyError) as error:
        return [Finding("nats", ok=False, seen=f"{type(error).__name__}: {error}")]


async def look_at_streams(data: DataDirectory, ports: Ports) -> list[Finding]:
    """Each stream's settings, and its last message against its store's last event."""
    client = await nats.connect(
        f"nats://{LOOPBACK}:{ports.nats}", nkeys_seed_str=seed(data, DEPLOY), inbox_prefix=inbox(DEPLOY), allow_reconnect=False
    )
    connection = await connect(data, ports)
    try:
        return [await look_at_stream(client, connection, name) for name in STREAMS]
    finally:
        await connection.close()
        await client.close()


async def look_at_stream(client: Client, connection: asyncpg.Connection, name: str) -> Finding:
    """One stream: as it must be, and level with its store, which a moment's delay is given its moment for."""
    jetstream = client.jetstream(timeout=5)
    info = await jetstream.stream_info(name)
    if short := weaknesses(info.config, name):
        return Finding(f"stream {name}", ok=False, seen="; ".join(short))
    tail, position = await store_tail(connection, name.lower()), await last_position(jetstream, name)
    for _ in range(MOMENTS):
        if position >= tail:
            break
        await asyncio.sleep(MOMENT)
        position = await last_position(jetstream, name)
    level = tail <= position <= await store_tail(connection, name.lower())
    return Finding(f"stream {name}", level, f"at position {position}, the store at {tail}")


async def last_position(jetstream: JetStreamContext, name: str) -> int:
    """The position in the store that the stream's last message carries; 0 when it is empty."""
    info = await jetstream.stream_info(name)
    if not info.state.messages:
        return 0
    message = await jetstream.get_msg(name, seq=info.state.last_seq)
    return int((message.headers or {}).get(POSITION, 0))


def table(findings: Iterable[Finding]) -> str:
    """For people: what is wrong stands out."""
    rows = list(findings)
    width = max(len(row.what) for row in rows)
    lines = [f"{'ok   ' if row.ok else 'WRONG'}  {row.what:<{width}}  {row.seen}" for row in rows]
    wrong = sum(not row.ok for row in rows)
    return "\n".join([*lines, "", "Everything is well." if not wrong else f"{wrong} of {len(rows)} are wrong."])
