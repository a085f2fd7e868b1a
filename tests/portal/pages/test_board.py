"""The board: what is next with a referral, in which zone it stands, what can be done there, and what is asked for."""

from datetime import timedelta
from uuid import UUID

import pytest

from contracts.agencies import AgencyKind, Role
from contracts.feedback import LawfulFact
from contracts.referral import Category
from contracts.signals import Bearing
from services.portal.language import Language
from services.portal.pages.board import Line, line_of, most_in, once, section_of
from services.portal.pages.board_filter import Wanted, wanted
from services.portal.pages.board_row import COUNTED, PLACES, STEPS, TODO, BoardRow, NextStep, Relation, Todo, counted, next_step
from services.portal.pages.colleagues import Colleague, Colleagues
from services.portal.pages.zones import ACT_NAMES, TONIGHT, ZONES, Act, Zone, flags_of, name_of
from tests.portal.pages.rendered import rendered, text_of
from tests.portal.pages.rows import NIGHT, REFERRAL, assessed, row

JOUR, DISTRICT = AgencyKind.SOCIALJOUR, AgencyKind.DISTRICT
OPENED, NOT_OPENED = LawfulFact.INVESTIGATION_OPENED, LawfulFact.INVESTIGATION_NOT_OPENED
ME, ANNA = UUID(int=1), UUID(int=2)
COLLEAGUES = Colleagues(
    {ME: Colleague(ME, Role.DUTY_OFFICER, "Test Jour Ett", True), ANNA: Colleague(ANNA, Role.DUTY_OFFICER, None, False)}
)
MINE = {"zone": "ours", "mine": True, "taken_by": ME, "taken_role": Role.DUTY_OFFICER, "taken_at": NIGHT}
ANNAS = {"zone": "ours", "taken_by": ANNA, "taken_role": Role.DUTY_OFFICER, "taken_at": NIGHT}

LEFT = ["police", "meeting"]
MEETING, SIGNALS = "Say how it stands with the report meeting", "Say what the signals mean together"

CASES = [
    (row(), JOUR, NextStep.OPEN, Zone.NEW, Act.TAKE, "Nobody has opened"),
    (row(seen_at=NIGHT, **MINE), JOUR, NextStep.ASSESS, Zone.MINE, Act.GIVE_BACK, "Opened, not assessed"),
    (assessed(**ANNAS), JOUR, NextStep.OFFER, Zone.OURS, Act.TAKE_OVER, "Assessed: safe for now"),
    (assessed(needs_protection=True, **MINE), JOUR, NextStep.OFFER, Zone.MINE, Act.GIVE_BACK, "Needs protection now"),
    (assessed(offered_to="farsta-mottagning", zone="waiting"), JOUR, NextStep.AWAIT, Zone.WAITING, None, "Offered to a district"),
    (
        assessed(offered_to="farsta-mottagning", zone="waiting", offer_stalled_at=NIGHT),
        JOUR,
        NextStep.AWAIT,
        Zone.WAITING,
        None,
        "Nobody has answered",
    ),
    (
        assessed(refused_by="bromma-mottagning", refused_at=NIGHT, **MINE),
        JOUR,
        NextStep.OFFER,
        Zone.MINE,
        Act.GIVE_BACK,
        "A district said no",
    ),
    (assessed(relation=Relation.WITHDRAWN, zone="done"), DISTRICT, NextStep.NOTHING, Zone.DONE, None, "The offer was taken back"),
    (assessed(relation=Relation.HANDED_OVER, zone="done"), JOUR, NextStep.NOTHING, Zone.DONE, None, "Handed over"),
    (assessed(relation=Relation.OFFERED, offered_to="farsta-mottagning"), DISTRICT, NextStep.ANSWER, Zone.NEW, None, "Offered to us"),
    (assessed(relation=Relation.REFUSED, zone="done"), DISTRICT, NextStep.NOTHING, Zone.DONE, None, "We said no"),
    (row(), DISTRICT, NextStep.OPEN, Zone.NEW, Act.TAKE, "Nobody has opened"),
    (assessed(**MINE), DISTRICT, NextStep.DECIDE, Zone.MINE, Act.GIVE_BACK, "Assessed: safe for now"),
    (assessed(decision=OPENED, decided_at=NIGHT, zone="done"), DISTRICT, NextStep.PLAN, Zone.DONE, None, "Decided"),
    (assessed(decision=NOT_OPENED, decided_at=NIGHT, zone="done"), DISTRICT, NextStep.NOTHING, Zone.DONE, None, "Decided"),
    (assessed(supplements=1, supplemented_at=NIGHT, **MINE), JOUR, NextStep.READ, Zone.MINE, Act.GIVE_BACK, "Something new"),
    (assessed(attachments=1, attached_at=NIGHT, **ANNAS), JOUR, NextStep.READ, Zone.OURS, Act.TAKE_OVER, "Something new"),
    (assessed(attachments=1, offered_to="farsta-mottagning"), JOUR, NextStep.READ, Zone.NEW, Act.TAKE, "Something new"),
    (assessed(attachments=1, decision=NOT_OPENED, decided_at=NIGHT), DISTRICT, NextStep.READ, Zone.NEW, Act.TAKE, "Something new"),
    (
        assessed(attachments=2, attachments_seen=2, supplements=1, supplements_seen=1, **MINE),
        JOUR,
        NextStep.OFFER,
        Zone.MINE,
        Act.GIVE_BACK,
        "Assessed: safe for now",
    ),
    (row(attachments=1), JOUR, NextStep.OPEN, Zone.NEW, Act.TAKE, "Nobody has opened"),
    (assessed(relation=Relation.HANDED_OVER, attachments=1, zone="done"), JOUR, NextStep.NOTHING, Zone.DONE, None, "Handed over"),
]


@pytest.mark.parametrize(("given", "kind", "step", "zone", "act", "tag"), CASES)
def test_every_row_says_what_is_next_where_it_stands_and_what_can_be_done_there(
    given: BoardRow, kind: AgencyKind, step: NextStep, zone: Zone, act: Act | None, tag: str
) -> None:
    line = line_of(given, kind, NIGHT)
    assert (next_step(given, kind), line.step, line.zone, line.act, line.tag[0]) == (step, step, zone, act, tag)


def test_what_is_not_registered_yet_cannot_be_taken() -> None:
    assert line_of(row(registry_number=None), JOUR, NIGHT).act is None


def test_what_was_added_last_in_words_or_as_a_file_says_when() -> None:
    later = NIGHT + timedelta(hours=1)
    assert assessed().added_at is None
    assert assessed(supplemented_at=NIGHT).added_at == NIGHT
    assert assessed(supplemented_at=later, attached_at=NIGHT).added_at == later
    assert assessed(supplemented_at=NIGHT, attached_at=later).added_at == later


def test_what_is_late_is_said_beside_how_it_stands_and_to_the_lead_only_once() -> None:
    assert flags_of(row(stalled=["seen:board"])) == [("Late", "warning")]
    assert flags_of(row(stalled=["seen:board", "seen:team_lead"])) == [("Escalated to the team lead", "danger")]
    assert flags_of(row()) == []


def test_what_went_to_socialjouren_out_of_hours_is_said_until_the_lead_is_told() -> None:
    night = ["assessed:board", "assessed:out_of_hours"]
    assert flags_of(row(stalled=night)) == [("Escalated to Socialjouren", "danger")]
    assert flags_of(row(stalled=[*night, "assessed:team_lead"])) == [("Escalated to the team lead", "danger")]


def test_that_guardians_are_not_to_be_told_and_that_reasons_are_missing_stands_on_the_row() -> None:
    assert flags_of(row(on_hold=True, owed=2)) == [("Say nothing at home yet", "warning"), ("Reasons are missing", "info")]


@pytest.mark.parametrize(
    ("given", "kind", "following"),
    [
        (row(todo=LEFT), JOUR, ("Open",)),
        (row(seen_at=NIGHT, todo=LEFT), JOUR, ("Assess the need of protection",)),
        (assessed(todo=LEFT), JOUR, ("Decide on a police report", "Offer it to a district")),
        (row(seen_at=NIGHT, todo=LEFT, supplements=1), JOUR, ("Read what was added",)),
        (assessed(todo=LEFT, attachments=1, decision=OPENED, zone="ours"), DISTRICT, ("Read what was added",)),
        (assessed(todo=["meeting"]), JOUR, ("Offer it to a district",)),
        (assessed(todo=LEFT, offered_to="farsta-mottagning", zone="waiting"), JOUR, ("Wait for the answer",)),
        (assessed(todo=LEFT, signals=3, agencies=2), DISTRICT, ("Decide on a police report", SIGNALS, "Decide on an investigation")),
        (assessed(todo=["meeting"], decision=OPENED, zone="ours"), DISTRICT, (MEETING, "Plan a SIP if it is needed")),
        (assessed(todo=LEFT, decision=NOT_OPENED, zone="ours"), DISTRICT, ("Decide on a police report", MEETING)),
        (assessed(decision=NOT_OPENED, zone="done"), DISTRICT, ("Nothing more to do",)),
        (assessed(relation=Relation.HANDED_OVER, zone="done", todo=LEFT), JOUR, ("Nothing more to do",)),
    ],
)
def test_the_next_of_a_row_is_all_that_is_left_in_the_order_of_the_work(
    given: BoardRow, kind: AgencyKind, following: tuple[str, ...]
) -> None:
    assert line_of(given, kind, NIGHT).following == following


def test_what_was_escalated_to_us_says_that_nobody_has_assessed_it() -> None:
    offered = row(relation=Relation.OFFERED, offered_to="socialjouren-jour")
    assert line_of(offered, JOUR, NIGHT).tag == ("Escalated to us, not assessed", "danger")


def test_signals_are_pointed_out_until_somebody_has_weighed_them() -> None:
    many = {"signals": 3, "agencies": 2, "signals_at": NIGHT}
    assert flags_of(row(**many)) == [("Several signals about the child", "warning")]
    assert flags_of(row(**many, bearing=Bearing.NO_BEARING, weighed_at=NIGHT)) == []


def test_what_may_be_the_same_comes_before_what_is_linked() -> None:
    assert flags_of(row(alike=1, linked=1)) == [("May be the same as another", "info")]
    assert flags_of(row(linked=1)) == [("Linked with another", "neutral")]


def test_a_zone_keeps_the_hubs_order_and_goes_on_after_its_last_row() -> None:
    rows = [row(received_at=NIGHT + timedelta(minutes=number), referral=UUID(int=number)) for number in range(most_in(Zone.DONE))]
    section = section_of(Zone.DONE, rows, JOUR, NIGHT, Wanted(category=Category.NEGLECT))
    assert [line.row.referral.int for line in section.lines] == list(range(20))
    assert section.more is not None
    again = wanted(dict(part.split("=") for part in section.more.partition("?")[2].split("&")))
    assert (again.zone, again.category) == (Zone.DONE, Category.NEGLECT)
    assert section.more.endswith(f"last_id={UUID(int=19)}")
    assert section_of(Zone.DONE, rows[:-1], JOUR, NIGHT, Wanted()).more is None


def test_what_moved_on_while_the_zones_were_asked_stands_on_the_page_once_and_the_zone_still_goes_on() -> None:
    full = [row(referral=UUID(int=n)) for n in range(most_in(Zone.NEW))]
    moved = [assessed(referral=UUID(int=3), **MINE)]
    asked = [section_of(Zone.MINE, moved, JOUR, NIGHT, Wanted()), section_of(Zone.NEW, full, JOUR, NIGHT, Wanted())]
    mine, new = once(asked)
    assert [line.row.referral for line in mine.lines] == [UUID(int=3)]
    assert (len(new.lines), UUID(int=3) in {line.row.referral for line in new.lines}) == (len(full) - 1, False)
    assert new.more == asked[1].more is not None


def test_a_filter_reads_an_address_and_writes_the_same_and_leaves_out_what_nobody_can_read() -> None:
    asked = wanted({"zone": "ours", "category": "neglect", "danger": "yes", "text": " k7q2 "})
    assert asked == Wanted(Zone.OURS, Category.NEGLECT, True, "K7Q2")
    assert asked.query == "?zone=ours&category=neglect&danger=yes&text=K7Q2"
    assert asked.asked() == {"category": "neglect", "danger": True, "text": "K7Q2"}
    nonsense = wanted({"zone": "everywhere", "category": "x", "danger": "no", "last_id": "1", "after": "liaison:4"})
    assert (nonsense, nonsense.query, nonsense.narrow) == (Wanted(), "", False)


def test_half_a_place_in_a_zone_is_no_place() -> None:
    assert wanted({"zone": "new", "last_urgency": "0", "last_id": "1"}).last is None
    assert wanted({"last_urgency": "0", "last_received_at": "x", "last_id": "1"}).last is None


def test_the_cards_count_what_stands_at_each_step() -> None:
    steps = [NextStep.OPEN, NextStep.AWAIT, NextStep.OPEN, NextStep.NOTHING]
    assert [number for number, _name, _step in counted(steps, JOUR)] == [2, 0, 0, 1]


def test_every_step_zone_and_act_has_its_words() -> None:
    assert (set(STEPS), set(ZONES), set(ACT_NAMES)) == (set(NextStep), set(Zone), set(Act))
    assert set(COUNTED) <= set(NextStep)
    assert set(TODO) == set(PLACES) == set(Todo)
    assert name_of(Zone.OURS, JOUR) == TONIGHT != name_of(Zone.OURS, DISTRICT)


def page(*lines: Line, language: Language = Language.SV, asked: Wanted | None = None, **more: object) -> str:
    """The part of the board that changes."""
    sections = [section_of(zone, [line.row for line in lines if line.zone is zone], JOUR, NIGHT, Wanted()) for zone in Zone]
    pressing = {"late": 0, "long": 0, "unanswered": 0, "escalated": 0, "lead": False, "missing": 0}
    context = {
        "now": NIGHT,
        "sections": sections,
        "wanted": asked or Wanted(),
        "cards": counted((line.step for line in lines), JOUR),
        "zone_of_step": {line.step: line.zone for line in lines},
        "steps": STEPS,
        "acts": ACT_NAMES,
        "colleagues": COLLEAGUES,
    }
    return rendered("board_rows.html", language, **(context | pressing | more))


def lines(*rows: BoardRow) -> list[Line]:
    return [line_of(each, JOUR, NIGHT) for each in rows]


def test_a_row_says_who_has_it_by_name_or_by_role_and_offers_what_can_be_done() -> None:
    html = page(*lines(row(), assessed(**MINE), assessed(**ANNAS)), language=Language.EN)
    text = text_of(html)
    assert "You have it" in text
    assert "Duty officer has it" in text
    assert f'action="/board/{REFERRAL}/take"' in html
    assert f'action="/board/{REFERRAL}/give-back"' in html
    assert f'name="over" value="{ANNA}"' in html


def test_the_zones_say_what_to_do_in_both_languages() -> None:
    rows = lines(row(), assessed(**MINE), assessed(**ANNAS))
    english, swedish = (text_of(page(*rows, language=language)) for language in (Language.EN, Language.SV))
    assert [name for name in ("New: nobody has taken it", "Mine", "Ours tonight") if name in english] == [
        "New: nobody has taken it",
        "Mine",
        "Ours tonight",
    ]
    assert [name for name in ("Nya: ingen har tagit dem", "Mina", "Våra i natt") if name in swedish] == [
        "Nya: ingen har tagit dem",
        "Mina",
        "Våra i natt",
    ]


def test_what_is_escalated_is_said_to_the_lead_as_theirs() -> None:
    late = lines(row(stalled=["seen:team_lead"], stalled_at=NIGHT, urgency=0))
    assert "escalated to you" in page(*late, language=Language.EN, escalated=1, lead=True)
    assert "the team lead is told" in page(*late, language=Language.EN, escalated=1)


def test_each_thing_left_leads_to_its_place_on_the_case() -> None:
    html = page(*lines(assessed(todo=LEFT, signals=3, agencies=2)))
    assert f'href="/cases/{REFERRAL}#duties">Besluta om polisanmälan' in html
    assert f'href="/cases/{REFERRAL}#signals">Säg vad signalerna betyder tillsammans' in html
    assert f'href="/cases/{REFERRAL}#step">Erbjud en stadsdel' in html
    assert "Inget mer att göra" not in page(*lines(assessed(todo=LEFT, decision=NOT_OPENED, zone="ours")))


def test_earlier_signals_are_counted_on_the_row_and_nothing_of_them_is_shown() -> None:
    assert "2 earlier signals about the child" in text_of(page(*lines(row(earlier=2)), language=Language.EN))


def test_forms_on_a_narrowed_board_come_back_to_it() -> None:
    html = page(*lines(row()), asked=Wanted(text="K7"))
    assert f'action="/board/{REFERRAL}/take?text=K7"' in html
    assert "Inget på tavlan är så" in text_of(page(asked=Wanted(text="K7")))
