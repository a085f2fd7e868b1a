"""Folding batches: one by one or together is the same, and what cannot be taken leaves no trace and stops its stream alone."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.quarantine import BEHIND
from services.kit.eventlog import Logged
from services.projections.fold import fold
from services.projections.rows import NoSuchColumn, Row, Rows
from services.projections.view import View
from services.projections.views import VIEWS, board, casefile
from tests.projections.told import logged

NIGHTS = (
    ("ReferralReceived", "ReferralRegistered", "ReferralSeen", "ImmediateSafetyAssessed", "HandoverOffered", "HandoverAccepted"),
    ("ReferralReceived", "ReferralRegistered", "HandoverOffered", "HandoverRefused", "HandoverOffered", "InvestigationDeclined"),
    ("ConsultationRequested", "ConsultationSeen", "ConsultationAskedBack", "ConsultationAskedAgain", "ConsultationAnswered"),
    ("ConsultationRequested", "ConsultationSeen", "ConsultationAnswered", "ConsultationBecameReferral"),
    ("SceneCallRequested", "SceneCallQueued", "SceneCallAnswered", "SceneTimeNoted", "SceneChildRecorded", "SceneClosed"),
    ("SIPScheduled",),
)
STREAMS = [UUID(int=n + 1) for n in range(6)]


@st.composite
def histories(draw: st.DrawFn) -> list[Logged]:
    """The events of some streams, mixed, each stream's own in order."""
    left = {stream: list(draw(st.sampled_from(NIGHTS))) for stream in STREAMS}
    mixed: list[Logged] = []
    while left:
        stream = draw(st.sampled_from(sorted(left)))
        mixed.append(logged(left[stream].pop(0), stream, len(mixed) + 1, "liaison"))
        left = {stream: names for stream, names in left.items() if names}
    return mixed


def in_pieces(view: View, pieces: Sequence[Sequence[Logged]]) -> tuple[dict[object, Row], list[tuple[int, str]]]:
    """The rows and what waits, as a database would keep them between batches."""
    rows: dict[object, Row] = {}
    held: set[UUID] = set()
    waiting: list[tuple[int, str]] = []
    for piece in pieces:
        streams = {each.stream for each in piece}
        folded = fold(view, piece, [] if view.adds_only else [row for row in rows.values() if row[view.stream] in streams], held)
        for row in folded.gone:
            del rows[view.key(row)]
        rows |= {view.key(row): row for row in folded.written}
        held |= {each.logged.stream for each in folded.waiting}
        waiting += [(each.logged.position, each.reason) for each in folded.waiting]
    return rows, waiting


@given(histories(), st.lists(st.integers(1, 30), max_size=4), st.sampled_from(VIEWS), st.sets(st.integers(0, 29), max_size=3))
def test_a_batch_is_the_same_as_its_events_one_by_one(events: list[Logged], cuts: list[int], view: View, ill: set[int]) -> None:
    events = [replace(each, state=b"{}") if n in ill else each for n, each in enumerate(events)]
    bounds = [0, *sorted({min(cut, len(events)) for cut in cuts}), len(events)]
    pieces = [events[start:end] for start, end in pairwise(bounds)]
    assert in_pieces(view, pieces) == in_pieces(view, [[each] for each in events]) == in_pieces(view, [events])


def test_what_cannot_be_taken_holds_its_own_stream_and_no_other() -> None:
    ill, well = STREAMS[:2]
    events = [
        logged("ReferralReceived", ill, 1),
        logged("ReferralReceived", well, 2),
        replace(logged("ReferralSeen", ill, 3), state=b"no JSON"),
        logged("ReferralSeen", well, 4),
        logged("ImmediateSafetyAssessed", ill, 5),
    ]
    folded = fold(board.VIEW, events)
    assert [(each.logged.position, each.reason) for each in folded.waiting] == [(3, "ValidationError"), (5, BEHIND)]
    assert {row["referral"]: row["seen_at"] is not None for row in folded.written} == {ill: False, well: True}


def test_half_of_what_an_event_does_is_never_kept() -> None:
    def half(rows: Rows, logged: Logged, event: Any) -> None:
        board.apply(rows, logged, event)
        raise ZeroDivisionError

    folded = fold(replace(board.VIEW, apply=half), [logged("ReferralReceived")])
    assert (folded.written, [each.reason for each in folded.waiting]) == ([], ["ZeroDivisionError"])


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_an_event_that_nobody_knows_waits_in_every_view(view: View) -> None:
    unknown = replace(logged("ReferralReceived"), topic="ReferralReceived.v9")
    assert [each.reason for each in fold(view, [unknown]).waiting] == ["UnknownEvent"]


@pytest.mark.parametrize("view", [board.VIEW, casefile.VIEW], ids=lambda view: view.name)
def test_bytes_of_another_childs_stream_wait(view: View) -> None:
    folded = fold(view, [replace(logged("ReferralReceived"), stream=STREAMS[0])])
    assert (folded.written, [each.reason for each in folded.waiting]) == ([], ["Misplaced"])


def test_bytes_of_another_event_wait() -> None:
    for said, reason in (("FeedbackRead.v1", "ValidationError"), ("InvestigationDeclined.v1", "Misplaced")):
        folded = fold(board.VIEW, [replace(logged("InvestigationOpened"), topic=said)])
        assert [each.reason for each in folded.waiting] == [reason]


def test_an_event_that_does_not_concern_a_view_is_not_even_read() -> None:
    assert fold(board.VIEW, [replace(logged("ConsultationRequested"), state=b"no JSON")]).waiting == []


def test_who_lost_a_row_and_who_got_one_are_both_touched() -> None:
    here, there = STREAMS[:2]
    first = fold(board.VIEW, [logged("ReferralReceived", here), logged("ReferralReceived", there)])
    second = fold(board.VIEW, [logged("ReferralSeen", here)], first.written)
    assert second.touched == {"socialjouren-jour": {here}}
    assert fold(board.VIEW, [logged("ReferralSeen", here)], [*second.written]).touched == {}


def test_a_column_that_is_not_there_is_refused() -> None:
    with pytest.raises(NoSuchColumn, match="nam"):
        board.VIEW.rows().add(nam=1)
