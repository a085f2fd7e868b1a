"""The watchdog on the hub in memory: what has not moved is said to be late, once, whatever comes first and however often it falls."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from contracts.handover import HandoverOffered
from contracts.law import office
from contracts.scene import SceneCallQueued, SceneStep
from contracts.scene_work import SceneCallStalled
from contracts.stalled import Level, ReferralStalled, Step
from services.kit.eventstore import DamagedHistory
from tests.memory.hub import OFFICERS, REPORTERS, Hub
from tests.properties.whole import history

POLICE, JOUR, FARSTA = REPORTERS[0], OFFICERS[0], OFFICERS[1]
MINUTE = timedelta(minutes=1)


@pytest_asyncio.fixture
async def hub() -> Hub:
    made = Hub()
    await made.start()
    return made


async def sent(hub: Hub, *, danger: bool = False, to: str = "socialjouren-jour") -> UUID:
    """A referral to Socialjouren, or to a district."""
    body = {"children": [{"kind": "unknown", "name": "Provbarn"}], "worry": "Oro.", "immediateDanger": danger, "recipient": to}
    answer = await hub.call(POLICE, "POST", "/intake/v1/referrals", body, key=uuid4())
    return UUID(answer.json()["referrals"][0]["id"])


async def follow(hub: Hub) -> None:
    await hub.policies_follow("intake")
    for store in ("intake", "liaison"):
        await hub.watchdog_follows(store)


def said(hub: Hub, stream: UUID) -> list[tuple[Step, Level]]:
    return [(each.step, each.level) for each in history(hub, stream) if isinstance(each, ReferralStalled)]


async def test_what_nobody_opens_is_late_on_the_board_and_then_with_the_lead(hub: Hub) -> None:
    stream, now = await sent(hub), datetime.now(UTC)
    await follow(hub)
    assert await hub.watchdog_looks(now + 14 * MINUTE) == 0
    await hub.watchdog_looks(now + 16 * MINUTE)
    assert said(hub, stream) == [(Step.SEEN, Level.BOARD)]
    await hub.watchdog_looks(now + 31 * MINUTE)
    assert said(hub, stream) == [(Step.SEEN, Level.BOARD), (Step.SEEN, Level.TEAM_LEAD)]


async def called(hub: Hub) -> UUID:
    """A patrol's call about a child of three."""
    body = {"place": "Provgatan 3", "district": "farsta", "children": [{"ageYears": 3}]}
    return UUID((await hub.call(POLICE, "POST", "/intake/v1/scene-calls", body, key=uuid4())).json()["id"])


def said_of_call(hub: Hub, stream: UUID) -> list[tuple[SceneStep, Level]]:
    return [(each.step, each.level) for each in history(hub, stream) if isinstance(each, SceneCallStalled)]


async def test_a_patrol_that_nobody_answers_is_late_on_the_board_and_then_with_the_lead(hub: Hub) -> None:
    call, now = await called(hub), datetime.now(UTC)
    await follow(hub)
    await hub.watchdog_looks(now + 4 * MINUTE)
    assert said_of_call(hub, call) == []
    await hub.watchdog_looks(now + 6 * MINUTE)
    await hub.watchdog_looks(now + 11 * MINUTE)
    assert said_of_call(hub, call) == [(SceneStep.ANSWER, Level.BOARD), (SceneStep.ANSWER, Level.TEAM_LEAD)]


async def test_an_answered_patrol_is_not_late_and_a_child_that_nobody_has_spoken_with_is(hub: Hub) -> None:
    call, now = await called(hub), datetime.now(UTC)
    await follow(hub)
    answer = {"answer": "coming", "who": "En", "arrivesAt": (now + 20 * MINUTE).isoformat()}
    assert (await hub.call(JOUR, "POST", f"/liaison/v1/scene-calls/{call}/answers", answer, key=uuid4())).status_code == 201
    await follow(hub)
    assert not [key for key in hub.limits.running if key[:2] == (call, SceneStep.ANSWER)]
    await hub.watchdog_looks(now + 60 * 25 * MINUTE)
    assert said_of_call(hub, call) == [(SceneStep.CHILD_SPOKEN_WITH, level) for level in (Level.BOARD, Level.TEAM_LEAD)]


async def test_a_call_that_the_policies_have_not_come_to_is_late_all_the_same(hub: Hub) -> None:
    call = await called(hub)
    await hub.watchdog_follows("intake")
    await hub.watchdog_looks(datetime.now(UTC) + 6 * MINUTE)
    assert said_of_call(hub, call) == [(SceneStep.ANSWER, Level.BOARD)]
    await hub.policies_follow("intake")
    assert isinstance(history(hub, call)[1], SceneCallQueued)


async def test_a_child_in_danger_waits_five_minutes(hub: Hub) -> None:
    calm, danger = await sent(hub), await sent(hub, danger=True)
    await follow(hub)
    await hub.watchdog_looks(datetime.now(UTC) + 6 * MINUTE)
    assert (said(hub, calm), said(hub, danger)) == ([], [(Step.SEEN, Level.BOARD)])


async def test_nothing_is_said_of_what_was_opened_in_time(hub: Hub) -> None:
    stream = await sent(hub)
    await follow(hub)
    assert (await hub.call(JOUR, "POST", f"/liaison/v1/referrals/{stream}/openings")).status_code == 201
    await follow(hub)
    assert not [key for key in hub.limits.running if key[:2] == (stream, Step.SEEN)]
    await hub.watchdog_looks(datetime.now(UTC) + 31 * MINUTE)
    assert said(hub, stream) == []


async def test_the_case_itself_is_asked_when_the_table_has_not_heard_of_it(hub: Hub) -> None:
    stream = await sent(hub)
    await follow(hub)
    await hub.call(JOUR, "POST", f"/liaison/v1/referrals/{stream}/openings")
    await hub.watchdog_looks(datetime.now(UTC) + 31 * MINUTE)  # it has not followed the opening
    assert said(hub, stream) == []


async def test_each_is_said_once_though_it_falls_and_reads_everything_again(hub: Hub) -> None:
    stream, late = await sent(hub), datetime.now(UTC) + 31 * MINUTE
    for _ in range(3):
        hub.limits.running.clear()
        hub.limits.positions.clear()
        await follow(hub)
        await hub.watchdog_looks(late)
    assert said(hub, stream) == [(Step.SEEN, Level.BOARD), (Step.SEEN, Level.TEAM_LEAD)]


async def test_a_referral_that_the_policies_never_registered_is_late_too_and_is_registered_afterwards(hub: Hub) -> None:
    stream = await sent(hub)
    await hub.watchdog_follows("intake")
    await hub.watchdog_looks(datetime.now(UTC) + 16 * MINUTE)
    assert said(hub, stream) == [(Step.SEEN, Level.BOARD)]
    raised = next(each for each in hub.database.events["liaison"] if each.stream == stream)
    assert (raised.envelope.after, raised.envelope.unit) == ("intake:1", "socialjouren-jour"), "a view takes the cause first"
    await follow(hub)
    await hub.views_take("liaison", 0, 500)
    (row,) = hub.views.rows["board"].values()
    assert (row["registry_number"] is not None, row["stalled"]) == (True, ["seen:board"])
    assert (await hub.call(JOUR, "POST", f"/liaison/v1/referrals/{stream}/openings")).status_code == 201


async def test_an_offer_that_nobody_answers_stalls_when_the_office_opens(hub: Hub) -> None:
    stream = await sent(hub)
    await follow(hub)
    for what, body in (
        ("openings", None),
        ("immediate-safety-assessments", {"needsImmediateProtection": False, "reasons": "Trygg."}),
        ("handover-offers", {"toUnit": "farsta-mottagning"}),
    ):
        assert (await hub.call(JOUR, "POST", f"/liaison/v1/referrals/{stream}/{what}", body)).status_code == 201
    await follow(hub)
    await hub.watchdog_looks(datetime.now(UTC) + timedelta(days=12))
    names = [type(each).__name__ for each in history(hub, stream)]
    assert names.count("HandoverStalled") == 1


NIGHT = office().next_closed(datetime.now(UTC) + timedelta(hours=2))
"""A time when what comes in now is late, and when nobody is at the office."""


async def escalated(hub: Hub) -> UUID:
    """A referral to a district that nobody there has assessed, when the night has come."""
    stream = await sent(hub, to="farsta-mottagning")
    await follow(hub)
    await hub.watchdog_looks(NIGHT)
    await hub.policies_follow("liaison")
    return stream


async def test_what_a_closed_district_has_not_assessed_is_offered_to_socialjouren_who_assesses_it_and_gives_it_back(hub: Hub) -> None:
    stream = await escalated(hub)
    assert (Step.ASSESSED, Level.OUT_OF_HOURS) in said(hub, stream)
    assert isinstance(history(hub, stream)[-1], HandoverOffered)
    await hub.views_take("liaison", 0, 500)
    rows = {row["agency"]: row for row in hub.views.rows["board"].values()}
    assert [(rows[agency]["zone"], rows[agency]["urgency"]) for agency in ("socialjouren", "farsta")] == [("new", 0), ("waiting", 0)]
    for who, what, body in (
        (JOUR, "handover-acceptances", None),
        (JOUR, "openings", None),
        (JOUR, "immediate-safety-assessments", {"needsImmediateProtection": False, "reasons": "Trygg."}),
        (JOUR, "handover-offers", {"toUnit": "farsta-mottagning"}),
        (FARSTA, "handover-acceptances", None),
    ):
        assert (await hub.call(who, "POST", f"/liaison/v1/referrals/{stream}/{what}", body)).status_code == 201
    await hub.views_take("liaison", 0, 500)
    (receipt,) = hub.views.rows["receipts"].values()
    assert (receipt["taken_over_by"], receipt["escalated_step"], receipt["escalated_level"]) == (
        "farsta-mottagning",
        "assessed",
        "out_of_hours",
    )


async def test_what_socialjouren_stood_in_for_is_to_be_with_a_district_when_the_offices_have_opened(hub: Hub) -> None:
    stream = await escalated(hub)
    assert (await hub.call(JOUR, "POST", f"/liaison/v1/referrals/{stream}/handover-acceptances")).status_code == 201
    await follow(hub)
    opening = office().next_opening(datetime.now(UTC))
    await hub.watchdog_looks(opening + 59 * MINUTE)
    assert Step.TAKEN_OVER not in {step for step, _ in said(hub, stream)}
    await hub.watchdog_looks(opening + 61 * MINUTE)
    assert said(hub, stream)[-1] == (Step.TAKEN_OVER, Level.BOARD)
    await hub.views_take("liaison", 0, 500)
    board = {row["agency"]: row["stalled"] for row in hub.views.rows["board"].values()}
    assert ("taken_over:board" in board["socialjouren"], board["farsta"]) == (True, [])
    await hub.watchdog_looks(opening + 181 * MINUTE)
    assert said(hub, stream)[-1] == (Step.TAKEN_OVER, Level.TEAM_LEAD)


async def test_what_the_district_has_back_by_the_morning_is_not_late_and_a_second_night_is_a_limit_of_its_own(hub: Hub) -> None:
    stream = await escalated(hub)
    opening = office().next_opening(datetime.now(UTC))
    assert (await hub.call(JOUR, "POST", f"/liaison/v1/referrals/{stream}/handover-acceptances")).status_code == 201
    await follow(hub)
    await hub.watchdog_looks(opening + 61 * MINUTE)
    for who, what, body in (
        (JOUR, "openings", None),
        (JOUR, "immediate-safety-assessments", {"needsImmediateProtection": False, "reasons": "Trygg."}),
        (JOUR, "handover-offers", {"toUnit": "farsta-mottagning"}),
        (FARSTA, "handover-acceptances", None),
    ):
        assert (await hub.call(who, "POST", f"/liaison/v1/referrals/{stream}/{what}", body)).status_code == 201
    await follow(hub)
    assert not [key for key in hub.limits.running if key[:2] == (stream, Step.TAKEN_OVER)]
    late = (Step.TAKEN_OVER, Level.BOARD)
    await hub.watchdog_looks(opening + 61 * MINUTE)
    assert said(hub, stream).count(late) == 1
    for who, what, body in ((FARSTA, "handover-offers", {"toUnit": "socialjouren-jour"}), (JOUR, "handover-acceptances", None)):
        assert (await hub.call(who, "POST", f"/liaison/v1/referrals/{stream}/{what}", body)).status_code == 201
    hub.limits.running.clear()
    hub.limits.positions.clear()  # it reads everything again, also the limit of the first night
    await follow(hub)
    await hub.watchdog_looks(opening + 61 * MINUTE)
    assert said(hub, stream).count(late) == 2


async def test_it_is_escalated_once_though_policies_and_watchdog_read_everything_again(hub: Hub) -> None:
    stream = await escalated(hub)
    for _ in range(2):
        hub.limits.running.clear()
        hub.limits.positions.clear()
        await follow(hub)
        await hub.watchdog_looks(NIGHT)
        await hub.policies_start()
        await hub.policies_follow("liaison")
    assert [type(each).__name__ for each in history(hub, stream)].count("HandoverOffered") == 1
    assert said(hub, stream).count((Step.ASSESSED, Level.OUT_OF_HOURS)) == 1


async def test_what_the_district_assessed_in_time_stays_there(hub: Hub) -> None:
    stream = await sent(hub, to="farsta-mottagning")
    await follow(hub)
    for what, body in (("openings", None), ("immediate-safety-assessments", {"needsImmediateProtection": False, "reasons": "Trygg."})):
        assert (await hub.call(FARSTA, "POST", f"/liaison/v1/referrals/{stream}/{what}", body)).status_code == 201
    await follow(hub)
    await hub.watchdog_looks(NIGHT)
    await hub.policies_follow("liaison")
    assert "HandoverOffered" not in [type(each).__name__ for each in history(hub, stream)]


async def test_an_event_that_nobody_can_read_starts_nothing_and_stops_nobody_else(hub: Hub) -> None:
    ill, well = await sent(hub), await sent(hub)
    rows = hub.database.events["intake"]
    rows[:] = [type(row)(row.store, row.position, row.previous, row.topic, row.stream, b"{}") if row.stream == ill else row for row in rows]
    await hub.watchdog_follows("intake")
    await hub.watchdog_looks(datetime.now(UTC) + 16 * MINUTE)
    assert (said(hub, ill), said(hub, well)) == ([], [(Step.SEEN, Level.BOARD)])


async def test_a_case_that_cannot_be_judged_is_looked_at_again_and_holds_nobody_up(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    ill, well = await sent(hub, danger=True), await sent(hub, danger=True)
    await follow(hub)
    store, load = hub.watchdog._store, hub.watchdog._store.load

    async def damaged(stream: UUID) -> object:
        if stream == ill:
            raise DamagedHistory
        return await load(stream)

    monkeypatch.setattr(store, "load", damaged)
    late = datetime.now(UTC) + 6 * MINUTE
    await hub.watchdog_looks(late)
    assert (said(hub, ill), said(hub, well)) == ([], [(Step.SEEN, Level.BOARD)])
    monkeypatch.undo()
    assert await hub.watchdog_looks(late) == 0
    await hub.watchdog_looks(late + MINUTE)
    assert said(hub, ill) == [(Step.SEEN, Level.BOARD)]


async def test_the_reporter_sees_that_it_was_escalated_and_not_that_the_board_was_late(hub: Hub) -> None:
    stream, now = await sent(hub), datetime.now(UTC)
    await follow(hub)
    await hub.watchdog_looks(now + 16 * MINUTE)
    await hub.views_take("liaison", 0, 500)
    (receipt,) = hub.views.rows["receipts"].values()
    assert receipt["escalated_at"] is None
    await hub.watchdog_looks(now + 31 * MINUTE)
    await hub.views_take("liaison", 0, 500)
    (receipt,) = hub.views.rows["receipts"].values()
    assert (receipt["referral"], receipt["escalated_step"]) == (stream, "seen")
    assert receipt["escalated_at"] == now + 31 * MINUTE
