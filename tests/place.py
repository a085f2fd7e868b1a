"""The fixtures `place` (a pristine database of its own for a test) and `streams` (empty streams beside it), on the worker's servers."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import nats
import pytest
import pytest_asyncio
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.errors import NotFoundError
from pydantic import SecretStr

from contracts.agencies import AgencyKind
from contracts.attachment import SCANNER
from deploy.nats.permissions import STREAMS, inbox
from deploy.nats.streams import DEPLOY
from deploy.postgres.migrate import READERS
from services.kit.eventlog import EventLog
from services.kit.keyring import ensure_agency_key
from services.kit.settings import Settings
from services.kit.streams import wanted
from tests.proxy import Proxy
from tests.stack import Servers

TEMPLATE = "nattljus_pristine"
AGENCIES = {
    "polisen": AgencyKind.POLICE,
    "region-stockholm": AgencyKind.HEALTHCARE,
    "utbildningsforvaltningen": AgencyKind.SCHOOL,
    "socialjouren": AgencyKind.SOCIALJOUR,
    "farsta": AgencyKind.DISTRICT,
    "skarholmen": AgencyKind.DISTRICT,
}
"""The authorities that have a key in every place."""
FORGETFUL = 0.1
"""Seconds the streams here remember message ids: so short that only the fence, never that memory, keeps doubles out."""
FAULT_SECONDS = 15.0
"""How long a test waits for something that must come."""

_made = itertools.count()


@dataclass(frozen=True)
class Place:
    """A database as the migration leaves it, the agencies' keys in its keyring, and nothing else."""

    servers: Servers
    database: str
    keys: Path
    readers: Mapping[str, SecretStr] = field(default_factory=dict)

    def dsn(self, role: str, proxy: Proxy | None = None) -> str:
        """A login role's address of this database, directly or through a proxy."""
        direct = in_database(self.servers.dsn(role), self.database)
        return proxy.before(direct) if proxy else direct

    @property
    def admin_dsn(self) -> str:
        """The administrator's address of this database."""
        return in_database(self.servers.admin_dsn, self.database)

    def settings(self, role: str, user: str = "", nats_proxy: Proxy | None = None, database_proxy: Proxy | None = None) -> Settings:
        """What a process with this login and this NATS user is told."""
        return Settings(
            database=SecretStr(self.dsn(role, database_proxy)),
            nats=nats_proxy.before(self.servers.nats) if nats_proxy else self.servers.nats,
            nats_seed=SecretStr(self.servers.seed(user) if user else ""),
            nats_monitor=self.servers.nats_monitor,
            readers={role.removeprefix("nattljus_reader_"): SecretStr(self.dsn(role)) for role in READERS},
            keys=self.keys,
        )

    async def fetch(self, query: str, *arguments: object) -> list[asyncpg.Record]:
        """Rows, as the administrator sees them."""
        connection = await asyncpg.connect(self.admin_dsn)
        try:
            rows: list[asyncpg.Record] = await connection.fetch(query, *arguments)
        finally:
            await connection.close()
        return rows

    async def value(self, query: str, *arguments: object) -> object:
        """One value, as the administrator sees it."""
        rows = await self.fetch(query, *arguments)
        return rows[0][0] if rows else None


def in_database(dsn: str, database: str) -> str:
    """The same login on another database."""
    return urlunsplit(urlsplit(dsn)._replace(path=f"/{database}"))


@asynccontextmanager
async def store_log(place: Place, store: str, role: str = "nattljus_projector") -> AsyncIterator[EventLog]:
    """A store's log, read over one connection."""
    connection = await asyncpg.connect(place.dsn(role))
    try:
        yield EventLog(connection, store)
    finally:
        await connection.close()


@pytest.fixture(scope="session")
def pristine(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Makes the template once, and the agencies' keys; gives the folder of the private ones."""
    keys = tmp_path_factory.mktemp("keys")
    kinds = {agency: str(kind) for agency, kind in AGENCIES.items()} | {SCANNER: SCANNER}
    asyncio.run(make_template(servers, {agency: (kind, ensure_agency_key(keys, agency)) for agency, kind in kinds.items()}))
    return keys


async def make_template(servers: Servers, agencies: Mapping[str, tuple[str, bytes]]) -> None:
    """A copy of the migrated database, emptied, with these agencies in its keyring."""
    server = await asyncpg.connect(in_database(servers.admin_dsn, "postgres"))
    try:
        await server.execute(f"CREATE DATABASE {TEMPLATE} TEMPLATE nattljus")
    finally:
        await server.close()
    copy = await asyncpg.connect(in_database(servers.admin_dsn, TEMPLATE))
    try:
        tables = await copy.fetch(
            "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema') AND tablename <> 'schema_version'"
        )
        await copy.execute(f"TRUNCATE {', '.join(row['name'] for row in tables)} RESTART IDENTITY")
        await copy.executemany(
            "INSERT INTO keyring.agency VALUES ($1, $2, $3)", [(agency, kind, key) for agency, (kind, key) in agencies.items()]
        )
    finally:
        await copy.close()


@pytest_asyncio.fixture
async def place(servers: Servers, pristine: Path) -> AsyncIterator[Place]:
    """A database for one test."""
    database = f"place_{next(_made)}"
    server = await asyncpg.connect(in_database(servers.admin_dsn, "postgres"))
    try:
        await server.execute(f"CREATE DATABASE {database} TEMPLATE {TEMPLATE}")
        yield Place(servers, database, pristine)
    finally:
        await server.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
        await server.close()


class Streams:
    """Both streams, in the hands of the user `deploy`."""

    def __init__(self, jetstream: JetStreamContext) -> None:
        self.jetstream = jetstream

    async def make(self, name: str) -> None:
        """Makes the stream anew and empty."""
        with suppress(NotFoundError):
            await self.jetstream.delete_stream(name)
        configuration = wanted(name)
        configuration.duplicate_window = FORGETFUL
        await self.jetstream.add_stream(configuration)

    async def messages(self, name: str) -> list[Msg]:
        """Everything that the stream holds, in order."""
        last = (await self.jetstream.stream_info(name)).state.last_seq
        if not last:
            return []
        consumer = await self.jetstream.subscribe(STREAMS[name], stream=name, ordered_consumer=True)
        try:
            return [await consumer.next_msg(timeout=5) for _ in range(last)]
        finally:
            await consumer.unsubscribe()

    async def count(self, name: str) -> int:
        """How many messages the stream holds."""
        return (await self.jetstream.stream_info(name)).state.messages


@asynccontextmanager
async def as_deploy(servers: Servers) -> AsyncIterator[Streams]:
    """The streams, for as long as it takes."""
    client = await nats.connect(servers.nats, nkeys_seed_str=servers.seed(DEPLOY), inbox_prefix=inbox(DEPLOY))
    try:
        yield Streams(client.jetstream())
    finally:
        await client.close()


@pytest_asyncio.fixture
async def streams(servers: Servers) -> AsyncIterator[Streams]:
    """Both streams, empty."""
    async with as_deploy(servers) as streams:
        for name in STREAMS:
            await streams.make(name)
        yield streams


async def until(check: Callable[[], Awaitable[object]], seconds: float = FAULT_SECONDS) -> float:
    """Waits until the check gives something true, and gives how long that took. Fails when it never does."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    while not await check():
        assert loop.time() - began < seconds, f"not within {seconds} s"
        await asyncio.sleep(0.01)
    return loop.time() - began
