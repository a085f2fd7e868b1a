"""Applying events to views: rows and positions in one transaction, causes before effects, poison aside."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

import structlog
from pydantic import ValidationError
from sqlalchemy import Delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DataError, IntegrityError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from contracts.event import UnknownEvent
from services.kit.bus import Changed
from services.kit.eventlog import EventLog, Logged
from services.kit.eventstore import Position
from services.projections.view import POSITION, QUARANTINE, View

log = structlog.get_logger()

STORES = ("intake", "liaison")
POISON = (UnknownEvent, ValidationError, DataError, IntegrityError, ProgrammingError, KeyError)
"""What an event itself can do wrong to a view. A lost connection or a full disk is nobody's poison: the batch waits."""

Positions = dict[tuple[str, str], int]


class Projection:
    """All views of one database, written by one process in one order."""

    def __init__(self, views: Sequence[View], engine: AsyncEngine, logs: Mapping[str, EventLog]) -> None:
        self._views, self._engine, self._logs = views, engine, logs

    async def start(self) -> dict[str, int]:
        """Makes missing positions and gives, for each store, where the view furthest behind stands."""
        async with self._engine.begin() as connection:
            rows = [{"view": view.name, "store": store, "position": 0, "version": view.version} for view in self._views for store in STORES]
            await connection.execute(insert(POSITION).values(rows).on_conflict_do_nothing())
            positions = await _locked(connection)
        return {store: min(positions[view.name, store] for view in self._views) for store in STORES}

    async def apply(self, batch: Sequence[Logged]) -> list[Changed]:
        """Applies a batch of one store's events, after what they follow from in other stores. Gives what changed for whom."""
        changed = []
        for cause in _causes(batch):
            changed += await self._apply_causes(cause)
        return changed + await self._transaction(batch)

    async def _apply_causes(self, cause: Position) -> list[Changed]:
        async with self._engine.connect() as connection:
            reached = await connection.scalar(
                select(func.min(POSITION.c.position)).where(
                    POSITION.c.store == cause.store, POSITION.c.view.in_([v.name for v in self._views])
                )
            )
        changed: list[Changed] = []
        while reached is not None and reached < cause.number:
            page = [each for each in await self._logs[cause.store].after(reached) if each.position <= cause.number]
            changed += await self._transaction(page)
            reached = page[-1].position
        return changed

    async def _transaction(self, batch: Sequence[Logged]) -> list[Changed]:
        try:
            return await self._write(batch, careful=False)
        except POISON:
            return await self._write(batch, careful=True)

    async def _write(self, batch: Sequence[Logged], *, careful: bool) -> list[Changed]:
        touched: dict[str, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
        async with self._engine.begin() as connection:
            positions, held = await _locked(connection), await _held(connection)
            for logged in batch:
                for view in self._views:
                    if positions[view.name, logged.store] >= logged.position:
                        continue
                    units, waits = await take(connection, view, logged, held[view.name], careful=careful)
                    if waits:
                        await connection.execute(insert(QUARANTINE).values(aside(view, logged, waits)).on_conflict_do_nothing())
                    for unit in units:
                        touched[unit][0].add(view.name)
                        touched[unit][1].add(str(logged.stream))
            await _advance(connection, [view.name for view in self._views], batch[-1])
        return [Changed(unit, tuple(sorted(views)), tuple(sorted(ids))) for unit, (views, ids) in touched.items()]


async def take(connection: AsyncConnection, view: View, logged: Logged, held: set[UUID], *, careful: bool) -> tuple[set[str], str]:
    """Applies one event to one view, unless its stream is held. Gives the units whose rows changed, or why the event must wait.

    Careful, an event that the view cannot take waits and its stream joins the held ones; else it raises what POISON lists.
    """
    if logged.stream in held:
        return set(), "waits behind an event in quarantine"
    if not careful:
        return await apply_one(connection, view, logged), ""
    try:
        async with connection.begin_nested():
            return await apply_one(connection, view, logged), ""
    except POISON as error:
        held.add(logged.stream)
        return set(), type(error).__name__


def aside(view: View, logged: Logged, reason: str) -> dict[str, object]:
    """The row of an event that waits in quarantine, and the alarm."""
    log.error("event in quarantine", view=view.name, store=logged.store, position=logged.position, reason=reason)
    return {
        "view": view.name,
        "store": logged.store,
        "position": logged.position,
        "stream": logged.stream,
        "topic": logged.topic,
        "reason": reason,
    }


async def apply_one(connection: AsyncConnection, view: View, logged: Logged) -> set[str]:
    """Applies one event to one view and gives the units whose rows changed. Raises what POISON lists."""
    units: set[str] = set()
    for statement in view.apply(logged, logged.envelope.event()):
        if "unit" not in view.table.c or isinstance(statement, Delete):
            await connection.execute(statement)
        else:
            units |= set((await connection.execute(statement.returning(view.table.c.unit))).scalars())
    return units


def _causes(batch: Iterable[Logged]) -> list[Position]:
    """The furthest position of each other store that the batch follows from."""
    furthest: dict[str, int] = {}
    for logged in batch:
        try:
            after = logged.envelope.after
        except ValidationError:
            continue
        if after:
            cause = Position.parse(after)
            furthest[cause.store] = max(cause.number, furthest.get(cause.store, 0))
    return [Position(store, number) for store, number in furthest.items()]


async def _locked(connection: AsyncConnection) -> Positions:
    rows = await connection.execute(select(POSITION).order_by(POSITION.c.view, POSITION.c.store).with_for_update())
    return {(row.view, row.store): row.position for row in rows}


async def _held(connection: AsyncConnection) -> dict[str, set[UUID]]:
    """The streams that wait, by view; read anew each time, for a rebuild sets them free."""
    held: dict[str, set[UUID]] = defaultdict(set)
    for row in await connection.execute(select(QUARANTINE.c.view, QUARANTINE.c.stream)):
        held[row.view].add(row.stream)
    return held


async def _advance(connection: AsyncConnection, views: Sequence[str], last: Logged) -> None:
    behind = (POSITION.c.store == last.store) & (POSITION.c.position < last.position) & POSITION.c.view.in_(views)
    await connection.execute(update(POSITION).where(behind).values(position=last.position))
