"""What must hold in the whole hub at any moment, and what must hold when everything has followed: read from its tables alone."""

from collections.abc import Iterable, Mapping
from itertools import chain
from uuid import UUID, uuid4

from contracts.attachment import (
    SCANNER,
    AttachmentAdded,
    AttachmentCleared,
    AttachmentHeld,
    AttachmentRegistered,
    AttachmentSeen,
    FileState,
    scanning,
)
from contracts.case import ReferralRegistered
from contracts.consultation import ConsultationBecameReferral, ConsultationQueued, ConsultationRequested, Side
from contracts.envelope import Envelope
from contracts.event import PARTIES, REPORTER, SOCIAL_SERVICES, Event, SealedEvent, district
from contracts.feedback import FeedbackSent
from contracts.handover import HandoverAccepted, HandoverOffered, HandoverRefused, HandoverWithdrawn
from contracts.owing import Owing
from contracts.reasons import ReasonsGiven
from contracts.referral import ReferralReceived
from contracts.report_meeting import ReportMeetingRecorded
from contracts.scene import SceneCallQueued, SceneCallRequested, SceneQueue, SceneStep
from contracts.scene_work import SceneCallStalled, SceneReferralLinked
from contracts.sip import SIPScheduled
from contracts.supplement import ReferralSupplemented, SupplementRegistered, SupplementSeen
from services.kit.eventlog import Logged
from services.kit.files import open_file
from services.kit.keyring import Reader
from services.kit.recorded import open_content
from services.liaison import consultation
from services.liaison.scene import scene as scenes
from services.projections.rows import Row
from services.projections.views import VIEWS
from services.projections.views.scenetable import CALLED, TO_ANSWER
from services.projections.zones import HANDED_OVER, OFFERED, OWNER, REFUSED, WITHDRAWN, Zone
from tests.memory.hub import PRIVATE, Hub
from tests.memory.projection import rebuilt
from tests.memory.store import MemoryPrivateKeys
from tests.properties.handled import keeps_the_rules_of_handling
from tests.properties.rules import DECISIONS, keeps_the_rules, may_hold
from tests.properties.world import DESK_OF, DOOR, WITH_CASES

CANARY = "Kanariefågel"
"""A word in everything personal that is sent: wherever it is found in clear, something leaks."""


def logged(hub: Hub) -> list[Logged]:
    """All events there are, intake's first."""
    return [*hub.database.events["intake"], *hub.database.events["liaison"]]


def history(hub: Hub, stream: UUID) -> list[Event]:
    """The stream's events in liaison."""
    return [each.event for each in hub.database.events["liaison"] if each.stream == stream]


def received(hub: Hub) -> dict[UUID, ReferralReceived]:
    """Every referral that intake has stored."""
    return {each.stream: each.event for each in hub.database.events["intake"] if isinstance(each.event, ReferralReceived)}


def questions(hub: Hub) -> dict[UUID, ConsultationRequested]:
    """Every question that intake has stored."""
    return {each.stream: each.event for each in hub.database.events["intake"] if isinstance(each.event, ConsultationRequested)}


def readers_of(hub: Hub, stream: UUID, audience: str) -> set[str]:
    """The agencies that some fact has made readers of the audience of a stream."""
    first = next(each.event for each in logged(hub) if each.stream == stream)
    match first:
        case ReferralReceived():
            reading = may_hold(history(hub, stream), audience, first.from_agency) | ({first.to_agency} if audience == REPORTER else set())
            return reading - {DOOR.agency}
        case ConsultationRequested():
            return {first.from_agency, first.to_agency} if audience == REPORTER else set()
        case SceneCallRequested():
            return {REPORTER: {first.from_agency, first.to_agency}, SOCIAL_SERVICES: {first.to_agency}}.get(audience, set())
        case _:
            (plan,) = (each for each in history(hub, stream) if isinstance(each, SIPScheduled))
            parties = {plan.led_by_agency, *(party.agency for party in plan.parties)}
            return {PARTIES: parties, district(plan.led_by_agency): {plan.led_by_agency}}.get(audience, set())


def files(hub: Hub) -> dict[UUID, FileState]:
    """How every file stands, by intake's events alone."""
    states: dict[UUID, FileState] = {}
    for event in (each.event for each in hub.database.events["intake"]):
        match event:
            case AttachmentAdded():
                assert event.attachment not in states, "added twice"
                states[event.attachment] = FileState.UNSCANNED
            case AttachmentCleared():
                assert states[event.attachment] is FileState.UNSCANNED, "judged twice"
                states[event.attachment] = FileState.CLEARED
            case AttachmentHeld():
                assert states[event.attachment] is FileState.UNSCANNED, "judged twice"
                states[event.attachment] = FileState(event.why)
            case _:
                pass
    return states


def every_file_stands_beside_its_event(hub: Hub) -> None:
    """Bytes without an event nobody would find; an event without bytes would be a receipt that lies. What waits can be scanned."""
    states = files(hub)
    assert states.keys() == hub.database.files.keys()
    to_scan = {audience for _, agency, audience in hub.database.wrapped if agency == SCANNER}
    assert to_scan == {scanning(file) for file, state in states.items() if state is FileState.UNSCANNED}


def every_case_keeps_the_rules(hub: Hub) -> None:
    """All those of a single case, for each; and nothing is registered that was not received."""
    for stream, referral in received(hub).items():
        events = history(hub, stream)
        keeps_the_rules_of_handling(events)
        if any(isinstance(event, ReferralRegistered) for event in events):
            keeps_the_rules(events)
            assert all(event.to_agency == referral.from_agency for event in events if isinstance(event, FeedbackSent))


def cases_are_with_social_services_alone(hub: Hub) -> None:
    """Nothing is sent or offered to anybody else, whatever role somebody there was given."""
    for each in logged(hub):
        if isinstance(each.event, ReferralReceived | ConsultationRequested | SceneCallRequested | HandoverOffered):
            assert DESK_OF[each.event.to_unit] in WITH_CASES


def no_key_is_held_without_a_part(hub: Hub) -> None:
    """Every wrapped key belongs to an agency that some fact has made a reader."""
    waiting = {scanning(file) for file, state in files(hub).items() if state is FileState.UNSCANNED}
    for stream, agency, audience in hub.database.wrapped:
        if agency == SCANNER:
            assert audience in waiting
            continue
        assert agency in readers_of(hub, stream, audience), (agency, audience)


def nothing_personal_stands_in_clear(hub: Hub) -> None:
    """Neither in an event nor in a view's row."""
    assert [each.topic for each in logged(hub) if CANARY.encode() in each.state] == []
    rows = chain.from_iterable(table.values() for table in hub.views.rows.values())
    assert [row for row in rows if CANARY in repr(row)] == []
    assert [file for file in hub.database.files.values() if CANARY.encode() in file.sealed + file.key] == []


def every_view_is_its_rebuild(hub: Hub) -> None:
    """Row for row, as far as the views have come; and no event has had to wait."""
    assert hub.views.waiting == []
    for view in VIEWS:
        seen = [each for each in logged(hub) if each.position <= hub.views.positions[view.name, each.store]]
        assert hub.views.rows[view.name] == rebuilt(view, seen), view.name


def every_row_belongs_to_somebody_with_a_part(hub: Hub) -> None:
    """No view holds a row for a unit that no fact of its stream names: a stranger's query, which asks for its own unit, finds nothing."""
    for view in VIEWS:
        for row in hub.views.rows[view.name].values():
            if "agency" in row:
                assert (row["agency"], row["unit"]) in named(hub, row[view.stream]), (view.name, row["unit"])


def named(hub: Hub, stream: UUID) -> set[tuple[str, str]]:
    """The agencies and units that take part in the stream: they send, own, are offered, answer, lead or are invited."""
    parts: set[tuple[str, str]] = set()
    for event in (each.event for each in logged(hub) if each.stream == stream):
        match event:
            case ReferralReceived() | ConsultationRequested() | SceneCallRequested() | HandoverOffered():
                parts |= {(event.from_agency, event.from_unit), (event.to_agency, event.to_unit)}
            case SIPScheduled():
                parts |= {(event.led_by_agency, event.led_by_unit), *((party.agency, party.unit) for party in event.parties)}
            case _:
                pass
    return parts


def every_referral_stands_on_one_board_as_owned(hub: Hub) -> None:
    """As soon as the board has come to it: one agency owns it, at most one is offered it, and each agency has one row."""
    board = hub.views.rows["board"].values()
    for stream in board_has_come_to(hub):
        relations = [row["relation"] for row in board if row["referral"] == stream]
        assert relations.count(OWNER) == 1
        assert relations.count(OFFERED) <= 1


def every_call_stands_in_one_queue(hub: Hub) -> None:
    """The same one in the patrol's row and in Socialjouren's, and the one that its history says; so is what nobody has read."""
    for row in hub.views.rows["scenes"].values():
        seen = [each for each in logged(hub) if each.stream == row["scene"] and each.position <= hub.views.positions["scenes", each.store]]
        scene = scenes.fold([each.event for each in seen if each.store == "liaison"])
        assert row["queue"] == scene.queue
        assert (row["unread_since"] is not None, row["withdrawn_at"] is not None) == (scene.unread, scene.withdrawn)
        assert set(row["struck"]) == scene.struck
        assert row["taken_by"] == (scene.handler if row["relation"] == TO_ANSWER else None)
    calls = [row["scene"] for row in hub.views.rows["scenes"].values()]
    assert all(calls.count(call) == 2 for call in calls)


def every_call_is_in_exactly_one_zone_of_socialjourens_board(hub: Hub) -> None:
    """New until somebody has it, ours or with the patrol then, done when it is closed; the patrol waits meanwhile."""
    for row in hub.views.rows["scenes"].values():
        over = row["queue"] == SceneQueue.CLOSED
        if row["relation"] == TO_ANSWER:
            new = row["taken_by"] is None
            assert Zone(row["zone"]) in ({Zone.DONE} if over else {Zone.NEW} if new else {Zone.OURS, Zone.WAITING})
        else:
            assert Zone(row["zone"]) is (Zone.DONE if over else Zone.WAITING)


def what_is_late_of_a_call_is_said_once_for_each_level(hub: Hub) -> None:
    """And of no step that was taken before."""
    for stream in {row["scene"] for row in hub.views.rows["scenes"].values()}:
        events = history(hub, stream)
        late = [(event.step, event.level) for event in events if isinstance(event, SceneCallStalled)]
        assert len(set(late)) == len(late)
        for place, event in enumerate(events):
            if isinstance(event, SceneCallStalled):
                before = scenes.fold(events[:place])
                assert event.raised_at >= event.due
                assert before.queue is not SceneQueue.CLOSED
                assert event.step is not SceneStep.ANSWER or before.answer is None


def what_came_of_a_call_is_socialjourens_alone(hub: Hub) -> None:
    """The patrol's row never shows it; Socialjouren's shows what its history says."""
    patrols = [row for row in hub.views.rows["scenes"].values() if row["relation"] == CALLED]
    assert [row for row in patrols if row["outcomes"]] == []
    assert [task for row in patrols for task in row["tasks_done"] if not task.startswith("police-")] == []


def calls_and_their_referrals_know_one_another(hub: Hub) -> None:
    """A referral that came from a call is linked there, to the child that it is about."""
    for stream, referral in received(hub).items():
        if referral.scene_call:
            links = [event for event in history(hub, referral.scene_call) if isinstance(event, SceneReferralLinked)]
            assert (referral.scene_child, stream) in {(link.child, link.referral) for link in links}


def every_referral_is_in_exactly_one_zone_of_exactly_one_unit(hub: Hub) -> None:
    """One unit is to act on it, in one zone of its board, or its owner is done with it: never nobody, and never two.

    Who has offered it waits for exactly the unit that is to answer, and for nobody else is it anything but over. What was added and
    nobody has opened is the owner's to read whoever is to answer, and however much was over.
    """
    for stream in board_has_come_to(hub):
        rows = [row for row in hub.views.rows["board"].values() if row["referral"] == stream]
        zones = {row["unit"]: Zone(row["zone"]) for row in rows}
        owner = next(row["unit"] for row in rows if row["relation"] == OWNER)
        to_act = {unit for unit, zone in zones.items() if zone in {Zone.NEW, Zone.OURS}}
        asked = {row["unit"] for row in rows if row["relation"] == OFFERED}
        to_read = {row["unit"] for row in rows if row["relation"] == OWNER and row["seen_at"] and something_unread(row)}
        assert (zones[owner] is Zone.WAITING) == bool(asked and not to_read), zones
        assert to_act == to_read | (asked or {owner} - {unit for unit, zone in zones.items() if zone is Zone.DONE}), zones
        assert {zone for unit, zone in zones.items() if unit not in {owner, *asked}} <= {Zone.DONE}, zones


def something_unread(row: Mapping[str, object]) -> bool:
    """More was added, in words or as files, than was opened."""
    return (row["supplements"], row["attachments"]) != (row["supplements_seen"], row["attachments_seen"])


def board_has_come_to(hub: Hub) -> list[UUID]:
    """The referrals that the board knows of, as far as it has come."""
    come = hub.views.positions["board", "intake"]
    received = [each for each in hub.database.events["intake"] if isinstance(each.event, ReferralReceived)]
    return [each.stream for each in received if each.position <= come]


def what_moves_together_moves_at_once(hub: Hub) -> None:
    """Brothers and sisters that are offered together are offered, answered and taken back together: each has what the others have."""
    for stream in received(hub):
        for offered in (event for event in history(hub, stream) if isinstance(event, HandoverOffered) and event.together):
            assert stream in offered.together
            ends = {_end_of(history(hub, each), offered.together) for each in offered.together}
            assert len(ends) == 1, ends


def _end_of(events: Iterable[Event], together: tuple[UUID, ...]) -> str:
    """What became of the offer that named these together."""
    found, number = "", 0
    for event in events:
        match event:
            case HandoverOffered() if event.together == together:
                found, number = "waits", event.offer
            case HandoverAccepted() | HandoverRefused() | HandoverWithdrawn() if event.offer == number and found == "waits":
                found = type(event).__name__
            case _:
                pass
    return found


def every_offer_stands_with_both_sides_as_it_ended(hub: Hub) -> None:
    """A row for who made it and one for who was asked, as far as the view has come."""
    rows = hub.views.rows["handovers"].values()
    come = hub.views.positions["handovers", "liaison"]
    for each in hub.database.events["liaison"]:
        if each.position <= come and isinstance(each.event, HandoverOffered):
            mine = [row for row in rows if (row["referral"], row["offer"]) == (each.stream, each.event.offer)]
            assert {(row["agency"], row["unit"]) for row in mine} == {
                (each.event.from_agency, each.event.from_unit),
                (each.event.to_agency, each.event.to_unit),
            }
            assert len({(row["outcome"], row["ended_at"]) for row in mine}) == 1


def a_referral_comes_from_a_consultation_of_its_own_unit_or_from_none(hub: Hub) -> None:
    """And a consultation leads to no child for anybody but the unit that asked."""
    asked = questions(hub)
    for referral in received(hub).values():
        assert referral.consultation is None or asked[referral.consultation].from_unit == referral.from_unit
    codes = {referral.receipt_code for referral in received(hub).values()}
    for row in hub.views.rows["consultations"].values():
        assert row["relation"] == Side.ASKED or not codes & set(row.values())


ALWAYS = (
    every_case_keeps_the_rules,
    cases_are_with_social_services_alone,
    no_key_is_held_without_a_part,
    every_file_stands_beside_its_event,
    nothing_personal_stands_in_clear,
    every_view_is_its_rebuild,
    every_row_belongs_to_somebody_with_a_part,
    every_referral_stands_on_one_board_as_owned,
    what_moves_together_moves_at_once,
    every_offer_stands_with_both_sides_as_it_ended,
    every_referral_is_in_exactly_one_zone_of_exactly_one_unit,
    a_referral_comes_from_a_consultation_of_its_own_unit_or_from_none,
    every_call_stands_in_one_queue,
    every_call_is_in_exactly_one_zone_of_socialjourens_board,
    what_is_late_of_a_call_is_said_once_for_each_level,
    what_came_of_a_call_is_socialjourens_alone,
)


def relations(events: Iterable[Event], referral: ReferralReceived) -> dict[str, str]:
    """How each agency stands to the case, by its history."""
    standing = {referral.to_agency: OWNER}
    for event in events:
        match event:
            case HandoverOffered():
                standing[event.to_agency] = OFFERED
            case HandoverRefused():
                standing[event.by_agency] = REFUSED
            case HandoverWithdrawn():
                standing[event.to_agency] = WITHDRAWN
            case HandoverAccepted():
                standing = {agency: HANDED_OVER if how == OWNER else how for agency, how in standing.items()}
                standing[event.to_agency] = OWNER
            case _:
                pass
    return standing


def what_was_received_is_registered_once(hub: Hub) -> None:
    """Referrals, questions and calls, whatever the policies met twice."""
    for each in hub.database.events["intake"]:
        events = history(hub, each.stream)
        assert events, "received and never registered"
        assert isinstance(events[0], ConsultationQueued) == isinstance(each.event, ConsultationRequested)
        assert isinstance(events[0], SceneCallQueued) == isinstance(each.event, SceneCallRequested)


def every_decision_is_told_to_who_may_hear_it(hub: Hub) -> None:
    """A mandated reporter who asked has its feedback when the policies have come to the decision."""
    for stream, referral in received(hub).items():
        events = history(hub, stream)
        told = sum(isinstance(event, FeedbackSent) for event in events)
        decided = any(isinstance(event, DECISIONS) for event in events)
        assert told == (decided and referral.mandated and referral.feedback_requested)


def every_board_says_how_its_agency_stands(hub: Hub) -> None:
    """Owner, offered, refused or handed over, by the history; the receipt says which feedback came."""
    for stream, referral in received(hub).items():
        rows = [row for row in hub.views.rows["board"].values() if row["referral"] == stream]
        assert {row["agency"]: row["relation"] for row in rows} == relations(history(hub, stream), referral)
        receipts = [row for row in hub.views.rows["receipts"].values() if row["referral"] == stream]
        if referral.from_agency == DOOR.agency:
            assert receipts == []
            continue
        (receipt,) = receipts
        facts = [event.fact for event in history(hub, stream) if isinstance(event, FeedbackSent)]
        assert receipt["feedback"] == (facts[0] if facts else None)
        assert (receipt["agency"], receipt["unit"]) == (referral.from_agency, referral.from_unit)


def exactly_the_consultations_that_were_named_became_referrals(hub: Hub) -> None:
    """Each once, with one of the referrals that name it; whatever else was asked stays as nameless as it was."""
    named_by: dict[UUID, set[UUID]] = {}
    for referral in received(hub).values():
        if referral.consultation:
            named_by.setdefault(referral.consultation, set()).add(referral.submission)
    for stream in questions(hub):
        became = [event.submission for event in history(hub, stream) if isinstance(event, ConsultationBecameReferral)]
        assert len(became) == (stream in named_by)
        assert set(became) <= named_by.get(stream, set())
        rows = [row for row in hub.views.rows["consultations"].values() if row["consultation"] == stream]
        assert {row["became_referral_at"] is not None for row in rows} == {stream in named_by}


def everybody_knows_whose_turn_it_is(hub: Hub) -> None:
    """Both units see the same, and it is what the consultation's own history says."""
    for stream in questions(hub):
        turns = {(row["waits_for"], row["messages"]) for row in hub.views.rows["consultations"].values() if row["consultation"] == stream}
        state = consultation.fold(history(hub, stream))
        assert {turn for turn, _ in turns} == {state.turn}
        assert len(turns) == 1


def what_is_owed_stands_in_its_units_queue_until_it_is_given(hub: Hub) -> None:
    """One row for each, with the unit that decided; and none that nobody owes."""
    events = [each for each in hub.database.events["liaison"] if isinstance(each.event, Owing | ReasonsGiven)]
    given = {each.event.of for each in events if isinstance(each.event, ReasonsGiven)}
    owed = {each.envelope.id: each.event.owed.unit for each in events if isinstance(each.event, Owing) and each.event.owed}
    assert given <= owed.keys()
    queue = {row["event"]: row["unit"] for row in hub.views.rows["missing_reasons"].values()}
    assert queue == {event: unit for event, unit in owed.items() if event not in given}


def who_is_invited_to_a_report_meeting_sees_that_alone(hub: Hub) -> None:
    """By the last that was recorded: invited to a time, or not any more, or never."""
    for row in hub.views.rows["receipts"].values():
        meetings = [each for each in history(hub, row["referral"]) if isinstance(each, ReportMeetingRecorded)]
        assert (row["invited_at"] is not None) == any(each.reporter_invited for each in meetings)
        if meetings and meetings[-1].reporter_invited:
            assert (row["meets_at"], row["called_off_at"]) == (meetings[-1].meets_at, None)
        assert {"outcome", "decision", "reasons"} & row.keys() == set()


async def who_may_read_can_and_nobody_else(hub: Hub) -> list[tuple[str, Event]]:
    """Opens every sealed event for every unit that may read it: the key is there. Gives what was read, by agency.

    And an agency that holds a key has a unit that may read with it: no key lies about for nobody.
    """
    keys, read, used = MemoryPrivateKeys(PRIVATE), list[tuple[str, Event]](), set[tuple[UUID, str, str]]()
    for reader in hub.views.rows["readers"].values():
        files = [row for row in hub.views.rows["casefile"].values() if row["stream"] == reader["stream"]]
        held = await _unlocked(hub, keys, reader)
        for row in files:
            if row["audience"] in reader["audiences"]:
                event = open_content(_envelope(hub, row), held)
                assert isinstance(event, SealedEvent)
                assert not hasattr(event.content, "sealed"), (reader["unit"], row["topic"])
                used.add((row["stream"], reader["agency"], row["audience"]))
                read.append((reader["agency"], event))
        _opens_every_file(hub, reader, held)
    held_by_readers = {each for each in hub.database.wrapped if each[1] != SCANNER}
    assert held_by_readers <= used, held_by_readers - used
    return read


def _opens_every_file(hub: Hub, reader: Row, held: Mapping[str, bytes]) -> None:
    """Whoever may read the referral as it was sent opens its files, as they were; nobody else can."""
    for file in (each for each in hub.database.files.values() if each.stream == reader["stream"]):
        if REPORTER in reader["audiences"]:
            assert CANARY.encode() in open_file(held[REPORTER], file.stream, file.id, file.audience, file.key, file.sealed)
        else:
            assert REPORTER not in held


async def _unlocked(hub: Hub, keys: MemoryPrivateKeys, reader: Row) -> dict[str, bytes]:
    login = hub.login(f"nattljus_reader_{reader['kind']}")
    who = Reader(uuid4(), reader["agency"], reader["unit"], "reader", 3)
    return await keys.unlock(login, reader["stream"], who, action="open", purpose="handling", request=uuid4())


def _envelope(hub: Hub, row: Row) -> Envelope:
    return next(each.envelope for each in hub.database.events[row["store"]] if each.position == row["position"])


def every_addition_stands_in_its_case_and_on_its_boards(hub: Hub) -> None:
    """As many as were made, counted from one; the board of the one who has the case says how many, and how many of them are read."""
    for stream in received(hub):
        made = [
            each.event for each in hub.database.events["intake"] if each.stream == stream and isinstance(each.event, ReferralSupplemented)
        ]
        events = history(hub, stream)
        registered = [event.supplement for event in events if isinstance(event, SupplementRegistered)]
        assert registered == [event.supplement for event in made] == list(range(1, len(made) + 1))
        seen = max((event.supplement for event in events if isinstance(event, SupplementSeen)), default=0)
        (row,) = (each for each in hub.views.rows["board"].values() if each["referral"] == stream and each["relation"] == OWNER)
        assert (row["supplements"], row["supplements_seen"]) == (len(made), seen)
        assert row["immediate_danger"] or not any(event.immediate_danger for event in made)


def every_file_stands_in_its_case_and_on_its_board(hub: Hub) -> None:
    """Each that was added, once; the board of the one who has the case says how many, and up to which somebody has opened them."""
    for stream in received(hub):
        added = [each.event for each in hub.database.events["intake"] if each.stream == stream and isinstance(each.event, AttachmentAdded)]
        events = history(hub, stream)
        registered = {event.attachment: event.file for event in events if isinstance(event, AttachmentRegistered)}
        assert registered.keys() == {event.attachment for event in added}
        numbers = {row["attachment"]: row["number"] for row in hub.views.rows["attachments"].values() if row["referral"] == stream}
        assert numbers == registered
        seen = max((event.file for event in events if isinstance(event, AttachmentSeen)), default=0)
        (row,) = (each for each in hub.views.rows["board"].values() if each["referral"] == stream and each["relation"] == OWNER)
        assert (row["attachments"], row["attachments_seen"]) == (len(added), seen)


FINALLY = (
    what_was_received_is_registered_once,
    every_decision_is_told_to_who_may_hear_it,
    every_board_says_how_its_agency_stands,
    every_addition_stands_in_its_case_and_on_its_boards,
    every_file_stands_in_its_case_and_on_its_board,
    exactly_the_consultations_that_were_named_became_referrals,
    everybody_knows_whose_turn_it_is,
    what_is_owed_stands_in_its_units_queue_until_it_is_given,
    who_is_invited_to_a_report_meeting_sees_that_alone,
    calls_and_their_referrals_know_one_another,
)
