"""What makes pages live: the hub says that something changed for a unit, and the unit's open pages are told to look again."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from services.kit.bus import Bus, BusDown, Changed
from services.kit.settings import Settings
from services.portal.login import LoggedInBackground, session_of

log = structlog.get_logger()
router = APIRouter()

ALIVE_SECONDS = 15.0
"""How often a quiet stream says that it is alive, and looks whether its person is still logged in."""
TRY_AGAIN_SECONDS = 1.0


class Live:
    """Passes changes on to the pages of the unit they are for. Carries the names of views and nothing else."""

    def __init__(self) -> None:
        self._pages: dict[str, set[asyncio.Queue[Changed]]] = defaultdict(set)

    def tell(self, changed: Changed) -> None:
        """Something changed. A page too slow to listen misses the news, not the content: it fetches what there is."""
        for queue in self._pages[changed.unit]:
            if not queue.full():
                queue.put_nowait(changed)

    async def listen(self, unit: str) -> AsyncIterator[Changed | None]:
        """Changes for a unit as they come; None after each quiet while."""
        queue: asyncio.Queue[Changed] = asyncio.Queue(100)
        self._pages[unit].add(queue)
        try:
            while True:
                changed: Changed | None
                try:
                    async with asyncio.timeout(ALIVE_SECONDS):
                        changed = await queue.get()
                except TimeoutError:
                    changed = None
                yield changed
        finally:
            self._pages[unit].discard(queue)

    async def follow(self, settings: Settings) -> None:
        """Hears the hub for ever; when the bus is away, pages simply are not woken."""
        bus = Bus(settings, "portal")
        while True:
            try:
                async for changed in bus.changes():
                    self.tell(changed)
            except BusDown as error:
                log.warning("the bus is down; pages are not live", detail=str(error))
            await asyncio.sleep(TRY_AGAIN_SECONDS)


@router.get("/live")
async def live(request: Request, session: LoggedInBackground) -> StreamingResponse:
    """Server-sent events for the person's unit: `event: <view>-changed`, no content. Ends when the session does."""
    news: Live = request.app.state.live

    async def stream() -> AsyncIterator[str]:
        yield "retry: 1000\n\n"
        async for changed in news.listen(session.person.unit or ""):
            if changed is None:
                if await session_of(request, active=False) is None:
                    return
                yield ": alive\n\n"
            else:
                for view in changed.views:
                    yield f"event: {view}-changed\ndata:\n\n"

    return StreamingResponse(stream(), media_type="text/event-stream", headers={"cache-control": "no-store", "x-accel-buffering": "no"})
