"""The keyring: no key without a line in the read log, none for another kind of agency, and none that another's private key opens."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import asyncpg
import pytest

from contracts.event import REPORTER
from deploy.local.api import Api
from deploy.postgres.migrate import LOGINS
from services.kit.keyring import Keyring, PrivateKeys, Reader, wrap_context
from services.kit.sealing import Unreadable, new_key_pair, unseal
from tests.place import AGENCIES, Place
from tests.stack import Hub
from tests.walls.story import DISTRICT, JOUR, POLICE, Story

POLICE_READER = "nattljus_reader_police"
HELD_BY = ("polisen", "socialjouren", "farsta")
UNWRAP = "SELECT audience, wrapped FROM keyring.unwrap($1, $2, $3, 'lpo-farsta', 'reporter', 3::smallint, $4, 'following_up', $5)"


@asynccontextmanager
async def pool(dsn: str) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(dsn, min_size=1, max_size=1) as one:
        yield one


@pytest.fixture
async def stream(place: Place) -> UUID:
    """A stream whose reporter's key is wrapped for three agencies."""
    stream, pair = uuid4(), new_key_pair()
    async with pool(place.admin_dsn) as admin:
        await admin.execute("INSERT INTO keyring.stream_key VALUES ($1, $2, $3)", stream, REPORTER, pair.public)
        wraps = await Keyring(admin).wraps(stream, {REPORTER: pair.private}, HELD_BY)
        await admin.executemany("INSERT INTO keyring.wrapped_key VALUES ($1, $2, $3, $4)", wraps)
    return stream


async def unwrap(
    connection: asyncpg.Connection | asyncpg.Pool, stream: UUID, agency: str, action: str = "open"
) -> Sequence[asyncpg.Record]:
    rows: Sequence[asyncpg.Record] = await connection.fetch(UNWRAP, stream, agency, uuid4(), action, uuid4())
    return rows


async def logged(place: Place) -> list[asyncpg.Record]:
    """The read log, oldest first."""
    return await place.fetch("SELECT * FROM keyring.read_log ORDER BY id")


async def test_each_unwrapping_is_one_line_with_who_what_and_why(place: Place, stream: UUID) -> None:
    reader, request = Reader(uuid4(), "polisen", "lpo-farsta", "reporter", 3), uuid4()
    async with pool(place.dsn(POLICE_READER)) as police:
        for times in (1, 2, 3):
            keys = await PrivateKeys(place.keys).unlock(police, stream, reader, action="open", purpose="following_up", request=request)
            assert (list(keys), len(await logged(place))) == ([REPORTER], times)
    line = dict((await logged(place))[-1])
    assert line.pop("read_at") is not None
    assert line == {
        "id": 3,
        "login": POLICE_READER,
        "actor": reader.actor,
        "agency": "polisen",
        "unit": "lpo-farsta",
        "role": "reporter",
        "assurance": 3,
        "stream": stream,
        "action": "open",
        "purpose": "following_up",
        "request": request,
    }


async def test_asking_for_a_key_that_is_not_there_is_logged_too(place: Place) -> None:
    async with pool(place.dsn(POLICE_READER)) as police:
        assert await unwrap(police, uuid4(), "polisen") == []
    assert len(await logged(place)) == 1


async def test_the_line_is_written_in_the_transaction_that_gives_the_key(place: Place, stream: UUID) -> None:
    async with pool(place.dsn(POLICE_READER)) as police, police.acquire() as connection:
        undone = connection.transaction()
        await undone.start()
        assert len(await unwrap(connection, stream, "polisen")) == 1
        assert await logged(place) == []  # nobody else sees it before the commit
        await undone.rollback()
        assert await logged(place) == []
        async with connection.transaction():
            await unwrap(connection, stream, "polisen")
    assert len(await logged(place)) == 1


async def test_a_line_that_cannot_be_written_means_no_key(place: Place, stream: UUID) -> None:
    async with pool(place.dsn(POLICE_READER)) as police:
        with pytest.raises(asyncpg.NotNullViolationError):
            await police.fetch(UNWRAP, stream, "polisen", None, "open", uuid4())
        with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
            async with police.acquire() as connection, connection.transaction(readonly=True):
                await unwrap(connection, stream, "polisen")
    assert await logged(place) == []


@pytest.mark.parametrize("role", [role for role in LOGINS if role != "nattljus_owner"])
async def test_a_login_gets_keys_only_for_its_own_kind_of_agency(place: Place, stream: UUID, role: str) -> None:
    given = set()
    async with pool(place.dsn(role)) as someone:
        for agency in (*AGENCIES, "nobody"):
            for action in ("open", "grant"):
                try:
                    await unwrap(someone, stream, agency, action)
                except asyncpg.InsufficientPrivilegeError:
                    continue
                given.add((agency, action))
    social = {(agency, "grant") for agency in ("socialjouren", "farsta", "skarholmen")}
    own = {(agency, action) for agency, kind in AGENCIES.items() for action in ("open", "grant") if role == f"nattljus_reader_{kind}"}
    assert given == (social if role == "nattljus_liaison" else own)
    assert {(line["agency"], line["action"], line["login"]) for line in await logged(place)} == {(*each, role) for each in given}


async def test_no_role_that_is_taken_on_gets_a_key(place: Place, stream: UUID) -> None:
    async with pool(place.dsn("nattljus_reader_school")) as school, school.acquire() as connection:
        for role in ("nattljus_readers", "nattljus_reader_school"):
            await connection.execute(f"SET ROLE {role}")
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await unwrap(connection, stream, "polisen")
    assert await logged(place) == []


async def test_a_table_of_the_readers_own_making_is_not_asked_for_the_kind(place: Place, stream: UUID) -> None:
    async with pool(place.dsn(POLICE_READER)) as police, police.acquire() as connection:
        await connection.execute("CREATE TEMP TABLE agency AS SELECT 'socialjouren' AS agency, 'police' AS kind")
        await connection.execute("SET search_path = pg_temp, keyring, pg_catalog")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await unwrap(connection, stream, "socialjouren")
    assert await logged(place) == []


async def test_one_agencys_private_key_opens_no_other_agencys_wrap(place: Place, stream: UUID) -> None:
    private = {agency: (place.keys / f"{agency}.key").read_bytes() for agency in AGENCIES}
    rows = await place.fetch("SELECT agency, wrapped FROM keyring.wrapped_key WHERE stream = $1", stream)
    assert {row["agency"] for row in rows} == set(HELD_BY)
    for row in rows:
        for agency, key in private.items():
            if agency == row["agency"]:
                assert len(unseal(key, row["wrapped"], wrap_context(stream, REPORTER, agency))) == 32
                continue
            for claimed in (agency, row["agency"]):
                with pytest.raises(Unreadable):
                    unseal(key, row["wrapped"], wrap_context(stream, REPORTER, claimed))


async def test_a_wrap_that_is_moved_opens_nowhere_else(place: Place, stream: UUID) -> None:
    wrapped = await place.value("SELECT wrapped FROM keyring.wrapped_key WHERE stream = $1 AND agency = 'polisen'", stream)
    assert isinstance(wrapped, bytes)
    key = (place.keys / "polisen.key").read_bytes()
    for elsewhere in (wrap_context(uuid4(), REPORTER, "polisen"), wrap_context(stream, "social-services", "polisen")):
        with pytest.raises(Unreadable):
            unseal(key, wrapped, elsewhere)


@pytest.mark.parametrize(
    ("client", "path", "purpose", "line"),
    [
        (JOUR, "referrals", "assessment", ("nattljus_reader_socialjour", "socialjouren", "socialjouren-jour", "duty_officer")),
        (DISTRICT, "referrals", "handling", ("nattljus_reader_district", "farsta", "farsta-mottagning", "qualified_district_officer")),
        (POLICE, "receipts", "following_up", ("nattljus_reader_police", "polisen", "lpo-farsta", "reporter")),
    ],
)
async def test_opening_a_case_leaves_a_line(
    hub: Hub, api: Api, story: Story, client: str, path: str, purpose: str, line: tuple[str, ...]
) -> None:
    async with pool(hub.admin_dsn) as admin:
        last = await admin.fetchval("SELECT coalesce(max(id), 0) FROM keyring.read_log")
        await api.ask(client, "GET", f"/projections/v1/{path}/{story.first}?purpose={purpose}")
        lines = await admin.fetch("SELECT * FROM keyring.read_log WHERE id > $1 AND stream = $2", last, UUID(story.first))
    assert [(row["login"], row["agency"], row["unit"], row["role"]) for row in lines] == [line]
    assert [(row["action"], row["purpose"], row["assurance"]) for row in lines] == [("open", purpose, 3)]
    assert isinstance(lines[0]["actor"], UUID)


async def test_the_lists_are_no_opening_and_a_refused_one_leaves_no_line(hub: Hub, api: Api, story: Story) -> None:
    async with pool(hub.admin_dsn) as admin:
        last = await admin.fetchval("SELECT coalesce(max(id), 0) FROM keyring.read_log")
        await api.ask(POLICE, "GET", f"/projections/v1/receipts/{story.first}/chain")
        await api.ask(JOUR, "GET", f"/projections/v1/board/{story.first}")
        refused = await api.send("polisen-skarholmen", "GET", f"/projections/v1/receipts/{story.first}")
        assert refused.status == 404
        assert await admin.fetch("SELECT 1 FROM keyring.read_log WHERE id > $1 AND stream = $2", last, UUID(story.first)) == []


async def test_taking_over_is_a_grant_in_the_log(hub: Hub, story: Story) -> None:
    async with pool(hub.admin_dsn) as admin:
        grants = await admin.fetch(
            "SELECT * FROM keyring.read_log WHERE action = 'grant' AND stream = ANY ($1)", [UUID(each) for each in story.objects]
        )
    assert [(row["login"], row["agency"], row["unit"], row["purpose"], str(row["stream"])) for row in grants] == [
        ("nattljus_liaison", "socialjouren", "farsta-mottagning", "handover to farsta", story.first)
    ]
