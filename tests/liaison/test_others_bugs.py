"""The hand-over bugs of other systems, each by its number in their own tracker: here each is a test."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx2
import pytest

from contracts.handover import HandoverOffered, HandoverStalled
from contracts.law import handover_deadline
from services.kit.commands import decide
from services.kit.recorded import Provenance
from services.liaison.case import fold, holders
from services.liaison.handover import stall_handover
from services.liaison.reactions import ACTOR
from tests.liaison.night import FARSTA, FARSTA_TOO, JOUR, JOUR_LEAD, POLICE, SKARHOLMEN, WRITTEN, Night
from tests.memory.hub import Person
from tests.memory.store import MemoryStore
from tests.properties.whole import ALWAYS
from tests.properties.world import DESK_OF

OWNER_ROWS = {"owner"}


@pytest.fixture
def night() -> Night:
    return Night()


def holds(night: Night) -> None:
    """Everything that must hold in the hub at any moment."""
    for each in ALWAYS:
        each(night.hub)


def codes(answers: list[httpx2.Response]) -> list[str]:
    """`201`, or the refusal's code, of each answer."""
    return ["201" if each.status_code == 201 else each.json()["type"].rpartition(":")[2] for each in answers]


async def at_once(*calls: tuple[Night, Person, UUID, str, Mapping[str, object]]) -> list[str]:
    """Several commands at the same moment."""
    return codes(await asyncio.gather(*(night.does(who, referral, what, **body) for night, who, referral, what, body in calls)))


async def watchdog_looks(night: Night, referral: UUID, at: datetime) -> None:
    """What the watchdog does with an offer that it finds at this moment."""
    store = MemoryStore("liaison", night.hub.database)
    by = Provenance("socialjouren", "socialjouren-jour", ACTOR, at, ACTOR)
    await decide(store, referral, fold, lambda case: stall_handover(case, at), by, holders)


async def test_sormas_4423_who_is_asked_sees_what_it_is_asked_about_until_when_and_may_say_no(night: Night) -> None:
    (referral,) = await night.begins()
    await night.offers(referral)
    row = (await night.rows("board", referral))[FARSTA.desk.unit]
    assert (row["relation"], row["offer"], row["needs_protection"]) == ("offered", 1, False)
    (offered,) = (event for event in night.events(referral) if isinstance(event, HandoverOffered))
    assert row["offer_due"] == handover_deadline(offered.offered_at).due
    assert WRITTEN not in repr(row)
    assert await night.read_by(FARSTA) == {("HandoverOffered", f'{{"message":"{WRITTEN}"}}')}, "the message, and nothing of the case"
    await night.done(FARSTA, referral, "handover-refusals", reason="Bor i Bromma.")
    holds(night)


async def test_sormas_4423_who_offered_may_take_it_back(night: Night) -> None:
    (referral,) = await night.begins()
    await night.offers(referral)
    await night.done(JOUR, referral, "handover-withdrawals", reason="Fel stadsdel.", offer=1)
    rows = await night.rows("board", referral)
    assert {unit: row["relation"] for unit, row in rows.items()} == {JOUR.desk.unit: "owner", FARSTA.desk.unit: "withdrawn"}
    assert await night.refused(FARSTA, referral, "handover-acceptances") == "offer-withdrawn"
    assert ("HandoverWithdrawn", '{"reason":"Fel stadsdel."}') in await night.read_by(FARSTA)


async def test_sormas_6122_the_reason_of_a_refusal_travels_back(night: Night) -> None:
    (referral,) = await night.begins()
    await night.offers(referral)
    assert await night.refused(FARSTA, referral, "handover-refusals", reason="") == "no-reasons"
    await night.done(FARSTA, referral, "handover-refusals", reason="Bor i Bromma.")
    await night.rows("board", referral)
    assert ("HandoverRefused", '{"reason":"Bor i Bromma."}') in await night.read_by(JOUR)


async def test_sormas_9945_who_offered_is_told_of_a_refusal_without_looking_for_it(night: Night) -> None:
    (referral,) = await night.begins()
    await night.offers(referral)
    await night.rows("board", referral)
    before = night.hub.views.has_come("liaison")
    await night.done(FARSTA, referral, "handover-refusals", reason="Bor i Bromma.")
    changed = await night.hub.views.apply(await night.hub.logs["liaison"].after(before))
    assert "board" in {view for each in changed if each.unit == JOUR.desk.unit for view in each.views}, "the open board is woken"
    row = (await night.rows("board", referral))[JOUR.desk.unit]
    assert (row["relation"], row["offered_to"], row["refused_by"]) == ("owner", None, FARSTA.desk.unit)


@pytest.mark.parametrize(("first", "second"), [(FARSTA, FARSTA), (FARSTA, SKARHOLMEN)])
async def test_sormas_8576_of_two_requests_at_the_same_moment_one_stands(night: Night, first: Person, second: Person) -> None:
    (referral,) = await night.begins()
    bodies = [{"toUnit": each.desk.unit, "message": f"{WRITTEN} {number}"} for number, each in enumerate((first, second))]
    answers = await at_once(*((night, JOUR, referral, "handover-offers", body) for body in bodies))
    assert sorted(answers) == ["201", "already-said" if first is second else "offer-pending"]
    assert night.names(referral).count("HandoverOffered") == 1
    holds(night)


async def test_sormas_8576_of_two_acceptances_at_the_same_moment_one_is_stored(night: Night) -> None:
    (referral,) = await night.begins()
    await night.offers(referral)
    answers = await at_once(*[(night, FARSTA, referral, "handover-acceptances", {})] * 4)
    assert answers == ["201"] * 4, "the same unit, the same fact"
    assert night.names(referral).count("HandoverAccepted") == 1


@pytest.mark.parametrize("withdrawn_first", [True, False])
async def test_sormas_6241_taking_back_what_is_accepted_is_refused_and_accepting_what_is_taken_back_too(
    night: Night, withdrawn_first: bool
) -> None:
    (referral,) = await night.begins()
    await night.offers(referral)
    if withdrawn_first:
        await night.done(JOUR, referral, "handover-withdrawals")
        assert await night.refused(FARSTA, referral, "handover-acceptances") == "offer-withdrawn"
    else:
        await night.done(FARSTA, referral, "handover-acceptances")
        assert await night.refused(JOUR, referral, "handover-withdrawals") == "handed-over"


async def test_sormas_6241_of_taking_back_and_accepting_at_the_same_moment_exactly_one_happens() -> None:
    for _ in range(5):
        one = Night()
        (referral,) = await one.begins()
        await one.offers(referral)
        answers = await at_once(
            (one, JOUR, referral, "handover-withdrawals", {}),
            (one, FARSTA, referral, "handover-acceptances", {}),
            (one, FARSTA, referral, "handover-refusals", {"reason": "Nej."}),
        )
        assert answers.count("201") == 1, answers
        assert len({"HandoverWithdrawn", "HandoverAccepted", "HandoverRefused"} & set(one.names(referral))) == 1
        holds(one)


async def test_sormas_6941_nothing_that_anybody_adds_after_the_handover_gives_the_case_back(night: Night) -> None:
    (referral,) = await night.begins()
    await night.offers(referral)
    await night.done(FARSTA, referral, "handover-acceptances")
    assert await night.refused(JOUR, referral, "openings") == "handed-over"
    assert await night.refused(JOUR, referral, "immediate-safety-assessments", needsImmediateProtection=True, reasons="x") == "handed-over"
    await night.done(FARSTA, referral, "decisions", decision="investigation_opened", reasons=WRITTEN)
    await night.hub.policies_follow("liaison", 10_000)
    await night.done(POLICE, referral, "feedback-readings")
    rows = await night.rows("board", referral)
    assert {unit for unit, row in rows.items() if row["relation"] in OWNER_ROWS} == {FARSTA.desk.unit}
    holds(night)


async def test_sormas_6684_what_belongs_to_the_case_follows_it(night: Night) -> None:
    first, second = await night.begins(children=2)
    await night.offers(first, siblings="together")
    await night.done(FARSTA, second, "handover-acceptances")
    for referral in (first, second):
        rows = await night.rows("board", referral)
        assert rows[FARSTA.desk.unit]["relation"] == "owner"
    read = await night.read_by(FARSTA)
    assert {name for name, _ in read} == {"ReferralReceived", "ImmediateSafetyAssessed", "HandoverOffered"}
    assert sum(name == "ReferralReceived" for name, _ in read) == 2, "each child's own words"


async def test_sormas_6684_brothers_and_sisters_move_all_or_none() -> None:
    """One of three is taken back at the very moment when another one is accepted: never two here and one there."""
    for _ in range(5):
        one = Night()
        family = await one.begins(children=3)
        await one.offers(family[0], siblings="together")
        answers = await at_once(
            (one, JOUR, family[2], "handover-withdrawals", {}),
            (one, FARSTA, family[1], "handover-acceptances", {}),
            (one, FARSTA, family[0], "handover-refusals", {"reason": "Nej."}),
        )
        assert answers.count("201") == 1, answers
        assert len({tuple(one.names(referral)[-1:]) for referral in family}) == 1
        holds(one)


async def test_sormas_10489_who_gave_it_away_sends_nothing_about_it_to_anybody(night: Night) -> None:
    (referral,) = await night.begins()
    await night.offers(referral)
    await night.done(FARSTA, referral, "handover-acceptances")
    assert await night.refused(JOUR, referral, "handover-offers", toUnit=SKARHOLMEN.desk.unit) == "handed-over"
    assert await night.refused(JOUR, referral, "handover-refusals", reason="x") == "handed-over"
    assert await night.refused(JOUR, referral, "decisions", decision="investigation_opened", reasons="x") == "stranger"
    await night.hub.policies_follow("liaison", 10_000)
    assert "FeedbackSent" not in night.names(referral), "feedback goes out when the new owner has decided, and not before"


async def test_sormas_8022_who_did_what_and_when_stands_for_ever(night: Night) -> None:
    (referral,) = await night.begins()
    began = datetime.now(UTC)
    await night.offers(referral)
    await night.done(JOUR_LEAD, referral, "handover-withdrawals", reason="Fel.")
    await night.offers(referral, SKARHOLMEN)
    await night.done(SKARHOLMEN, referral, "handover-refusals", reason="Nej.")
    await night.offers(referral)
    await night.done(FARSTA, referral, "handover-acceptances")
    stored = [each.envelope for each in night.hub.database.events["liaison"] if each.stream == referral and "Handover" in each.topic]
    assert [(each.topic.partition(".")[0], each.unit, each.actor) for each in stored] == [
        ("HandoverOffered", JOUR.desk.unit, JOUR.holder),
        ("HandoverWithdrawn", JOUR.desk.unit, JOUR_LEAD.holder),
        ("HandoverOffered", JOUR.desk.unit, JOUR.holder),
        ("HandoverRefused", SKARHOLMEN.desk.unit, SKARHOLMEN.holder),
        ("HandoverOffered", JOUR.desk.unit, JOUR.holder),
        ("HandoverAccepted", FARSTA.desk.unit, FARSTA.holder),
    ]
    assert [each.time for each in stored] == sorted(each.time for each in stored)
    assert stored[0].time >= began


@pytest.mark.parametrize("what", ["handover-acceptances", "handover-refusals", "handover-withdrawals"])
@pytest.mark.parametrize("who", [FARSTA_TOO, SKARHOLMEN])
async def test_primero_r2_3957_nobody_changes_a_handover_who_has_no_part_in_it(night: Night, who: Person, what: str) -> None:
    """Neither another district nor another unit of the district that is asked."""
    (referral,) = await night.begins()
    await night.offers(referral)
    assert await night.refused(who, referral, what, **({} if "accept" in what else {"reason": "x"})) == "missing"


@pytest.mark.parametrize("unit", ["lpo-farsta", "farsta-grundskola", "nowhere", "karolinska-huddinge-barnakut"])
async def test_primero_r2_3930_a_case_is_offered_only_where_somebody_may_have_it(night: Night, unit: str) -> None:
    (referral,) = await night.begins()
    assert await night.refused(JOUR, referral, "handover-offers", toUnit=unit) == "unknown-unit"


async def test_primero_r2_3960_the_team_lead_takes_back_what_a_colleague_offered(night: Night) -> None:
    (referral,) = await night.begins()
    await night.offers(referral)
    await night.done(JOUR_LEAD, referral, "handover-withdrawals")
    assert night.names(referral)[-1] == "HandoverWithdrawn"


async def test_opencrvs_8027_and_7749_what_nobody_has_answered_at_eight_is_shown_to_both_sides_once(night: Night) -> None:
    family = await night.begins(children=2)
    await night.offers(family[0], siblings="together")
    (offered,) = (event for event in night.events(family[0]) if isinstance(event, HandoverOffered))
    due = handover_deadline(offered.offered_at).due
    for referral in family:
        for moment in (due - timedelta(seconds=1), due, due + timedelta(minutes=1)):
            await watchdog_looks(night, referral, moment)
        (stalled,) = (event for event in night.events(referral) if isinstance(event, HandoverStalled))
        assert (stalled.stalled_at, stalled.due.due) == (due, due)
        rows = await night.rows("board", referral)
        assert {row["offer_stalled_at"] for row in rows.values()} == {due}
    await night.done(FARSTA, family[1], "handover-acceptances")
    holds(night)


async def test_opencrvs_10536_and_3789_no_queue_shows_what_another_unit_has(night: Night) -> None:
    (referral,) = await night.begins()
    await night.offers(referral)
    for view in ("board", "handovers", "readers"):
        units = set(await night.rows(view, referral))
        assert units <= {JOUR.desk.unit, FARSTA.desk.unit, POLICE.desk.unit}, view
        assert FARSTA_TOO.desk.unit not in units
        assert {DESK_OF[unit].kind for unit in units} >= {JOUR.desk.kind, FARSTA.desk.kind}


async def test_opencrvs_9851_at_every_step_it_stands_with_exactly_one_owner(night: Night) -> None:
    (referral,) = await night.begins()
    steps: list[tuple[Person, str, dict[str, object]]] = [
        (JOUR, "handover-offers", {"toUnit": FARSTA.desk.unit}),
        (FARSTA, "handover-refusals", {"reason": "Nej."}),
        (JOUR, "handover-offers", {"toUnit": SKARHOLMEN.desk.unit}),
        (JOUR, "handover-withdrawals", {}),
        (JOUR, "handover-offers", {"toUnit": FARSTA.desk.unit}),
        (FARSTA, "handover-acceptances", {}),
        (FARSTA, "handover-offers", {"toUnit": JOUR.desk.unit}),
        (JOUR, "handover-acceptances", {}),
    ]
    for who, what, body in steps:
        await night.done(who, referral, what, **body)
        relations = [row["relation"] for row in (await night.rows("board", referral)).values()]
        assert relations.count("owner") == 1, (what, relations)
        holds(night)


async def test_opencrvs_12878_an_answer_to_an_offer_that_is_over_is_not_taken_for_one_to_the_next(night: Night) -> None:
    (referral,) = await night.begins()
    await night.offers(referral)
    await night.done(JOUR, referral, "handover-withdrawals")
    await night.offers(referral)
    assert await night.refused(FARSTA, referral, "handover-acceptances", offer=1) == "offer-replaced"
    assert await night.refused(FARSTA, referral, "handover-refusals", reason="Nej.", offer=1) == "offer-replaced"
    await night.done(FARSTA, referral, "handover-acceptances", offer=2)


async def test_hubs_gap_005_brothers_and_sisters_are_never_forgotten_by_silence(night: Night) -> None:
    first, second = await night.begins(children=2)
    assert await night.refused(JOUR, first, "handover-offers", toUnit=FARSTA.desk.unit) == "siblings-unsaid"
    await night.offers(first, siblings="split")
    (offered,) = (event for event in night.events(first) if isinstance(event, HandoverOffered))
    assert (offered.together, offered.split_from) == ((), (second,))
    assert "HandoverOffered" not in night.names(second)


async def test_a_machine_that_names_no_offer_accepts_the_one_that_waits(night: Night) -> None:
    (referral,) = await night.begins()
    await night.offers(referral)
    answer = await night.hub.call(FARSTA, "POST", f"/liaison/v1/referrals/{referral}/handover-acceptances")
    assert answer.status_code == 201
    assert night.names(referral)[-1] == "HandoverAccepted"
