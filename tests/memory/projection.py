"""The views' tables in memory: the projection's own order of causes and effects and its own fold, without SQL."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import cast
from uuid import UUID

import asyncpg
from typing_extensions import override

from services.kit.bus import Changed
from services.kit.eventlog import STORES, EventLog, Logged
from services.projections.fold import Waiting, fold
from services.projections.projection import Projection, through
from services.projections.rows import Row
from services.projections.view import View


class MemoryProjection(Projection):
    """All views, and how far they have come."""

    def __init__(self, views: Sequence[View], logs: Mapping[str, EventLog]) -> None:
        super().__init__(views, cast("asyncpg.Connection", None), logs)
        self.views = views
        self.rows: dict[str, dict[object, Row]] = {view.name: {} for view in views}
        self.positions = {(view.name, store): 0 for view in views for store in STORES}
        self.waiting: list[Waiting] = []
        self._held: dict[str, set[UUID]] = defaultdict(set)

    @override
    async def _write(self, batch: Sequence[Logged], *, careful: bool) -> list[Changed]:
        self._refuse_ahead(batch, self.positions)
        touched: dict[str, set[str]] = defaultdict(set)
        for view in self.views:
            new = [each for each in batch if each.position > self.positions[view.name, each.store]]
            rows = self.rows[view.name]
            streams = {each.stream for each in new}
            folded = fold(view, new, [row for row in rows.values() if row[view.stream] in streams], self._held[view.name])
            for row in folded.gone:
                del rows[view.key(row)]
            rows.update({view.key(row): fitting(view, row) for row in folded.written})
            self._held[view.name].update(each.logged.stream for each in folded.waiting)
            self.waiting += folded.waiting
            for unit in folded.touched:
                touched[unit].add(view.name)
            for store, position in through(batch).items():
                self.positions[view.name, store] = max(position, self.positions[view.name, store])
        return [Changed(unit, tuple(sorted(views)), ()) for unit, views in touched.items()]

    def has_come(self, store: str) -> int:
        """How far every view has come in the store."""
        return self._least(self.positions, store)


class DoesNotFit(AssertionError):
    """The database would not take this row."""


def fitting(view: View, row: Row) -> Row:
    """The row, if every value is of its column's type and none is missing that must be there. Raises DoesNotFit."""
    for column in view.table.columns:
        value = row[column.name]
        if value is None:
            if not column.nullable:
                raise DoesNotFit(f"{view.name}.{column.name} is empty")
        elif not isinstance(value, column.type.python_type) or (isinstance(value, str) and "\0" in value):
            raise DoesNotFit(f"{view.name}.{column.name} is {value!r}")
    return row


def rebuilt(view: View, events: Iterable[Logged]) -> dict[object, Row]:
    """The view's rows made anew from all events, as `nattljus rebuild` makes them: one store after the other."""
    return {view.key(row): row for row in fold(view, events).written}
