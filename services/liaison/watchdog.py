"""The watchdog, a process of its own: says that a referral or a call has not moved in time, first on the board, then to the team lead."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import structlog

from contracts.agencies import AgencyKind
from contracts.catalogue import topics
from contracts.refusals import Conflict
from contracts.scene import SceneStep
from contracts.stalled import Step
from services.kit.bus import Bus
from services.kit.eventlog import STORES, EventLog, Logged, log_pool
from services.kit.eventstore import DamagedHistory, EventStore
from services.kit.follow import Follower
from services.kit.heartbeat import Heart, Pulse
from services.kit.process import run_until_stopped
from services.kit.recorded import Provenance
from services.kit.register import Directory, Register
from services.kit.settings import Settings
from services.liaison import case
from services.liaison.handover import Receiver, stall_handover
from services.liaison.limits import ANSWERED, Limit, Watched, started, stopped
from services.liaison.reactions import Reaction
from services.liaison.running import RunningLimits
from services.liaison.scene import calling, parties, scene
from services.liaison.stalled import stall

log = structlog.get_logger()

ACTOR = uuid5(NAMESPACE_URL, "nattljus:watchdog")
"""Who says it."""
WATCHED = frozenset(topics(*Watched.__args__))
PAUSE_SECONDS = 0.2
"""From one batch to the next. Limits are minutes: nothing here need be quick, and what comes meanwhile shares the next transaction."""
LOOK_SECONDS = 1.0
AT_ONCE = 100
"""Limits looked at in one go, so that a sign of life is given between."""
AGAIN = timedelta(minutes=1)
"""When a case is looked at again that could not be read, or that others wrote to all the time."""


def _of_referral(limit: Limit, now: datetime, out_of_hours: Receiver | None) -> Reaction[case.Case]:
    return Reaction(limit.stream, case.fold, lambda state: stall(state, limit, now, out_of_hours), case.holders)


def _of_handover(limit: Limit, now: datetime, _out_of_hours: Receiver | None) -> Reaction[case.Case]:
    return Reaction(limit.stream, case.fold, lambda state: stall_handover(state, now), case.holders)


def _of_call(limit: Limit, now: datetime, _out_of_hours: Receiver | None) -> Reaction[scene.Scene]:
    return Reaction(limit.stream, scene.fold, lambda state: calling.stall(state, limit, now), parties.holders)


Late = Callable[[Limit, datetime, Receiver | None], Reaction[Any]]
LATE: Mapping[str, Late] = {**dict.fromkeys(Step, _of_referral), ANSWERED: _of_handover, **dict.fromkeys(SceneStep, _of_call)}
"""Step → what is decided when its limit has passed. Another aggregate that is to be watched adds its steps here."""


class Watchdog:
    """Follows the stores into a table of running limits, and acts on those that have passed.

    Whether a step was taken says the case itself, not the table: a limit too many costs a look, and nothing is said twice.
    """

    def __init__(self, store: EventStore, limits: RunningLimits, register: Register) -> None:
        self._store, self._limits, self._register = store, limits, register

    async def follow(self, followed: EventLog, bus: Bus, pulse: Pulse) -> None:
        """A store, for ever, from where it was left."""
        follower = Follower(followed, bus, await self._limits.followed(followed.store), pulse)
        async for batch in follower.batches():
            await self.take(batch)
            await asyncio.sleep(PAUSE_SECONDS)

    async def take(self, batch: Sequence[Logged]) -> None:
        """Notes what a batch of events starts and stops."""
        running: dict[tuple[UUID, str, str], Limit] = {}
        taken: set[tuple[UUID, str]] = set()
        for logged in batch:
            if logged.topic in WATCHED:
                self._note(logged, running, taken)
        await self._limits.note(batch[-1].store, batch[-1].position, list(running.values()), taken)

    def _note(self, logged: Logged, running: dict[tuple[UUID, str, str], Limit], taken: set[tuple[UUID, str]]) -> None:
        try:
            event, by = logged.event, (logged.whole.agency, logged.whole.unit)
        except ValueError:  # policies and views put it aside with an alarm: a watchdog that stopped for it would watch nobody
            log.exception("an event cannot be read; nothing is watched by it", store=logged.store, position=logged.position)
            return
        cause = f"{logged.store}:{logged.position}" if logged.store != self._store.name else None
        for limit in started(event, logged.stream, by, cause):
            running.setdefault((limit.stream, limit.step, limit.level), limit)
        for step in stopped(event):
            taken.add((logged.stream, step))
            for key in [key for key in running if key[:2] == (logged.stream, step)]:
                del running[key]

    async def watch(self, pulse: Pulse) -> None:
        """Acts on limits that have passed, for ever."""
        while True:
            acted = await self.look(datetime.now(UTC))
            pulse.beat(0, "watches")
            if acted < AT_ONCE:
                await asyncio.sleep(LOOK_SECONDS)

    async def look(self, now: datetime) -> int:
        """Acts on the limits that have passed by now, at most AT_ONCE; gives how many there were. Raises Unavailable."""
        passed, out_of_hours = await self._limits.due(now, AT_ONCE), socialjouren(self._register.directory)
        for limit in passed:
            try:
                await LATE[limit.step](limit, now, out_of_hours).carry_out(self._store, _provenance(limit, now), None)
            except (DamagedHistory, Conflict):
                log.exception("a late case cannot be judged", stream=str(limit.stream), step=limit.step)
                await self._limits.later(limit, now + AGAIN)
            else:
                await self._limits.over(limit)
        return len(passed)


def socialjouren(directory: Directory) -> Receiver | None:
    """Who stands in when the districts' offices are closed: the first open unit of Socialjouren where somebody works with cases."""
    open_units = directory.units_of_kind([AgencyKind.SOCIALJOUR])
    return next((Receiver(unit.kind, unit.agency, unit.id) for unit in open_units if directory.takes_cases(unit.id)), None)


def _provenance(limit: Limit, now: datetime) -> Provenance:
    return Provenance(limit.agency, limit.unit, ACTOR, now, correlation=uuid4(), after=limit.cause)


async def work(settings: Settings) -> None:
    """Follows the stores and watches, side by side; ends when one of them fails, to be begun again."""
    heart = Heart(settings.dsn, "watchdog")
    async with (
        await log_pool(settings.dsn, len(STORES) + 2) as pool,
        EventStore("liaison", settings.dsn) as store,
        Bus(settings, "watchdog") as bus,
    ):
        register = Register(EventLog(pool, "liaison"))
        await register.refresh()
        watchdog = Watchdog(store, RunningLimits(pool), register)
        async with asyncio.TaskGroup() as tasks:
            for name in STORES:
                tasks.create_task(watchdog.follow(EventLog(pool, name), bus, heart.pulse(name)), name=f"follow {name}")
            tasks.create_task(watchdog.watch(heart.pulse("limits")), name="watch")
            tasks.create_task(register.keep_fresh(), name="register")
            tasks.create_task(heart.keep(), name="heartbeat")


def main() -> None:
    """The process."""
    run_until_stopped(work)
