"""The relays, a process of their own: one for each store, copying it to its stream."""

import asyncio

from services.kit.bus import Bus, BusDown, refuse_unsafe_broker
from services.kit.eventlog import STORES
from services.kit.heartbeat import Heart
from services.kit.process import run_until_stopped
from services.kit.relay import POLL_SECONDS, Relay
from services.kit.settings import Settings


async def work(settings: Settings) -> None:
    """Relays until stopped. Raises UnsafeBroker when NATS does not flush every message."""
    heart = Heart(settings.dsn, "relay")
    async with Bus(settings, "relay") as bus:
        await _wait_for_safe_broker(settings.nats_monitor)
        async with asyncio.TaskGroup() as tasks:
            for store in STORES:
                tasks.create_task(Relay(settings.dsn, store, bus, heart).run(), name=f"relay {store}")
            tasks.create_task(heart.keep(), name="heartbeat")


async def _wait_for_safe_broker(monitor: str) -> None:
    while True:
        try:
            return await refuse_unsafe_broker(monitor)
        except BusDown:
            await asyncio.sleep(POLL_SECONDS)


def main() -> None:
    """The process."""
    run_until_stopped(work)
