"""Calls to the scene on the pages: how they stand, what is next, what the forms say, and both sides' pages in both languages."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from fastapi import Request
from starlette.datastructures import FormData

from contracts.agencies import AgencyKind, Role
from contracts.referral import Child, IdentityKind
from contracts.scene import ScenePhase, SceneQueue
from contracts.scene_work import ChildCard
from contracts.told import Protection
from services.portal.app import create_app
from services.portal.hub import HubRefused
from services.portal.language import Language
from services.portal.pages.problems import beside
from services.portal.pages.referral_form import SENT_ALREADY
from services.portal.pages.scene_acts import ACTS, kind_of_number, landing, over, place_of
from services.portal.pages.scene_call import Districts
from services.portal.pages.scene_duties import duties
from services.portal.pages.scene_file import scene_file
from services.portal.pages.scene_form import CallForm, ages_of, written
from services.portal.pages.scene_referral import from_call
from services.portal.pages.scene_referral import written as referral_written
from services.portal.pages.scene_row import SceneRow, chain, in_order, phases, standing
from services.portal.pages.scenes import latest_months, strip
from services.portal.person import Person, destinations
from services.portal.portal import Portal
from services.portal.units import Units
from tests.portal.pages.rows import NIGHT
from tests.portal.pages.scenes import ALARM, AMENDED, ANSWERED, CARD, OUTCOME, PATROL, REQUESTED, SCENE, WITHDRAWN, call, coming, page_of
from tests.portal.parts import portal_settings
from tests.portal.sampling import OFFICER

REFERRAL = UUID(int=7)


@pytest.mark.parametrize(
    ("text", "ages"),
    [
        ("", []),
        ("3, 7", [3, 7]),
        ("3,7", [3, 7]),
        ("3 7 ?", [3, 7, None]),
        ("14-15", [14, 15]),
        ("2 barn", [None, None]),
        ("2 barn, 3 och 7", [3, 7]),
        ("3 barn 4,?", [4, None, None]),
        ("6 mån, 4 år", [0, 4]),
        ("en bebis och en på fem", [0]),
        ("två små", [None]),
        ("57", [None]),
        ("1 " * 30, [1] * 20),
    ],
)
def test_ages_are_read_as_somebody_in_a_hurry_writes_them(text: str, ages: list[int | None]) -> None:
    assert ages_of(text.strip()) == ages


def test_the_place_is_enough_and_words_that_are_no_ages_are_kept() -> None:
    assert CallForm(place="Provgatan 3").body() == {"place": "Provgatan 3", "children": [], "danger": False}
    said = CallForm(place="x", ages="två små", seen="Skrik.", danger=True, interpreter="somaliska", called_at="2026-11-22T02:38:00Z").body()
    assert (said["seen"], said["danger"], said["calledAt"]) == ("Skrik.\ntvå små", True, "2026-11-22T02:38:00Z")
    assert "seen" not in CallForm(place="x", ages="3, 7").body()
    assert [name for name, _ in CallForm().problems()] == ["place"]


def test_a_form_is_read_as_the_browser_sent_it_and_keeps_its_key() -> None:
    form = written(FormData({"idempotency_key": "k", "place": " Provgatan 3 ", "ages": "3", "danger": "yes", "stray": "x"}))
    assert form == CallForm(key="k", place="Provgatan 3", ages="3", danger=True)


@pytest.mark.parametrize(
    ("refused", "place"),
    [
        (HubRefused("no-place", "d"), "place"),
        (HubRefused("not-in-use", "d"), "district"),
        (HubRefused("key-reused", "d"), "send"),
        (HubRefused("malformed", "d", ("body.children.0.ageYears",)), "ages"),
        (HubRefused("malformed", "d", ("body.calledAt",)), "send"),
        (HubRefused("unknown-unit", "d"), "send"),
    ],
)
def test_a_refusal_stands_beside_its_field(refused: HubRefused, place: str) -> None:
    assert [name for name, _ in CallForm().refused(refused)] == [place]


def test_what_nobody_has_read_comes_first_then_danger_then_who_has_waited_longest() -> None:
    later, danger = call(requested_at=NIGHT + timedelta(minutes=1)), call(requested_at=NIGHT + timedelta(minutes=2), danger=True)
    written = call(requested_at=NIGHT + timedelta(minutes=3), unread_since=NIGHT + timedelta(minutes=4))
    assert in_order([later, call(), written, danger]) == [written, danger, call(), later]


def test_a_call_that_waited_for_a_network_is_told_from_one_that_came_at_once() -> None:
    assert call(alarm_at=NIGHT - timedelta(minutes=40)).delayed
    assert not call(alarm_at=NIGHT - timedelta(seconds=90)).delayed


@pytest.mark.parametrize(
    ("row", "now", "words", "tone"),
    [
        (call(), NIGHT, "Nobody has seen it", "warning"),
        (call(danger=True), NIGHT, "Nobody has seen it", "danger"),
        (call(seen_at=NIGHT), NIGHT + timedelta(minutes=6), "Seen, not answered", "danger"),
        (coming(), NIGHT, "On the way", "info"),
        (coming(arrived_at=NIGHT), NIGHT, "On the scene", "info"),
        (coming(answer="nobody_can_come", arrives_at=None), NIGHT, "Nobody can come", "warning"),
        (coming(withdrawn_at=NIGHT), NIGHT, "Called off by the patrol", "warning"),
        (coming(queue="closed", closed_at=NIGHT), NIGHT, "Closed", "success"),
    ],
)
def test_a_call_says_how_it_stands(row: SceneRow, now: datetime, words: str, tone: str) -> None:
    assert standing(row, now) == (words, tone)


def test_a_call_is_late_only_while_nobody_has_answered() -> None:
    assert not call().late(NIGHT + timedelta(minutes=5))
    assert call().late(NIGHT + timedelta(minutes=6))
    assert not coming().late(NIGHT + timedelta(hours=1))
    assert (call().waited(NIGHT + timedelta(minutes=3)), coming().waited(NIGHT + timedelta(hours=1))) == (timedelta(minutes=3), timedelta())


def test_an_open_page_that_shows_the_answer_does_not_ask_to_read_it_and_another_answer_does() -> None:
    answered = call(answered_at=NIGHT)
    assert call().told != answered.told
    assert answered.told == call(answered_at=NIGHT, seen_at=NIGHT).told
    assert answered.told != call(answered_at=NIGHT, unread_since=NIGHT).told


def test_the_time_from_the_alarm_until_a_child_is_spoken_with_is_measured_to_the_last_of_them() -> None:
    first, last = ALARM + timedelta(hours=1), ALARM + timedelta(hours=24, minutes=1)
    half, whole = coming(spoken_with_at=[first, None]), coming(spoken_with_at=[first, last])
    assert (half.all_spoken_with, whole.all_spoken_with) == (None, timedelta(hours=24, minutes=1))
    assert [child.within_a_day for child in whole.children] == [True, False]
    assert coming(age_bands=[], exposures=[], spoken_with_at=[], examined_at=[], referrals=[]).all_spoken_with is None


def test_the_chain_has_one_next_step_and_after_the_end_none() -> None:
    assert [step.label for step in chain(call()) if step.state == "now"] == ["Seen by Socialjouren"]
    assert [step.label for step in chain(coming()) if step.state == "now"] == ["Socialjouren on the scene"]
    closed = coming(queue="closed", closed_at=NIGHT)
    assert [step.label for step in chain(closed) if step.state == "now"] == []
    off = chain(call(queue="under_way", withdrawn_at=NIGHT))
    assert [(step.label, step.state) for step in off[2:]] == [("Called off by the patrol", "done"), ("Closed", "now")]


def test_the_phases_are_three_and_one_is_under_way() -> None:
    states = {phase: [step.state for step in phases(coming(phase=phase, care_at=NIGHT, coordination_at=NIGHT))] for phase in ScenePhase}
    assert states == {
        ScenePhase.ALARM: ["now", "waiting", "waiting"],
        ScenePhase.CARE: ["done", "now", "waiting"],
        ScenePhase.COORDINATION: ["done", "done", "now"],
    }
    assert [step.state for step in phases(coming(phase="coordination", closed_at=NIGHT))] == ["done"] * 3


def test_the_last_card_and_the_last_answer_hold() -> None:
    row = coming(outcomes=["shelter"], outcome_children=[2])
    later = {**CARD, "data": {**CARD["data"], "content": {**CARD["data"]["content"], "note": "Såg allt."}}}
    again = {**OUTCOME, "data": {**OUTCOME["data"], "content": {"note": "I natt, alla tre."}}}
    file = scene_file(row, [REQUESTED, ANSWERED, CARD, later, OUTCOME, again])
    assert [card.name for card in file.cards] == [None, "Test Testsson"]
    assert file.cards[1].card is not None
    assert file.cards[1].card.note == "Såg allt."
    assert [(each.outcome, each.child, each.note) for each in file.outcomes] == [("shelter", 2, "I natt, alla tre.")]


def test_what_was_taken_back_and_what_was_struck_is_not_shown() -> None:
    row = coming(struck=[1], exposures=["saw", "saw"])
    file = scene_file(row, [REQUESTED, CARD, OUTCOME])
    assert ([card.child.number for card in file.cards], file.outcomes, row.left_undone) == ([2], [], [2])
    assert coming(struck=[1], spoken_with_at=[None, ALARM + timedelta(hours=1)]).all_spoken_with == timedelta(hours=1)


def test_the_call_stands_as_the_patrol_has_corrected_it_and_what_was_seen_is_added_to() -> None:
    file = scene_file(coming(), [REQUESTED, AMENDED])
    assert file.call is not None
    assert (file.call.place, file.call.seen, file.call.interpreter) == ("Provgatan 5", "Slag i köket.\nEtt barn till.", "somaliska")
    assert (file.earlier_places, file.telephone) == (["Provgatan 3"], "0701740605")
    assert (scene_file(coming(), [REQUESTED]).telephone, scene_file(coming(), [REQUESTED]).earlier_places) == (None, [])


def test_what_is_destroyed_is_not_shown() -> None:
    sealed = [
        {**each, "readable": False, "data": {**each["data"], "content": {"audience": "reporter", "sealed": "AAAA"}}}
        for each in (REQUESTED, AMENDED, WITHDRAWN, CARD, OUTCOME)
    ]
    file = scene_file(coming(outcomes=["shelter"], outcome_children=[2]), sealed)
    assert (file.call, [card.card for card in file.cards], [each.note for each in file.outcomes]) == (None, [None, None], [None])
    assert (file.withdrawal, [each.said for each in file.amendments], file.earlier_places) == (None, [None], [])


def test_each_side_marks_its_own_tasks() -> None:
    mine = {
        side: {duty.task.id for _, roles in duties(row) for _, tasks in roles for duty in tasks if duty.mine}
        for side, row in (("patrol", coming(relation="called")), ("jour", coming()))
    }
    assert {"police-safe", "police-evidence"} <= mine["patrol"]
    assert {"jour-barnahus", "care-examine"} <= mine["jour"]
    assert mine["patrol"] & mine["jour"] == set()
    known = {
        duty.task.id for _, roles in duties(coming(relation="called")) for _, tasks in roles for duty in tasks if duty.done is not None
    }
    assert known == mine["patrol"] | {"jour-answer", "jour-talk", "police-refer", "jour-handover"}
    assert duties(coming(checklist=None)) == []


def test_what_the_call_itself_shows_nobody_marks() -> None:
    def shown_done(row: SceneRow) -> set[str]:
        return {duty.task.id for _, roles in duties(row) for _, tasks in roles for duty in tasks if duty.task.shown_by and duty.done}

    both = {"spoken_with_at": [NIGHT, NIGHT], "referrals": [REFERRAL, REFERRAL], "handed_over_at": NIGHT}
    assert (shown_done(call()), shown_done(coming())) == (set(), {"jour-answer"})
    assert shown_done(coming(**both)) == {"jour-answer", "jour-talk", "police-refer", "jour-handover"}
    assert shown_done(coming(spoken_with_at=[NIGHT, None], referrals=[None, REFERRAL])) == {"jour-answer"}


def test_the_forms_say_what_they_mean_to_liaison() -> None:
    soon = (NIGHT + timedelta(minutes=20)).isoformat()
    assert ACTS["come"].body({"minutes": "20", "who": "Två"}, NIGHT)["arrivesAt"] == soon
    assert [name for name, _ in ACTS["come"].problems({"minutes": "7"})] == ["minutes"]
    noted = ACTS["time"].body({"what": "child_spoken_with", "child": "2", "at": "2026-11-22T04:20"}, NIGHT)
    assert noted == {"what": "child_spoken_with", "at": "2026-11-22T03:20:00+00:00", "child": 2, "happened": True}
    assert ACTS["time"].body({"what": "arrived"}, NIGHT) == {"what": "arrived", "at": None, "child": None, "happened": True}
    assert ACTS["time"].body({"what": "arrived", "slip": "yes"}, NIGHT)["happened"] is False
    assert ACTS["outcome"].body({"outcome": "talks", "child": "1", "slip": "yes"}, NIGHT)["came"] is False
    assert ACTS["strike"].body({"child": "2"}, NIGHT) == {"child": 2}
    amended = ACTS["amend"].body({"place": "Provgatan 5", "danger": "no"}, NIGHT)
    assert amended == {"danger": False, "place": "Provgatan 5", "interpreter": "", "seen": "", "contact": ""}
    assert ACTS["amend"].body({"danger": ""}, NIGHT)["danger"] is None
    assert ACTS["withdraw"].body({"reasons": "Fel hus."}, NIGHT) == {"reasons": "Fel hus."}
    assert [name for name, _ in ACTS["time"].problems({"at": "i går"})] == ["at"]
    card = ACTS["child"].body({"name": "Alva", "age": "4", "exposure": "saw"}, NIGHT)
    assert (card["child"], card["person"]["kind"], card["person"]["ageYears"], card["exposure"]) == (None, "unknown", 4, "saw")
    assert ACTS["child"].body({"number": "200510162381"}, NIGHT)["person"]["kind"] == "personal_identity_number"
    assert [name for name, _ in ACTS["child"].problems({"age": "fyra"})] == ["age"]
    assert ACTS["task"].body({"task": "police-safe", "done": "no"}, NIGHT) == {"task": "police-safe", "done": False}
    assert place_of(HubRefused("before-alarm", "d"))[0][0] == "at"


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("", "unknown"),
        ("200510162381", "personal_identity_number"),
        ("051016-2381", "personal_identity_number"),
        ("20051076-2381", "coordination_number"),
        ("99198100-0010", "reserve_number"),
    ],
)
def test_a_number_is_taken_for_what_it_looks_like(number: str, kind: str) -> None:
    assert kind_of_number(number) == kind


def test_a_card_that_is_written_anew_keeps_what_the_form_does_not_ask() -> None:
    person = Child(kind=IdentityKind.UNBORN, name="Test", description="röd tröja", age_years=3)
    body = ACTS["child"].body({"child": "1", "name": "Testa", "note": "Ny."}, NIGHT)
    anew = over(ChildCard(person=person), body)
    assert anew["person"] == {"kind": "unborn", "name": "Testa", "number": None, "description": "röd tröja", "ageYears": None}
    numbered = ChildCard(person=person.model_copy(update={"kind": IdentityKind.COORDINATION_NUMBER, "number": "x"}))
    assert over(numbered, ACTS["child"].body({"child": "1", "number": "x"}, NIGHT))["person"]["kind"] == "coordination_number"
    assert over(None, body) == body


def test_somebody_stands_where_something_was_done() -> None:
    assert [landing(act, texts) for act, texts in (("time", {"child": "2"}), ("time", {}), ("time", {"back": "step"}), ("come", {}))] == [
        *("child-2", "times", "step", "step")
    ]


@pytest.mark.parametrize(
    ("row", "shown_next"),
    [
        (coming(), "Vi är på plats nu"),
        (coming(arrived_at=NIGHT), "Härnäst: tala med varje barn"),
        (coming(arrived_at=NIGHT, spoken_with_at=[NIGHT, NIGHT]), "Patrullens anmälan återstår"),
        (coming(arrived_at=NIGHT, spoken_with_at=[NIGHT, NIGHT], referrals=[REFERRAL, REFERRAL]), "Härnäst: avsluta larmet"),
    ],
)
def test_what_is_next_stands_first_on_a_telephone(portal: Portal, row: SceneRow, shown_next: str) -> None:
    page = shown(portal, OFFICER, "scene.html", Language.SV, **page_of(row, scene_file(row, [REQUESTED, ANSWERED])))
    assert shown_next in page.partition('id="known"')[0]
    patrols = row.model_copy(update={"relation": "called"})
    assert shown_next not in shown(
        portal, PATROL, "scene.html", Language.SV, **page_of(patrols, scene_file(patrols, [REQUESTED, ANSWERED]))
    )


def test_a_referral_from_the_call_says_what_is_known_and_asks_for_nothing_twice() -> None:
    row = coming(relation="called", referrals=[REFERRAL, None])
    file = scene_file(row, [REQUESTED, CARD])
    form = from_call(file)
    assert (form.children, form.location, form.categories) == ((2,), "Provgatan 3", ("violence_in_close_relation",))
    assert form.worry == "Slag i köket.\n\nTest Testsson: Stod i dörren."
    body = form.body(row, file)
    assert body["children"] == [{"kind": "unknown", "name": "Test Testsson", "ageYears": 8}]
    assert body["scene"] == {"call": str(SCENE), "children": [2]}
    assert (body["recipient"], body["reporterContact"], body["occurredAt"]) == ("socialjouren-jour", "yttre befäl", ALARM.isoformat())


def test_a_referral_that_was_sent_once_with_other_words_comes_back_under_a_new_key() -> None:
    form = replace(from_call(scene_file(coming(relation="called"), [REQUESTED])), key="k")
    anew, problems = form.refused(HubRefused("key-reused", ""))
    assert (anew.key, anew.worry, problems) == ("", form.worry, (("send", SENT_ALREADY),))
    same, problems = form.refused(HubRefused("no-worry", ""))
    assert (same, [name for name, _ in problems]) == (form, ["worry"])


def test_a_referral_about_a_child_without_a_card_tells_what_was_seen_of_it() -> None:
    row = coming(relation="called")
    file = scene_file(row, [REQUESTED])
    sent = FormData([("children", "1"), ("children", "2"), ("worry", "Oro."), ("idempotency_key", "k"), ("danger", "yes")])
    form = referral_written(sent)
    assert (form.children, form.worry, form.danger, form.key) == ((1, 2), "Oro.", True, "k")
    assert form.body(row, file)["children"] == [
        {"kind": "unknown", "ageYears": 3},
        {"kind": "unknown", "ageYears": 8, "description": "röd tröja"},
    ]
    assert [name for name, _ in referral_written(FormData()).problems()] == ["children"]


def test_who_says_that_a_child_is_protected_says_it_of_all_whom_the_referral_is_about() -> None:
    row = coming(relation="called")
    file = scene_file(row, [REQUESTED])
    assert from_call(file).protection == "none"
    sent = referral_written(FormData([("children", "1"), ("children", "2"), ("protection", "protected_registration")]))
    assert {child["protection"] for child in sent.body(row, file)["children"]} == {"protected_registration"}
    card = ChildCard(person=Child(kind=IdentityKind.UNKNOWN, protection=Protection.CONFIDENTIALITY_MARK))
    known = replace(file.cards[0], card=card)
    assert from_call(replace(file, cards=[known, *file.cards[1:]])).protection == "confidentiality_mark"
    assert over(card, ACTS["child"].body({"child": "1", "name": "Test"}, NIGHT))["person"]["protection"] == "confidentiality_mark"


def test_the_months_are_stockholms_the_latest_first() -> None:
    assert latest_months(datetime(2026, 12, 31, 23, 30, tzinfo=UTC))[:3] == ["2027-01", "2026-12", "2026-11"]


@pytest.mark.parametrize(
    ("kind", "role", "first"),
    [
        (AgencyKind.POLICE, Role.REPORTER, "/scenes"),
        (AgencyKind.SOCIALJOUR, Role.DUTY_OFFICER, "/scenes"),
        (AgencyKind.SOCIALJOUR, Role.TEAM_LEAD, "/scenes"),
        (AgencyKind.DISTRICT, Role.TEAM_LEAD, "/board"),
        (AgencyKind.SCHOOL, Role.REPORTER, "/referrals/new"),
        (AgencyKind.SOCIALJOUR, Role.STEWARD, "/directory"),
    ],
)
def test_calls_stand_in_the_menu_of_those_whose_work_they_are(kind: AgencyKind, role: Role, first: str) -> None:
    assert next(destinations(Person(subject="x", name="x", kind=kind, role=role))).path == first


def test_what_is_kept_in_the_browser_bears_a_mark_that_names_nobody() -> None:
    assert PATROL.mark == PATROL.model_copy(update={"name": "Other"}).mark != OFFICER.mark
    assert PATROL.subject not in PATROL.mark


@pytest.fixture(scope="module")
def portal() -> Portal:
    parts: Portal = create_app(portal_settings()).state.portal
    return parts


def shown(portal: Portal, person: Person, template: str, language: Language, **context: Any) -> str:
    """The page as a person sees it."""
    headers = [(b"accept-language", language.value.encode())]
    request = Request(
        {"type": "http", "method": "GET", "path": "/scenes", "headers": headers, "query_string": b"", "server": ("x", 80), "scheme": "http"}
    )
    request.state.person = person
    return bytes(portal.render.page(request, template, context).body).decode()


SENT_BACK: tuple[tuple[str, dict[str, str], str], ...] = (
    ("come", {"minutes": "45", "who": "Tre", "message": "Vänta."}, "who"),
    ("cannot", {"instead": "Kör in."}, "instead"),
    ("time", {"what": "arrived", "at": "2026-11-22T04:20"}, "at"),
    ("time", {"what": "child_spoken_with", "child": "2", "at": "2026-11-22T04:20"}, "at"),
    ("child", {"child": "1", "name": "Alva", "age": "fyra", "note": "Grät."}, "age"),
    ("child", {"name": "Alva", "age": "fyra"}, "age"),
    ("outcome", {"outcome": "talks", "note": "I morgon."}, "step"),
    ("close", {"reasons": "Barnet sov."}, "reasons"),
)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(("act", "form", "field"), SENT_BACK)
def test_a_form_that_was_refused_comes_back_with_everything_in_it(
    portal: Portal, language: Language, act: str, form: dict[str, str], field: str
) -> None:
    row = coming()
    file = scene_file(row, [REQUESTED, ANSWERED, CARD])
    page = shown(portal, OFFICER, "scene.html", language, **page_of(row, file, language, act, ((field, "Look here."),), **form))
    assert page.count("Look here.") >= (1 if field == "step" else 2)
    assert page.count(f'href="#{field}"') == page.count(f' id="{field}"') == 1
    for name, text in form.items():
        assert text in page, name


BY_THE_PATROL: tuple[tuple[str, dict[str, str], str], ...] = (
    ("amend", {"place": "Provgatan 5", "seen": "Ett barn till.", "interpreter": "arabiska", "contact": "3-1410"}, "place"),
    ("withdraw", {"reasons": "Fel hus."}, "reasons"),
)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(("act", "form", "field"), BY_THE_PATROL)
def test_what_the_patrol_wrote_and_was_refused_comes_back_too(
    portal: Portal, language: Language, act: str, form: dict[str, str], field: str
) -> None:
    row = coming(relation="called")
    file = scene_file(row, [REQUESTED, ANSWERED])
    page = shown(portal, PATROL, "scene.html", language, **page_of(row, file, language, act, ((field, "Look here."),), **form))
    assert page.count(f'href="#{field}"') == page.count(f' id="{field}"') == 1
    for name, text in form.items():
        assert text in page, name


@pytest.mark.parametrize("language", Language)
def test_a_corrected_place_stands_first_and_asks_to_be_read_and_the_wrong_one_is_struck_out(portal: Portal, language: Language) -> None:
    row = coming(amended_at=NIGHT + timedelta(minutes=4), unread_since=NIGHT + timedelta(minutes=4))
    file = scene_file(row, [REQUESTED, ANSWERED, AMENDED])
    page = shown(portal, OFFICER, "scene.html", language, **page_of(row, file, language))
    assert page.index("Provgatan 5") < page.index("Provgatan 3") < page.index("</s>")
    assert f'action="/scenes/{SCENE}/open"' in page
    assert 'href="tel:0701740605"' in page
    read = shown(portal, OFFICER, "scene.html", language, **page_of(coming(amended_at=NIGHT), file, language))
    assert f'action="/scenes/{SCENE}/open"' not in read
    assert f'action="/scenes/{SCENE}/amend"' not in read


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("person", [PATROL, OFFICER], ids=["patrol", "officer"])
def test_a_call_that_is_called_off_says_why_and_asks_for_no_answer(portal: Portal, language: Language, person: Person) -> None:
    relation = "called" if person is PATROL else "to_answer"
    row = call(relation=relation, queue="under_way", seen_at=NIGHT, withdrawn_at=NIGHT, unread_since=NIGHT)
    file = scene_file(row, [REQUESTED, WITHDRAWN])
    page = shown(portal, person, "scene.html", language, **page_of(row, file, language))
    assert "Barnen är hos mormor." in page
    assert "/come" not in page
    assert "/cannot" not in page
    assert "/withdraw" not in page
    assert ("/close" in page) == (person is OFFICER)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("person", [PATROL, OFFICER], ids=["patrol", "officer"])
@pytest.mark.parametrize("end", [False, True], ids=["open", "closed"])
def test_both_sides_pages_hold_no_id_twice_and_nothing_that_is_not_theirs(
    portal: Portal, language: Language, person: Person, end: bool
) -> None:
    relation = "called" if person is PATROL else "to_answer"
    ending = {"queue": "closed", "closed_at": NIGHT} if end else {}
    came = {"outcomes": ["shelter"], "outcome_children": [2]} if person is OFFICER else {}
    row = coming(relation=relation, **came, spoken_with_at=[NIGHT, None], referrals=[REFERRAL, None], **ending)
    file = scene_file(row, [REQUESTED, ANSWERED, CARD, AMENDED, *([OUTCOME] if person is OFFICER else [])])
    page = shown(portal, person, "scene.html", language, **page_of(row, file, language))
    ids = [part.partition('"')[0] for part in page.split(' id="')[1:]]
    assert sorted(ids) == sorted(set(ids))
    assert "Provgatan 3" in page
    assert ("/outcome" in page) == (person is OFFICER and not end)
    assert ("I natt." in page) == (person is OFFICER)
    assert ("/referral" in page) == (person is PATROL)
    assert (f"/sent/{REFERRAL}" in page) == (person is PATROL)
    if end:
        assert "<form" not in page.partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize("language", Language)
def test_before_it_is_opened_a_call_shows_no_place_and_asks(portal: Portal, language: Language) -> None:
    page = shown(portal, OFFICER, "scene.html", language, **page_of(call(), None, language))
    assert f'action="/scenes/{SCENE}/open"' in page
    assert "Provgatan" not in page


@pytest.mark.parametrize(
    ("row", "swedish"),
    [
        (call(relation="called"), "Ingen har sett det ännu"),
        (call(relation="called", stalled_at=NIGHT), "larmat vidare"),
        (call(relation="called", seen_at=NIGHT), "Sett av Socialjouren"),
        (coming(relation="called"), "Socialjouren kommer, ungefär"),
        (coming(relation="called", arrived_at=NIGHT), "är på plats sedan"),
        (coming(relation="called", answer="nobody_can_come", arrives_at=None), "Ingen kan komma"),
        (coming(relation="called", queue="closed", closed_at=NIGHT), "Avslutat"),
        (coming(relation="called", amended_at=NIGHT, unread_since=NIGHT), "inte läst det ni skrev"),
        (coming(relation="called", amended_at=NIGHT), "har läst det ni skrev"),
        (call(relation="called", queue="under_way", withdrawn_at=NIGHT, unread_since=NIGHT), "återkallade larmet"),
    ],
)
def test_the_patrol_reads_in_words_how_it_stands(portal: Portal, row: SceneRow, swedish: str) -> None:
    context = {"row": row, "now": NIGHT + timedelta(minutes=1), "fresh": False}
    assert swedish in shown(portal, PATROL, "scene_state.html", Language.SV, **context)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(
    "districts", [Districts([("farsta", "Farsta")], "farsta"), Districts([("farsta", "Farsta")]), Districts([], known=False)]
)
def test_the_form_has_the_fewest_fields_before_its_button(portal: Portal, language: Language, districts: Districts) -> None:
    context = {"form": CallForm(key="k"), "problems": [], "errors": beside(()), "districts": districts}
    page = shown(portal, PATROL, "scene_new.html", language, **context)
    first = page.partition('id="call"')[2].partition('type="submit"')[0]
    asked = {name for name in ("place", "ages", "danger", "interpreter", "district", "seen", "contact") if f'name="{name}"' in first}
    assert asked == {"place", "ages", "danger", "interpreter"} | ({"district"} if districts.known and not districts.own else set())
    assert page.count('name="district"') == (0 if not districts.known else 1)
    assert 'value="k"' in page


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("person", [PATROL, OFFICER], ids=["patrol", "officer"])
def test_the_lists_show_every_queue_and_no_name(portal: Portal, language: Language, person: Person) -> None:
    queues = {
        SceneQueue.UNANSWERED: [call(danger=True, stalled_at=NIGHT)],
        SceneQueue.UNDER_WAY: [
            coming(scene=UUID(int=2), age_bands=["0-3"], exposures=["saw"], spoken_with_at=[NIGHT], examined_at=[None], referrals=[None])
        ],
        SceneQueue.CLOSED: [coming(scene=UUID(int=3), queue="closed", closed_at=NIGHT)],
    }
    marked = {row.scene: standing(row, NIGHT) for rows in queues.values() for row in rows}
    page = shown(portal, person, "scenes.html", language, queues=queues, standing=marked, now=NIGHT, units=Units())
    assert page.count("5N8T-2WQA</a>") == 3
    assert ("/scenes/new" in page.partition("<main")[2]) == (person is PATROL)


@pytest.mark.parametrize("language", Language)
def test_a_duty_officers_strip_says_how_many_wait_and_which_nobody_has_seen(portal: Portal, language: Language) -> None:
    waiting = [call(), call(scene=UUID(int=2), seen_at=NIGHT), *(call(scene=UUID(int=number)) for number in (3, 4, 5, 6))]
    page = shown(portal, OFFICER, "scene_banner.html", language, **strip(waiting, [coming(scene=UUID(int=9))]), now=NIGHT, units=Units())
    assert 'data-waiting="6"' in page
    assert f'data-unseen="{" ".join(f"{scene}@" for scene in (SCENE, *(UUID(int=number) for number in (3, 4, 5, 6))))}"' in page
    assert page.count("<li>") == 6
    calm = shown(portal, OFFICER, "scene_banner.html", language, **strip([], []), now=NIGHT, units={})
    assert 'data-waiting="0"' in calm
    assert "<li>" not in calm


def test_the_strip_shows_what_the_patrol_has_written_since_and_another_text_rings_anew(portal: Portal) -> None:
    written = coming(unread_since=NIGHT)
    page = shown(portal, OFFICER, "scene_banner.html", Language.SV, **strip([], [written]), now=NIGHT, units=Units())
    assert "1 patrull har skrivit mer om sitt larm" in page
    assert 'data-waiting="1"' in page
    assert strip([], [written])["unheard"] != strip([], [coming(unread_since=NIGHT + timedelta(minutes=1))])["unheard"]
    off = shown(
        portal,
        OFFICER,
        "scene_banner.html",
        Language.SV,
        **strip([], [coming(unread_since=NIGHT, withdrawn_at=NIGHT)]),
        now=NIGHT,
        units=Units(),
    )
    assert "Återkallat av patrullen" in off


@pytest.mark.parametrize("language", Language)
def test_a_month_in_figures_and_a_referral_from_the_call_are_shown(portal: Portal, language: Language) -> None:
    figures = dict.fromkeys(("calls", "withdrawn", "answered", "escalated", "children", "spokenWith", "withinADay", "neverSpokenWith"), 3)
    minutes = {"minutesToNotified": 1, "minutesToAnswer": 4, "minutesToChild": 80, "longestMinutesToChild": None}
    page = shown(portal, OFFICER, "scene_figures.html", language, figures=figures | minutes, month="2026-11", months=["2026-11"])
    assert "80 min" in page
    row = coming(relation="called", referrals=[REFERRAL, None])
    file = scene_file(row, [REQUESTED, CARD])
    told = shown(
        portal, PATROL, "scene_referral.html", language, row=row, cards=file.cards, form=from_call(file), problems=[], errors=beside(())
    )
    assert "Slag i köket." in told
    assert told.count('name="children"') == 2
