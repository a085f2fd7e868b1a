"""Handovers on a real database, two services at the same moment: one thing happens, and to a whole family or to nobody."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from contracts.agencies import AgencyKind
from contracts.event import SOCIAL_SERVICES, Event
from contracts.referral import referral_ids
from contracts.refusals import Refused
from services.kit.commands import decide, decide_together
from services.kit.eventstore import EventStore
from services.kit.keyring import PrivateKeys, Reader
from services.kit.recorded import Provenance, Recorded
from services.liaison import siblings
from services.liaison.case import Case, fold, holders, register, see
from services.liaison.grants import keys_for
from services.liaison.handover import Receiver
from services.liaison.safety import Assessment, assess_immediate_safety
from services.liaison.siblings import Cases, Siblings
from tests.liaison.cases import DUTY_OFFICER, FARSTA, FARSTA_UNIT, JOUR, JOUR_UNIT, NIGHT, TO_FARSTA, received
from tests.place import Place

SKARHOLMEN = Receiver(AgencyKind.DISTRICT, "skarholmen", "skarholmen-mottagning")
ROUNDS = 15
Beside = Callable[[Case], Iterable[UUID]]
Decision = Callable[[Cases], Iterable[tuple[UUID, Event]]]


def by(agency: str, unit: str) -> Provenance:
    return Provenance(agency, unit, uuid4(), datetime.now(UTC), uuid4())


@dataclass
class Services:
    """Two processes of the same service, and what both write to."""

    one: EventStore
    other: EventStore
    place: Place

    async def family(self, children: int = 3) -> list[UUID]:
        """Referrals of one submission, registered, opened and assessed by Socialjouren."""
        submission = uuid4()
        ids = referral_ids(submission, children)
        for number, stream in enumerate(ids, start=1):
            told = received(submission=submission, siblings=children - 1)
            for decision in (
                lambda case, told=told, number=number: register(case, told, number),
                lambda case: see(case, JOUR, JOUR_UNIT, NIGHT),
                lambda case: assess_immediate_safety(case, DUTY_OFFICER, Assessment(needs_protection=False, reasons="Skäl."), NIGHT),
            ):
                await decide(self.one, stream, fold, decision, by(JOUR, JOUR_UNIT), holders)
        return ids

    async def offers(self, stream: UUID, to: Receiver = TO_FARSTA, *, store: EventStore | None = None) -> str:
        """Socialjouren offers the family."""
        return await self._does(
            store or self.one,
            stream,
            siblings.siblings,
            lambda cases: siblings.offer(cases, stream, JOUR, JOUR_UNIT, to, "Ring.", datetime.now(UTC), Siblings.TOGETHER),
            JOUR,
        )

    async def accepts(self, stream: UUID, *, store: EventStore | None = None) -> str:
        """Farsta takes the family over, keys and all."""
        reader = Reader(uuid4(), FARSTA, FARSTA_UNIT, "district_officer", 3)

        async def grant(each: UUID, case: Case) -> object:
            private = PrivateKeys(self.place.keys)
            return await keys_for(store or self.one, private, each, case=case, receiver=reader, request=uuid4())

        return await self._does(
            store or self.one,
            stream,
            siblings.offered_together,
            lambda cases: siblings.accept(cases, stream, FARSTA, FARSTA_UNIT, datetime.now(UTC), None),
            FARSTA,
            grant=grant,
        )

    async def refuses(self, stream: UUID, *, store: EventStore | None = None) -> str:
        """Farsta says no."""
        return await self._does(
            store or self.other,
            stream,
            siblings.offered_together,
            lambda cases: siblings.refuse(cases, stream, FARSTA, FARSTA_UNIT, "Nej.", datetime.now(UTC), None),
            FARSTA,
        )

    async def withdraws(self, stream: UUID, *, store: EventStore | None = None) -> str:
        """Socialjouren takes it back."""
        return await self._does(
            store or self.other,
            stream,
            siblings.offered_together,
            lambda cases: siblings.withdraw(cases, stream, JOUR, JOUR_UNIT, "", datetime.now(UTC), None),
            JOUR,
        )

    async def _does(self, store: EventStore, stream: UUID, beside: Beside, decision: Decision, agency: str, grant: object = None) -> str:
        unit = JOUR_UNIT if agency == JOUR else FARSTA_UNIT
        try:
            positions = await decide_together(store, stream, fold, beside, decision, by(agency, unit), holders, grant=grant)  # type: ignore[arg-type]
        except Refused as refused:
            return refused.code
        return "stored" if positions else "nothing"

    async def states(self, streams: Iterable[UUID]) -> list[Case]:
        """The cases as they stand."""
        histories = await self.one.histories(list(streams))
        return [fold([each.event for each in history]) for history in histories.values()]


@asynccontextmanager
async def services_in(place: Place) -> AsyncIterator[Services]:
    one, other = (EventStore("liaison", place.dsn("nattljus_liaison")) for _ in range(2))
    await one.start()
    await other.start()
    try:
        yield Services(one, other, place)
    finally:
        await one.stop()
        await other.stop()


async def test_of_two_offers_at_once_one_stands_for_the_whole_family(place: Place) -> None:
    async with services_in(place) as services:
        for _ in range(ROUNDS):
            first, second, third = await services.family()
            answers = await asyncio.gather(
                services.offers(first), services.offers(third, SKARHOLMEN, store=services.other), services.offers(second)
            )
            states = await services.states((first, second, third))
            assert {case.offers for case in states} == {1}
            assert len({case.pending and case.pending.to_unit for case in states}) == 1
            assert len({case.pending and case.pending.together for case in states}) == 1
            assert answers.count("stored") == 1
            assert set(answers) <= {"stored", "nothing", "offer-pending"}


@pytest.mark.parametrize("children", [1, 3])
async def test_of_accepting_refusing_and_taking_back_at_once_exactly_one_happens_and_to_all_of_them(place: Place, children: int) -> None:
    async with services_in(place) as services:
        for _ in range(ROUNDS):
            family = await services.family(children)
            assert await services.offers(family[0]) == "stored"
            answers = await asyncio.gather(
                services.accepts(family[-1]), services.withdraws(family[0]), services.refuses(family[0], store=services.one)
            )
            assert answers.count("stored") == 1, answers
            assert "conflict" not in answers
            states = await services.states(family)
            assert len({(case.owner_unit, case.pending, case.refused_by, case.withdrawn_from) for case in states}) == 1
            assert states[0].pending is None


async def test_many_acceptances_at_once_are_one_and_the_keys_of_every_child_have_moved(place: Place) -> None:
    async with services_in(place) as services:
        family = await services.family()
        await services.offers(family[0])
        answers = await asyncio.gather(
            *(services.accepts(each, store=store) for each in family for store in (services.one, services.other))
        )
        assert answers.count("stored") == 1
        assert {case.owner_unit for case in await services.states(family)} == {FARSTA_UNIT}
        held = await place.fetch("SELECT stream, audience FROM keyring.wrapped_key WHERE agency = $1", FARSTA)
        assert {(row["stream"], row["audience"]) for row in held} >= {(each, SOCIAL_SERVICES) for each in family}


async def test_a_family_of_which_one_is_taken_meanwhile_is_offered_as_it_then_stands(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody offers the youngest alone between the reading and the saving: the save is not half done, but decided anew."""
    async with services_in(place) as services:
        first, second, third = await services.family()
        asked = EventStore.histories

        async def overtaken(store: EventStore, streams: Sequence[UUID]) -> dict[UUID, list[Recorded]]:
            found = await asked(store, streams)
            if set(streams) == {second, third}:
                monkeypatch.undo()
                await decide_together(
                    services.other,
                    third,
                    fold,
                    siblings.siblings,
                    lambda cases: siblings.offer(cases, third, JOUR, JOUR_UNIT, SKARHOLMEN, "", NIGHT, Siblings.SPLIT),
                    by(JOUR, JOUR_UNIT),
                    holders,
                )
            return found

        monkeypatch.setattr(EventStore, "histories", overtaken)
        assert await services.offers(first) == "stored"
        states = await services.states((first, second, third))
        assert [case.pending and case.pending.to_unit for case in states] == [FARSTA_UNIT, FARSTA_UNIT, SKARHOLMEN.unit]
        assert [case.pending and case.pending.together for case in states] == [(first, second), (first, second), ()]
