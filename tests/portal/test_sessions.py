"""Sessions on the real database: sealed, bound to their owner, over after half an hour's rest or a night shift."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from services.kit.auth.client import Tokens
from services.portal.person import Person
from services.portal.sessions import IDLE, NIGHT_SHIFT, SESSION, Seal, Session, Sessions, Tampered, seal_from_setting
from tests.portal.parts import SESSION_KEY
from tests.stack import Servers

NOW = datetime(2026, 11, 22, 2, 40, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def session(name: str = "Sara Ek", access: str = "first") -> Session:
    return Session(person=Person(subject="sara", name=name), tokens=Tokens(access, "again", "id", 0.0, {"sub": "sara"}))


@pytest.fixture
async def engine(servers: Servers) -> AsyncIterator[AsyncEngine]:
    engine = create_async_engine(servers.dsn("nattljus_portal").replace("postgresql://", "postgresql+asyncpg://"))
    async with engine.begin() as connection:
        await connection.execute(delete(SESSION))
    yield engine
    await engine.dispose()


@pytest.fixture
def sessions(engine: AsyncEngine) -> Sessions:
    return Sessions(engine, seal_from_setting(SESSION_KEY))


async def test_a_session_is_found_by_its_cookie_alone(sessions: Sessions) -> None:
    first, second = await sessions.start(session("Sara"), NOW), await sessions.start(session("Amir"), NOW)
    assert first != second
    assert len(first) >= 43, "256 random bits in base64url"
    found = await sessions.find(second, NOW)
    assert found is not None
    assert found.person.name == "Amir"
    assert await sessions.find("guessed", NOW) is None


async def test_the_table_shows_neither_cookie_nor_content(sessions: Sessions, engine: AsyncEngine) -> None:
    session_id = await sessions.start(session("Sara Ek", "the-token"), NOW)
    async with engine.connect() as connection:
        row = (await connection.execute(select(SESSION))).one()
    stored = bytes(row.id_hash) + bytes(row.sealed)
    for secret in (session_id, "Sara", "the-token", "again"):
        assert secret.encode() not in stored


async def test_it_ends_after_half_an_hour_without_a_sign_of_life(sessions: Sessions) -> None:
    session_id = await sessions.start(session(), NOW)
    assert await sessions.find(session_id, NOW + IDLE - MINUTE) is not None
    assert await sessions.find(session_id, NOW + IDLE + 10 * MINUTE) is not None, "the last look was a sign of life"
    assert await sessions.find(session_id, NOW + 2 * IDLE + 10 * MINUTE) is None


async def test_what_a_page_fetches_by_itself_is_no_sign_of_life(sessions: Sessions) -> None:
    session_id = await sessions.start(session(), NOW)
    assert await sessions.find(session_id, NOW + 20 * MINUTE, active=False) is not None
    assert await sessions.find(session_id, NOW + IDLE, active=False) is None


async def test_it_ends_after_a_night_shift_however_busy(sessions: Sessions) -> None:
    session_id = await sessions.start(session(), NOW)
    at = NOW
    while at < NOW + NIGHT_SHIFT:
        assert await sessions.find(session_id, at) is not None
        at += 20 * MINUTE
    assert await sessions.find(session_id, at) is None


async def test_ended_sessions_are_gone_and_cleared_away(sessions: Sessions, engine: AsyncEngine) -> None:
    session_id = await sessions.start(session(), NOW)
    await sessions.end(session_id)
    await sessions.end(session_id)
    assert await sessions.find(session_id, NOW) is None
    await sessions.start(session(), NOW)
    await sessions.start(session(), NOW + IDLE)
    async with engine.connect() as connection:
        assert len((await connection.execute(select(SESSION.c.id_hash))).all()) == 1


async def test_a_changed_or_moved_row_is_no_session(sessions: Sessions, engine: AsyncEngine) -> None:
    mine, other = await sessions.start(session("Mine"), NOW), await sessions.start(session("Other"), NOW)
    async with engine.begin() as connection:
        rows = (await connection.execute(select(SESSION.c.id_hash, SESSION.c.sealed))).all()
        for row, twin in zip(rows, reversed(rows), strict=True):
            await connection.execute(update(SESSION).where(SESSION.c.id_hash == row.id_hash).values(sealed=twin.sealed))
    assert await sessions.find(mine, NOW) is None
    assert await sessions.find(other, NOW) is None
    assert await Sessions(engine, Seal(bytes(32))).find(await sessions.start(session(), NOW), NOW) is None, "another key"


async def test_the_portals_login_cannot_put_off_an_end(sessions: Sessions, engine: AsyncEngine) -> None:
    await sessions.start(session(), NOW)
    for statement in ("UPDATE portal.session SET expires_at = 'infinity'", "TRUNCATE portal.session"):
        async with engine.connect() as connection:
            with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
                await connection.execute(text(statement))


async def test_ten_requests_at_once_renew_once(sessions: Sessions) -> None:
    session_id = await sessions.start(session(), NOW)
    renewals = 0

    async def renewed(old: Session) -> Session:
        nonlocal renewals
        renewals += 1
        await asyncio.sleep(0.05)
        return session(old.person.name, "second")

    found = await asyncio.gather(
        *(sessions.renew(session_id, NOW, lambda each: each.tokens.access_token == "first", renewed) for _ in range(10))
    )
    assert renewals == 1
    assert {each.tokens.access_token for each in found if each} == {"second"}
    stored = await sessions.find(session_id, NOW)
    assert stored is not None
    assert stored.tokens.access_token == "second"


async def test_a_renewal_that_fails_leaves_the_session_as_it_was(sessions: Sessions) -> None:
    session_id = await sessions.start(session(), NOW)

    async def renewed(_old: Session) -> Session:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        await sessions.renew(session_id, NOW, lambda _each: True, renewed)
    assert await sessions.find(session_id, NOW) == session()


def test_a_seal_opens_only_for_its_owner() -> None:
    seal = seal_from_setting(SESSION_KEY)
    sealed = seal.close(b"content", b"owner")
    assert seal.open(sealed, b"owner") == b"content"
    assert seal.close(b"content", b"owner") != sealed
    flipped = sealed[:20] + bytes([sealed[20] ^ 1]) + sealed[21:]
    for broken, owner in ((sealed, b"other"), (sealed[:-1], b"owner"), (b"", b"owner"), (flipped, b"owner")):
        with pytest.raises(Tampered):
            seal.open(broken, owner)


@pytest.mark.parametrize("key", ["", "c2hvcnQ", "!" * 43])
def test_a_key_of_the_wrong_size_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match=r"SESSION_KEY|base64"):
        seal_from_setting(key)
