"""Ways around row-level security that need no privilege: a function of one's own in the question, and what the planner remembers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from deploy.postgres.migrate import READERS
from services.kit.eventlog import STORES
from services.projections.views import VIEWS
from tests.place import Place
from tests.projections.history import history_in
from tests.projections.test_projection import projecting

WALLED = [view.table.name for view in VIEWS if "kind" in view.table.c]
LISTENER = """
CREATE FUNCTION pg_temp.listen(kind text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS
$$ BEGIN RAISE NOTICE '%', kind; RETURN true; END $$
"""


@asynccontextmanager
async def filled(place: Place) -> AsyncIterator[None]:
    """Views with rows for police, healthcare, a school, Socialjouren and districts."""
    async with history_in(place) as history, projecting(place, history) as projection:
        await history.everything()
        for store in STORES:
            await projection.apply(await history.read(store))
        await place.fetch("ANALYZE")
        yield


async def test_a_function_of_the_readers_own_is_shown_no_row_of_others(place: Place) -> None:
    async with filled(place):
        assert {row["kind"] for row in await place.fetch("SELECT kind FROM projections.readers")} > {"police", "school"}
        for role in READERS:
            reader, heard = await asyncpg.connect(place.dsn(role)), set[str]()
            reader.add_log_listener(lambda _, message, heard=heard: heard.add(message.message))
            await reader.execute(LISTENER)
            for table in WALLED:
                await reader.fetch(f"SELECT 1 FROM projections.{table} WHERE pg_temp.listen(kind)")
                await reader.fetch(f"SELECT 1 FROM projections.{table} WHERE pg_temp.listen(kind) OR kind = 'x'")
            await reader.close()
            assert heard <= {role.removeprefix("nattljus_reader_")}, role


async def test_what_the_planner_remembers_of_the_views_is_shown_to_no_reader(place: Place) -> None:
    remembered = "SELECT DISTINCT tablename FROM pg_stats WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
    async with filled(place):
        assert {row["tablename"] for row in await place.fetch(remembered)} >= {"readers", "board", "receipts"}
        for role in READERS:
            reader = await asyncpg.connect(place.dsn(role))
            shown = {row["tablename"] for row in await reader.fetch(remembered)}
            await reader.close()
            assert shown <= {"position"}, role
