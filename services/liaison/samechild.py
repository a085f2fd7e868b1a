"""Which referrals came before about the same child, or in the same words: read from intake's deletable table of likenesses."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

import asyncpg

from services.liaison.likeness import MOST, Signal

# In the order of commits, which places are and times are not: of two that came in at the same moment the later one knows the earlier.
# The latest are read from an index, so that a thousand referrals about one child cost no more than fifty, also while there is a backlog.
BEFORE = (
    "SELECT mine.stream AS of, o.stream, o.from_agency, o.received_at, o.same_child, o.same_text"
    " FROM intake.same_child mine CROSS JOIN LATERAL ("
    " (SELECT o.stream, o.from_agency, o.received_at, true AS same_child,"
    " coalesce(o.text_key = mine.text_key, false) AS same_text, o.place"
    " FROM intake.same_child o WHERE o.child_key = mine.child_key AND o.place < mine.place ORDER BY o.place DESC LIMIT $2)"
    " UNION ALL"
    " (SELECT o.stream, o.from_agency, o.received_at, false, true, o.place"
    " FROM intake.same_child o WHERE o.text_key = mine.text_key AND (o.child_key IS NULL OR mine.child_key IS NULL)"
    " AND o.place < mine.place ORDER BY o.place DESC LIMIT $2)"
    " ) o WHERE mine.stream = ANY($1) ORDER BY o.place"
)


class SameChild:
    """Asks the table. Whoever asks learns ids, agencies and times, and never who the child is: the keys mean nothing outside intake."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def before(self, streams: Collection[UUID]) -> Mapping[UUID, Sequence[Signal]]:
        """The signals that came before each of these referrals, in order, the latest MOST of them; nothing for one that stands alone."""
        found: dict[UUID, list[Signal]] = defaultdict(list)
        if streams:
            for row in await self._pool.fetch(BEFORE, list(streams), MOST):
                found[row["of"]].append(
                    Signal(row["stream"], row["from_agency"], row["received_at"], same_child=row["same_child"], same_text=row["same_text"])
                )
        return found
