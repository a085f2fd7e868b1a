"""The services of the directory: everybody reads them, stewards keep them."""

from typing import Any

import pytest

from services.portal.pages.services import slug
from services.portal.services import Service, areas, choices
from tests.portal.talking import GROUP, NURSE, OFFICER, STEWARD, Services, at

WRITTEN = {"name": "Ny grupp", "what": "Samtal.", "district": "farsta", "telephone": "020-12 34 56", "address": "", "hours": ""}
BODY = {"name": "Ny grupp", "what": "Samtal.", "district": "farsta", "telephone": "020-12 34 56"}


def service(name: str, district: str | None) -> Service:
    return Service.model_validate(GROUP | {"id": name, "name": name, "district": district})


def test_the_whole_citys_services_come_first_and_then_the_districts_by_name() -> None:
    found = areas(
        [service("a", "skarholmen"), service("b", None), service("c", "farsta")], {"farsta": "Farsta", "skarholmen": "Skärholmen"}
    )
    assert [(area.district, area.name) for area in found] == [("", ""), ("farsta", "Farsta"), ("skarholmen", "Skärholmen")]
    assert choices([service("a", "farsta"), service("b", None)], {"farsta": "Farsta"}) == [("b", "b"), ("a", "Farsta: a")]


@pytest.mark.parametrize(
    ("name", "taken", "made"),
    [
        ("Testgruppen Årsta", (), "testgruppen-arsta"),
        ("Samtal & stöd", ("samtal-stod",), "samtal-stod-2"),
        ("Samtal", ("samtal", "samtal-2"), "samtal-3"),
        ("!", (), "service"),
    ],
)
def test_an_id_is_made_of_the_name_and_is_nobody_elses(name: str, taken: tuple[str, ...], made: str) -> None:
    assert slug(name, taken) == made


async def test_everybody_sees_how_to_reach_them_and_only_stewards_a_way_to_change_them() -> None:
    for person in (NURSE, OFFICER, STEWARD):
        async with at(Services(), person) as somebody:
            page = (await somebody.get("/services")).text
        assert "020-12 34 56" in page
        assert ("/services/new" in page) == (person is STEWARD)


@pytest.mark.parametrize(("path", "id_"), [("/services/new", "ny-grupp"), ("/services/testgruppen-farsta", "testgruppen-farsta")])
async def test_a_steward_enters_a_service_or_describes_it_anew(path: str, id_: str) -> None:
    services = Services()
    async with at(services, STEWARD) as steward:
        answer = await steward.post(path, data=WRITTEN)
    assert services.sent == [("PUT", f"/directory/services/{id_}", BODY)]
    assert (answer.status_code, answer.headers["location"]) == (303, "/services?after=x:7")


async def test_the_form_shows_what_is_known_and_a_refusal_keeps_what_was_written() -> None:
    async with at(Services(), STEWARD) as steward:
        page = (await steward.get("/services/testgruppen-farsta")).text
        assert [text for text in ("Testgruppen Farsta", "Grupper för barn.", "020-12 34 56") if text not in page] == []
    async with at(Services(refusal="unreachable"), STEWARD) as steward:
        refused = await steward.post("/services/new", data=WRITTEN | {"telephone": ""})
    assert (refused.status_code, 'id="telephone-error"' in refused.text, "Ny grupp" in refused.text) == (422, True, True)


async def test_the_hub_that_does_not_answer_loses_nothing() -> None:
    async with at(Services(silent=True), STEWARD) as steward:
        answer = await steward.post("/services/testgruppen-farsta", data=WRITTEN)
    assert (answer.status_code, "Ny grupp" in answer.text, 'id="step-error"' in answer.text) == (502, True, True)


async def test_a_service_is_closed_from_today() -> None:
    services = Services()
    async with at(services, STEWARD) as steward:
        answer = await steward.post("/services/testgruppen-farsta/close")
    [(method, path, body)] = services.sent
    told: dict[str, Any] = body
    assert (method, path, set(told), answer.status_code) == ("POST", "/directory/services/testgruppen-farsta/closings", {"validTo"}, 303)


async def test_nobody_else_keeps_them() -> None:
    for person in (NURSE, OFFICER):
        services = Services()
        async with at(services, person) as somebody:
            for path in ("/services/new", "/services/testgruppen-farsta"):
                assert (await somebody.get(path)).status_code == 403
                assert (await somebody.post(path, data=WRITTEN)).status_code == 403
            assert (await somebody.post("/services/testgruppen-farsta/close")).status_code == 403
        assert services.sent == []
