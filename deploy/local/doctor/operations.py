"""What the doctor reads of the hub's notes about itself: signs of life, comparisons, alarms, quarantine, and time limits."""

from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg

from deploy.local.doctor.finding import Finding

OLD = timedelta(seconds=15)
LATE = timedelta(seconds=180)
"""A round comes every minute, and one over a large store may take its time."""

HEARTBEATS = "SELECT process, subject, position, note, clock_timestamp() - at AS age FROM operations.heartbeat ORDER BY process, subject"
ROUNDS = "SELECT *, clock_timestamp() - at AS age FROM operations.round ORDER BY subject"
SUMS = (
    "SELECT agency, side, sum(events)::bigint AS events, max(position) AS position,"
    " substr(encode(sha256(string_agg(digest, ''::bytea ORDER BY stretch)), 'hex'), 1, 12) AS digest"
    " FROM operations.ledger WHERE store = $1 GROUP BY agency, side"
)
VIEW_SUMS = "SELECT agency, rows, substr(encode(digest, 'hex'), 1, 12) AS digest FROM operations.view_sum WHERE view = $1 ORDER BY agency"
ALARMS = "SELECT code, subject, seen, clock_timestamp() - opened_at AS age FROM operations.alarm WHERE closed_at IS NULL ORDER BY id"
QUARANTINE = (
    "SELECT follower, stream, count(*) AS waiting, min(store || ':' || position) FILTER (WHERE reason NOT LIKE 'waits%') AS first,"
    " min(reason) FILTER (WHERE reason NOT LIKE 'waits%') AS reason FROM ("
    " SELECT 'view ' || view AS follower, store, position, stream, reason FROM projections.quarantine"
    " UNION ALL SELECT 'policies', store, position, stream, reason FROM liaison.quarantine) q GROUP BY follower, stream ORDER BY 1, 4"
)
LIMITS = (
    "SELECT count(*) AS running, count(*) FILTER (WHERE due < clock_timestamp() - $1::interval) AS unsaid,"
    " clock_timestamp() - min(due) AS longest FROM liaison.running_limit"
)

TO_DO = {
    "stream-ahead": "the store was restored from a backup older than its stream. Stop the services and restore a newer backup: "
    "what the stream alone holds was acknowledged. When it is certain that it is not needed: `nattljus accept STORE`",
    "histories-differ": "store and stream hold different events at the same position. Stop the services, keep both, and find out which "
    "was acknowledged; when it is the store's: `nattljus accept STORE`",
    "store-changed": "the store's past is not what it was when it was last compared. Stop the services and compare it with a backup; "
    "when it is right: `nattljus accept STORE`",
    "view-ahead": "the view has seen more than the store holds: the store was restored from an older backup. Restore a newer one, or "
    "`nattljus rebuild` the view when it is certain that the events are gone",
    "heart-stopped": "see its log; the supervisor starts a process that ended again, and one that hangs is to be ended by hand",
    "stuck": "see its log: it is alive and gets no further",
    "bus-down": "see NATS' log. Nothing is lost meanwhile, it is only slower",
    "quarantine": "see `quarantine` below",
}
"""What a person can do about an alarm; the others are being repaired without one."""


async def look_at_operations(connection: asyncpg.Connection) -> list[Finding]:
    """Everything that the hub knows about its own health."""
    return [
        *[finding async for finding in look_at_heartbeats(connection)],
        *[finding async for finding in look_at_rounds(connection)],
        *[finding async for finding in look_at_alarms(connection)],
        *[finding async for finding in look_at_quarantine(connection)],
        await look_at_limits(connection),
    ]


async def look_at_heartbeats(connection: asyncpg.Connection) -> AsyncIterator[Finding]:
    """Each loop's last sign of life: an idle one is fresh, a dead one is old."""
    for row in await connection.fetch(HEARTBEATS):
        seen = f"{row['note']}, at {row['position']}, {row['age'].total_seconds():.0f} s ago"
        yield Finding(f"alive {row['process']} {row['subject']}", row["age"] <= OLD, seen)


async def look_at_rounds(connection: asyncpg.Connection) -> AsyncIterator[Finding]:
    """What the reconciler found when it last compared: each store and view, and each agency's part of it."""
    for row in await connection.fetch(ROUNDS):
        well, ago = row["equal"] and row["age"] <= LATE, f"{row['age'].total_seconds():.0f} s ago"
        if row["subject"].startswith("view "):
            yield Finding(f"compared {row['subject']}", well, f"{row['note']}, {ago}")
            for part in await connection.fetch(VIEW_SUMS, row["subject"].removeprefix("view ")):
                yield Finding(f"{row['subject']} {part['agency']}".rstrip(), ok=True, seen=f"{part['rows']} rows, {part['digest']}")
            continue
        seen = f"{row['note']}: {row['events']} events to {row['position']}, the copy at {row['copied']}, {ago}"
        yield Finding(f"compared {row['subject']}", well, seen)
        sides = {(part["agency"], part["side"]): part for part in await connection.fetch(SUMS, row["subject"])}
        for agency in sorted({agency for agency, _ in sides}):
            yield of_agency(row["subject"], agency, sides.get((agency, "store")), sides.get((agency, "stream")))


def of_agency(store: str, agency: str, ours: asyncpg.Record | None, copy: asyncpg.Record | None) -> Finding:
    """One agency's events in a store and in its stream."""
    name = f"{store} {agency or '(unreadable)'}"
    if ours is None:
        return Finding(name, ok=False, seen="in the stream alone")
    if copy is None:
        return Finding(name, ok=True, seen=f"{ours['events']} events to {ours['position']}, none of them in the stream yet")
    seen = f"{ours['events']} events to {ours['position']}, {ours['digest']}"
    if copy["events"] < ours["events"]:
        return Finding(name, ok=True, seen=f"{seen}; the stream had {ours['events'] - copy['events']} fewer")
    equal = tuple(ours)[2:] == tuple(copy)[2:]
    theirs = "store and stream alike" if equal else f"stream {copy['events']} to {copy['position']}, {copy['digest']}"
    return Finding(name, equal, f"{seen}, {theirs}")


async def look_at_alarms(connection: asyncpg.Connection) -> AsyncIterator[Finding]:
    """Each open alarm, and what to do about it."""
    rows = await connection.fetch(ALARMS)
    for row in rows:
        to_do = TO_DO.get(row["code"], "it is being repaired; call for help when it stays")
        yield Finding(
            f"alarm {row['code']} {row['subject']}", ok=False, seen=f"{row['seen']}, for {row['age'].total_seconds():.0f} s: {to_do}"
        )
    if not rows:
        yield Finding("alarms", ok=True, seen="none open")


async def look_at_quarantine(connection: asyncpg.Connection) -> AsyncIterator[Finding]:
    """What waits, why, and what to do about it."""
    rows = await connection.fetch(QUARANTINE)
    for row in rows:
        seen = f"{row['reason']} at {row['first']}, {row['waiting'] - 1} wait behind it: see {row['stream']} at /quarantine in the portal"
        yield Finding(f"quarantine {row['follower']}", ok=False, seen=seen)
    if not rows:
        yield Finding("quarantine", ok=True, seen="empty")


async def look_at_limits(connection: asyncpg.Connection) -> Finding:
    """How many time limits run, and whether one has passed long ago without the watchdog saying so."""
    row = await connection.fetchrow(LIMITS, LATE)
    if not row["unsaid"]:
        return Finding("limits", ok=True, seen=f"{row['running']} run, none has passed unsaid")
    ago = f"the first {row['longest'].total_seconds():.0f} s ago"
    return Finding("limits", ok=False, seen=f"{row['unsaid']} have passed and nobody is told, {ago}: see the watchdog's log")
