"""What all questions have in common: pages, own rows, and what is opened."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request
from pydantic import AwareDatetime
from sqlalchemy import Select, func, select, tuple_
from sqlalchemy import Table as SqlTable

from contracts.agencies import Purpose
from services.kit.eventstore import Position
from services.kit.register import Caller
from services.kit.web import After, Who, caught_up, positions_in
from services.projections.answers import Entry
from services.projections.reading import Opened, Reading
from services.projections.view import POSITION


async def after_views(request: Request, caller: Who, after: After = "") -> None:
    """Waits until every view has come to the given positions. Raises Malformed, Unavailable."""
    reading: Reading = request.app.state.reading

    async def reached(position: Position) -> bool:
        rows = await reading.rows(caller, select(func.min(POSITION.c.position)).where(POSITION.c.store == position.store))
        return bool(rows[0][0] is not None and rows[0][0] >= position.number)

    await caught_up(positions_in(after), reached)


Limit = Annotated[int, Query(ge=1, le=200, description="Rows at most.")]
Why = Annotated[Purpose, Query(alias="purpose", description="Why you open it; it stands in the read log.")]
Before = Annotated[
    AwareDatetime | None, Query(description="Only rows older than this, for the next page.", examples=["2026-11-22T02:40:00Z"])
]
BeforeId = Annotated[UUID | None, Query(alias="beforeId", description="The last row's id, with `before`.")]


def reading_of(request: Request) -> Reading:
    """The reading side of the process that was asked."""
    reading: Reading = request.app.state.reading
    return reading


def page(
    table: SqlTable, caller: Caller, order: str, row_id: str, limit: int, before: datetime | None, before_id: UUID | None
) -> Select[Any]:
    """The newest rows of the caller's own unit, by key set: never an offset, never a count."""
    query = select(table).where(table.c.agency == caller.agency, table.c.unit == caller.unit)
    if before is not None:
        query = query.where(tuple_(table.c[order], table.c[row_id]) < tuple_(before, before_id or UUID(int=0)))
    return query.order_by(table.c[order].desc(), table.c[row_id].desc()).limit(limit)


def own(table: SqlTable, caller: Caller, row_id: str, wanted: UUID) -> Select[Any]:
    """One row of the caller's own unit."""
    return select(table).where(table.c[row_id] == wanted, table.c.agency == caller.agency, table.c.unit == caller.unit)


def entries(opened: Sequence[Opened]) -> list[Entry]:
    """What was opened, as it goes out."""
    return [
        Entry(
            event=type(each.event).__name__,
            recorded_at=each.envelope.time,
            unit=each.envelope.unit,
            readable=each.readable,
            data=each.event.model_dump(mode="json", by_alias=True),
        )
        for each in opened
    ]
