"""A believed token is not enough: unit and role come from the register, and a token speaks for its own agency only."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from contracts.agencies import AgencyKind, Role
from contracts.catalogue import topics
from contracts.directory import (
    DIRECTORY_EVENTS,
    AgencyRegistered,
    AssignmentEnded,
    AssignmentGiven,
    DistrictFeatureSet,
    Feature,
    UnitClosed,
    UnitRegistered,
    holder_id,
)
from contracts.event import Event
from contracts.refusals import Stranger
from deploy import postgres
from services.kit.eventlog import EventLog, Logged
from services.kit.recorded import EnvelopeMapper, Provenance, Recorded
from services.kit.register import Register, UnknownUnit
from tests.kit.auth.issuer import ADDRESS, START, Issuer

HOLDER = holder_id(ADDRESS, "officer")
DIRECTORY = [
    AgencyRegistered(agency="polisen", kind=AgencyKind.POLICE, swedish="Polisen", english="The police", org_number="202100-0076"),
    AgencyRegistered(agency="farsta", kind=AgencyKind.DISTRICT, swedish="Farsta", english="Farsta"),
    UnitRegistered(unit="lpo-farsta", agency="polisen", name="Farsta", functional_address="farsta@polisen.example.se"),
    UnitRegistered(unit="farsta-mottagning", agency="farsta", name="Mottagning", functional_address="mottagning@farsta.example.se"),
    AssignmentGiven(holder=HOLDER, agency="polisen", unit="lpo-farsta", role=Role.REPORTER),
]


class MemoryLog(EventLog):
    """A log of directory events in memory."""

    def __init__(self, events: Sequence[Event]) -> None:
        self.events = list(events)

    async def chosen(self, position: int, topics: Sequence[str], limit: int = 500) -> list[Logged]:
        """As the real one."""
        return [self._logged_at(number) for number in range(position + 1, len(self.events) + 1)][:limit] if topics else []

    def _logged_at(self, position: int) -> Logged:
        by = Provenance("socialjouren", "socialjouren-jour", uuid4(), datetime.fromtimestamp(START, UTC), uuid4())
        stream = uuid4()
        stored = EnvelopeMapper("liaison").to_stored_event(Recorded(stream, 1, self.events[position - 1], by))
        return Logged("liaison", position, position - 1, stored.topic, stream, stored.state)


async def register_of(*more: Event) -> Register:
    register = Register(MemoryLog([*DIRECTORY, *more]))
    await register.refresh()
    return register


async def test_unit_and_role_are_the_registers(issuer: Issuer) -> None:
    wishes: dict[str, Any] = {"role": "steward", "scope": "admin", "https://id.oidc.se/claim/orgUnit": "farsta-mottagning"}
    claims = await issuer.verifier.verify(issuer.token(wishes))
    caller = await (await register_of()).caller(claims)
    assert (caller.agency, caller.kind, caller.unit, caller.role) == ("polisen", AgencyKind.POLICE, "lpo-farsta", Role.REPORTER)
    assert caller.actor == HOLDER


@pytest.mark.parametrize(
    "changed",
    [
        {"sub": "nobody"},
        {"sub": "Officer"},
        {"acr": "http://id.elegnamnden.se/loa/1.0/loa2"},
        {"acr": None},
        {"nattljus_agency": "farsta"},
        {"nattljus_agency": "socialjouren"},
        {"nattljus_agency": ""},
        {"https://id.oidc.se/claim/orgNumber": "2120000142"},
        {"https://id.oidc.se/claim/orgNumber": "2021000076 "},
    ],
    ids=str,
)
async def test_others_are_strangers(issuer: Issuer, changed: dict[str, Any]) -> None:
    register = await register_of()
    with pytest.raises(Stranger):
        await register.caller(await issuer.verifier.verify(issuer.token(changed)))


async def test_the_same_subject_of_another_issuer_is_a_stranger(issuer: Issuer) -> None:
    claims = await issuer.verifier.verify(issuer.token())
    with pytest.raises(Stranger):
        await (await register_of()).caller(replace(claims, issuer="https://other.test"))


async def test_whose_assignment_ended_is_a_stranger_while_the_token_still_lives(issuer: Issuer) -> None:
    log = MemoryLog(DIRECTORY)
    register, claims = Register(log), await issuer.verifier.verify(issuer.token())
    await register.refresh()
    await register.caller(claims)
    log.events.append(AssignmentEnded(holder=HOLDER))
    await register.refresh()
    with pytest.raises(Stranger):
        await register.caller(claims)


async def test_who_moves_has_the_new_unit_alone(issuer: Issuer) -> None:
    moved = AssignmentGiven(holder=HOLDER, agency="farsta", unit="farsta-mottagning", role=Role.DISTRICT_OFFICER)
    register = await register_of(moved)
    with pytest.raises(Stranger):  # the login still speaks for the police
        await register.caller(await issuer.verifier.verify(issuer.token()))
    caller = await register.caller(await issuer.verifier.verify(issuer.token(nattljus_agency="farsta")))
    assert caller.unit == "farsta-mottagning"


async def test_a_new_assignment_holds_without_waiting(issuer: Issuer) -> None:
    log = MemoryLog(DIRECTORY[:-1])
    register = Register(log)
    log.events.append(DIRECTORY[-1])
    assert (await register.caller(await issuer.verifier.verify(issuer.token()))).unit == "lpo-farsta"


async def test_a_closed_unit_receives_nothing() -> None:
    register = await register_of(UnitClosed(unit="farsta-mottagning", valid_to=date(2026, 1, 1), successor="lpo-farsta"))
    with pytest.raises(UnknownUnit):
        register.directory.unit("farsta-mottagning")
    with pytest.raises(UnknownUnit):
        register.directory.unit("no-such-unit")
    assert [unit.id for unit in register.directory.units_of_kind([AgencyKind.DISTRICT])] == []


async def test_a_feature_is_in_use_in_its_districts_from_its_day_on_until_it_is_not() -> None:
    def said(district: str, since: date, *, in_use: bool = True) -> DistrictFeatureSet:
        return DistrictFeatureSet(district=district, feature=Feature.SCENE_CALLS, in_use=in_use, since=since)

    began, ahead = date(2021, 4, 1), date(2999, 1, 1)
    ended = [said("bromma", began), said("bromma", began, in_use=False)]
    directory = (await register_of(said("farsta", began), said("jarva", ahead), *ended)).directory
    assert [each.district for each in directory.districts_using(Feature.SCENE_CALLS)] == ["farsta"]
    assert {district: directory.in_use(Feature.SCENE_CALLS, district) for district in ("farsta", "jarva", "bromma", "nowhere")} == {
        "farsta": True,
        "jarva": False,
        "bromma": False,
        "nowhere": False,
    }


def test_the_index_of_the_directory_names_every_event_of_it() -> None:
    index = (
        (Path(postgres.__file__).parent / "030_store.sql")
        .read_text("utf-8")
        .partition("stored_events_of_directory ON")[2]
        .partition(";")[0]
    )
    assert set(re.findall(r"'(\w+\.v\d+)'", index)) == set(topics(*DIRECTORY_EVENTS))
