"""Calls to the scene on Socialjouren's board: the zone, what is next, how long is left, what can be done at once."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from contracts.agencies import AgencyKind, Role
from services.portal.language import Language
from services.portal.pages.board import section_of
from services.portal.pages.board_filter import Wanted
from services.portal.pages.board_row import STEPS
from services.portal.pages.colleagues import Colleague, Colleagues
from services.portal.pages.scene_board import CALL_STEPS, CallStep, by_zone, call_line, escalated, wants
from services.portal.pages.scene_row import SceneRow
from services.portal.pages.zones import ACT_NAMES, Act, Zone, name_of
from tests.portal.pages.rendered import rendered, text_of
from tests.portal.pages.rows import NIGHT
from tests.portal.pages.scenes import ALARM, OFFICER_ID, SCENE, call, coming

COLLEAGUES = Colleagues({OFFICER_ID: Colleague(OFFICER_ID, Role.DUTY_OFFICER, "Test Jour Ett", you=True)})
THERE = {"arrived_at": NIGHT}
SPOKEN = THERE | {"spoken_with_at": [NIGHT, NIGHT]}
LINKED = {"referrals": [UUID(int=1), UUID(int=2)]}


@pytest.mark.parametrize(
    ("row", "zone", "step", "act", "place"),
    [
        (call(), Zone.NEW, CallStep.OPEN, Act.TAKE, "step"),
        (call(seen_at=NIGHT), Zone.NEW, CallStep.ANSWER, Act.TAKE, "step"),
        (coming(), Zone.MINE, CallStep.ARRIVE, Act.GIVE_BACK, "times"),
        (coming(mine=False), Zone.OURS, CallStep.ARRIVE, Act.TAKE_OVER, "times"),
        (coming(unread_since=NIGHT), Zone.MINE, CallStep.READ, Act.GIVE_BACK, "step"),
        (coming(**THERE), Zone.MINE, CallStep.SPEAK, Act.GIVE_BACK, "children"),
        (coming(answer="nobody_can_come", arrives_at=None), Zone.MINE, CallStep.SPEAK, Act.GIVE_BACK, "children"),
        (coming(**SPOKEN, zone="waiting"), Zone.WAITING, CallStep.AWAIT, None, "step"),
        (coming(**SPOKEN, **LINKED), Zone.MINE, CallStep.CLOSE, Act.GIVE_BACK, "closing"),
        (call(queue="under_way", seen_at=NIGHT, withdrawn_at=NIGHT), Zone.NEW, CallStep.CLOSE, Act.TAKE, "closing"),
        (coming(queue="closed", zone="done", closed_at=NIGHT), Zone.DONE, CallStep.NOTHING, None, "step"),
    ],
)
def test_every_call_says_what_is_next_where_it_stands_and_what_can_be_done_there(
    row: SceneRow, zone: Zone, step: CallStep, act: Act | None, place: str
) -> None:
    line = call_line(row, NIGHT)
    assert (line.zone, line.step, line.act, line.place) == (zone, step, act, place)


def test_the_answer_has_minutes_and_the_child_the_first_day_and_both_say_how_it_came_about() -> None:
    answer, child = call_line(call(), NIGHT + timedelta(minutes=4)).clock, call_line(coming(), NIGHT).clock
    assert answer is not None
    assert child is not None
    assert (answer.left, answer.tone, answer.law) == (timedelta(minutes=1), "warning", False)
    assert "vårt eget mål, inte lag" in answer.words(Language.SV)
    assert (child.due, child.law) == (ALARM + timedelta(hours=24), False)
    assert "the model's practice, not law" in child.words(Language.EN)
    assert call_line(coming(**SPOKEN), NIGHT).clock is None


def test_what_is_late_is_said_and_to_whom_it_was_escalated() -> None:
    board, lead = call(stalled=["answer:board"]), call(stalled=["answer:board", "answer:team_lead"])
    assert (escalated(board), escalated(lead)) == (False, True)
    assert [call_line(row, NIGHT).flags for row in (board, lead)] == [[("Late", "warning")], [("Escalated to the team lead", "danger")]]


def test_each_call_is_in_one_zone_and_a_filter_narrows_calls_too() -> None:
    rows = [call(danger=True), coming(scene=UUID(int=2)), coming(scene=UUID(int=3), zone="done", queue="closed", closed_at=NIGHT)]
    assert {zone: [line.row.scene for line in lines] for zone, lines in by_zone(rows, NIGHT).items() if lines} == {
        Zone.NEW: [SCENE],
        Zone.MINE: [UUID(int=2)],
        Zone.DONE: [UUID(int=3)],
    }
    assert [wants(Wanted(danger=True), row) for row in rows] == [True, False, False]
    assert wants(Wanted(text="WQA"), rows[0])
    assert not wants(Wanted(text="ABCD"), rows[0])


@pytest.mark.parametrize("language", Language)
def test_a_board_shows_calls_before_referrals_with_who_has_them_and_what_is_next(language: Language) -> None:
    rows = [call(stalled=["answer:board"], danger=True), coming(scene=UUID(int=2), mine=False)]
    lines = by_zone(rows, NIGHT)
    sections = [section_of(zone, [], AgencyKind.SOCIALJOUR, NIGHT, Wanted(), lines[zone]) for zone in Zone]
    page = rendered(
        "board_rows.html",
        language,
        now=NIGHT,
        sections=sections,
        wanted=Wanted(),
        zones=[(zone, name_of(zone, AgencyKind.SOCIALJOUR)) for zone in Zone],
        cards=[],
        zone_of_step={},
        steps=STEPS,
        call_steps=CALL_STEPS,
        acts=ACT_NAMES,
        colleagues=replace_you(COLLEAGUES),
        lead=False,
        late=0,
        unanswered=0,
        escalated=0,
        long=0,
        missing=0,
    )
    assert page.count("5N8T-2WQA</a>") == 2
    assert f'href="/scenes/{SCENE}#step"' in page
    assert f'action="/board/calls/{UUID(int=2)}/take-over"' in page
    assert f'name="over" value="{OFFICER_ID}"' in page
    words = text_of(page)
    assert ("Svara patrullen" in words or "Öppna larmet" in words) == (language is Language.SV)
    assert "Test Jour Ett" in words
    assert "Provgatan" not in page


def replace_you(colleagues: Colleagues) -> Colleagues:
    """The same, read by somebody else."""
    return Colleagues({actor: replace(each, you=False) for actor, each in colleagues.items()})
