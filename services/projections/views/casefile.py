"""The case file: the sealed events of a stream as they were sent. Its rows are ciphertext; opening one takes a key and a log row."""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, Text, Uuid
from sqlalchemy import Table as SqlTable

from contracts.catalogue import events, is_sealed
from contracts.event import Ciphertext, SealedEvent
from contracts.model import Model
from services.kit.eventlog import Logged
from services.projections.rows import Rows
from services.projections.view import METADATA, View, time_column

IN_ITS_ROW = {"toast_tuple_target": 8160}
"""As in the stores: sealed events are compressed in vain, and a second table for the long ones makes COPY take twice the time."""

TABLE = SqlTable(
    "casefile",
    METADATA,
    Column("store", Text, primary_key=True),
    Column("position", BigInteger, primary_key=True),
    Column("stream", Uuid, nullable=False),
    Column("topic", Text, nullable=False),
    Column("audience", Text, nullable=False),
    time_column("recorded_at", nullable=False),
    Column("state", LargeBinary, nullable=False),
    Index("casefile_stream", "stream", "recorded_at"),
    postgresql_with=IN_ITS_ROW,
)


def apply(rows: Rows, logged: Logged, event: SealedEvent[Model]) -> None:
    """Keeps every sealed event."""
    if isinstance(event.content, Ciphertext):
        rows.add(
            store=logged.store,
            position=logged.position,
            stream=logged.stream,
            topic=logged.topic,
            audience=event.content.audience,
            recorded_at=logged.whole.time,
            state=logged.state,
        )


TAKES = tuple(each for each in events().values() if is_sealed(each))

VIEW = View("casefile", TABLE, "stream", TAKES, apply, adds_only=True)
