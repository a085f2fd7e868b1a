"""The views' tables in the database, with their row-level security: the second wall, held by the login role of each agency kind."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import asyncpg
from sqlalchemy import Connection, MetaData, inspect, select, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.schema import CreateIndex, CreateTable

from services.projections.view import METADATA, POSITION, QUARANTINE, SCHEMA, View
from services.projections.views import VIEWS, casefile

DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]
READING = "kind = split_part(session_user::text, 'nattljus_reader_', 2)"
"""The column stands alone on its side: of `'nattljus_reader_' || kind = session_user` the planner believes that one row in 200 passes,
and sorts the whole view for a page of 25. For a login that reads for no kind of agency the other side is empty."""
READING_FILES = (
    "EXISTS (SELECT 1 FROM {schema}.readers r WHERE r.stream = {view}.{stream} AND {view}.audience = ANY (r.audiences)"
    " AND r.kind = split_part(session_user::text, 'nattljus_reader_', 2))"
)
"""For views whose rows belong to an audience and not to a unit: the readers say who that is."""
GROWN = (
    f"ALTER TABLE {SCHEMA}.quarantine ADD COLUMN IF NOT EXISTS since timestamptz NOT NULL DEFAULT now()",
    f"CREATE INDEX IF NOT EXISTS quarantine_stream ON {SCHEMA}.quarantine (stream)",
    f"CREATE INDEX IF NOT EXISTS board_agency_unit_received ON {SCHEMA}.board (agency, unit, received_at, referral)",
    f"DROP INDEX IF EXISTS {SCHEMA}.board_agency_received",
    f"CREATE INDEX IF NOT EXISTS receipts_unit_code_received ON {SCHEMA}.receipts (unit, receipt_code, received_at, referral)",
    f"DROP INDEX IF EXISTS {SCHEMA}.receipts_code",
    f"ALTER TABLE {SCHEMA}.casefile SET (toast_tuple_target = {casefile.IN_ITS_ROW['toast_tuple_target']})",
)
"""What a table that stands already lacks, when it was made by an earlier version."""
GRANTS = (
    f"GRANT USAGE ON SCHEMA {SCHEMA} TO nattljus_readers, nattljus_projector, nattljus_projections, nattljus_reconciler",
    f"GRANT SELECT, INSERT, UPDATE, DELETE ON {SCHEMA}.position, {SCHEMA}.quarantine, {SCHEMA}.dropped TO nattljus_projector",
    f"GRANT SELECT, UPDATE ON {SCHEMA}.position TO nattljus_reconciler",
    f"GRANT SELECT, INSERT, DELETE ON {SCHEMA}.quarantine TO nattljus_reconciler",
    f"GRANT SELECT ON {SCHEMA}.dropped TO nattljus_reconciler",
    f"GRANT SELECT ON {SCHEMA}.position TO nattljus_projections, nattljus_readers",
    f"GRANT SELECT ON {SCHEMA}.quarantine, {SCHEMA}.dropped TO nattljus_projections",
)
SILENT_SECONDS = 10.0
"""After so long without a word inside a transaction the server ends it: a connection that fell silent must not keep its locks."""


def _silence() -> dict[str, str]:
    return {"idle_in_transaction_session_timeout": str(int(SILENT_SECONDS * 1000))}


async def writer(dsn: str) -> asyncpg.Connection:
    """The connection that writes views.

    It forces the index plan, for a plan made on an empty table would scan it for ever after. It does not wait for the disk: rows and
    position are lost together, and the events that they came from are not.
    """
    settings = _silence() | {"enable_seqscan": "off", "jit": "off", "synchronous_commit": "off"}
    return await asyncpg.connect(dsn, timeout=2, command_timeout=30, server_settings=settings)


async def copier(owner_dsn: str) -> asyncpg.Connection:
    """A connection for a rebuild: a power cut costs the rebuild, and a sort of the whole history may take some memory."""
    settings = {"synchronous_commit": "off", "jit": "off", "work_mem": "64MB", "maintenance_work_mem": "256MB"}
    return await asyncpg.connect(owner_dsn, timeout=2, server_settings=settings)


@asynccontextmanager
async def closing(connection: asyncpg.Connection) -> AsyncIterator[asyncpg.Connection]:
    """The connection for a while; it ends at once, whatever it is doing."""
    try:
        yield connection
    finally:
        connection.terminate()


def engine(dsn: str, size: int = 5) -> AsyncEngine:
    """An engine on asyncpg for a plain DSN."""
    connecting = {"timeout": 2, "command_timeout": 30, "server_settings": _silence()}
    url = make_url(dsn).set(drivername="postgresql+asyncpg")
    return create_async_engine(url, pool_size=size, max_overflow=0, pool_timeout=5, connect_args=connecting)


async def create_views(owner_dsn: str) -> None:
    """Makes what is missing: tables, policies, grants. Run by the owner."""
    owner = engine(owner_dsn, 1)
    try:
        async with owner.begin() as connection:
            await connection.run_sync(_drop_outgrown)
            await connection.run_sync(METADATA.create_all)
            for statement in GROWN:
                await connection.execute(text(statement))
            await connection.run_sync(_guard, SCHEMA, VIEWS)
            for statement in GRANTS:
                await connection.execute(text(statement))
    finally:
        await owner.dispose()


def bare(view: View, schema: str) -> tuple[str, ...]:
    """What makes the view's table anew in another schema, without key and indexes: rows are copied in faster so."""
    table = view.table.to_metadata(MetaData(), schema=schema)
    name, made = f"{schema}.{table.name}", CreateTable(table).compile(dialect=DIALECT)
    return f"DROP TABLE IF EXISTS {name} CASCADE", str(made), f"ALTER TABLE {name} DROP CONSTRAINT {table.name}_pkey"


def indexes(view: View, schema: str) -> tuple[str, ...]:
    """What gives a bare table its key and indexes."""
    table = view.table.to_metadata(MetaData(), schema=schema)
    made = [str(CreateIndex(index).compile(dialect=DIALECT)) for index in sorted(table.indexes, key=lambda each: str(each.name))]
    key = ", ".join(table.primary_key.columns.keys())
    return f"ALTER TABLE {schema}.{table.name} ADD PRIMARY KEY ({key})", *made, f"ANALYZE {schema}.{table.name}"


def _drop_outgrown(connection: Connection) -> None:
    """Drops views whose columns have changed since they were made; the projector fills them again from the stores."""
    if not inspect(connection).has_table(POSITION.name, SCHEMA):
        return
    versions = {row.view: row.version for row in connection.execute(select(POSITION.c.view, POSITION.c.version).distinct())}
    for view in VIEWS:
        if versions.get(view.name, view.version) != view.version:
            connection.execute(text(f"DROP TABLE {SCHEMA}.{view.table.name} CASCADE"))
            connection.execute(POSITION.delete().where(POSITION.c.view == view.name))
            connection.execute(QUARANTINE.delete().where(QUARANTINE.c.view == view.name))


def _guard(connection: Connection, schema: str, views: Sequence[View]) -> None:
    for view in views:
        for statement in walls(schema, view):
            connection.execute(text(statement))


def walls(schema: str, view: View) -> tuple[str, ...]:
    """What puts row-level security on one table. FORCE binds its owner too; only the projector writes, and the reconciler that repairs."""
    table = f"{schema}.{view.table.name}"
    of_an_audience = READING_FILES.format(schema=schema, view=view.table.name, stream=view.stream)
    reading = of_an_audience if view.asks_the_readers else READING
    return (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"DROP POLICY IF EXISTS reading ON {table}",
        f"CREATE POLICY reading ON {table} FOR SELECT TO nattljus_readers USING ({reading})",
        f"DROP POLICY IF EXISTS writing ON {table}",
        f"CREATE POLICY writing ON {table} TO nattljus_projector, nattljus_reconciler, nattljus_owner USING (true) WITH CHECK (true)",
        f"GRANT SELECT ON {table} TO nattljus_readers",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO nattljus_projector, nattljus_reconciler",
    )
