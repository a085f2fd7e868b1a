"""The doctor's look at PostgreSQL: safe commits, the login roles, and how far each view has come."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg

from deploy.local.data import DataDirectory
from deploy.local.doctor.finding import Finding
from deploy.local.ports import LOOPBACK, Ports
from deploy.local.postgres import ADMINISTRATOR, DATABASE, admin_password
from deploy.nats.permissions import STREAMS

POSITIONS = "SELECT view, store, position FROM projections.position ORDER BY view, store"
MOMENTS, MOMENT = 8, 0.25
"""How often, and after how many seconds, something that lags is looked at again before it counts as wrong."""


async def connect(data: DataDirectory, ports: Ports) -> asyncpg.Connection:
    """The administrator's connection to the hub's database."""
    dsn = f"postgresql://{ADMINISTRATOR}:{admin_password(data)}@{LOOPBACK}:{ports.postgres}/{DATABASE}"
    return await asyncpg.connect(dsn, timeout=5, command_timeout=10, ssl=False)


async def look_at_stores(connection: asyncpg.Connection) -> list[Finding]:
    """PostgreSQL: safe commits, the roles, and how far each view has come."""
    findings = [await look_at_durability(connection), await look_at_roles(connection)]
    return [*findings, *[finding async for finding in look_at_views(connection)]]


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
