"""Makes and migrates the database: roles with their passwords, schemas, keyring, stores and views. Doing it twice is nothing."""

import asyncio
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg

from services.kit.eventstore import Library
from services.projections.tables import create_views

SCHEMA_VERSION = 1
DATABASE = "nattljus"
OWNER = "nattljus_owner"
STORES = {"intake": "nattljus_intake, nattljus_scanner", "liaison": "nattljus_liaison, nattljus_policies, nattljus_watchdog"}
READERS = [
    f"nattljus_reader_{kind}" for kind in ("police", "healthcare", "school", "socialjour", "district", "inspector", "prosecutor", "other")
]
FOLLOWERS = [
    f"nattljus_{name}"
    for name in ("relay", "projector", "intake", "liaison", "policies", "watchdog", "projections", "reconciler", "scanner")
]
LOGINS = [OWNER, "nattljus_portal", *FOLLOWERS, *READERS]
GROUPS = {"nattljus_followers": FOLLOWERS, "nattljus_readers": READERS}


class DatabaseIsNewer(RuntimeError):
    """The database was written by a newer version of Nattljus. Start that version, or restore a backup made by this one."""


def login_dsn(admin_dsn: str, role: str, password: str) -> str:
    """The DSN of a login role on the hub's database, on the server of the admin's DSN."""
    url = urlsplit(admin_dsn)
    return urlunsplit((url.scheme, f"{role}:{quote(password, safe='')}@{url.hostname}:{url.port or 5432}", f"/{DATABASE}", "", ""))


async def migrate(admin_dsn: str, passwords: dict[str, str]) -> None:
    """Brings the server to this version. `passwords` is login role → password, for every role in LOGINS.

    Raises DatabaseIsNewer, asyncpg.PostgresError, OSError.
    """
    admin = await asyncpg.connect(admin_dsn, timeout=10)
    try:
        await _make_roles(admin, passwords)
        if not await admin.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", DATABASE):
            await admin.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER} ENCODING 'UTF8' TEMPLATE template0")
    finally:
        await admin.close()
    owner_dsn = login_dsn(admin_dsn, OWNER, passwords[OWNER])
    owner = await asyncpg.connect(owner_dsn, timeout=10)
    try:
        await _refuse_newer(owner)
        await _run(owner, "010_schemas.sql")
        await _run(owner, "020_keyring.sql")
        for store, writers in STORES.items():
            library = await asyncio.to_thread(Library, owner_dsn, store, create=True)
            await asyncio.to_thread(library.close)
            await _run(owner, "030_store.sql", schema=store, writers=writers)
        await create_views(owner_dsn)
        for path in sorted(Path(__file__).parent.glob("0[4-9]*.sql")):
            await _run(owner, path.name)
        await owner.execute("INSERT INTO keyring.schema_version VALUES ($1) ON CONFLICT DO NOTHING", SCHEMA_VERSION)
    finally:
        await owner.close()


async def register_agency_keys(admin_dsn: str, owner_password: str, keys: dict[str, tuple[str, bytes]]) -> None:
    """Puts the agencies' public keys in the keyring: agency → (kind, 32 bytes). A key that stands is never changed here."""
    owner = await asyncpg.connect(login_dsn(admin_dsn, OWNER, owner_password), timeout=10)
    try:
        await owner.executemany(
            "INSERT INTO keyring.agency VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            [(agency, kind, public) for agency, (kind, public) in keys.items()],
        )
    finally:
        await owner.close()


async def _make_roles(admin: asyncpg.Connection, passwords: dict[str, str]) -> None:
    for role in LOGINS:
        exists = await admin.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role)
        statement = await admin.fetchval(
            f"SELECT format('{'ALTER' if exists else 'CREATE'} ROLE %I LOGIN NOSUPERUSER NOBYPASSRLS "
            "NOCREATEDB NOCREATEROLE PASSWORD %L', $1::text, $2::text)",
            role,
            passwords[role],
        )
        await admin.execute(statement)
    for group, members in GROUPS.items():
        if not await admin.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", group):
            await admin.execute(f"CREATE ROLE {group} NOLOGIN")
        await admin.execute(f"GRANT {group} TO {', '.join(members)}")


async def _refuse_newer(owner: asyncpg.Connection) -> None:
    await owner.execute("CREATE SCHEMA IF NOT EXISTS keyring")
    await owner.execute("CREATE TABLE IF NOT EXISTS keyring.schema_version (version int PRIMARY KEY)")
    found = await owner.fetchval("SELECT max(version) FROM keyring.schema_version")
    if found is not None and found > SCHEMA_VERSION:
        raise DatabaseIsNewer(f"database version {found}, this program knows {SCHEMA_VERSION}")


async def _run(owner: asyncpg.Connection, name: str, **names: str) -> None:
    text = (Path(__file__).parent / name).read_text()
    for placeholder, value in names.items():
        text = text.replace("{" + placeholder + "}", value)
    async with owner.transaction():
        await owner.execute(text)
