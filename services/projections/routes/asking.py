"""What all questions have in common: pages, own rows, and what is opened."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response
from pydantic import AwareDatetime

from contracts.agencies import Purpose
from services.kit.eventstore import Position
from services.kit.register import Caller
from services.kit.web import After, Who, caught_up, positions_in
from services.projections.answers import Entry, Out
from services.projections.questions import SLOWEST, Screen
from services.projections.reading import Opened, Reading


async def after_views(request: Request, caller: Who, after: After = "") -> None:
    """Waits until every view has come to the given positions. Raises Malformed, Unavailable."""
    reading: Reading = request.app.state.reading
    request.app.state.present.saw(caller)

    async def reached(position: Position) -> bool:
        rows = await reading.rows(caller, SLOWEST, store=position.store)
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


async def listed(
    answer: type[Out],
    request: Request,
    caller: Caller,
    screen: Screen,
    limit: int,
    before: datetime | None,
    before_id: UUID | None,
    **only: str,
) -> Response:
    """A page of a screen, as it goes out: made here, for FastAPI would check every row once more."""
    question = screen.page(*only, limit=limit, older=before is not None)
    rows = await reading_of(request).rows(caller, question, before=before, before_id=before_id or UUID(int=0), **only)
    return Response(answer.listed(rows), media_type="application/json")


def entries(opened: Sequence[Opened]) -> list[Entry]:
    """What was opened, as it goes out."""
    return [
        Entry(
            id=each.envelope.id,
            event=type(each.event).__name__,
            recorded_at=each.envelope.time,
            unit=each.envelope.unit,
            readable=each.readable,
            data=each.event.model_dump(mode="json", by_alias=True),
        )
        for each in opened
    ]
