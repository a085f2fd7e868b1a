"""The scanner, a process of its own: what was stored while the antivirus did not answer is looked at when it does.

Not in intake, which then would hold a key to what it has stored; not in the policies, which hold none and must not stand still over a file.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import asyncpg
import structlog
from anyio import to_thread

from contracts.attachment import SCANNER, FileState, scanned
from contracts.event import Event
from services.intake.antivirus import Clamd
from services.intake.attachment import judge
from services.intake.supplement import HandedOver, fold
from services.kit.commands import decide
from services.kit.eventstore import EventStore
from services.kit.files import file_context
from services.kit.heartbeat import Heart, Pulse
from services.kit.keyring import PrivateKeys, Reader
from services.kit.process import run_until_stopped
from services.kit.recorded import Provenance
from services.kit.sealing import Unreadable, unseal
from services.kit.settings import Settings

log = structlog.get_logger()

LOOK_SECONDS = 5.0
AT_ONCE = 20
"""Files in one round: after each round it gives a sign of life."""
TRIES = 3
"""How often it is asked about a file of which it says nothing, before the others go on."""
ACTOR = uuid5(NAMESPACE_URL, "nattljus:scanner")
"""Who looks, as the read log keeps it."""
READER = Reader(ACTOR, SCANNER, SCANNER, SCANNER, 0)

TO_SCAN = "SELECT stream, audience FROM keyring.to_scan($1)"
SCANNED = "SELECT keyring.scanned($1, $2)"
SEALED = "SELECT audience, sealed FROM intake.attachment WHERE stream = $1 AND id = $2"


@dataclass(frozen=True)
class Waiting:
    """A file that waits for the antivirus, and the audience whose key opens it."""

    stream: UUID
    audience: str

    @property
    def attachment(self) -> UUID:
        """The file."""
        return scanned(self.audience)


class Queue:
    """What waits, in the database: the keys that are wrapped for the scanner say what it has to look at."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def waiting(self, most: int) -> list[Waiting]:
        """The next files. Raises what LOST lists, as do the others."""
        return [Waiting(row["stream"], row["audience"]) for row in await self._pool.fetch(TO_SCAN, most)]

    async def sealed(self, each: Waiting) -> tuple[str, bytes]:
        """The audience for whom the file is kept, and its sealed bytes. Raises LookupError when the row is gone."""
        row = (await self._pool.fetch(SEALED, each.stream, each.attachment))[0]
        return row["audience"], row["sealed"]

    async def looked_at(self, each: Waiting) -> None:
        """The scanner's key goes, and with it the file from what waits."""
        await self._pool.execute(SCANNED, each.stream, each.audience)


class Scanner:
    """Looks at what waits, a few files at a time. What it may open is what it has to look at: a key goes as soon as that is done."""

    def __init__(self, store: EventStore, keys: PrivateKeys, antivirus: Clamd, queue: Queue | None = None) -> None:
        self._store, self._keys, self._antivirus = store, keys, antivirus
        self._queue = queue or Queue(store.pool)
        self._hung_up: Counter[UUID] = Counter()

    async def run(self, pulse: Pulse) -> None:
        """For ever."""
        while True:
            there = await self._antivirus.answers()
            looked_at = await self.round() if there else 0
            pulse.beat(looked_at, "looks" if there else "the antivirus does not answer")
            if looked_at < AT_ONCE:
                await asyncio.sleep(LOOK_SECONDS)

    async def round(self) -> int:
        """Looks at the next few; gives at how many. Stops when the antivirus falls silent."""
        done = 0
        for each in await self._queue.waiting(AT_ONCE):
            verdict = await self._look(each)
            if verdict is FileState.UNSCANNED:
                verdict = await self._again(each)
            if verdict is FileState.UNSCANNED:
                break
            await self._store_verdict(each, verdict)
            done += 1
        return done

    async def _look(self, each: Waiting) -> FileState:
        keys = await self._keys.unlock(self._store.pool, each.stream, READER, action="scan", purpose="looking for malware", request=uuid4())
        try:
            private = keys[each.audience]
            audience, sealed = await self._queue.sealed(each)
            content = await to_thread.run_sync(unseal, private, sealed, file_context(each.stream, each.attachment, audience))
        except (LookupError, Unreadable) as error:
            log.warning("a file that waits cannot be opened", attachment=str(each.attachment), reason=type(error).__name__)
            return FileState.UNREADABLE
        return await self._antivirus.scan(content)

    async def _again(self, each: Waiting) -> FileState:
        """After it said nothing of a file: to be asked once more; if it is there and hung up TRIES times, it cannot look into this one."""
        if not await self._antivirus.answers():
            return FileState.UNSCANNED
        self._hung_up[each.attachment] += 1
        return FileState.UNREADABLE if self._hung_up[each.attachment] >= TRIES else FileState.UNSCANNED

    async def _store_verdict(self, each: Waiting, verdict: FileState) -> None:
        """Says what was found, and lets the key go. Between the two it may fall: then it looks once more, and says nothing new."""
        history = await self._store.load(each.stream)
        now = datetime.now(UTC)

        def found(handed_over: HandedOver) -> list[Event]:
            return list(judge(handed_over, each.attachment, verdict, now))

        if history:
            first = history[0].provenance
            by = Provenance(first.agency, first.unit, ACTOR, now, first.correlation)
            await decide(self._store, each.stream, fold, found, by)
        await self._queue.looked_at(each)


async def work(settings: Settings) -> None:
    """Looks until it is stopped. Where no antivirus is configured it is not started, and nobody misses its sign of life."""
    if settings.keys is None or not settings.clamd:
        raise RuntimeError("NATTLJUS_KEYS and NATTLJUS_CLAMD must be set: the scanner opens files and shows them to the antivirus.")
    heart = Heart(settings.dsn, SCANNER)
    try:
        async with EventStore("intake", settings.dsn) as store, asyncio.TaskGroup() as tasks:
            scanner = Scanner(store, PrivateKeys(settings.keys), Clamd(settings.clamd))
            tasks.create_task(scanner.run(heart.pulse("attachments")), name="scan")
            tasks.create_task(heart.keep(), name="heartbeat")
    except asyncio.CancelledError:  # told to stop, perhaps for good: it may not be started again
        await heart.retire()
        raise


def main() -> None:
    """The process."""
    run_until_stopped(work)
