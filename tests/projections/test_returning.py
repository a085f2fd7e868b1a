"""What people decide about a view's quarantine, as the projector acts on it: replayed when mended, dropped by two, in a rebuild too."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID, uuid4

import asyncpg
import pytest

from contracts.event import Event
from contracts.quarantine import DropGround, QuarantineDropConfirmed, QuarantineDropProposed, QuarantineReplayRequested
from services.kit.commands import recorded
from services.projections import rebuild as rebuild_module
from services.projections.projection import Projection
from services.projections.rebuild import rebuild
from services.projections.recompute import compare
from services.projections.returning import act
from services.projections.tables import writer
from services.projections.views import board
from tests.place import Place, until
from tests.projections.history import History, by, history_in, referral
from tests.projections.test_projection import project, projecting

pytestmark = pytest.mark.real

SPOIL = "UPDATE intake.stored_events SET state = '{}' WHERE originator_id = $1"
HEAL = "UPDATE intake.stored_events SET state = $2 WHERE originator_id = $1"
WAITING = "SELECT store, position FROM projections.quarantine WHERE view = 'board' ORDER BY 1, 2"
PROPOSALS = "SELECT follower, store, position, ground FROM operations.proposal"


@dataclass
class Scene:
    """A referral whose bytes are broken, and a sound one, before a projector that has met both."""

    place: Place
    history: History
    projection: Projection
    connection: asyncpg.Connection
    ill: UUID
    well: UUID
    sound: bytes

    async def decide(self, event: Event) -> None:
        """People decide; the projector acts on it as it does on every batch."""
        before = await self.history.logs["liaison"].tail()
        await self.history.liaison.save(recorded(uuid4(), 0, [event], by("socialjouren", "socialjouren-katalog")))
        batch = await self.history.logs["liaison"].after(before)
        for _ in range(2):  # twice is once
            await act(self.connection, batch)
        await self.projection.apply(batch)

    async def waiting(self) -> Sequence[tuple[object, ...]]:
        return [tuple(row) for row in await self.place.fetch(WAITING)]

    async def shown(self) -> set[object]:
        return {row["referral"] for row in await self.place.fetch("SELECT referral FROM projections.board")}

    def replay(self) -> QuarantineReplayRequested:
        return QuarantineReplayRequested(follower="board", store="intake", position=1, stream=self.ill)

    def drop(self, store: str = "intake", position: int = 1, stream: UUID | None = None) -> QuarantineDropConfirmed:
        return QuarantineDropConfirmed(follower="board", store=store, position=position, stream=stream or self.ill, confirmed_by=uuid4())


@pytest.fixture
async def scene(place: Place) -> AsyncIterator[Scene]:
    async with spoilt(place) as found:
        yield found


@asynccontextmanager
async def spoilt(place: Place) -> AsyncIterator[Scene]:
    async with history_in(place) as history, projecting(place, history) as projection:
        connection = await writer(place.dsn("nattljus_projector"))
        ill, well = await history.receives(referral("TEST-ILL0")), await history.receives(referral("TEST-WELL"))
        await history.policies()
        sound = await place.value("SELECT state FROM intake.stored_events WHERE originator_id = $1", ill)
        assert isinstance(sound, bytes)
        await place.fetch(SPOIL, ill)
        await project(history, projection)
        try:
            yield Scene(place, history, projection, connection, ill, well, sound)
        finally:
            await connection.close()


async def test_what_is_mended_is_taken_again_in_order(scene: Scene) -> None:
    assert await scene.waiting() == [("intake", 1), ("liaison", 1)]
    await scene.decide(scene.replay())
    assert await scene.waiting() == [("intake", 1), ("liaison", 1)]  # not mended yet
    await scene.place.fetch(HEAL, scene.ill, scene.sound)
    await scene.decide(scene.replay())
    assert await scene.waiting() == []
    assert await scene.shown() == {scene.ill, scene.well}
    assert await scene.place.value("SELECT registry_number FROM projections.board WHERE referral = $1", scene.ill) is not None


async def test_what_two_have_dropped_is_left_out_for_good(scene: Scene) -> None:
    await scene.decide(
        QuarantineDropProposed(
            follower="board", store="intake", position=1, stream=scene.ill, ground=DropGround.UNREADABLE, proposed_by=uuid4()
        )
    )
    assert [tuple(row) for row in await scene.place.fetch(PROPOSALS)] == [("board", "intake", 1, "unreadable")]
    assert await scene.waiting() == [("intake", 1), ("liaison", 1)]  # one alone changes nothing
    await scene.decide(scene.drop())
    assert await scene.place.fetch(PROPOSALS) == []
    assert await scene.waiting() == []
    assert await scene.shown() == {scene.well}
    await scene.place.fetch(HEAL, scene.ill, scene.sound)
    assert await compare(scene.connection, board.VIEW, [scene.ill, scene.well]) == []
    assert (await rebuild(scene.place.dsn("nattljus_owner"), "board")).same
    assert await scene.shown() == {scene.well}
    assert await scene.place.value("SELECT count(*) FROM projections.receipts") == 1  # only what was dropped, where it was dropped


@pytest.mark.parametrize("decision", [Scene.drop, Scene.replay])
async def test_what_people_decide_during_a_rebuild_stands_after_it(
    scene: Scene, decision: Callable[[Scene], Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuild_module, "SWITCH_SECONDS", 0.1)
    reader = await asyncpg.connect(scene.place.dsn("nattljus_reader_socialjour"))
    await reader.execute("BEGIN; SELECT count(*) FROM projections.board")
    rebuilding = asyncio.create_task(rebuild(scene.place.dsn("nattljus_owner"), "board"))
    await until(lambda: scene.place.fetch("SELECT FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock'"))
    if decision is Scene.replay:
        await scene.place.fetch(HEAL, scene.ill, scene.sound)
    await scene.decide(decision(scene))
    assert not rebuilding.done()
    await reader.close()
    await rebuilding
    assert await scene.waiting() == []
    assert await scene.shown() == ({scene.ill, scene.well} if decision is Scene.replay else {scene.well})


async def test_what_does_not_wait_or_waits_behind_another_cannot_be_dropped(scene: Scene) -> None:
    await scene.decide(scene.drop("liaison", 1))
    await scene.decide(scene.drop("intake", 2, scene.well))
    await scene.decide(scene.drop("intake", 1, scene.well))
    assert await scene.place.value("SELECT count(*) FROM projections.dropped") == 0
    assert await scene.waiting() == [("intake", 1), ("liaison", 1)]
    assert scene.well in await scene.shown()


async def test_a_decision_about_another_follower_is_not_the_views_business(scene: Scene) -> None:
    for follower in ("policies", "no_such_view"):
        await scene.decide(QuarantineReplayRequested(follower=follower, store="intake", position=1, stream=scene.ill))
    assert await scene.waiting() == [("intake", 1), ("liaison", 1)]


async def test_a_decision_that_cannot_be_read_stops_nothing(scene: Scene) -> None:
    await scene.history.liaison.save(recorded(uuid4(), 0, [scene.replay()], by("socialjouren", "socialjouren-katalog")))
    await scene.place.fetch("UPDATE liaison.stored_events SET state = '{}' WHERE topic LIKE 'Quarantine%'")
    batch = [each for each in await scene.history.read("liaison") if each.topic.startswith("Quarantine")]
    assert await act(scene.connection, batch) == []
