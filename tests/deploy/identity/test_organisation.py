"""The organisation that the local stack is seeded with."""

import re
from datetime import date

import pytest
from pydantic import ValidationError

from contracts.agencies import READING_KINDS, AgencyKind, Role
from contracts.directory import Feature
from deploy.local.organisation import SOURCE, Organisation, load

DISTRICTS = {
    "bromma", "enskede-arsta-vantor", "farsta", "hagersten-alvsjo", "hasselby-vallingby", "jarva", "kungsholmen",
    "norra-innerstaden", "skarpnack", "skarholmen", "sodermalm",
}  # fmt: skip

KINDS_OF_ROLE = {
    Role.REPORTER: set(AgencyKind) - {AgencyKind.SOCIALJOUR, AgencyKind.DISTRICT, AgencyKind.INSPECTOR},
    Role.DUTY_OFFICER: {AgencyKind.SOCIALJOUR},
    Role.DISTRICT_OFFICER: {AgencyKind.DISTRICT},
    Role.QUALIFIED_DISTRICT_OFFICER: {AgencyKind.DISTRICT},
    Role.TEAM_LEAD: {AgencyKind.SOCIALJOUR, AgencyKind.DISTRICT},
    Role.INSPECTOR: {AgencyKind.INSPECTOR},
    Role.STEWARD: {AgencyKind.SOCIALJOUR},
}


def test_stockholm_has_the_eleven_districts_of_2026() -> None:
    assert {agency.id for agency in load().agencies if agency.kind is AgencyKind.DISTRICT} == DISTRICTS


@pytest.mark.parametrize(
    ("predecessor", "successor", "day"),
    [
        ("hagersten-liljeholmen-mottagning", "hagersten-alvsjo-mottagning", date(2020, 7, 1)),
        ("alvsjo-mottagning", "hagersten-alvsjo-mottagning", date(2020, 7, 1)),
        ("rinkeby-kista-mottagning", "jarva-mottagning", date(2023, 7, 1)),
        ("spanga-tensta-mottagning", "jarva-mottagning", date(2023, 7, 1)),
        ("norrmalm-mottagning", "norra-innerstaden-mottagning", date(2023, 7, 1)),
        ("ostermalm-mottagning", "norra-innerstaden-mottagning", date(2023, 7, 1)),
    ],
)
def test_a_merged_district_lives_on_in_its_successor(predecessor: str, successor: str, day: date) -> None:
    units = load().units
    assert (units[predecessor].valid_to, units[predecessor].successor) == (day, successor)
    assert units[successor].valid_from == day
    assert load().agency_of(predecessor) == load().agency_of(successor)


def test_calls_to_the_scene_are_in_use_where_the_police_say_so() -> None:
    tried = {district: each.since for each in load().features for district in each.districts}
    assert {each.feature for each in load().features} == {Feature.SCENE_CALLS}
    assert tried == dict.fromkeys(("farsta", "skarholmen"), date(2021, 4, 1)) | dict.fromkeys(
        ("norra-innerstaden", "kungsholmen", "sodermalm"), date(2024, 4, 1)
    )


def test_every_closed_unit_leads_to_an_open_one_without_a_gap() -> None:
    units = load().units
    for closed in (unit for unit in units.values() if unit.successor):
        successor = units[closed.successor or ""]
        assert successor.valid_to is None
        assert successor.valid_from == closed.valid_to


def test_everyone_works_where_their_role_belongs() -> None:
    organisation = load()
    for person in organisation.people:
        assert organisation.agency_of(person.unit).kind in KINDS_OF_ROLE[person.role], person
    for machine in organisation.machines:
        assert organisation.agency_of(machine.unit).kind in KINDS_OF_ROLE[machine.role], machine


def test_every_district_has_someone_who_may_decide_and_a_machine() -> None:
    organisation = load()
    people = [(person.unit, person.role) for person in organisation.people]
    machines = [(machine.unit, machine.role) for machine in organisation.machines]
    for holders in (people, machines):
        deciding = {organisation.agency_of(unit).id for unit, role in holders if role is Role.QUALIFIED_DISTRICT_OFFICER}
        assert deciding == DISTRICTS


def test_every_kind_of_agency_and_every_role_can_log_in() -> None:
    organisation = load()
    assert {organisation.agency_of(person.unit).kind for person in organisation.people} == READING_KINDS
    assert {person.role for person in organisation.people} == set(Role)


def test_invented_people_and_schools_say_so() -> None:
    organisation = load()
    assert all(person.name.startswith("Test ") and person.subject.startswith("test-") for person in organisation.people)
    schools = [unit for agency in organisation.agencies if agency.kind is AgencyKind.SCHOOL for unit in agency.units]
    assert len(schools) == 4
    assert all(re.search("Testskolan|Testförskolan", unit.name) for unit in schools)


def test_addressees_are_functions_without_telephone_numbers() -> None:
    text = re.sub(r"(?m)^org_number = .*$", "", SOURCE.read_text("utf-8"))
    text = re.sub(r"\b\d{4}-\d{2}-\d{2}\b", "", text)
    assert not re.findall(r"\+?\d[\d \-/]{5,}", text)
    names = [person.name for person in load().people]
    assert not any(name in unit.functional_address for unit in load().units.values() for name in names)


@pytest.mark.parametrize(
    ("where", "change", "message"),
    [
        ("people", {"unit": "nowhere"}, "no open unit"),
        ("people", {"unit": "norrmalm-mottagning"}, "no open unit"),
        ("people", {"subject": "polisen-farsta"}, "used twice"),
        ("machines", {"client_id": "farsta"}, "used twice"),
    ],
)
def test_a_mistake_in_the_file_is_refused(where: str, change: dict[str, str], message: str) -> None:
    data = load().model_dump()
    data[where] = ({**data[where][0], **change}, *data[where][1:])
    with pytest.raises(ValidationError, match=message):
        Organisation.model_validate(data)
