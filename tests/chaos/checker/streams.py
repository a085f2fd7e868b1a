"""Stream against store: the same events in the same order, once each."""

from collections.abc import Sequence

from tests.chaos.checker.count import DOUBLED, REORDERED, UNLIKE, Count
from tests.chaos.checker.history import Sent, Stored


def check_stream(store: str, events: Sequence[Stored], messages: Sequence[Sent], count: Count) -> None:
    """The stream says what the store says, in the same order, once each."""
    last, seen = 0, set[int]()
    for message in messages:
        if message.position in seen:
            count.add(DOUBLED, f"stream {store}, message {message.sequence}", f"position {message.position} again")
        elif message.position < last:
            count.add(REORDERED, f"stream {store}, message {message.sequence}", f"position {message.position} behind {last}")
        seen.add(message.position)
        last = max(last, message.position)
    there = {(message.position, message.topic, message.stream, message.digest) for message in messages}
    wanted = {(event.position, event.topic, event.stream, event.digest) for event in events}
    for what, odd in (("missing or different", wanted - there), ("not in the store", there - wanted)):
        count.add(UNLIKE, f"stream {store}", f"{len(odd)} are {what}, first {sorted(odd)[:1]}", len(odd))
    count.add(UNLIKE, f"stream {store}", f"{len(messages)} messages for {len(wanted)} events", abs(len(messages) - len(wanted)))
    previous = [0, *(event.position for event in events)]
    chained = dict(zip((event.position for event in events), previous, strict=False))
    for message in messages:
        if chained.get(message.position, message.previous) != message.previous:
            count.add(UNLIKE, f"stream {store}, message {message.sequence}", f"follows on {message.previous} by its own account")
