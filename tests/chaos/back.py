"""How long it takes until what was broken works again: seen from the progress of the hub, not from a process that says it is well."""

import asyncio
import time
from collections.abc import Callable

import httpx2

from tests.chaos.stage import Stage
from tests.chaos.watch import STORES, Sample, Watch

PATIENCE, OF_THE_HUB = 60.0, 120.0
LOOK = 0.05
NODES = ("nats-1", "nats-2", "nats-3")
ANSWERING = ("liaison", "projections", "portal", "identity")
"""Parts that are back when they answer."""


def advanced(part: str) -> Callable[[Sample, Sample], bool]:
    """Whether the part has made progress between two samples, or has nothing left to do."""

    def stores(before: Sample, now: Sample) -> bool:
        return bool(now.stores) and now.stores["intake"] > before.stores.get("intake", 0)

    def streams(before: Sample, now: Sample) -> bool:
        moved = any(now.streams.get(store, 0) > before.streams.get(store, 0) for store in STORES)
        return bool(now.streams) and bool(before.streams) and (moved or now.streams == now.stores)

    def views(before: Sample, now: Sample) -> bool:
        moved = any(now.views.get(store, 0) > before.views.get(store, 0) for store in STORES)
        return bool(now.views) and (moved or now.views == now.stores)

    def policies(before: Sample, now: Sample) -> bool:
        return bool(now.stores) and (now.policies > before.policies or now.policies >= now.stores["intake"])

    def watchdog(before: Sample, now: Sample) -> bool:
        return bool(now.stores) and (now.watchdog > before.watchdog or now.watchdog >= now.stores["intake"])

    def everything(before: Sample, now: Sample) -> bool:
        return all(moved(before, now) for moved in (stores, streams, views, policies, watchdog))

    kinds = dict.fromkeys(NODES, streams) | {
        "hub": everything,
        "nats": streams,
        "relay": streams,
        "projector": views,
        "policies": policies,
        "watchdog": watchdog,
    }
    return kinds.get(part, stores)


async def back(stage: Stage, watch: Watch, part: str, was: int | None) -> float | None:
    """Seconds from now until the part works again; None when it did not within PATIENCE, or OF_THE_HUB for all of it.

    `was` is the number of a process that died: another one must have taken its place.
    """
    began = time.monotonic()
    try:
        async with asyncio.timeout(OF_THE_HUB if part == "hub" else PATIENCE):
            await _replaced(stage, part, was)
            if part in ANSWERING:
                await _answers(stage, part)
            else:
                await _advances(watch, part)
    except TimeoutError:
        return None
    return time.monotonic() - began


async def _replaced(stage: Stage, part: str, was: int | None) -> None:
    while was is not None:
        process = stage.process(part)
        if process is not None and process.pid != was and (part != "hub" or stage.ready):
            return
        await asyncio.sleep(LOOK)


async def _advances(watch: Watch, part: str) -> None:
    began, moved = time.monotonic(), advanced(part)
    before: Sample | None = None
    while True:
        now = watch.last
        if before is None and now.at > began and _seen(part, now):
            before = now
        elif before is not None and now.at > before.at and moved(before, now):
            return
        await asyncio.sleep(LOOK)


def _seen(part: str, now: Sample) -> bool:
    """Whether the sample shows what is looked at."""
    streams, stores = bool(now.streams), bool(now.stores)
    return streams and stores if part == "hub" else streams if part in {*NODES, "nats", "relay"} else stores


async def _answers(stage: Stage, part: str) -> None:
    async with httpx2.AsyncClient(trust_env=False, timeout=1.0) as http:
        while True:
            try:
                answer = await http.get(f"{stage.ports.address(part)}/readyz")
            except httpx2.HTTPError:
                await asyncio.sleep(LOOK)
                continue
            if answer.status_code == 200:
                return
            await asyncio.sleep(LOOK)
