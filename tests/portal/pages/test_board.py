"""The board: what is next with a referral, where it stands, and what comes first."""

from datetime import timedelta

import pytest

from contracts.agencies import AgencyKind
from contracts.feedback import LawfulFact
from services.portal.pages.board import line_of, parts_of
from services.portal.pages.board_row import COUNTED, PARTS, STEPS, BoardRow, NextStep, Part, Relation, counted, next_step
from tests.portal.pages.rows import NIGHT, assessed, row

JOUR, DISTRICT = AgencyKind.SOCIALJOUR, AgencyKind.DISTRICT
OPENED, NOT_OPENED = LawfulFact.INVESTIGATION_OPENED, LawfulFact.INVESTIGATION_NOT_OPENED

CASES = [
    (row(), JOUR, NextStep.OPEN, Part.NOW, "Nobody has opened"),
    (row(seen_at=NIGHT), JOUR, NextStep.ASSESS, Part.NOW, "Opened, not assessed"),
    (assessed(), JOUR, NextStep.OFFER, Part.OURS, "Assessed: safe for now"),
    (assessed(needs_protection=True), JOUR, NextStep.OFFER, Part.NOW, "Needs protection now"),
    (assessed(offered_to="farsta-mottagning"), JOUR, NextStep.AWAIT, Part.WAITING, "Offered to a district"),
    (assessed(offered_to="farsta-mottagning", offer_stalled_at=NIGHT), JOUR, NextStep.AWAIT, Part.NOW, "Nobody has answered"),
    (assessed(offered_to="farsta-mottagning", offer_due=NIGHT), JOUR, NextStep.AWAIT, Part.NOW, "Offered to a district"),
    (assessed(refused_by="bromma-mottagning", refused_at=NIGHT), JOUR, NextStep.OFFER, Part.NOW, "A district said no"),
    (assessed(relation=Relation.HANDED_OVER), JOUR, NextStep.NOTHING, Part.DONE, "Handed over"),
    (assessed(relation=Relation.OFFERED, offered_to="farsta-mottagning"), DISTRICT, NextStep.ANSWER, Part.OFFERED, "Offered to us"),
    (
        assessed(relation=Relation.OFFERED, offered_to="farsta-mottagning", offer_stalled_at=NIGHT),
        DISTRICT,
        NextStep.ANSWER,
        Part.NOW,
        "Offered to us",
    ),
    (assessed(relation=Relation.WITHDRAWN), DISTRICT, NextStep.NOTHING, Part.DONE, "The offer was taken back"),
    (assessed(relation=Relation.REFUSED), DISTRICT, NextStep.NOTHING, Part.DONE, "We said no"),
    (row(), DISTRICT, NextStep.OPEN, Part.NOW, "Nobody has opened"),
    (assessed(), DISTRICT, NextStep.DECIDE, Part.OURS, "Assessed: safe for now"),
    (assessed(decision=OPENED, decided_at=NIGHT), DISTRICT, NextStep.PLAN, Part.OURS, "Decided"),
    (assessed(decision=NOT_OPENED, decided_at=NIGHT), DISTRICT, NextStep.NOTHING, Part.DONE, "Decided"),
]


@pytest.mark.parametrize(("given", "kind", "step", "part", "tag"), CASES)
def test_every_row_says_what_is_next_and_stands_in_its_part(
    given: BoardRow, kind: AgencyKind, step: NextStep, part: Part, tag: str
) -> None:
    line = line_of(given, kind, NIGHT)
    assert (next_step(given, kind), line.step, line.part, line.tag[0]) == (step, step, part, tag)


def test_what_is_late_needs_somebody_now_even_when_others_are_to_answer() -> None:
    waiting = assessed(offered_to="farsta-mottagning")
    assert line_of(waiting, JOUR, NIGHT + timedelta(days=15)).part is Part.NOW


def test_danger_comes_first_and_then_what_has_waited_longest() -> None:
    later, danger = row(received_at=NIGHT + timedelta(hours=1)), row(received_at=NIGHT + timedelta(hours=2), immediate_danger=True)
    lines = [line_of(each, JOUR, NIGHT + timedelta(hours=3)) for each in (later, row(), danger)]
    now = parts_of(lines)[0]
    assert (now[0], [line.row for line in now[2]]) == (Part.NOW, [danger, row(), later])


def test_what_is_finished_stands_newest_first() -> None:
    older, newer = (assessed(relation=Relation.HANDED_OVER, received_at=NIGHT + timedelta(days=days)) for days in (0, 1))
    done = parts_of([line_of(each, JOUR, NIGHT) for each in (older, newer)])[-1]
    assert (done[0], [line.row for line in done[2]]) == (Part.DONE, [newer, older])


def test_the_cards_count_what_stands_at_each_step() -> None:
    steps = [NextStep.OPEN, NextStep.AWAIT, NextStep.OPEN, NextStep.NOTHING]
    assert [number for number, _name, _step in counted(steps, JOUR)] == [2, 0, 0, 1]


def test_every_step_and_part_has_its_words() -> None:
    assert (set(STEPS), set(PARTS)) == (set(NextStep), set(Part))
    assert set(COUNTED) <= set(NextStep)
