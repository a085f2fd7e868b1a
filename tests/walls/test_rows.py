"""The database's own wall: what each login role sees and may do with SQL of its own, as if the API had been got around."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from itertools import product

import asyncpg
import pytest

from deploy.local.postgres import ADMINISTRATOR
from deploy.postgres.migrate import FOLLOWERS, GROUPS, LOGINS, OWNER, READERS, STORES
from services.projections.rebuild import rebuild
from services.projections.view import DROPPED, POSITION, QUARANTINE
from services.projections.views import VIEWS
from tests.place import Place
from tests.projections.history import history_in, referral
from tests.projections.test_projection import projecting
from tests.stack import Hub
from tests.walls.story import Story

WALLED = [view.table.name for view in VIEWS if "kind" in view.table.c]
IN_THE_STORY = {"police", "healthcare", "school", "socialjour", "district"}
SERVICES = ["nattljus_portal", *FOLLOWERS, *READERS]
"""Every login but the owner's, which only migrations use."""
OURS = "n.nspname IN ('intake', 'liaison', 'keyring', 'portal', 'projections', 'projections_next', 'projections_last', 'operations')"
WRITERS = [OWNER, "nattljus_projector", "nattljus_reconciler"]
WRITING = ("INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN")

TRICKS = [
    "SET row_security = off",
    "SET search_path = keyring, intake, liaison, projections, pg_catalog",
    "SET session_replication_role = replica",
    "SET LOCAL ROLE nattljus_readers",
    "SELECT set_config('role', 'nattljus_readers', false)",
    *(f"SELECT set_config('{name}', '{value}', false)" for name in ("role", "session_authorization") for value in (*LOGINS, ADMINISTRATOR)),
    *(f"SET ROLE {role}" for role in (*LOGINS, *GROUPS, ADMINISTRATOR)),
    *(f"SET SESSION AUTHORIZATION {role}" for role in (*LOGINS, ADMINISTRATOR)),
    *(f"SELECT set_config('{name}', 'socialjour', false)" for name in ("app.agency", "nattljus.kind", "app.session_user", "is_superuser")),
]


@asynccontextmanager
async def login(dsn: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(dsn)
    try:
        yield connection
    finally:
        await connection.close()


async def kinds_seen(connection: asyncpg.Connection) -> set[str]:
    """The kinds of agency whose rows this login gets from any view, whatever it asks."""
    return {row[0] for table in WALLED for row in await connection.fetch(f"SELECT DISTINCT kind FROM projections.{table}")}


async def files_seen(connection: asyncpg.Connection) -> set[tuple[str, int]]:
    """The sealed events that this login gets from the case files."""
    return {(row["store"], row["position"]) for row in await connection.fetch("SELECT store, position FROM projections.casefile")}


async def files_of(hub: Hub, kind: str) -> set[tuple[str, int]]:
    """The sealed events that agencies of this kind may have, by the readers' table."""
    query = (
        "SELECT store, position FROM projections.casefile c WHERE audience = ANY"
        " (SELECT unnest(audiences) FROM projections.readers r WHERE r.stream = c.stream AND r.kind = $1)"
    )
    async with login(hub.admin_dsn) as admin:
        return {(row["store"], row["position"]) for row in await admin.fetch(query, kind)}


async def denied(connection: asyncpg.Connection, statement: str) -> bool:
    """Whether the database refuses it for want of privilege; what it does is undone."""
    attempt = connection.transaction()
    await attempt.start()
    try:
        await connection.execute(statement)
    except asyncpg.InsufficientPrivilegeError:
        return True
    finally:
        await attempt.rollback()
    return False


@pytest.mark.parametrize("role", READERS)
async def test_a_reader_sees_only_the_rows_of_its_own_kind(hub: Hub, story: Story, role: str) -> None:
    kind = role.removeprefix("nattljus_reader_")
    async with login(hub.dsn(role)) as reader:
        before, seen, after = await files_of(hub, kind), await files_seen(reader), await files_of(hub, kind)
        assert before <= seen <= after  # others play in this hub while we look
        kinds = await kinds_seen(reader)
    assert kinds <= {kind}
    assert bool(kinds and seen) or kind not in IN_THE_STORY
    assert story.first


@pytest.mark.parametrize("role", READERS)
async def test_no_trick_shows_a_reader_another_kinds_rows(hub: Hub, story: Story, role: str) -> None:
    kind = role.removeprefix("nattljus_reader_")
    for trick in TRICKS:
        async with login(hub.dsn(role)) as reader:
            with suppress(asyncpg.PostgresError):
                await reader.execute(trick)
            try:
                kinds, seen = await kinds_seen(reader), await files_seen(reader)
            except asyncpg.InsufficientPrivilegeError:
                continue  # row_security = off: the database would rather fail than leave a row out
        assert kinds <= {kind}, trick
        assert seen <= await files_of(hub, kind), trick
    assert story.first


@pytest.mark.parametrize("role", READERS)
async def test_a_reader_becomes_nobody_else(hub: Hub, role: str) -> None:
    others = [other for other in (*LOGINS, "nattljus_followers", ADMINISTRATOR) if other != role]
    async with login(hub.dsn(role)) as reader:
        taken = [
            attempt
            for other in others
            for attempt in (f"SET ROLE {other}", f"SET SESSION AUTHORIZATION {other}", f"SELECT set_config('role', '{other}', true)")
            if not await denied(reader, attempt)
        ]
    assert taken == []


@pytest.mark.parametrize("role", READERS)
async def test_a_reader_reads_the_views_and_nothing_else_and_writes_nowhere(place: Place, role: str) -> None:
    may = await place.fetch(
        "SELECT n.nspname || '.' || c.relname AS name, p AS privilege FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,"
        f" unnest($2::text[]) p WHERE {OURS} AND c.relkind IN ('r', 'p', 'v', 'm') AND has_table_privilege($1, c.oid, p)",
        role,
        ["SELECT", *WRITING],
    )
    views = {f"projections.{view.table.name}" for view in VIEWS} | {f"projections.{POSITION.name}"}
    assert {tuple(row) for row in may} == {(name, "SELECT") for name in (*views, "intake.attachment")}


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM keyring.wrapped_key",
        "SELECT wrapped FROM keyring.wrapped_key LIMIT 0",
        "SELECT * FROM keyring.stream_key",
        "SELECT * FROM keyring.read_log",
        "SELECT count(*) FROM keyring.read_log",
        "DELETE FROM keyring.read_log",
        "UPDATE projections.board SET kind = 'police'",
        "INSERT INTO projections.readers (stream) VALUES (gen_random_uuid())",
        "DELETE FROM projections.casefile",
        "SELECT * FROM intake.stored_events",
        "DELETE FROM intake.attachment",
        "UPDATE intake.attachment SET audience = 'offer:1'",
        "SELECT keyring.scanned(gen_random_uuid(), 'reporter')",
        "SELECT * FROM keyring.to_scan(1)",
        "SELECT * FROM liaison.stored_events",
        "SELECT * FROM intake.same_child",
        "SELECT * FROM liaison.running_limit",
        "SELECT * FROM portal.session",
        "SELECT pg_read_file('PG_VERSION')",
        "COPY (SELECT 1) TO PROGRAM 'true'",
        "CREATE TABLE projections.mine (a int)",
        "CREATE POLICY mine ON projections.board USING (true)",
        "ALTER TABLE projections.board NO FORCE ROW LEVEL SECURITY",
    ],
)
async def test_the_database_refuses_a_reader_what_is_not_its_own(place: Place, statement: str) -> None:
    for role in READERS:
        async with login(place.dsn(role)) as reader:
            assert await denied(reader, statement), role


async def test_every_view_has_its_wall_and_the_wall_binds_its_owner(place: Place) -> None:
    tables = await place.fetch(
        "SELECT relname, relrowsecurity AND relforcerowsecurity AS walled FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname IN ('projections', 'projections_next', 'projections_last') AND relkind IN ('r', 'p', 'f', 'v', 'm')"
    )
    assert {row["relname"] for row in tables if not row["walled"]} == {DROPPED.name, POSITION.name, QUARANTINE.name}
    assert {row["relname"] for row in tables if row["walled"]} == {view.table.name for view in VIEWS}


async def test_a_policy_lets_readers_read_by_their_login_and_only_those_who_keep_the_views_write(place: Place) -> None:
    policies = await place.fetch(
        "SELECT tablename, policyname, roles::text[], cmd, qual FROM pg_policies WHERE schemaname = 'projections' ORDER BY 1, 2"
    )
    expected = [
        (view.table.name, *policy)
        for view in sorted(VIEWS, key=lambda view: view.name)
        for policy in (
            ("reading", ["nattljus_readers"], "SELECT"),
            ("writing", [OWNER, "nattljus_projector", "nattljus_reconciler"], "ALL"),
        )
    ]
    assert [(row["tablename"], row["policyname"], sorted(row["roles"]), row["cmd"]) for row in policies] == expected
    assert all("SESSION_USER" in row["qual"] for row in policies if row["policyname"] == "reading")


async def test_no_login_is_above_the_wall(place: Place) -> None:
    above = await place.fetch(
        "SELECT rolname FROM pg_roles WHERE (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)"
        " AND rolname NOT LIKE 'pg\\_%'"
    )
    assert [row["rolname"] for row in above] == [ADMINISTRATOR]
    memberships = await place.fetch(
        "SELECT roleid::regrole::text, member::regrole::text FROM pg_auth_members WHERE member::regrole::text ~ $1", "nattljus"
    )
    assert {tuple(row) for row in memberships} == {(group, member) for group, members in GROUPS.items() for member in members}


@pytest.mark.parametrize("role", SERVICES)
async def test_no_service_changes_or_removes_what_has_happened(place: Place, role: str) -> None:
    async with login(place.dsn(role)) as service:
        for store, statement in product(
            STORES,
            (
                "UPDATE {}.stored_events SET topic = topic",
                "DELETE FROM {}.stored_events",
                "TRUNCATE {}.stored_events",
                "DROP TABLE {}.stored_events",
                "ALTER TABLE {}.stored_events DISABLE TRIGGER ALL",
                "DELETE FROM {}.notification_tracking",
                "SELECT {}.es_insert_events_uuid(NULL)",
            ),
        ):
            assert await denied(service, statement.format(store)), statement.format(store)


async def test_nobody_calls_the_librarys_own_insert(place: Place) -> None:
    may = await place.fetch(
        "SELECT r.rolname, p.oid::regprocedure::text FROM pg_proc p, pg_roles r"
        " WHERE p.proname = 'es_insert_events_uuid' AND has_function_privilege(r.oid, p.oid, 'EXECUTE') AND NOT r.rolsuper"
    )
    assert {row["rolname"] for row in may} == {OWNER}


@pytest.mark.parametrize("statement", ["SELECT sealed FROM intake.attachment", "SELECT key FROM intake.attachment"])
async def test_intake_reads_back_no_file_that_it_has_stored(place: Place, statement: str) -> None:
    async with login(place.dsn("nattljus_intake")) as service:
        assert await denied(service, statement)
        assert not await denied(service, "SELECT sum(octets) FROM intake.attachment WHERE stream = gen_random_uuid()")


async def test_the_scanner_gets_sealed_bytes_and_never_the_key_that_is_the_readers(place: Place) -> None:
    async with login(place.dsn("nattljus_scanner")) as scanner:
        assert await denied(scanner, "SELECT key FROM intake.attachment")
        assert await denied(scanner, "SELECT wrapped FROM keyring.wrapped_key")
        assert await denied(scanner, "DELETE FROM intake.attachment")
        assert not await denied(scanner, "SELECT sealed FROM intake.attachment")


async def test_the_wall_before_the_files_stands_after_the_readers_were_made_anew(place: Place) -> None:
    async with history_in(place) as history, projecting(place, history) as projection:
        stream = await history.receives(referral())
        await projection.apply(await history.read("intake"))
        await place.fetch("INSERT INTO intake.attachment VALUES (gen_random_uuid(), $1, 'reporter', 1, 'k', 's')", stream)
        await place.fetch("INSERT INTO intake.attachment VALUES (gen_random_uuid(), $1, 'social-services', 1, 'k', 's')", stream)
        seen = "SELECT count(*) FROM intake.attachment"
        async with login(place.dsn("nattljus_reader_police")) as police, login(place.dsn("nattljus_reader_school")) as school:
            assert [await each.fetchval(seen) for each in (police, school)] == [1, 0]
            await rebuild(place.dsn(OWNER), "readers")
            assert [await each.fetchval(seen) for each in (police, school)] == [1, 0]
