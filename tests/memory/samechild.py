"""Intake's table of likenesses in memory, asked as the policies ask it."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from typing_extensions import override

from services.kit.groupcommit import Likeness
from services.liaison.likeness import Signal
from services.liaison.samechild import SameChild
from tests.memory.database import Database


class MemorySameChild(SameChild):
    """What the SQL of the real one says, over a dictionary."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def before(self, streams: Collection[UUID]) -> Mapping[UUID, Sequence[Signal]]:
        return {stream: self._before(stream) for stream in streams if stream in self._database.same_child}

    def _before(self, stream: UUID) -> list[Signal]:
        order = [each.stream for each in self._database.events["intake"] if each.envelope.revision == 1]
        mine, known = self._database.same_child[stream], self._database.same_child
        others = [known[each] for each in order[: order.index(stream)] if each in known]
        return [found for other in others if (found := _signal(mine, other))]


def _signal(mine: Likeness, other: Likeness) -> Signal | None:
    same_text = mine.text_key is not None and mine.text_key == other.text_key
    if mine.child_key is not None and mine.child_key == other.child_key:
        return Signal(other.stream, other.from_agency, other.received_at, same_child=True, same_text=same_text)
    if same_text and None in {mine.child_key, other.child_key}:
        return Signal(other.stream, other.from_agency, other.received_at, same_child=False, same_text=True)
    return None
