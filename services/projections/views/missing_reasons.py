"""Missing reasons: what a unit has decided without writing why, a row for each, until the reasons are given. No names stand here."""

from typing import get_args

from sqlalchemy import Column, Index, Text, Uuid
from sqlalchemy import Table as SqlTable

from contracts.owing import Owing, reasoned
from contracts.reasons import ReasonsGiven
from services.kit.eventlog import Logged
from services.projections.rows import Rows
from services.projections.view import METADATA, View, reader_columns, time_column

TABLE = SqlTable(
    "missing_reasons",
    METADATA,
    Column("event", Uuid, primary_key=True),
    Column("referral", Uuid, nullable=False),
    *reader_columns(),
    Column("reference", Text, nullable=False),
    Column("what", Text, nullable=False),
    time_column("since", nullable=False),
    Index("missing_reasons_referral", "referral"),
    Index("missing_reasons_agency_unit_since", "agency", "unit", "since", "event"),
)


Takes = Owing | ReasonsGiven


def apply(rows: Rows, logged: Logged, event: Takes) -> None:
    """What the event does to the queue."""
    if isinstance(event, ReasonsGiven):
        rows.remove(rows.matching(event=event.of))
    elif event.owed:
        rows.add(
            event=logged.whole.id,
            referral=logged.stream,
            kind=event.owed.kind,
            agency=event.owed.agency,
            unit=event.owed.unit,
            reference=event.owed.reference,
            what=reasoned(event),
            since=logged.whole.time,
        )


VIEW = View("missing_reasons", TABLE, "referral", get_args(Takes), apply)
