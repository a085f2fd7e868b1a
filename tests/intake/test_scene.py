"""A call to the scene: only the place is needed, its time is the phone's own where that can be, and its referrals are its own unit's."""

from datetime import timedelta
from uuid import uuid4

import pytest

from contracts.referral import AgeBand
from contracts.scene import SceneCall, SceneCallRequested, SeenChild
from services.intake.referral import Route, receipt_code
from services.intake.scene import NoPlace, NoSuchCall, NotInUse, SceneOrigin, alarm, refuse_strange_origin, request_scene_call
from tests.intake.test_referral import ROUTE, SUBMISSION
from tests.liaison.cases import NIGHT, received
from tests.liaison.scenes import REQUESTED


def call(place: str = "Provgatan 3", **more: object) -> SceneCall:
    return SceneCall.model_validate({"place": place, "caller_name": "Test Polis", **more})


def request(content: SceneCall, *, in_use: bool = True, route: Route = ROUTE) -> SceneCallRequested:
    return request_scene_call(content, route, SUBMISSION, NIGHT, in_use=in_use, danger=False, called_at=None)


def test_the_same_call_is_the_same_event_and_the_place_is_enough() -> None:
    assert request(call()) == request(call())
    assert (request(call()).age_bands, request(call()).interpreter, request(call()).receipt_code) == ((), False, receipt_code(SUBMISSION))


def test_ages_and_the_need_of_an_interpreter_stand_in_clear_and_nothing_else_of_the_content() -> None:
    told = request(call(children=(SeenChild(age_years=3), SeenChild(description="liten")), interpreter="somaliska"))
    assert (told.age_bands, told.interpreter) == ((AgeBand.AGE_0_3, AgeBand.UNKNOWN), True)
    clear = told.model_dump_json(exclude={"content"})
    assert not [word for word in ("Provgatan", "liten", "somaliska", "Test Polis") if word in clear]


def test_without_a_place_nobody_can_come() -> None:
    with pytest.raises(NoPlace):
        request(call(place=" "))


def test_where_it_is_not_in_use_the_patrol_is_told_what_to_do() -> None:
    with pytest.raises(NotInUse) as refused:
        request(call(), in_use=False)
    assert "112" in refused.value.explanation


@pytest.mark.parametrize(
    ("before", "believed"),
    [(timedelta(0), True), (timedelta(hours=23), True), (timedelta(hours=25), False), (timedelta(seconds=-1), False)],
)
def test_a_call_that_waited_for_a_network_counts_from_when_it_was_made(before: timedelta, believed: bool) -> None:
    assert alarm(NIGHT - before, NIGHT) == (NIGHT - before if believed else NIGHT)
    assert alarm(None, NIGHT) == NIGHT


def test_a_referral_comes_from_the_units_own_call_one_child_each() -> None:
    scene = uuid4()
    refuse_strange_origin(SceneOrigin(scene, (2, 1)), 2, [REQUESTED], "lpo-farsta")
    for numbers, children, history, unit in (
        ((1,), 2, [REQUESTED], "lpo-farsta"),
        ((1, 1), 2, [REQUESTED], "lpo-farsta"),
        ((0, 1), 2, [REQUESTED], "lpo-farsta"),
        ((1, 21), 2, [REQUESTED], "lpo-farsta"),
        ((1, 2), 2, [REQUESTED], "lpo-skarholmen"),
        ((1, 2), 2, [], "lpo-farsta"),
        ((1, 2), 2, [received()], "lpo-farsta"),
    ):
        with pytest.raises(NoSuchCall):
            refuse_strange_origin(SceneOrigin(scene, numbers), children, history, unit)
