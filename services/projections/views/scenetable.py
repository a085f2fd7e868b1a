"""The rows of calls to the scene: one for the patrol's unit, and one for Socialjouren."""

from sqlalchemy import Boolean, Column, Index, Integer, Text, Uuid, literal
from sqlalchemy import Table as SqlTable
from sqlalchemy.dialects.postgresql import ARRAY, TIMESTAMP

from contracts.scene import ScenePhase, SceneQueue, SceneTime
from services.projections.view import METADATA, time_column

CALLED, TO_ANSWER = "called", "to_answer"

TABLE = SqlTable(
    "scenes",
    METADATA,
    Column("scene", Uuid, primary_key=True),
    Column("agency", Text, primary_key=True),
    Column("relation", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("queue", Text, nullable=False),
    Column("phase", Text, nullable=False),
    Column("receipt_code", Text, nullable=False),
    Column("from_unit", Text, nullable=False),
    Column("to_unit", Text, nullable=False),
    Column("danger", Boolean, nullable=False),
    Column("interpreter", Boolean, nullable=False),
    Column("checklist", Text),
    time_column("requested_at", nullable=False),
    time_column("alarm_at", nullable=False),
    time_column("notified_at", nullable=False),
    time_column("answer_due"),
    time_column("child_due"),
    time_column("seen_at"),
    time_column("amended_at"),
    time_column("withdrawn_at"),
    time_column("unread_since"),
    Column("answer", Text),
    time_column("arrives_at"),
    time_column("answered_at"),
    time_column("care_at"),
    time_column("coordination_at"),
    time_column("arrived_at"),
    time_column("handed_over_at"),
    Column("age_bands", ARRAY(Text), nullable=False),
    Column("exposures", ARRAY(Text), nullable=False),
    Column("struck", ARRAY(Integer), nullable=False),
    Column("spoken_with_at", ARRAY(TIMESTAMP(timezone=True)), nullable=False),
    Column("examined_at", ARRAY(TIMESTAMP(timezone=True)), nullable=False),
    Column("referrals", ARRAY(Uuid), nullable=False),
    Column("tasks_done", ARRAY(Text), nullable=False),
    Column("outcomes", ARRAY(Text), nullable=False),
    Column("outcome_children", ARRAY(Integer), nullable=False),
    Column("zone", Text, nullable=False),
    Column("urgency", Integer, nullable=False),
    Column("taken_by", Uuid),
    Column("taken_role", Text),
    time_column("taken_at"),
    Column("stalled", ARRAY(Text), nullable=False),
    time_column("stalled_at"),
    time_column("closed_at"),
    Index("scenes_unit_requested", "unit", "requested_at", "scene"),
    Index("scenes_unit_queue_requested", "unit", "queue", "requested_at", "scene"),
)
"""The columns that hold a list for the children have one place for each of them, in the call's order; `struck` numbers those that are none.

`outcome_children` says of each outcome which child it is for, or None for all. `unread_since` is since when the patrol has written
something that Socialjouren has not looked at; `stalled` holds what is late, `step:level`, and `stalled_at` is since when an answer was.
Who has the call stands in Socialjouren's row alone.
"""

TIMES = {
    SceneTime.ALARM: "alarm_at",
    SceneTime.NOTIFIED: "notified_at",
    SceneTime.ARRIVED: "arrived_at",
    SceneTime.CHILD_SPOKEN_WITH: "spoken_with_at",
    SceneTime.MEDICAL_EXAMINATION: "examined_at",
    SceneTime.HANDED_OVER: "handed_over_at",
}
BEGAN = {ScenePhase.CARE: "care_at", ScenePhase.COORDINATION: "coordination_at"}

UNCLOSED = TABLE.c.queue != literal(SceneQueue.CLOSED.value, literal_execute=True)
"""What is not over, for either side."""
