"""What is asked of the views: SQL that SQLAlchemy makes once from their tables, asked over asyncpg with values for its names."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from operator import and_, eq
from typing import Any, ClassVar

from sqlalchemy import (
    ARRAY,
    BinaryExpression,
    BindParameter,
    Column,
    ColumnElement,
    LargeBinary,
    MetaData,
    Select,
    Table,
    Text,
    Uuid,
    any_,
    bindparam,
    false,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import asyncpg
from sqlalchemy.sql.elements import BooleanClauseList
from sqlalchemy.types import TypeEngine

from services.projections.view import POSITION
from services.projections.views import attachments, casefile, readers
from services.projections.views.boardtable import TABLE as BOARD
from services.projections.zones import Zone

DIALECT = asyncpg.dialect()  # type: ignore[no-untyped-call]


def given(name: str, type_: TypeEngine[Any] | type[TypeEngine[Any]] | None = None) -> BindParameter[Any]:
    """A value that is there only when the question is asked."""
    return bindparam(name, type_=type_, required=False)


class Question:
    """One query for the rows of the caller's own unit: ValueError when it forgets to name agency or unit.

    It is made once and prepared once a connection: made, compiled and run through an engine each time it took half of a page's time.
    """

    names: ClassVar = {"agency", "unit"}
    """What it holds equal to the same of the caller."""

    def __init__(self, query: Select[Any]) -> None:
        if forgotten := self.names - held(query):
            raise ValueError(f"a question must name {' and '.join(sorted(forgotten))}: {query}")
        compiled = query.compile(dialect=DIALECT, compile_kwargs={"render_postcompile": True})
        self.text, self._names = str(compiled), tuple(compiled.positiontup or ())

    def values(self, given: Mapping[str, object]) -> list[object]:
        """The values in the order in which the text wants them; KeyError for a name without one."""
        return [given[name] for name in self._names]


class Unwalled(Question):
    """A query for what belongs to no agency, or for what a question with walls has given leave to."""

    names: ClassVar = set[str]()


def held(query: Select[Any]) -> set[str]:
    """The columns that every row of a query has equal to the value of the same name."""
    where = query.whereclause
    all_of = where.clauses if isinstance(where, BooleanClauseList) and where.operator is and_ else [where]
    equal = [(each.left, each.right) for each in all_of if isinstance(each, BinaryExpression) and each.operator is eq]
    return {
        mine.name for mine, theirs in equal if isinstance(mine, Column) and isinstance(theirs, BindParameter) and mine.name == theirs.key
    }


@dataclass(frozen=True)
class Screen:
    """The rows of one view as its units see them: by `order`, the newest first, `row_id` telling those of one moment apart."""

    table: Table
    order: str
    row_id: str

    def _rows(self) -> Select[Any]:
        table = self.table
        return select(table).where(table.c.agency == given("agency"), table.c.unit == given("unit"))

    @cache  # noqa: B019  screens live as long as the process
    def page(self, *only: str, limit: int, older: bool) -> Question:
        """The newest rows of the caller's own unit, by key set: never an offset, never a count. `only` are columns that have a value.

        Wants agency, unit and those columns; `older` also before and before_id, the last row of the page before. The limit stands in the
        text: with a limit that it does not know the server plans for a tenth of all rows, and sorts them.
        """
        query, place = self._rows().where(*(self.table.c[name] == given(name) for name in only)), self.table.c
        if older:
            last = given("before", place[self.order].type), given("before_id", place[self.row_id].type)
            query = query.where(tuple_(place[self.order], place[self.row_id]) < tuple_(*last))
        return Question(
            query.order_by(place[self.order].desc(), place[self.row_id].desc()).limit(bindparam("limit", limit, literal_execute=True))
        )

    def within(self, column: str, limit: int) -> Question:
        """The rows of the caller's own unit whose `column` lies in a period, oldest first. Wants agency, unit, begins and ends."""
        place = self.table.c[column]
        begins, ends = given("begins", place.type), given("ends", place.type)
        return self._oldest_first(self._rows().where(place >= begins, place < ends), column, limit)

    def holding(self, condition: ColumnElement[bool], limit: int) -> Question:
        """The rows of the caller's own unit for which a condition without values of its own holds, oldest first."""
        return self._oldest_first(self._rows().where(condition), self.order, limit)

    def among(self) -> Question:
        """Those rows of the caller's own unit that are named: agency, unit and ids."""
        return Question(self._rows().where(self.table.c[self.row_id] == any_(given("ids", ARRAY(Uuid)))))

    def _oldest_first(self, query: Select[Any], column: str, limit: int) -> Question:
        order = self.table.c[column], self.table.c[self.row_id]
        return Question(query.order_by(*order).limit(bindparam("limit", limit, literal_execute=True)))

    @cache  # noqa: B019  screens live as long as the process
    def between(self) -> Question:
        """All rows of the caller's own unit from `since` on and before `until`, by `order`: agency, unit and those two."""
        place = self.table.c[self.order]
        since, until = given("since", place.type), given("until", place.type)
        return Question(self._rows().where(place >= since, place < until).order_by(place))

    @cache  # noqa: B019  screens live as long as the process
    def own(self) -> Question:
        """One row of the caller's own unit: agency, unit and id."""
        return Question(self._rows().where(self.table.c[self.row_id] == given("id")))


MINE = "mine"
"""The part of `ours` that the caller handles."""
_TEXT, _NOWHERE = given("text", Text), literal(0, literal_execute=True)
FILTERS: Mapping[str, ColumnElement[bool]] = {
    "category": given("category", Text) == any_(BOARD.c.categories),
    "danger": BOARD.c.immediate_danger.is_(true()),
    "text": or_(func.strpos(BOARD.c.reference, _TEXT) > _NOWHERE, func.strpos(BOARD.c.registry_number, _TEXT) > _NOWHERE),
}
"""What a board may be narrowed to, by the name of its filter. A text is part of a code, a reference or a registry number: capitals."""


@dataclass(frozen=True)
class TakenScreen(Screen):
    """Rows that somebody takes: with each, whether the caller has it. Wants the actor too."""

    def _rows(self) -> Select[Any]:
        mine = func.coalesce(self.table.c.taken_by == given("actor", Uuid), false()).label(MINE)
        return super()._rows().add_columns(mine)


@dataclass(frozen=True)
class BoardScreen(TakenScreen):
    """The board, and its zones: each a page of its own, so that however much is finished, nothing that is not can be out of sight."""

    @cache  # noqa: B019  screens live as long as the process
    def zone(self, zone: str, filters: frozenset[str], *, limit: int, further: bool) -> Question:
        """The rows of one zone, those whose turn it is first; of what is done the newest. By key set: never an offset, never a count.

        `zone` is a Zone's value or MINE; `filters` are names in FILTERS. Wants agency, unit, actor and zone, a value for each filter but
        danger, and with `further` the last row's urgency, received_at and referral.
        """
        order = (BOARD.c.urgency, BOARD.c.received_at, BOARD.c.referral)
        query = self._rows().where(BOARD.c.zone == given("zone"), *(FILTERS[name] for name in sorted(filters)))
        handled_by_me = BOARD.c.taken_by == given("actor", Uuid)
        if zone == MINE:
            query = query.where(handled_by_me)
        elif zone == Zone.OURS:
            query = query.where(~handled_by_me)
        if further:
            place, last = tuple_(*order), tuple_(*(given(f"last_{column.name}", column.type) for column in order))
            query = query.where(place < last if zone == Zone.DONE else place > last)
        by = [column.desc() if zone == Zone.DONE else column for column in order]
        return Question(query.order_by(*by).limit(bindparam("limit", limit, literal_execute=True)))


SLOWEST = Unwalled(select(func.min(POSITION.c.position)).where(POSITION.c.store == given("store")))
"""How far the view has come that is furthest behind in a store."""
AUDIENCES = Question(
    select(readers.TABLE.c.audiences).where(
        readers.TABLE.c.stream == given("stream"),
        readers.TABLE.c.agency == given("agency"),
        readers.TABLE.c.unit == given("unit"),
    )
)
"""What a unit may read of a stream."""
SEALED = Unwalled(
    select(casefile.TABLE.c.state)
    .where(
        casefile.TABLE.c.stream == given("stream"),
        casefile.TABLE.c.audience == any_(given("audiences", ARRAY(Text))),
    )
    .order_by(casefile.TABLE.c.recorded_at, casefile.TABLE.c.store, casefile.TABLE.c.position)
)
"""The sealed events of a stream, in order, for the audiences that the answer to AUDIENCES names."""
FILES = Unwalled(
    select(attachments.TABLE)
    .where(
        attachments.TABLE.c.referral == given("stream"),
        attachments.TABLE.c.audience == any_(given("audiences", ARRAY(Text))),
    )
    .order_by(attachments.TABLE.c.added_at, attachments.TABLE.c.attachment)
)
"""How the files of a stream stand, in order, for the audiences that the answer to AUDIENCES names."""
BYTES = Table(
    "attachment",
    MetaData(schema="intake"),
    Column("id", Uuid, primary_key=True),
    Column("stream", Uuid),
    Column("audience", Text),
    Column("key", LargeBinary),
    Column("sealed", LargeBinary),
)
"""The files beside intake's events (deploy/postgres/070_attachments.sql): part of its log, and too large to be sent on."""
SEALED_FILE = Unwalled(
    select(BYTES.c.audience, BYTES.c.key, BYTES.c.sealed).where(
        BYTES.c.stream == given("stream"),
        BYTES.c.id == given("attachment"),
        BYTES.c.audience == any_(given("audiences", ARRAY(Text))),
    )
)
"""One sealed file of a stream, for the audiences that the answer to AUDIENCES names."""
