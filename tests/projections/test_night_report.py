"""The night's report by HTTP: what came in, what was offered and answered, what waits; for the unit that asks, without names."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from contracts.law import office
from deploy.local.api import Api, open_api
from tests.place import until
from tests.stack import Hub

POLICE, JOUR, FARSTA, BROMMA = "polisen-farsta", "socialjouren", "farsta", "bromma"
NAME = "Test Testsson"


async def refers(api: Api, children: int = 1) -> list[str]:
    """Referrals from the police, opened and assessed by Socialjouren."""
    body = {"children": [{"kind": "unknown", "name": NAME}] * children, "worry": f"Skrik {uuid4()}"}
    receipt = (await api.ask(POLICE, "POST", "/intake/v1/referrals", body, key=uuid4())).body
    ids = [each["id"] for each in receipt["referrals"]]
    for each in ids:
        await does(api, JOUR, each, "openings")
        await does(api, JOUR, each, "immediate-safety-assessments", needsImmediateProtection=False, reasons="Hos mormor.")
    return ids


async def does(api: Api, client: str, referral: str, what: str, **body: object) -> None:
    await api.ask(client, "POST", f"/liaison/v1/referrals/{referral}/{what}", body or None)


async def report(api: Api, client: str, **period: datetime) -> dict[str, Any]:
    query = urlencode({name: at.isoformat() for name, at in period.items()})
    found: dict[str, Any] = (await api.ask(client, "GET", f"/projections/v1/night-report?{query}")).body
    return found


def of(rows: list[dict[str, Any]], *referrals: str) -> list[dict[str, Any]]:
    return [row for row in rows if row["referral"] in referrals]


async def test_the_night_is_told_to_both_sides_each_its_own_part(hub: Hub) -> None:
    async with open_api(hub.data.path) as api:
        began = datetime.now(UTC) - timedelta(seconds=5)
        (refused,), (waits,), family, (unseen,) = await refers(api), await refers(api), await refers(api, 2), await refers(api)
        await does(api, JOUR, refused, "handover-offers", toUnit="bromma-mottagning", message="Ring.")
        await does(api, BROMMA, refused, "handover-refusals", reason="Bor i Farsta.")
        await does(api, JOUR, waits, "handover-offers", toUnit="farsta-mottagning", message="Ring.")
        await does(api, JOUR, family[0], "handover-offers", toUnit="farsta-mottagning", message="Ring.", siblings="together")
        await does(api, FARSTA, family[1], "handover-acceptances")
        told = await report(api, JOUR, begins=began, ends=began + timedelta(hours=1))
        mine = of(told["referrals"], refused, waits, unseen, *family)
        assert {row["referral"]: row["relation"] for row in mine} == {
            refused: "owner",
            waits: "owner",
            unseen: "owner",
            family[0]: "handed_over",
            family[1]: "handed_over",
        }
        offers = of(told["handovers"], refused, waits, unseen, *family)
        assert {row["referral"]: (row["relation"], row["toUnit"], row["outcome"], row["together"]) for row in offers} == {
            refused: ("gave", "bromma-mottagning", "refused", 1),
            waits: ("gave", "farsta-mottagning", "waiting", 1),
            family[0]: ("gave", "farsta-mottagning", "accepted", 2),
            family[1]: ("gave", "farsta-mottagning", "accepted", 2),
        }
        assert NAME not in str(told)
        assert told["cut"] is False

        theirs = await report(api, FARSTA, begins=began, ends=began + timedelta(hours=1))
        assert {row["referral"]: row["relation"] for row in of(theirs["referrals"], refused, waits, unseen, *family)} == {
            waits: "offered",
            family[0]: "owner",
            family[1]: "owner",
        }
        assert {row["relation"] for row in of(theirs["handovers"], waits, *family)} == {"asked"}
        assert of((await report(api, "skarholmen", begins=began, ends=began + timedelta(hours=1)))["referrals"], waits, *family) == []


async def test_what_came_before_the_period_is_told_of_only_if_it_moved_in_it_or_waits(hub: Hub) -> None:
    async with open_api(hub.data.path) as api:
        (done,), (waits,) = await refers(api), await refers(api)
        await does(api, JOUR, done, "handover-offers", toUnit="farsta-mottagning", message="Ring.")
        between = datetime.now(UTC)
        await does(api, FARSTA, done, "handover-acceptances")
        after = datetime.now(UTC)
        moved = await report(api, JOUR, begins=between, ends=after)
        assert [row["relation"] for row in of(moved["referrals"], done)] == ["handed_over"]
        assert [row["outcome"] for row in of(moved["handovers"], done)] == ["accepted"]
        later = await report(api, JOUR, begins=after, ends=after + timedelta(hours=1))
        assert [row["referral"] for row in of(later["referrals"], done, waits)] == [waits]
        assert of(later["handovers"], done) == []


async def test_an_addition_that_nobody_has_opened_waits_though_the_case_was_decided_before_the_period(hub: Hub) -> None:
    words = f"Hen har ringt igen {uuid4()}"
    async with open_api(hub.data.path) as api:
        (decided,), (other,) = await refers(api), await refers(api)
        for each in (decided, other):
            await does(api, JOUR, each, "handover-offers", toUnit="farsta-mottagning", message="Ring.")
            await does(api, FARSTA, each, "handover-acceptances")
            await does(api, FARSTA, each, "decisions", decision="investigation_not_opened", reasons="Inget stöd behövs.")
            await does(api, FARSTA, each, "police-report-decisions", decision="no_suspicion", barnahusConsulted=False)
            await does(api, FARSTA, each, "report-meetings", outcome="not_relevant")
        after = datetime.now(UTC)
        period = {"begins": after, "ends": after + timedelta(hours=1)}
        assert of((await report(api, FARSTA, **period))["referrals"], decided, other) == []
        await api.ask(POLICE, "POST", f"/intake/v1/referrals/{decided}/supplements", {"text": words}, key=uuid4())

        async def told() -> bool:
            return [row["referral"] for row in of((await report(api, FARSTA, **period))["referrals"], decided, other)] == [decided]

        await until(told)
        assert words not in str(await report(api, FARSTA, **period))
        assert of((await report(api, JOUR, **period))["referrals"], decided) == [], "it is no longer theirs to read"
        await does(api, FARSTA, decided, "supplement-openings")
        assert of((await report(api, FARSTA, **period))["referrals"], decided) == []


async def test_questions_are_counted_apart(hub: Hub) -> None:
    async with open_api(hub.data.path) as api:
        began = datetime.now(UTC) - timedelta(seconds=5)
        body = {"question": f"När ska vi anmäla? {uuid4().hex[:5]}", "category": "neglect", "ageBand": "7-9"}
        asked = (await api.ask("sachsska-barnakut", "POST", "/intake/v1/consultations", body, key=uuid4())).body["id"]
        told = await report(api, JOUR, begins=began, ends=began + timedelta(hours=1))
        assert [row["fromUnit"] for row in told["consultations"] if row["consultation"] == asked] == ["sachsska-barnakut"]
        assert asked not in {row["referral"] for row in told["referrals"]}


async def test_without_a_period_it_is_the_night(hub: Hub) -> None:
    async with open_api(hub.data.path) as api:
        told = await report(api, JOUR)
    night = office().night(datetime.now(UTC))
    assert (datetime.fromisoformat(told["begins"]), datetime.fromisoformat(told["ends"])) == (night.begins, night.ends)


@pytest.mark.parametrize("length", [timedelta(), timedelta(hours=-1), timedelta(days=32)])
async def test_a_period_ends_after_it_begins_and_is_not_endless(hub: Hub, length: timedelta) -> None:
    began = datetime(2026, 11, 1, tzinfo=UTC)
    query = urlencode({"begins": began.isoformat(), "ends": (began + length).isoformat()})
    async with open_api(hub.data.path) as api:
        answer = await api.send(JOUR, "GET", f"/projections/v1/night-report?{query}")
    assert (answer.status, answer.body["type"].rpartition(":")[2]) == (422, "wrong-period")


async def test_who_works_with_no_cases_gets_no_report(hub: Hub) -> None:
    async with open_api(hub.data.path) as api:
        for client in (POLICE, "nattljus-seeder", "socialtjanstinspektorerna"):
            assert (await api.send(client, "GET", "/projections/v1/night-report")).status == 403


async def test_brothers_and_sisters_are_found_as_far_as_they_are_the_units_own(hub: Hub) -> None:
    async with open_api(hub.data.path) as api:
        first, second, third = await refers(api, 3)
        path = "/projections/v1/board/{}/siblings"
        found = (await api.ask(JOUR, "GET", path.format(second))).body
        assert [row["referral"] for row in found] == [first, third]
        await does(api, JOUR, first, "handover-offers", toUnit="farsta-mottagning", message="", siblings="split")
        assert (await api.ask(FARSTA, "GET", path.format(first))).body == []
        assert (await api.send(FARSTA, "GET", path.format(second))).status == 404
