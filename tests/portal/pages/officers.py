"""A case that an officer has opened, and the hub's services behind it: its row, its events as projections open them, what is missing."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from contracts.event import Event
from tests.portal.pages.hub import Services
from tests.portal.pages.rows import REFERRAL

Known = dict[str, Any]
CASE = f"/cases/{REFERRAL}"


def opened(event: Event, at: UUID | None = None) -> Known:
    """An event of the case as projections opens it."""
    data = event.model_dump(mode="json", by_alias=True)
    known = {"recordedAt": "2026-11-22T02:40:00Z", "unit": "socialjouren-jour", "readable": True}
    return {"id": str(at or uuid4()), "event": type(event).__name__, "data": data} | known


def officers_hub(row: Known | None = None, entries: Sequence[Known] = (), missing: Sequence[Known] = ()) -> Services:
    """The hub with this one case, which stands as new, and with what the unit owes."""
    opened_case = {"summary": row, "entries": list(entries), "attachments": []}
    case = {f"/board/{REFERRAL}": row, f"/referrals/{REFERRAL}": opened_case} if row else {}
    zones: dict[str, list[Known]] = {f"/zones/{zone}": [] for zone in ("mine", "ours", "waiting", "done")}
    return Services({**case, **zones, "/zones/new": [row] if row else [], "/missing-reasons": list(missing), "/scene-calls": []})
