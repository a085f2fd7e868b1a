"""Earlier signals about the same child, on the hub in memory: known by number or by words, counted, raised when many, never merged."""

from typing import Any
from uuid import UUID, uuid4

import pytest_asyncio

from contracts.case import ReferralRegistered
from contracts.signals import QuietSignalAnswered, QuietSignalRaised, ReferralLinked
from tests.memory.hub import OFFICERS, PORTAL, REPORTERS, Hub, Person
from tests.properties.whole import history

POLICE, POLICE_TOO, WARD, SCHOOL = REPORTERS[:4]
JOUR, FARSTA = OFFICERS[:2]
ALVA, NILS = "200512312398", "200510162381"
"""Two of Skatteverket's test numbers."""


@pytest_asyncio.fixture
async def hub() -> Hub:
    made = Hub()
    await made.start()
    return made


async def sent(hub: Hub, who: Person, *numbers: str | None, worry: str = "", to: str = "socialjouren-jour") -> list[UUID]:
    """One referral about children with these numbers, registered."""
    children = [{"kind": "personal_identity_number", "number": each} if each else {"kind": "unknown", "name": "Prov"} for each in numbers]
    body = {"children": children, "worry": worry or uuid4().hex, "recipient": to}
    answer = await hub.call(who, "POST", "/intake/v1/referrals", body, key=uuid4())
    assert answer.status_code == 201, answer.text
    await hub.policies_follow("intake")
    return [UUID(each["id"]) for each in answer.json()["referrals"]]


def registered(hub: Hub, stream: UUID) -> ReferralRegistered:
    return next(each for each in history(hub, stream) if isinstance(each, ReferralRegistered))


async def does(hub: Hub, who: Person, stream: UUID, what: str, body: dict[str, Any] | None = None) -> int:
    status: int = (await hub.call(who, "POST", f"/liaison/v1/referrals/{stream}/{what}", body)).status_code
    return status


async def test_a_child_is_known_again_by_its_number_whoever_reports_and_to_whom(hub: Hub) -> None:
    [first] = await sent(hub, POLICE, ALVA)
    [second] = await sent(hub, WARD, "20051231-2398", to="farsta-mottagning")
    [other] = await sent(hub, SCHOOL, NILS)
    assert registered(hub, first).earlier == ()
    assert registered(hub, second).earlier == (first,)
    assert registered(hub, other).earlier == ()


async def told_privately(hub: Hub, number: str | None, worry: str = "Skrik från lägenheten.") -> UUID:
    """What a private person tells by the portal's door, registered."""
    child = {"kind": "personal_identity_number", "number": number} if number else {"kind": "unknown", "name": "Prov"}
    body = {"children": [child], "worry": worry, "reporterName": "Granne"}
    answer = await hub.call(PORTAL, "POST", "/intake/v1/private-referrals", body, key=uuid4())
    assert answer.status_code == 201, answer.text
    await hub.policies_follow("intake")
    return UUID(answer.json()["referrals"][0]["id"])


async def test_a_child_is_known_again_when_a_private_person_tells_of_it(hub: Hub) -> None:
    [first] = await sent(hub, POLICE, ALVA)
    private = await told_privately(hub, "20051231-2398")
    [last] = await sent(hub, SCHOOL, ALVA)
    assert registered(hub, private).earlier == (first,)
    assert registered(hub, last).earlier == (first, private)
    (raised,) = (each for each in history(hub, last) if isinstance(each, QuietSignalRaised))
    assert (raised.signals, raised.agencies) == (3, 3)


async def test_private_persons_are_counted_as_one_for_nobody_knows_whether_they_are_several(hub: Hub) -> None:
    streams = [await told_privately(hub, ALVA, worry=uuid4().hex) for _ in range(3)]
    assert len(registered(hub, streams[-1]).earlier) == 2
    assert not [each for stream in streams for each in history(hub, stream) if isinstance(each, QuietSignalRaised)]


async def test_what_a_private_person_wrote_is_never_known_again(hub: Hub) -> None:
    """The same words twice would tell that one person wrote both."""
    first, again = await told_privately(hub, None), await told_privately(hub, None)
    [elsewhere] = await sent(hub, POLICE, None, worry="Skrik från lägenheten.")
    assert [registered(hub, each).alike for each in (first, again, elsewhere)] == [()] * 3
    assert set(hub.database.same_child) == {elsewhere}
    numbered = await told_privately(hub, NILS)
    (row,) = (each for each in hub.database.same_child.values() if each.stream == numbered)
    assert (row.text_key, row.from_agency) == (None, PORTAL.desk.agency)


async def test_brothers_and_sisters_of_one_referral_are_not_each_others_signals(hub: Hub) -> None:
    alva, nils, unknown = await sent(hub, POLICE, ALVA, NILS, None)
    assert [(registered(hub, each).earlier, registered(hub, each).alike) for each in (alva, nils, unknown)] == [((), ())] * 3


async def test_of_two_in_one_batch_the_later_knows_the_earlier(hub: Hub) -> None:
    for who in (POLICE, WARD):
        body = {"children": [{"kind": "personal_identity_number", "number": ALVA}], "worry": uuid4().hex}
        assert (await hub.call(who, "POST", "/intake/v1/referrals", body, key=uuid4())).status_code == 201
    await hub.policies_follow("intake")
    first, second = (each.stream for each in hub.database.events["intake"])
    assert (registered(hub, first).earlier, registered(hub, second).earlier) == ((), (first,))


async def test_the_same_text_from_two_of_one_unit_is_offered_as_the_same_and_from_another_unit_is_not(hub: Hub) -> None:
    [first] = await sent(hub, POLICE, None, worry="Skrik från lägenheten.")
    [again] = await sent(hub, POLICE, None, worry="skrik från  lägenheten.")
    [elsewhere] = await sent(hub, POLICE_TOO, None, worry="Skrik från lägenheten.")
    assert (registered(hub, again).alike, registered(hub, again).earlier) == ((first,), ())
    assert registered(hub, elsewhere).alike == ()


async def test_the_same_text_about_children_with_different_numbers_is_about_different_children(hub: Hub) -> None:
    await sent(hub, POLICE, ALVA, worry="Ensam hemma.")
    [other] = await sent(hub, POLICE, NILS, worry="Ensam hemma.")
    assert registered(hub, other).alike == ()


async def test_the_third_signal_from_two_agencies_is_raised_with_the_registration_and_answered_by_a_person(hub: Hub) -> None:
    for who in (POLICE, WARD):
        [before] = await sent(hub, who, ALVA)
        assert not [each for each in history(hub, before) if isinstance(each, QuietSignalRaised)]
    [third] = await sent(hub, SCHOOL, ALVA)
    (raised,) = (each for each in history(hub, third) if isinstance(each, QuietSignalRaised))
    assert (raised.signals, raised.agencies) == (3, 3)
    weighing = {"bearing": "weighed_in", "reasons": "Tre på en natt."}
    assert await does(hub, JOUR, third, "signal-weighings", weighing) == 409, "open it first"
    assert await does(hub, JOUR, third, "openings") == 201
    assert await does(hub, FARSTA, third, "signal-weighings", weighing) == 404
    assert await does(hub, JOUR, third, "signal-weighings", weighing) == 201
    assert [type(each) for each in history(hub, third)][-1] is QuietSignalAnswered
    await hub.views_take("liaison", 0, 500)
    (row,) = (row for row in hub.views.rows["board"].values() if row["referral"] == third)
    assert (row["signals"], row["agencies"], row["bearing"], len(row["earlier"])) == (3, 3, "weighed_in", 2)


async def test_who_is_offered_the_case_is_shown_no_earlier_signals_until_it_is_theirs(hub: Hub) -> None:
    await sent(hub, POLICE, ALVA)
    [stream] = await sent(hub, WARD, ALVA)
    for what, body in (
        ("openings", {"take": True}),
        ("immediate-safety-assessments", {"needsImmediateProtection": False, "reasons": "Trygg."}),
        ("handover-offers", {"toUnit": "farsta-mottagning"}),
    ):
        assert await does(hub, JOUR, stream, what, body) == 201
    await hub.views_take("liaison", 0, 500)
    theirs = ("earlier", "alike", "taken_by", "signals", "stalled")
    assert [row_at(hub, stream, "farsta")[name] for name in theirs] == [[], [], None, None, []]
    assert await does(hub, FARSTA, stream, "handover-acceptances") == 201
    await hub.views_take("liaison", 0, 500)
    assert (len(row_at(hub, stream, "farsta")["earlier"]), row_at(hub, stream, "farsta")["taken_by"]) == (1, None)


def row_at(hub: Hub, stream: UUID, agency: str) -> dict[str, Any]:
    return dict(hub.views.rows["board"][stream, agency])


async def test_what_looks_the_same_is_linked_by_a_person_in_both_and_each_keeps_its_own_clock(hub: Hub) -> None:
    [first], [again] = await sent(hub, POLICE, ALVA), await sent(hub, POLICE_TOO, ALVA)
    assert registered(hub, again).alike == (first,)
    assert await does(hub, FARSTA, again, "links", {"other": str(first)}) == 404
    assert await does(hub, JOUR, again, "links", {"other": str(again)}) == 422
    assert await does(hub, JOUR, again, "links", {"other": str(first)}) == 201
    assert await does(hub, JOUR, first, "links", {"other": str(again)}) == 201
    assert [each.other for stream in (first, again) for each in history(hub, stream) if isinstance(each, ReferralLinked)] == [again, first]
    await hub.views_take("liaison", 0, 500)
    rows = [row_at(hub, each, "socialjouren") for each in (first, again)]
    assert [(row["linked"], row["alike"], row["zone"]) for row in rows] == [([again], [], "new"), ([first], [], "new")]


async def test_what_is_said_not_to_be_the_same_is_not_offered_again(hub: Hub) -> None:
    [first], [again] = await sent(hub, POLICE, ALVA), await sent(hub, POLICE_TOO, ALVA)
    assert await does(hub, JOUR, again, "separations", {"other": str(first)}) == 201
    await hub.views_take("liaison", 0, 500)
    assert row_at(hub, again, "socialjouren")["alike"] == []
    assert len(row_at(hub, again, "socialjouren")["earlier"]) == 1, "it is still about the same child"


async def test_when_a_childs_rows_are_deleted_nothing_finds_it_any_more(hub: Hub) -> None:
    [first] = await sent(hub, POLICE, ALVA)
    del hub.database.same_child[first]
    [later] = await sent(hub, WARD, ALVA)
    assert registered(hub, later).earlier == ()
