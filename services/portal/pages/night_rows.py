"""The night's report as values: what came in, which offers were made or answered, what waits, and who asked for advice."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from contracts.agencies import AgencyKind
from services.portal.language import N_
from services.portal.pages.board import Line, line_of
from services.portal.pages.board_row import BoardRow, NextStep, Relation
from services.portal.pages.scene_row import SceneRow
from services.portal.pages.talk import Consultation
from services.portal.pages.zones import Zone


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel, populate_by_name=True)


class Offer(_Row):
    """One offer, for the unit that made it or the one that was asked: projections' row."""

    referral: UUID
    relation: str
    from_unit: str
    to_unit: str
    together: int
    offered_at: datetime
    due: datetime | None
    stalled_at: datetime | None
    outcome: str
    ended_at: datetime | None


class Report(_Row):
    """What projections tell of a period."""

    begins: datetime
    ends: datetime
    made_at: datetime
    referrals: tuple[BoardRow, ...]
    handovers: tuple[Offer, ...]
    consultations: tuple[Consultation, ...]
    scene_calls: tuple[SceneRow, ...] = ()
    cut: bool

    @property
    def came_in(self) -> list[BoardRow]:
        """What reached the unit itself in the period, the first first; not what another unit offers it or has handed over to it."""
        return [row for row in self.referrals if self.begins <= row.received_at < self.ends and _came_to_us(row)]

    def waiting(self, kind: AgencyKind) -> list[tuple[Zone, str, list[Line]]]:
        """What waits now for a unit of this kind, by the zones of its board and as they order it; whenever it came in."""
        rows = sorted(self.referrals, key=lambda row: (row.urgency, row.received_at))
        lines = [line for line in (line_of(row, kind, self.made_at) for row in rows) if line.todo or line.step not in DONE]
        found = [(zone, name, [line for line in lines if line.row.zone == zone]) for zone, name in WAITS.items()]
        return [part for part in found if part[2]]

    def reference(self, offer: Offer) -> str:
        """What people call the referral that an offer is about; nothing, when the report was cut before it."""
        return next((row.reference for row in self.referrals if row.referral == offer.referral), "")


DONE = frozenset({NextStep.NOTHING, NextStep.PLAN})
"""Next steps of what waits for nobody's assessment, offer or decision."""


WAITS: dict[Zone, str] = {
    Zone.NEW: N_("nobody has taken it"),
    Zone.OURS: N_("somebody has taken it"),
    Zone.WAITING: N_("others are to answer"),
}
"""The zones as a paper for everybody names them: on it nothing is anybody's own."""


def _came_to_us(row: BoardRow) -> bool:
    return row.relation is Relation.HANDED_OVER or (row.relation is Relation.OWNER and row.taken_over_at is None)


def asked_by_unit(questions: Sequence[Consultation]) -> list[tuple[str, int, int]]:
    """(unit, how many questions, how many answered), by unit's id."""
    asked = Counter(question.from_unit for question in questions)
    answered = Counter(question.from_unit for question in questions if question.answered_at)
    return [(unit, number, answered[unit]) for unit, number in sorted(asked.items())]
