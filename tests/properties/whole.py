"""What must hold in the whole hub at any moment, and what must hold when everything has followed: read from its tables alone."""

from collections.abc import Iterable
from itertools import chain
from uuid import UUID, uuid4

from contracts.case import ReferralRegistered
from contracts.consultation import ConsultationQueued, ConsultationRequested
from contracts.envelope import Envelope
from contracts.event import PARTIES, REPORTER, Event, SealedEvent, district
from contracts.feedback import FeedbackSent
from contracts.handover import HandoverAccepted, HandoverOffered, HandoverRefused, HandoverWithdrawn
from contracts.referral import ReferralReceived
from contracts.sip import SIPScheduled
from services.kit.eventlog import Logged
from services.kit.keyring import Reader
from services.kit.recorded import open_content
from services.projections.rows import Row
from services.projections.views import VIEWS
from services.projections.zones import HANDED_OVER, OFFERED, OWNER, REFUSED, WITHDRAWN, Zone
from tests.memory.hub import PRIVATE, Hub
from tests.memory.projection import rebuilt
from tests.memory.store import MemoryPrivateKeys
from tests.properties.handled import keeps_the_rules_of_handling
from tests.properties.rules import DECISIONS, keeps_the_rules, may_hold
from tests.properties.world import DESK_OF, WITH_CASES

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


def readers_of(hub: Hub, stream: UUID, audience: str) -> set[str]:
    """The agencies that some fact has made readers of the audience of a stream."""
    first = next(each.event for each in logged(hub) if each.stream == stream)
    match first:
        case ReferralReceived():
            return may_hold(history(hub, stream), audience, first.from_agency) | ({first.to_agency} if audience == REPORTER else set())
        case ConsultationRequested():
            return {first.from_agency, first.to_agency} if audience == REPORTER else set()
        case _:
            (plan,) = (each for each in history(hub, stream) if isinstance(each, SIPScheduled))
            parties = {plan.led_by_agency, *(party.agency for party in plan.parties)}
            return {PARTIES: parties, district(plan.led_by_agency): {plan.led_by_agency}}.get(audience, set())


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
        if isinstance(each.event, ReferralReceived | ConsultationRequested | HandoverOffered):
            assert DESK_OF[each.event.to_unit] in WITH_CASES


def no_key_is_held_without_a_part(hub: Hub) -> None:
    """Every wrapped key belongs to an agency that some fact has made a reader."""
    for stream, agency, audience in hub.database.wrapped:
        assert agency in readers_of(hub, stream, audience), (agency, audience)


def nothing_personal_stands_in_clear(hub: Hub) -> None:
    """Neither in an event nor in a view's row."""
    assert [each.topic for each in logged(hub) if CANARY.encode() in each.state] == []
    rows = chain.from_iterable(table.values() for table in hub.views.rows.values())
    assert [row for row in rows if CANARY in repr(row)] == []


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
            case ReferralReceived() | ConsultationRequested() | HandoverOffered():
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


def every_referral_is_in_exactly_one_zone_of_exactly_one_unit(hub: Hub) -> None:
    """One unit is to act on it, in one zone of its board, or its owner is done with it: never nobody, and never two.

    Who has offered it waits for exactly the unit that is to answer, and for nobody else is it anything but over.
    """
    for stream in board_has_come_to(hub):
        rows = [row for row in hub.views.rows["board"].values() if row["referral"] == stream]
        zones = {row["unit"]: Zone(row["zone"]) for row in rows}
        owner = next(row["unit"] for row in rows if row["relation"] == OWNER)
        to_act = [unit for unit, zone in zones.items() if zone in {Zone.NEW, Zone.OURS}]
        asked = [row["unit"] for row in rows if row["relation"] == OFFERED]
        assert len(to_act) == (0 if zones[owner] is Zone.DONE else 1), zones
        assert (zones[owner] is Zone.WAITING) == bool(asked), zones
        assert to_act == (asked or to_act), zones
        assert {zone for unit, zone in zones.items() if unit not in {owner, *asked}} <= {Zone.DONE}, zones


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


ALWAYS = (
    every_case_keeps_the_rules,
    cases_are_with_social_services_alone,
    no_key_is_held_without_a_part,
    nothing_personal_stands_in_clear,
    every_view_is_its_rebuild,
    every_row_belongs_to_somebody_with_a_part,
    every_referral_stands_on_one_board_as_owned,
    what_moves_together_moves_at_once,
    every_offer_stands_with_both_sides_as_it_ended,
    every_referral_is_in_exactly_one_zone_of_exactly_one_unit,
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
    """Referrals and questions both, whatever the policies met twice."""
    for each in hub.database.events["intake"]:
        events = history(hub, each.stream)
        assert events, "received and never registered"
        assert isinstance(events[0], ConsultationQueued) == isinstance(each.event, ConsultationRequested)


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
        (receipt,) = (row for row in hub.views.rows["receipts"].values() if row["referral"] == stream)
        facts = [event.fact for event in history(hub, stream) if isinstance(event, FeedbackSent)]
        assert receipt["feedback"] == (facts[0] if facts else None)
        assert (receipt["agency"], receipt["unit"]) == (referral.from_agency, referral.from_unit)


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
    assert set(hub.database.wrapped) <= used, set(hub.database.wrapped) - used
    return read


async def _unlocked(hub: Hub, keys: MemoryPrivateKeys, reader: Row) -> dict[str, bytes]:
    login = hub.login(f"nattljus_reader_{reader['kind']}")
    who = Reader(uuid4(), reader["agency"], reader["unit"], "reader", 3)
    return await keys.unlock(login, reader["stream"], who, action="open", purpose="handling", request=uuid4())


def _envelope(hub: Hub, row: Row) -> Envelope:
    return next(each.envelope for each in hub.database.events[row["store"]] if each.position == row["position"])


FINALLY = (what_was_received_is_registered_once, every_decision_is_told_to_who_may_hear_it, every_board_says_how_its_agency_stands)
