"""Streams that are damaged: deleted, cut short, put back to an older state, a bit flipped, a message twice, a message missing."""

import asyncio
import contextlib
import random
import shutil
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import nats
import nats.errors
from nats.js import JetStreamContext
from nats.js.errors import Error as JetStreamError

from deploy.nats.permissions import inbox
from deploy.nats.streams import DEPLOY
from tests.chaos.faults.processes import send
from tests.chaos.faults.servers import gone
from tests.chaos.stage import Stage
from tests.chaos.watch import AWAY

NEXT = """SELECT notification_id AS position, topic, originator_id AS stream, state,
    (SELECT coalesce(max(notification_id), 0) FROM {store}.stored_events b WHERE b.notification_id < a.notification_id) AS previous
    FROM {store}.stored_events a ORDER BY notification_id DESC LIMIT $1"""
OLDER_SECONDS = 3.0
BROKEN = (*AWAY, nats.errors.Error, JetStreamError)
"""What may happen to us too when somebody breaks everything."""


@asynccontextmanager
async def as_deploy(stage: Stage) -> AsyncIterator[JetStreamContext]:
    """JetStream in the hands of the user who may do everything."""
    client = await nats.connect(
        stage.nats, nkeys_seed_str=stage.nats_seed(DEPLOY), inbox_prefix=inbox(DEPLOY).encode(), connect_timeout=2, allow_reconnect=False
    )
    try:
        yield client.jetstream(timeout=2)
    finally:
        await client.close()


async def latest(stage: Stage, store: str, count: int) -> list[asyncpg.Record]:
    """A store's last events, the oldest of them first."""
    connection = await asyncpg.connect(stage.admin_dsn, timeout=2)
    try:
        rows: list[asyncpg.Record] = await connection.fetch(NEXT.format(store=store), count)
        return rows[::-1]
    finally:
        connection.terminate()


async def publish_latest(stage: Stage, store: str, count: int) -> None:
    """A store's last events once more, without the fence; whoever is away does not get them."""
    with contextlib.suppress(*BROKEN):
        rows = await latest(stage, store, count)
        async with as_deploy(stage) as jetstream:
            for row in rows:
                headers = {
                    "Nattljus-Position": str(row["position"]),
                    "Nattljus-Previous": str(row["previous"]),
                    "Nattljus-Topic": row["topic"],
                    "Nattljus-Stream": str(row["stream"]),
                }
                name = row["topic"].partition(".")[0]
                await jetstream.publish(f"nattljus.{store}.{name}", row["state"], headers=headers)


@dataclass(frozen=True)
class StreamDeleted:
    """F9: somebody with the right to do so removes a stream."""

    store: str
    part: str = "nats"
    row: str = "F9"
    kills: bool = False
    seconds: float = 0.0

    def __str__(self) -> str:
        return f"the stream of {self.store} deleted"

    async def inject(self, stage: Stage) -> None:
        """Gone."""
        with contextlib.suppress(*BROKEN):
            async with as_deploy(stage) as jetstream:
                await jetstream.delete_stream(self.store.upper())

    async def heal(self, stage: Stage) -> None:
        """The reconciler makes it again, the relay fills it."""


@dataclass(frozen=True)
class Doubled:
    """F13: a relay that knows of no fence sends its last events again."""

    store: str
    count: int
    part: str = "projector"
    row: str = "F13"
    kills: bool = False
    seconds: float = 0.0

    def __str__(self) -> str:
        return f"{self.count} events of {self.store} sent twice"

    async def inject(self, stage: Stage) -> None:
        """Behind the last one."""
        await publish_latest(stage, self.store, self.count)

    async def heal(self, stage: Stage) -> None:
        """The reconciler makes the stream anew."""


@dataclass(frozen=True)
class Gap:
    """F14: a relay that skips events: while ours stands still, only the newest event is sent."""

    store: str
    part: str = "projector"
    row: str = "F14"
    kills: bool = False
    seconds: float = 1.0

    def __str__(self) -> str:
        return f"a gap in the stream of {self.store}"

    async def inject(self, stage: Stage) -> None:
        """The relay sees only afterwards how far the stream has come."""
        send(stage.process("relay"), signal.SIGSTOP)
        await asyncio.sleep(1.0)
        await publish_latest(stage, self.store, 1)

    async def heal(self, stage: Stage) -> None:
        """The relay goes on, and the reconciler makes the stream anew."""
        send(stage.process("relay"), signal.SIGCONT)


@dataclass(frozen=True)
class FilesDamaged:
    """F9, F11: NATS' files are damaged while it is stopped: `how` is `lost`, `truncated`, `older` or `a bit flipped`."""

    how: str
    luck: int
    part: str = "nats"
    row: str = "F9/F11"
    kills: bool = True
    seconds: float = 0.0

    def __str__(self) -> str:
        return f"NATS' files: {self.how}"

    async def inject(self, stage: Stage) -> None:
        """Stopped, damaged, and left to the supervisor."""
        store = stage.data.nats / "jetstream"
        if self.how == "older":
            await self._stopped(stage, lambda: shutil.copytree(store, stage.folder / "older", dirs_exist_ok=True))
            stage.hub.send_signal(signal.SIGCONT)
            await asyncio.sleep(OLDER_SECONDS)
        await self._stopped(stage, lambda: damage(store, self.how, random.Random(self.luck), stage.folder / "older"))  # noqa: S311  no secret

    async def _stopped(self, stage: Stage, work: Callable[[], object]) -> None:
        stage.hub.send_signal(signal.SIGSTOP)
        server = stage.process("nats")
        send(server, signal.SIGKILL)
        await gone([server] if server else [])
        await asyncio.to_thread(work)

    async def heal(self, stage: Stage) -> None:
        """The supervisor starts it again."""
        stage.hub.send_signal(signal.SIGCONT)


def damage(store: Path, how: str, luck: random.Random, older: Path) -> None:
    """Does it to the files of a stopped server."""
    blocks = sorted(path for path in store.rglob("*.blk") if path.stat().st_size)
    if how == "lost":
        shutil.rmtree(store)
    elif how == "older":
        shutil.rmtree(store)
        shutil.move(older, store)
    elif blocks:
        block = luck.choice(blocks)
        content = bytearray(block.read_bytes())
        if how == "truncated":
            content = content[: luck.randrange(len(content))]
        else:
            content[luck.randrange(len(content))] ^= 1 << luck.randrange(8)
        block.write_bytes(bytes(content))
