"""The whole check of one run: evidence in, a verdict out."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from tests.chaos.checker.clear import check_tables
from tests.chaos.checker.count import Count
from tests.chaos.checker.history import STORES, sent, stored
from tests.chaos.checker.ledger import Ledger
from tests.chaos.checker.origins import check_origins
from tests.chaos.checker.reads import check_reads
from tests.chaos.checker.scenes import check_scenes
from tests.chaos.checker.stores import Books, check_acknowledged, check_attachments, check_doubled, check_order, check_reactions
from tests.chaos.checker.streams import check_stream
from tests.chaos.checker.views import Rebuild, check_agencies, check_as_it_happened, check_quarantine, check_rebuilt, check_there
from tests.chaos.checker.working import check_work


@dataclass(frozen=True)
class Evidence:
    """Where everything lies. `nats` is address, seed and inbox prefix of who may read the streams; `poison` the streams made bad."""

    ledger: Ledger
    admin_dsn: str
    nats: tuple[str, str, str]
    issuer: str
    poison: frozenset[str]
    canaries: tuple[str, ...]
    logs: Path
    rebuild: Rebuild


async def check(evidence: Evidence) -> Count:
    """Everything but the files, which are looked through when the servers have stopped."""
    count, books = Count(), Books()
    ledger = evidence.ledger
    connection = await asyncpg.connect(evidence.admin_dsn)
    try:
        for store in STORES:
            async for event in stored(connection, store):
                books.take(event)
        poison = evidence.poison & books.by_stream.keys()  # what could not be written did no harm
        check_acknowledged(ledger, books, count)
        check_reactions(books, poison, count)
        check_doubled(ledger, books, poison, count)
        check_order(ledger, books, count)
        await check_attachments(connection, books, count)
        for store in STORES:
            check_stream(store, books.by_store[store], await sent(*evidence.nats, store), count)
        await check_there(connection, ledger, books, poison, count)
        await check_as_it_happened(connection, books, poison, count)
        await check_work(connection, ledger, books, poison, count)
        await check_scenes(connection, books, poison, count)
        await check_origins(connection, ledger, books, count)
        await check_agencies(connection, ledger, count)
        await check_reads(connection, ledger, evidence.issuer, count)
        await check_quarantine(connection, poison, alarms(evidence.logs), count)
        await check_tables(connection, evidence.canaries, count)
        await check_rebuilt(connection, evidence.rebuild, count)
    finally:
        await connection.close()
    return count


def alarms(logs: Path) -> Callable[[str, int], bool]:
    """Whether a log says that the event at a position is in quarantine."""
    lines = [
        line
        for name in ("projector", "policies")
        for path in sorted(logs.glob(f"{name}.log*"))
        for line in path.read_text(errors="replace").splitlines()
        if "event in quarantine" in line
    ]

    def seen(store: str, position: int) -> bool:
        return any(f'"store": "{store}"' in line and f'"position": {position},' in line for line in lines)

    return seen
