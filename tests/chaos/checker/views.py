"""Views against stores and receipts: everything there, as it happened, and for nobody who has no part in it."""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable

import asyncpg

from tests.chaos.checker.count import DOUBLED, LOST, NOT_REBUILT, QUARANTINE, REORDERED, WRONG_AGENCY, Count
from tests.chaos.checker.history import Stored
from tests.chaos.checker.ledger import CREATED, DECISIONS, Ledger
from tests.chaos.checker.stores import Books
from tests.chaos.receipts import CONSULTATION, PRIVATE, REFERRAL, SCENE, Receipt

Rebuild = Callable[[list[str]], Awaitable[bool]]
"""Makes these views anew, and says whether all came out as they stood."""
POSITIONS = "SELECT view, store, position FROM projections.position ORDER BY view, store"
OWNED = {
    "board": "referral",
    "receipts": "referral",
    "handovers": "referral",
    "consultations": "consultation",
    "scenes": "scene",
    "invitations": "sip",
    "missing_reasons": "referral",
    "readers": "stream",
}
"""View -> the column with the stream, for those whose rows belong to an agency."""
PLACES = {
    REFERRAL: ("receipts", "board", "readers"),
    PRIVATE: ("board", "readers"),
    CONSULTATION: ("consultations", "readers"),
    SCENE: ("scenes", "readers"),
}
"""What was created -> the views that it must stand in."""
TIMES = {
    "seen_at": ("ReferralSeen", "seenAt"),
    "assessed_at": ("ImmediateSafetyAssessed", "assessedAt"),
    "taken_over_at": ("HandoverAccepted", "acceptedAt"),
    "feedback_sent_at": ("FeedbackSent", "sentAt"),
    "feedback_read_at": ("FeedbackRead", "readAt"),
}
"""Column of a row -> the event and the field that it comes from, the first of its kind: a correction is not the reporter's to see."""
OPEN_TO_SENDERS = "reporter"
"""The audience that an agency shares with whom it has written to; all others are of social services and of invited parties."""
SCANNERS = " WHERE NOT (agency = 'scanner' AND audience LIKE 'scan:%')"
"""Who looks for malware holds the keys of files that wait for it, and no other."""
TRIES_NOTHING = {404, 403}


async def check_there(connection: asyncpg.Connection, ledger: Ledger, books: Books, poison: frozenset[str], count: Count) -> None:
    """Every acknowledged referral, consultation and call to the scene is in the views of those who sent it and of those who got it."""
    rows = {view: await _rows(connection, view, column) for view, column in OWNED.items()}
    for stream, receipt in ledger.created.items():
        if stream in poison or not books.names(stream)[CREATED[receipt.kind]]:
            continue
        places = PLACES[receipt.kind]
        wanted = {(view, agency) for view in places for agency in _agencies_in(view, *_between(receipt))}
        missing = wanted - {(view, agency) for view in places for agency in rows[view].get(stream, ())}
        if missing:
            count.add(LOST, f"view, {stream}", f"{receipt.kind} not in {sorted(missing)}")
        if receipt.kind == PRIVATE and (seen := rows["receipts"].get(stream)):
            count.add(WRONG_AGENCY, f"receipts, {stream}", f"what a private person told is shown to {seen}")
    for sip in (receipt for receipt in ledger.steps if receipt.what == "sips"):
        missing_parties = {sip.agency, *sip.parties} - set(rows["invitations"].get(sip.ids[0], ()))
        if missing_parties:
            count.add(LOST, f"view, {sip.ids[0]}", f"SIP without {sorted(missing_parties)}")


def _between(receipt: Receipt) -> tuple[set[str], set[str]]:
    """Who sent it and may read it, and who received it: a private person reads nothing."""
    return set() if receipt.kind == PRIVATE else {receipt.agency}, set(receipt.parties)


def _agencies_in(view: str, senders: set[str], receivers: set[str]) -> set[str]:
    """Whose rows a view must have of something sent by some to others."""
    return {"receipts": senders, "board": receivers}.get(view, senders | receivers)


async def _rows(connection: asyncpg.Connection, view: str, column: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for stream, agency in await connection.fetch(f"SELECT {column}::text, agency FROM projections.{view}"):
        found.setdefault(stream, []).append(agency)
    return found


async def check_as_it_happened(connection: asyncpg.Connection, books: Books, poison: frozenset[str], count: Count) -> None:
    """The reporters' rows show each step as its event says; the case files hold every sealed event once."""
    columns = ", ".join(f"{name} AT TIME ZONE 'UTC' AS {name}" for name in TIMES)
    for row in await connection.fetch(f"SELECT referral::text, decided_at, {columns} FROM projections.receipts"):
        if row["referral"] in poison:
            continue
        facts = {event.name: event for event in reversed(books.by_stream.get(row["referral"], ()))}
        for column, (name, key) in TIMES.items():
            said = _time(facts[name].fact.get(key)) if name in facts else None
            shown = row[column].isoformat() if row[column] else None
            if said != shown:
                count.add(REORDERED if shown else LOST, f"view receipts, {row['referral']}", f"{column} {shown}, the store says {said}")
        if bool(DECISIONS & facts.keys()) != bool(row["decided_at"]):
            count.add(LOST, f"view receipts, {row['referral']}", "the decision")
    await _case_files(connection, books, poison, count)


def _time(text: object) -> str | None:
    """As PostgreSQL and Python would write it, without its zone: events carry UTC."""
    return str(text).removesuffix("Z").removesuffix("+00:00") if text else None


async def _case_files(connection: asyncpg.Connection, books: Books, poison: frozenset[str], count: Count) -> None:
    kept = Counter((store, position) for store, position in await connection.fetch("SELECT store, position FROM projections.casefile"))
    wanted = {(event.store, event.position) for event in _sealed(books) if event.stream not in poison}
    for store, position in sorted(wanted - kept.keys())[:1]:
        count.add(LOST, f"view casefile, {store}:{position}", "and others", len(wanted - kept.keys()))
    count.add(DOUBLED, "view casefile", "rows for one event", sum(times - 1 for times in kept.values()))
    doubled = await connection.fetchval(
        "SELECT count(*) FROM projections.readers WHERE cardinality(audiences) <> (SELECT count(DISTINCT a) FROM unnest(audiences) a)"
    )
    count.add(DOUBLED, "view readers", "an audience twice in one row", doubled)


SEALED = DECISIONS | {
    *("ReferralReceived", "ReferralSupplemented", "AttachmentAdded"),
    *("ImmediateSafetyAssessed", "PoliceReportDecided", "ReportMeetingRecorded", "ProsecutorNotified", "ProsecutorConsulted"),
    *("GuardianHoldPlaced", "GuardianHoldLifted", "ReasonsGiven", "QuietSignalAnswered"),
    *("HandoverOffered", "HandoverRefused", "HandoverWithdrawn", "ConsentRecorded", "SIPScheduled"),
    *("ConsultationRequested", "ConsultationAnswered", "ConsultationAskedBack", "ConsultationAskedAgain"),
    *("SceneCallRequested", "SceneCallAmended", "SceneCallWithdrawn", "SceneCallAnswered"),
    *("SceneChildRecorded", "SceneOutcomeRecorded", "SceneClosed"),
}


def _sealed(books: Books) -> Iterable[Stored]:
    return (event for events in books.by_store.values() for event in events if event.name in SEALED)


async def check_agencies(connection: asyncpg.Connection, ledger: Ledger, count: Count) -> None:
    """No row and no key for an agency that has no part in it by the receipts; no stranger got anything."""
    columns = OWNED | {"wrapped_key": "stream"}
    for table, column in columns.items():
        schema = "keyring" if table == "wrapped_key" else "projections"
        others = SCANNERS if table == "wrapped_key" else ""
        for stream, agency in await connection.fetch(f"SELECT DISTINCT {column}::text, agency FROM {schema}.{table}{others}"):
            if stream in ledger.parties and agency not in ledger.parties[stream]:
                count.add(WRONG_AGENCY, f"{table}, {stream}", agency)
    keys = await connection.fetch("SELECT DISTINCT stream::text, agency FROM keyring.wrapped_key WHERE audience <> $1", OPEN_TO_SENDERS)
    for stream, agency in keys:
        created = ledger.created.get(stream)
        if created and created.agency == agency:
            count.add(WRONG_AGENCY, f"wrapped_key, {stream}", f"{agency} can open what social services decide")
    for receipt in ledger.strangers:
        if receipt.status and receipt.status not in TRIES_NOTHING:
            count.add(WRONG_AGENCY, f"{receipt.client} asked {receipt.what} of {receipt.ids[0]}", f"answered {receipt.status}")


async def fingerprint(connection: asyncpg.Connection, view: str) -> tuple[int, str]:
    """Number of rows and a hash over all of them, in the order of their own bytes."""
    row = await connection.fetchrow(
        f"SELECT count(*), coalesce(md5(string_agg(h, '' ORDER BY h)), '') FROM (SELECT md5(t::text) AS h FROM projections.{view} t) hashes"
    )
    return row[0], row[1]


async def check_rebuilt(connection: asyncpg.Connection, rebuild: Rebuild, count: Count) -> None:
    """Every view made anew is byte for byte the one that stood there: by our own comparison, and by the command's."""
    views = [row["view"] for row in await connection.fetch("SELECT DISTINCT view FROM projections.position ORDER BY view")]
    before, stood = await connection.fetch(POSITIONS), {view: await fingerprint(connection, view) for view in views}
    if not await rebuild(views):
        count.add(NOT_REBUILT, "the command", "says that a view came out otherwise than it stood")
    stands = {view: await fingerprint(connection, view) for view in views}
    if await connection.fetch(POSITIONS) != before:
        count.add(NOT_REBUILT, "the hub", "did not stand still while its views were made anew")
    for view in views:
        if stands[view] != stood[view]:
            count.add(NOT_REBUILT, f"view {view}", f"{stood[view]} became {stands[view]}")


async def check_quarantine(connection: asyncpg.Connection, poison: frozenset[str], seen: Callable[[str, int], bool], count: Count) -> None:
    """In quarantine waits the injected poison and nothing else, each with its alarm: `seen` says whether a log names the position."""
    rows = await connection.fetch(
        "SELECT stream::text, store, position, reason FROM projections.quarantine"
        " UNION SELECT stream::text, store, position, reason FROM liaison.quarantine"
    )
    waiting = {row["stream"] for row in rows}
    for stream in sorted(waiting - poison):
        reasons = sorted({row["reason"] for row in rows if row["stream"] == stream})
        count.add(QUARANTINE, stream, f"waits and was not poison: {reasons}")
    for stream in sorted(poison - waiting):
        count.add(QUARANTINE, stream, "poison that was taken for an event")
    for row in rows:
        if not seen(row["store"], row["position"]):
            count.add(QUARANTINE, f"{row['store']}:{row['position']}", "in quarantine without an alarm")
