"""Waiting for the policies: a command may say which of intake's events it builds on."""

from fastapi import Request

from services.kit.eventstore import EventStore, Position
from services.kit.web import After, Who, caught_up, positions_in


async def after_policies(request: Request, _caller: Who, after: After = "") -> None:
    """Waits, for callers we know, until liaison has followed the other stores that far. Raises Malformed, Unavailable."""

    async def reached(position: Position) -> bool:
        store: EventStore = request.app.state.store
        return position.store == store.name or await store.followed(position.store) >= position.number

    await caught_up(positions_in(after), reached)
