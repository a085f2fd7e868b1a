"""Applying events to views in batches: rows and positions in one transaction, causes before effects, poison aside."""

from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

import asyncpg
import structlog

from services.kit.bus import Changed
from services.kit.eventlog import STORES, EventLog, Logged
from services.kit.eventstore import Position
from services.projections.batch import Taken, take, take_by_halves
from services.projections.fold import Waiting
from services.projections.stored import REFUSED, Stored
from services.projections.view import View

log = structlog.get_logger()


# One round trip each. The lock is a statement of its own: what is read after it is what its last holder left.
LOCK = "SELECT FROM projections.position ORDER BY view, store FOR UPDATE"
STANDING = (
    "SELECT view, store, position, NULL::uuid AS held FROM projections.position"
    " UNION ALL SELECT view, store, 0, stream FROM projections.quarantine WHERE stream = ANY($1)"
)
MOVE = "UPDATE projections.position SET position = {0} WHERE store = '{1}' AND position < {0} AND view IN ({2});"
START = "INSERT INTO projections.position VALUES ($1, $2, 0, $3) ON CONFLICT DO NOTHING"
ASIDE = (
    "INSERT INTO projections.quarantine (view, store, position, stream, topic, reason) VALUES ($1, $2, $3, $4, $5, $6)"
    " ON CONFLICT DO NOTHING"
)

Positions = Mapping[tuple[str, str], int]


class StoreBehind(RuntimeError):
    """A store lacks events before one that was brought from it: it was restored from a backup that is too old. Stop and compare."""


class _Ahead(Exception):
    """A view has not come yet to what the batch follows from: to where it must come, and where the last view stands."""

    def __init__(self, lacking: Mapping[Position, int]) -> None:
        super().__init__()
        self.lacking = lacking


@dataclass(frozen=True)
class _Standing:
    """How far each view has come in each store, and which of the batch's streams wait in it."""

    positions: Positions
    held: Mapping[str, set[UUID]]


class _Units:
    """For each unit, the views and the streams whose rows changed."""

    def __init__(self) -> None:
        self._units: dict[str, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))

    def add(self, view: View, taken: Taken) -> None:
        for unit, streams in taken.touched.items():
            self._units[unit][0].add(view.name)
            self._units[unit][1].update(str(stream) for stream in streams)

    def changed(self) -> list[Changed]:
        return [Changed(unit, tuple(sorted(views)), tuple(sorted(ids))) for unit, (views, ids) in self._units.items()]


class Projection:
    """All views of one database, written over one connection by one process in one order."""

    def __init__(self, views: Sequence[View], connection: asyncpg.Connection, logs: Mapping[str, EventLog]) -> None:
        self._connection, self._logs, self._not_there = connection, logs, set[Position]()
        self._views = [Stored(view) for view in views]

    async def start(self) -> dict[str, int]:
        """Makes missing positions and gives, for each store, where the view furthest behind stands."""
        await self._connection.executemany(START, [(each.view.name, store, each.view.version) for each in self._views for store in STORES])
        standing = await self._standing([])
        return {store: self._least(standing.positions, store) for store in STORES}

    async def apply(self, batch: Sequence[Logged]) -> list[Changed]:
        """Applies a batch after what it follows from. Gives what changed for whom. Raises StoreBehind.

        Of each store the batch holds one event after the other, without a gap; the stores come one after the other, in the order of STORES.
        """
        changed: list[Changed] = []
        while True:
            try:
                return changed + await self._transaction(batch)
            except _Ahead as ahead:
                there = before(batch)
                for cause, reached in ahead.lacking.items():
                    changed += await self._catch_up(cause, reached, there.get(cause.store, 0))

    async def _catch_up(self, cause: Position, reached: int, there: int) -> list[Changed]:
        """Applies what lies before a cause, and the cause. `there` is how far its store must have come at least."""
        changed: list[Changed] = []
        while reached < cause.number:
            page = [each for each in await self._logs[cause.store].after(reached) if each.position <= cause.number]
            if not page and reached < there:
                raise StoreBehind(str(cause))
            if not page:  # a cause is committed before its effect: this one is an error of the event, which must not stop the others
                log.error("an event follows from one that is not there", cause=str(cause))
                self._not_there.add(cause)
                break
            changed += await self.apply(page)
            reached = page[-1].position
        return changed

    async def _transaction(self, batch: Sequence[Logged]) -> list[Changed]:
        try:
            return await self._write(batch, careful=False)
        except REFUSED:
            return await self._write(batch, careful=True)

    async def _write(self, batch: Sequence[Logged], *, careful: bool) -> list[Changed]:
        taking, units = take_by_halves if careful else take, _Units()
        async with self._locked(batch) as standing:
            for stored in self._views:
                view = stored.view
                if new := [each for each in view.concerned(batch) if each.position > standing.positions[view.name, each.store]]:
                    taken = await taking(self._connection, stored, new, standing.held[view.name])
                    await put_aside(self._connection, view, taken.waiting)
                    units.add(view, taken)
        return units.changed()

    @asynccontextmanager
    async def _locked(self, batch: Sequence[Logged]) -> AsyncIterator[_Standing]:
        """A transaction that holds the positions and moves them past the batch at its end. Raises _Ahead."""
        views = ", ".join(f"'{each.view.name}'" for each in self._views)
        moves = " ".join(MOVE.format(position, store, views) for store, position in through(batch).items())
        await self._connection.execute(f"BEGIN; {LOCK}")
        try:
            standing = await self._standing({each.stream for each in batch})
            self._refuse_ahead(batch, standing.positions)
            yield standing
            await self._connection.execute(f"{moves} COMMIT")
        except Exception:
            if not self._connection.is_closed():
                await self._connection.execute("ROLLBACK")
            raise

    def _refuse_ahead(self, batch: Sequence[Logged], positions: Positions) -> None:
        reached = {cause: self._least(positions, cause.store) for cause in causes(batch, self._not_there)}
        if lacking := {cause: number for cause, number in reached.items() if number < cause.number}:
            raise _Ahead(lacking)

    async def _standing(self, streams: Iterable[UUID]) -> _Standing:
        positions: dict[tuple[str, str], int] = {}
        held: dict[str, set[UUID]] = defaultdict(set)
        for view, store, position, stream in await self._connection.fetch(STANDING, list(streams)):
            if stream is None:
                positions[view, store] = position
            else:
                held[view].add(stream)
        return _Standing(positions, held)

    def _least(self, positions: Positions, store: str) -> int:
        return min(positions[each.view.name, store] for each in self._views)


async def put_aside(connection: asyncpg.Connection, view: View, waiting: Iterable[Waiting]) -> None:
    """Puts events in quarantine, with an alarm for each."""
    rows = []
    for logged, reason in ((each.logged, each.reason) for each in waiting):
        log.error("event in quarantine", view=view.name, store=logged.store, position=logged.position, reason=reason)
        rows.append((view.name, logged.store, logged.position, logged.stream, logged.topic, reason))
    if rows:
        await connection.executemany(ASIDE, rows)


def before(batch: Sequence[Logged]) -> dict[str, int]:
    """Store → the position that the batch's first event of it follows on."""
    return {each.store: each.previous for each in reversed(batch)}


def through(batch: Sequence[Logged]) -> dict[str, int]:
    """Store → the position that the batch comes to in it."""
    return {each.store: each.position for each in batch}


def causes(batch: Sequence[Logged], without: Collection[Position] = ()) -> list[Position]:
    """What must be in the views before the batch: in each store the event before it, and the furthest one that it follows from.

    `without` those that are known not to be there.
    """
    furthest, taken = before(batch), dict[str, int]()
    others = {store: {*STORES} - {store} for store in furthest}
    for logged in batch:
        taken[logged.store] = logged.position
        try:
            after = Position.parse(logged.whole.after) if logged.whole.after else None
        except ValueError:  # what nobody can read is put aside by the views that it concerns
            continue
        if after and after.store in others[logged.store] and after not in without and after.number > taken.get(after.store, 0):
            furthest[after.store] = max(after.number, furthest.get(after.store, 0))
    return [Position(store, number) for store, number in furthest.items()]
