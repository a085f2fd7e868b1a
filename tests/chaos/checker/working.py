"""Officers' work against stores and receipts: who has a case, what is owed and was weighed, and that those moved together all moved."""

from collections import Counter
from collections.abc import Iterable, Sequence

import asyncpg

from tests.chaos.checker.count import DOUBLED, LOST, REORDERED, Count
from tests.chaos.checker.history import Stored
from tests.chaos.checker.ledger import Ledger
from tests.chaos.checker.stores import Books

OWNERS = (
    "SELECT referral::text, taken_by::text, bearing, 'police' = ANY(todo) AS unreported FROM projections.board WHERE relation = 'owner'"
)
OWED = "SELECT event::text, referral::text, agency, unit FROM projections.missing_reasons"
HANDOVERS = "SELECT referral::text, offer, relation, outcome FROM projections.handovers"
TAKES, LEAVES = {"CaseTaken", "CaseAssigned"}, {"CaseGivenBack", "HandoverAccepted"}
ENDS = {"HandoverAccepted": "accepted", "HandoverRefused": "refused", "HandoverWithdrawn": "withdrawn"}
SIDES = ("asked", "gave")


async def check_work(connection: asyncpg.Connection, ledger: Ledger, books: Books, poison: frozenset[str], count: Count) -> None:
    """All of it."""
    await _check_owners(connection, books, poison, count)
    await _check_owed(connection, books, poison, count)
    _check_said_to_be_owed(ledger, books, count)
    await _check_handovers(connection, books, poison, count)


async def _check_owners(connection: asyncpg.Connection, books: Books, poison: frozenset[str], count: Count) -> None:
    """The owner's row shows who took the case last, what the signals were found to mean, and whether the police report is decided."""
    for row in await connection.fetch(OWNERS):
        stream = row["referral"]
        if stream in poison:
            continue
        events = books.by_stream.get(stream, ())
        names = {event.name for event in events}
        if row["taken_by"] != (wanted := holder(events, TAKES, LEAVES)):
            what = f"taken by {row['taken_by']}, the store says {wanted}"
            count.add(REORDERED if row["taken_by"] else LOST, f"view board, {stream}", what)
        if bool(row["bearing"]) != ("QuietSignalAnswered" in names):
            count.add(LOST, f"view board, {stream}", "the answer to several signals")
        if row["unreported"] == ("PoliceReportDecided" in names):
            count.add(LOST, f"view board, {stream}", "the decision on a police report")


def holder(events: Iterable[Stored], takes: set[str], leaves: set[str]) -> str | None:
    """Who has it after all that."""
    found: str | None = None
    for event in events:
        if event.name in takes:
            found = str(event.fact.get("actor"))
        elif event.name in leaves:
            found = None
    return found


async def _check_owed(connection: asyncpg.Connection, books: Books, poison: frozenset[str], count: Count) -> None:
    """In the queue of missing reasons stands what a unit decided without them, until they are given, and nothing else."""
    given = {event.fact.get("of") for events in books.by_store.values() for event in events if event.name == "ReasonsGiven"}
    owing = [event for events in books.by_store.values() for event in events if event.fact.get("owed") and event.stream not in poison]
    wanted = {
        (str(event.data["id"]), event.stream, event.fact["owed"]["agency"], event.fact["owed"]["unit"])
        for event in owing
        if event.data["id"] not in given
    }
    there = {tuple(row) for row in await connection.fetch(OWED)}
    for what, odd in (("not in the queue", wanted - there), ("in the queue and not owed", there - wanted)):
        count.add(LOST, "view missing_reasons", f"{len(odd)} are {what}, first {sorted(odd)[:1]}", len(odd))


def _check_said_to_be_owed(ledger: Ledger, books: Books, count: Count) -> None:
    """Who decided without reasons owes them, as often as that was acknowledged."""
    owes = Counter((receipt.ids[0], receipt.what) for receipt in ledger.steps if receipt.owes)
    for (stream, what), times in owes.items():
        there = sum(bool(event.fact.get("owed")) for event in books.by_stream.get(stream, ()) if event.name in SAID[what])
        count.add(LOST, f"store, {stream}", f"{what} without reasons {times} times, owed {there} times", times - there)


SAID = {
    "immediate-safety-assessments": {"ImmediateSafetyAssessed"},
    "police-report-decisions": {"PoliceReportDecided"},
    "report-meetings": {"ReportMeetingRecorded"},
}


async def _check_handovers(connection: asyncpg.Connection, books: Books, poison: frozenset[str], count: Count) -> None:
    """Both sides' rows say how each offer ended; and what was offered together has the same offers and endings in all its streams."""
    rows: dict[tuple[str, int], list[tuple[str, str]]] = {}
    for row in await connection.fetch(HANDOVERS):
        rows.setdefault((row["referral"], row["offer"]), []).append((row["relation"], row["outcome"]))
    for stream, events in books.by_stream.items():
        for offered in (event for event in events if event.name == "HandoverOffered" and stream not in poison):
            ended = _ending(events, offered.fact["offer"])
            wanted, there = [(side, ended) for side in SIDES], sorted(rows.get((stream, offered.fact["offer"]), ()))
            if there != wanted:
                where, what = f"view handovers, {stream}", f"offer {offered.fact['offer']} is {there}, the store says {ended}"
                count.add(DOUBLED if len(there) > len(wanted) else LOST, where, what)
            for other in offered.fact.get("together", ()):
                if ended != _ending_of(books.by_stream.get(other, ()), offered):
                    count.add(LOST, f"store, {other}", f"was offered together with {stream}, which is {ended}")


def _ending(events: Sequence[Stored], offer: int) -> str:
    return next((ENDS[event.name] for event in events if event.name in ENDS and event.fact.get("offer") == offer), "waiting")


def _ending_of(events: Sequence[Stored], with_: Stored) -> str | None:
    """How the offer ended here that was made at the same moment to the same unit; None where there was none."""
    same = (with_.fact["offeredAt"], with_.fact["toUnit"])
    offers = (event.fact for event in events if event.name == "HandoverOffered")
    here = next((fact["offer"] for fact in offers if (fact["offeredAt"], fact["toUnit"]) == same), None)
    return None if here is None else _ending(events, here)
