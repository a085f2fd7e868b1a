"""The policies, a process of their own: whenever X happens, liaison does Y, exactly once."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5

import structlog

from contracts.consultation import ConsultationRequested
from contracts.event import Event
from contracts.investigation import InvestigationAlreadyOngoing, InvestigationDeclined, InvestigationOpened
from contracts.referral import ReferralReceived
from services.kit.bus import Bus
from services.kit.commands import decide
from services.kit.eventlog import EventLog, Logged, log_pool
from services.kit.eventstore import EventStore, Position
from services.kit.follow import Follower
from services.kit.process import run_until_stopped
from services.kit.recorded import Provenance
from services.kit.settings import Settings
from services.liaison import case, consultation
from services.liaison.feedback import send_feedback

log = structlog.get_logger()

ACTOR = uuid5(NAMESPACE_URL, "nattljus:policies")
"""Who acts when the hub acts by itself."""
DECISIONS = (InvestigationOpened, InvestigationDeclined, InvestigationAlreadyOngoing)
INTERESTING = {each.__name__ for each in (ReferralReceived, ConsultationRequested, *DECISIONS)}


async def react(store: EventStore, logged: Logged, now: datetime) -> None:
    """Does what follows from one event; the position followed is stored in the same transaction. Raises Unavailable, Conflict."""
    envelope, upstream = logged.envelope, Position(logged.store, logged.position)
    event: Event = envelope.event()
    by = Provenance(
        agency=envelope.agency,
        unit=envelope.unit,
        actor=ACTOR,
        at=now,
        correlation=envelope.correlation,
        causation=envelope.id,
        traceparent=envelope.traceparent,
        after=str(upstream) if logged.store != store.name else None,
    )
    match event:
        case ReferralReceived():
            await decide(
                store,
                logged.stream,
                case.fold,
                lambda state: case.register(state, event, logged.position),
                by,
                case.holders,
                upstream=upstream,
            )
        case ConsultationRequested():
            await decide(
                store,
                logged.stream,
                consultation.fold,
                lambda state: consultation.queue(state, event),
                by,
                consultation.holders,
                upstream=upstream,
            )
        case InvestigationOpened() | InvestigationDeclined() | InvestigationAlreadyOngoing():
            await decide(store, logged.stream, case.fold, lambda state: send_feedback(state, now), by, case.holders, upstream=upstream)
        case _:
            pass


async def follow(store: EventStore, store_log: EventLog, bus: Bus) -> None:
    """Follows one store for ever, from where it was left."""
    follower = Follower(store_log, bus, await store.followed(store_log.store))
    async for batch in follower.batches():
        await _react_to(store, batch)


async def _react_to(store: EventStore, batch: Sequence[Logged]) -> None:
    skipped: Logged | None = None
    for logged in batch:
        if logged.topic.partition(".")[0] in INTERESTING:
            await react(store, logged, datetime.now(UTC))
            skipped = None
        else:
            skipped = logged
    if skipped is not None and skipped.store != store.name:
        await store.save([], upstream=Position(skipped.store, skipped.position))


async def work(settings: Settings) -> None:
    """Follows intake and liaison's own store, side by side; ends when one of them fails, and the supervisor starts it again."""
    store, pool = EventStore("liaison", settings.dsn), await log_pool(settings.dsn)
    await store.start()
    bus = await Bus.connect(settings, "policies")
    try:
        async with asyncio.TaskGroup() as tasks:
            for name in ("intake", "liaison"):
                tasks.create_task(follow(store, EventLog(pool, name), bus), name=f"follow {name}")
    finally:
        await bus.close()
        await store.stop()
        await pool.close()


def main() -> None:
    """The process."""
    run_until_stopped(work)
