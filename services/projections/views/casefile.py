"""The case file: the sealed events of a stream as they were sent. Its rows are ciphertext; opening one takes a key and a log row."""

from collections.abc import Iterator

from sqlalchemy import BigInteger, Column, Index, LargeBinary, Text, Uuid, insert
from sqlalchemy import Table as SqlTable
from sqlalchemy.sql.dml import UpdateBase

from contracts.event import Ciphertext, Event, SealedEvent
from services.kit.eventlog import Logged
from services.projections.view import METADATA, View, time_column

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
)


def apply(logged: Logged, event: Event) -> Iterator[UpdateBase]:
    """Keeps every sealed event."""
    if isinstance(event, SealedEvent) and isinstance(event.content, Ciphertext):
        yield insert(TABLE).values(
            store=logged.store,
            position=logged.position,
            stream=logged.stream,
            topic=logged.topic,
            audience=event.content.audience,
            recorded_at=logged.envelope.time,
            state=logged.state,
        )


VIEW = View("casefile", TABLE, apply)
