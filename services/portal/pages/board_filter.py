"""What somebody wants to see of the board: one zone or all, a category, danger alone, part of a code; and where a long zone goes on."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from contracts.referral import Category
from services.portal.pages.board_row import BoardRow
from services.portal.pages.zones import Zone

LONGEST_TEXT = 20


@dataclass(frozen=True)
class Wanted:
    """A filter. Empty is everything; `last` is the row after which a zone goes on (urgency, when it came in, id)."""

    zone: Zone | None = None
    category: Category | None = None
    danger: bool = False
    text: str = ""
    last: tuple[str, str, str] | None = None

    @property
    def narrow(self) -> bool:
        """Whether anything is left out."""
        return self != Wanted()

    @property
    def query(self) -> str:
        """The same as the query of an address, with its question mark; nothing for everything."""
        said = {"zone": self.zone, "category": self.category, "danger": "yes" if self.danger else "", "text": self.text}
        said |= dict(zip(LAST, self.last, strict=True)) if self.last else {}
        stated = {name: value for name, value in said.items() if value}
        return f"?{urlencode(stated)}" if stated else ""

    def asked(self) -> dict[str, Any]:
        """As the hub wants it for one zone."""
        said: dict[str, Any] = {"category": self.category, "danger": self.danger or None, "text": self.text or None}
        said |= dict(zip(("lastUrgency", "lastReceivedAt", "lastId"), self.last, strict=True)) if self.last else {}
        return {name: value for name, value in said.items() if value is not None}

    def beyond(self, zone: Zone, row: BoardRow) -> "Wanted":
        """The next page of a zone, after its last row."""
        return replace(self, zone=zone, last=(str(row.urgency), row.received_at.isoformat(), str(row.referral)))


LAST = ("last_urgency", "last_received_at", "last_id")


def wanted(query: Mapping[str, str]) -> Wanted:
    """What the query of an address asks for; what nobody can read in it is left out."""
    zone, category = query.get("zone", ""), query.get("category", "")
    last = tuple(query.get(name, "") for name in LAST)
    return Wanted(
        zone=Zone(zone) if zone in set(Zone) else None,
        category=Category(category) if category in set(Category) else None,
        danger=query.get("danger") == "yes",
        text=query.get("text", "").strip().upper()[:LONGEST_TEXT],
        last=(last[0], last[1], last[2]) if all(last) and zone else None,
    )
