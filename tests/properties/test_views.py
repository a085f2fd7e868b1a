"""Any events whatever, in any batches: every view folds them as it folds them at once, and one child's nonsense stays with that child."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as some

from contracts.catalogue import events
from contracts.consultation import ConsultationRequested
from contracts.event import Event, SealedEvent
from contracts.handover import HandoverAccepted, HandoverOffered, HandoverRefused, HandoverWithdrawn
from contracts.referral import ReferralReceived
from contracts.scene import SceneCallRequested
from contracts.sip import SIPScheduled
from services.kit.eventlog import Logged
from services.kit.recorded import EnvelopeMapper, Provenance, Recorded
from services.projections.fold import Folded, fold
from services.projections.rows import Row
from services.projections.view import View
from services.projections.views import VIEWS
from tests.memory.projection import rebuilt
from tests.properties.instances import instances

STREAMS = [UUID(int=number) for number in (1, 2, 3)]
BY = Provenance("polisen", "lpo-farsta", UUID(int=7), datetime(2026, 11, 22, tzinfo=UTC), UUID(int=8))
BEGINNINGS: tuple[type[Event], ...] = (
    ReferralReceived,
    ReferralReceived,
    ConsultationRequested,
    SceneCallRequested,
    SIPScheduled,
    HandoverOffered,
    HandoverAccepted,
    HandoverRefused,
    HandoverWithdrawn,
)
KINDS: some.SearchStrategy[type[Event]] = some.sampled_from(BEGINNINGS) | some.sampled_from(sorted(events().values(), key=str))


def stored(position: int, stream: UUID, event: Event, damage: str) -> Logged:
    """The event as a log gives it; `damage` is a topic that it never had, or bytes that are no event."""
    state = EnvelopeMapper("liaison").to_stored_event(Recorded(stream, position, event, BY)).state
    whole = Logged("liaison", position, position - 1, event.topic(), stream, state)
    match damage:
        case "unknown":
            return replace(whole, topic=f"{event.topic()}9")
        case "bytes":
            return replace(whole, state=state[: len(state) // 2])
        case "elsewhere":
            return replace(whole, stream=STREAMS[STREAMS.index(stream) - 1])
        case _:
            return whole


SAID = some.tuples(some.sampled_from(STREAMS), KINDS.flatmap(lambda kind: instances(kind, sealed=issubclass(kind, SealedEvent))))
DAMAGE = some.sampled_from(("", "", "", "", "unknown", "bytes", "elsewhere"))
LOGS = some.lists(some.tuples(SAID, DAMAGE), max_size=12).map(
    lambda told: [stored(number, stream, event, damage) for number, ((stream, event), damage) in enumerate(told, start=1)]
)


def in_batches(view: View, batches: Sequence[Sequence[Logged]]) -> tuple[dict[object, Row], list[tuple[int, str]]]:
    """The rows and what waits, when the events come so."""
    rows: dict[object, Row] = {}
    waiting: list[tuple[int, str]] = []
    held: set[UUID] = set()
    for batch in batches:
        streams = {each.stream for each in batch}
        folded: Folded = fold(view, batch, [row for row in rows.values() if row[view.stream] in streams], held)
        for row in folded.gone:
            del rows[view.key(row)]
        rows.update({view.key(row): row for row in folded.written})
        held |= {each.logged.stream for each in folded.waiting}
        waiting += [(each.logged.position, each.reason) for each in folded.waiting]
    return rows, waiting


@given(log=LOGS, cuts=some.sets(some.integers(0, 12)))
def test_it_does_not_matter_how_the_events_are_batched(log: list[Logged], cuts: set[int]) -> None:
    at = [0, *sorted(cut for cut in cuts if cut < len(log)), len(log)]
    batches = [log[begin:end] for begin, end in pairwise(at) if begin < end]
    for view in VIEWS:
        assert in_batches(view, batches) == in_batches(view, [log])
        assert in_batches(view, [log])[0] == rebuilt(view, log)


@given(log=LOGS)
def test_a_stream_has_the_rows_that_its_own_events_make(log: list[Logged]) -> None:
    """What another child's events say, or cannot say, changes nothing."""
    for view in VIEWS:
        rows, waiting = in_batches(view, [log])
        for stream in STREAMS:
            own = [each for each in log if each.stream == stream]
            mine, waits = in_batches(view, [own])
            assert list(mine.values()) == [row for row in rows.values() if row[view.stream] == stream]
            assert waits == [each for each in waiting if each[0] in {logged.position for logged in own}]


@given(log=LOGS)
def test_behind_an_event_that_cannot_be_taken_its_stream_stands_still(log: list[Logged]) -> None:
    for view in VIEWS:
        rows, waiting = in_batches(view, [log])
        first = {each.stream: each.position for each in reversed(log) if each.position in dict(waiting)}
        taken = [each for each in log if each.position < first.get(each.stream, len(log) + 1)]
        assert in_batches(view, [taken]) == (rows, [])
