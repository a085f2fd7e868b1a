"""What waits in quarantine, as the steward sees it: no rows of any agency, only which event, why, since when and what waits behind it."""

import asyncpg

from contracts.quarantine import BEHIND
from services.kit.register import Caller
from services.projections.answers import WaitingRow

WAITING = (
    "WITH waiting AS ("
    " SELECT view AS follower, store, position, stream, topic, reason, since FROM projections.quarantine"
    " UNION ALL SELECT 'policies', store, position, stream, topic, reason, since FROM liaison.quarantine)"
    " SELECT w.*, p.ground, p.proposed_at, coalesce(p.proposed_by = $1, false) AS proposed_by_you,"
    " (SELECT count(*) FROM waiting b WHERE b.follower = w.follower AND b.stream = w.stream AND b.reason = $2)::int AS behind"
    " FROM waiting w LEFT JOIN operations.proposal p USING (follower, store, position)"
    " WHERE w.reason <> $2 ORDER BY w.since, w.follower, w.store, w.position LIMIT $3"
)


async def waiting(pool: asyncpg.Pool, caller: Caller, limit: int) -> list[WaitingRow]:
    """Events that could not be taken, the longest waiting first; those that only wait behind one of them are counted."""
    rows = await pool.fetch(WAITING, caller.actor, BEHIND, limit)
    return [WaitingRow.model_validate(dict(row)) for row in rows]
