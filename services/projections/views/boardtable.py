"""The board's table: what a unit is shown of each referral that it has, is offered or has handed over."""

from sqlalchemy import Boolean, Column, Index, Integer, Text, Uuid, literal, text
from sqlalchemy import Table as SqlTable
from sqlalchemy.dialects.postgresql import ARRAY

from services.projections.view import METADATA, time_column
from services.projections.zones import Zone

TABLE = SqlTable(
    "board",
    METADATA,
    Column("referral", Uuid, primary_key=True),
    Column("agency", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("relation", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("receipt_code", Text, nullable=False),
    Column("submission", Uuid, nullable=False),
    Column("siblings", Integer, nullable=False),
    Column("registry_number", Text),
    Column("from_unit", Text, nullable=False),
    Column("categories", ARRAY(Text), nullable=False),
    Column("immediate_danger", Boolean, nullable=False),
    Column("age_band", Text, nullable=False),
    time_column("received_at", nullable=False),
    time_column("safety_assessment_due"),
    time_column("preliminary_assessment_due"),
    time_column("seen_at"),
    Column("needs_protection", Boolean),
    time_column("assessed_at"),
    Column("offered_to", Text),
    time_column("offered_at"),
    Column("offer", Integer),
    Column("offered_together", Integer),
    time_column("offer_due"),
    time_column("offer_stalled_at"),
    time_column("offer_withdrawn_at"),
    Column("refused_by", Text),
    time_column("refused_at"),
    Column("owner_unit", Text, nullable=False),
    time_column("taken_over_at"),
    Column("decision", Text),
    time_column("decided_at"),
    time_column("feedback_sent_at"),
    time_column("feedback_read_at"),
    Column("zone", Text, nullable=False),
    Column("urgency", Integer, nullable=False),
    Column("taken_by", Uuid),
    Column("taken_role", Text),
    time_column("taken_at"),
    Column("stalled", ARRAY(Text), nullable=False),
    time_column("stalled_at"),
    Column("earlier", ARRAY(Uuid), nullable=False),
    Column("alike", ARRAY(Uuid), nullable=False),
    Column("linked", ARRAY(Uuid), nullable=False),
    Column("signals", Integer),
    Column("agencies", Integer),
    time_column("signals_at"),
    Column("bearing", Text),
    time_column("weighed_at"),
    Column("protection", Text, nullable=False),
    Column("supplements", Integer, nullable=False),
    Column("supplements_seen", Integer, nullable=False),
    time_column("supplemented_at"),
    Column("attachments", Integer, nullable=False),
    Column("attachments_seen", Integer, nullable=False),
    time_column("attached_at"),
    Column("todo", ARRAY(Text), nullable=False),
    Column("on_hold", Boolean, nullable=False),
    Column("owed", ARRAY(Uuid), nullable=False),
    Index("board_agency_unit_received", "agency", "unit", "received_at", "referral"),
    Index(
        "board_open",
        "agency",
        "unit",
        "received_at",
        "referral",
        postgresql_where=text(f"zone <> '{Zone.DONE}'"),
    ),
    Index("board_zone", "agency", "unit", "zone", "urgency", "received_at", "referral"),
)
"""`zone`, `urgency`, `received_at` and `referral` are the order of a page; `stalled` holds what is late, `step:level`; `earlier` are other
referrals about the same child, `alike` those that may be this one and that nobody has compared, `linked` those that are. `todo` is what an
officer has not decided yet (Todo), `on_hold` that the guardians are not to be told, `owed` decisions of this unit that do not say why."""

OPEN = TABLE.c.zone != literal(Zone.DONE.value, literal_execute=True)
"""What waits, for the unit or for others: also a decided case with something left to decide, or to which something was added that nobody
has opened. As the index says it, or that would not be used."""
