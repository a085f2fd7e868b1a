"""The directory: the same said twice is once, and what changes back is news again."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from uuid import uuid4

import pytest

from contracts.agencies import AgencyKind, Role
from contracts.directory import (
    AgencyRegistered,
    AssignmentEnded,
    AssignmentGiven,
    DistrictFeatureSet,
    Feature,
    ServiceClosed,
    ServiceRegistered,
    UnitClosed,
    UnitRegistered,
)
from contracts.event import Event
from contracts.refusals import Missing
from services.liaison.directory import (
    Undescribed,
    Unreachable,
    close_service,
    close_unit,
    end_assignment,
    fold,
    give_assignment,
    register_agency,
    register_service,
    register_unit,
    set_feature,
)
from tests.given import given

HOLDER = uuid4()
OLD = UnitRegistered(unit="u", agency="a", name="Old", functional_address="old@a.example.se")
NEW = OLD.model_copy(update={"name": "New"})
IN_USE = DistrictFeatureSet(district="farsta", feature=Feature.SCENE_CALLS, in_use=True, since=date(2021, 4, 1))
CLOSED = UnitClosed(unit="u", valid_to=date(2026, 6, 30), successor="v")
GROUP = ServiceRegistered(service="g", district="a", name="Group", what="For children.", functional_address="Groups at a")
GROUP_CLOSED = ServiceClosed(service="g", valid_to=date(2027, 1, 1))
Decision = Callable[[Sequence[Event]], Iterable[Event]]


def unit(event: UnitRegistered) -> Decision:
    return lambda history: register_unit(history, event.unit, event.agency, event.name, event.functional_address, None, None)


CASES: dict[str, tuple[list[Event], Decision, Event]] = {
    "agency": (
        [],
        lambda it: register_agency(it, "a", AgencyKind.SCHOOL, "A", "A", None),
        AgencyRegistered(agency="a", kind=AgencyKind.SCHOOL, swedish="A", english="A"),
    ),
    "unit": ([], unit(OLD), OLD),
    "unit described anew": ([OLD], unit(NEW), NEW),
    "unit described as before": ([OLD, NEW], unit(OLD), OLD),
    "unit closed": ([OLD], lambda it: close_unit(it, "u", date(2026, 6, 30), "v"), CLOSED),
    "service": ([], lambda it: register_service(it, GROUP), GROUP),
    "service closed": ([GROUP], lambda it: close_service(it, "g", date(2027, 1, 1)), GROUP_CLOSED),
    "service offered again": ([GROUP, GROUP_CLOSED], lambda it: register_service(it, GROUP), GROUP),
    "assignment": (
        [],
        lambda it: give_assignment(it, HOLDER, "a", "u", Role.REPORTER),
        AssignmentGiven(holder=HOLDER, agency="a", unit="u", role=Role.REPORTER),
    ),
    "assignment ended": (
        [AssignmentGiven(holder=HOLDER, agency="a", unit="u", role=Role.REPORTER)],
        lambda it: end_assignment(it, HOLDER),
        AssignmentEnded(holder=HOLDER),
    ),
    "assignment given again": (
        [AssignmentGiven(holder=HOLDER, agency="a", unit="u", role=Role.REPORTER), AssignmentEnded(holder=HOLDER)],
        lambda it: give_assignment(it, HOLDER, "a", "u", Role.REPORTER),
        AssignmentGiven(holder=HOLDER, agency="a", unit="u", role=Role.REPORTER),
    ),
    "in use in a district": (
        [],
        lambda it: set_feature(it, "farsta", Feature.SCENE_CALLS, date(2021, 4, 1), in_use=True),
        IN_USE,
    ),
    "in use no more": (
        [IN_USE],
        lambda it: set_feature(it, "farsta", Feature.SCENE_CALLS, date(2027, 1, 1), in_use=False),
        DistrictFeatureSet(district="farsta", feature=Feature.SCENE_CALLS, in_use=False, since=date(2027, 1, 1)),
    ),
}


@pytest.mark.parametrize(("before", "decision", "event"), CASES.values(), ids=CASES)
def test_it_is_said_once(before: list[Event], decision: Decision, event: Event) -> None:
    given(fold, *before).when(decision).then(event)


def test_registering_again_does_not_open_a_closed_unit() -> None:
    given(fold, OLD, CLOSED).when(unit(OLD)).nothing()


def test_what_never_was_cannot_end() -> None:
    given(fold).when(lambda it: close_unit(it, "u", date(2026, 6, 30), None)).refused(Missing)
    given(fold).when(lambda it: end_assignment(it, HOLDER)).refused(Missing)
    given(fold).when(lambda it: close_service(it, "g", date(2026, 6, 30))).refused(Missing)


def test_a_service_that_nobody_can_reach_or_understand_is_not_registered() -> None:
    for unsaid in ({"name": ""}, {"what": ""}):
        given(fold).when(lambda it, unsaid=unsaid: register_service(it, GROUP.model_copy(update=unsaid))).refused(Undescribed)  # type: ignore[misc]
    nowhere = GROUP.model_copy(update={"functional_address": None})
    given(fold).when(lambda it: register_service(it, nowhere)).refused(Unreachable)
    given(fold).when(lambda it: register_service(it, nowhere.model_copy(update={"telephone": "020-12 34 56"}))).happens()
