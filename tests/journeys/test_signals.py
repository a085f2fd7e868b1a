"""Several signals about one child, and a step that is late: counted, opened for a reason, weighed by a person, escalated to be seen."""

from collections.abc import Sequence
from uuid import UUID, uuid4

import asyncpg
from playwright.async_api import Locator, Page, expect

from deploy.local.api import Api
from tests.journeys.cases import Sent, sent_in
from tests.journeys.conftest import Visit
from tests.journeys.others import JOUR, does, referred
from tests.journeys.visitor import Visitor
from tests.place import until
from tests.stack import Hub

POLICE, WARD, SCHOOL = "polisen-farsta", "sachsska-barnakut", "skola-farsta"
LATE = "UPDATE liaison.running_limit SET due = now(), look_at = now() WHERE stream = $1 AND step = 'seen'"
OPENED = "SELECT purpose, agency FROM keyring.read_log WHERE stream = $1 AND action = 'open-earlier'"


def a_child() -> dict[str, object]:
    """A child with a reserve number that no other has."""
    return {"kind": "reserve_number", "number": f"99{uuid4().int % 10**10:010}"}


async def about(api: Api, client: str, child: dict[str, object]) -> Sent:
    """A referral from somebody's own system about the child."""
    name = f"Nils {uuid4().hex[:6].capitalize()}"
    receipt = await referred(api, client, f"Oro för barnet. {uuid4().hex[:8]}", children=[child | {"name": name}])
    (one,) = receipt["referrals"]
    return Sent(one["id"], one["reference"], name)


def others(page: Page) -> Locator:
    """The part of a case that tells of other signals about the child."""
    return page.get_by_role("region", name="Andra signaler om barnet")


async def fetch(hub: Hub, query: str, *arguments: object) -> Sequence[asyncpg.Record]:
    connection = await asyncpg.connect(hub.admin_dsn)
    try:
        rows: Sequence[asyncpg.Record] = await connection.fetch(query, *arguments)
    finally:
        await connection.close()
    return rows


async def test_two_that_may_be_the_same_are_read_for_a_reason_and_linked_by_a_person(log_in: Visit, api: Api, hub: Hub) -> None:
    child = a_child()
    first = await about(api, POLICE, child)
    await does(api, JOUR, first.id, "openings")
    second = await about(api, SCHOOL, child)
    officer: Visitor = await log_in("test-jour-ett")
    await officer.go(f"/board?text={second.reference}")
    page = officer.page
    row = page.get_by_role("row").filter(has_text=second.reference)
    await expect(row).to_contain_text("1 tidigare signal om barnet")
    await expect(row).to_contain_text("Kan vara samma som en annan")
    await row.get_by_role("link", name=second.reference, exact=True).click()
    await expect(others(page)).to_have_count(0)  # nothing of it before somebody has opened the referral
    await page.get_by_role("button", name="Öppna anmälan").click()
    await expect(others(page)).to_contain_text(f"De här kan vara samma: {second.reference} och {first.reference}")
    assert first.name not in await page.content()
    await officer.look()

    await officer.go(f"/cases/{second.id}/earlier/{first.id}")
    await expect(others(page)).to_contain_text("Välj varför du öppnar den")
    assert await fetch(hub, OPENED, UUID(first.id)) == []
    await page.get_by_label("Varför öppnar du den?").select_option("För att se om två anmälningar är samma")
    await others(page).get_by_role("button", name="Öppna den").click()
    await expect(page.get_by_text(first.name)).to_be_visible()
    await expect(page.get_by_text("Det står i läsloggen")).to_be_visible()
    await officer.look()
    assert [tuple(each) for each in await fetch(hub, OPENED, UUID(first.id))] == [("comparison", "socialjouren")]

    await page.get_by_role("link", name="Tillbaka till ärendet").click()
    await page.get_by_role("button", name="De är samma").click()
    await expect(others(page)).to_contain_text("Om samma händelse")
    await expect(others(page)).not_to_contain_text("De här kan vara samma")
    await officer.look()
    await officer.go(f"/cases/{first.id}")
    await expect(others(page).get_by_role("link", name=second.reference)).to_be_visible()


async def test_what_is_not_the_same_is_held_apart_and_stays_an_earlier_signal(log_in: Visit, api: Api) -> None:
    child = a_child()
    first, second = await about(api, POLICE, child), await about(api, POLICE, child)
    await does(api, JOUR, second.id, "openings")
    officer: Visitor = await log_in("test-jour-tva")
    await officer.go(f"/cases/{second.id}")
    page = officer.page
    await expect(others(page).get_by_role("link", name="Ingen har öppnat den än")).to_have_attribute("href", f"/cases/{first.id}")
    await page.get_by_role("button", name="De är inte samma").click()
    await expect(others(page)).not_to_contain_text("De här kan vara samma")
    await expect(others(page)).to_contain_text("1 tidigare signal om samma barn")
    await officer.look()


async def test_three_quiet_signals_ask_for_a_person_who_says_what_they_mean(log_in: Visit, api: Api) -> None:
    child = a_child()
    for client in (POLICE, WARD):
        await about(api, client, child)
    third = await about(api, SCHOOL, child)
    officer: Visitor = await log_in("test-jour-ett")
    await officer.go(f"/board?text={third.reference}")
    page = officer.page
    row = page.get_by_role("row").filter(has_text=third.reference)
    await expect(row).to_contain_text("Flera signaler om barnet")
    await row.get_by_role("link", name=third.reference, exact=True).click()
    await page.get_by_role("button", name="Öppna anmälan").click()
    await expect(others(page)).to_contain_text("3 signaler från 3 myndigheter inom 90 dagar")
    await expect(others(page)).to_contain_text("navets praxis, inte lag")

    await page.get_by_label("De vägs in: tillsammans säger de mer än var för sig").check()
    await page.get_by_role("button", name="Spara vad de betyder").click()
    await expect(page.get_by_role("group", name="Se över det här")).to_be_visible()
    await expect(page.get_by_label("De vägs in: tillsammans säger de mer än var för sig")).to_be_checked()
    await officer.look()
    await page.get_by_label("Skälen till vad de betyder").fill("Tre har sett samma sak.")
    await page.get_by_role("button", name="Spara vad de betyder").click()
    await expect(others(page)).to_contain_text("De vägs in: tillsammans säger de mer än var för sig")
    await expect(page.get_by_role("button", name="Spara vad de betyder")).to_have_count(0)
    await expect(page.get_by_text("Tre har sett samma sak.")).to_be_visible()
    await officer.look()


async def test_what_nobody_opens_is_late_on_the_board_and_who_reported_sees_that_it_was_escalated(
    log_in: Visit, api: Api, hub: Hub
) -> None:
    sent = await sent_in(api)
    officer: Visitor = await log_in("test-jour-ledare")
    await officer.go(f"/board?text={sent.reference}")
    page = officer.page
    await until(lambda: fetch(hub, "SELECT 1 FROM liaison.running_limit WHERE stream = $1", UUID(sent.id)))
    await fetch(hub, LATE, UUID(sent.id))
    row = page.get_by_role("row").filter(has_text=sent.reference)
    await expect(row).to_contain_text("Har gått vidare till gruppledaren")
    await expect(page.get_by_text("har dröjt så länge att den har gått vidare till dig")).to_be_visible()
    await officer.look()

    patrol: Visitor = await log_in("test-polis-farsta")
    await patrol.go(f"/sent/{sent.id}")
    chain = patrol.page.get_by_role("list", name="Så långt har den kommit")
    await expect(chain.get_by_role("listitem").filter(has_text="Sedd av en människa")).to_contain_text("Har gått vidare till gruppledaren")
    await expect(patrol.page.get_by_text("Det dröjer längre än det borde")).to_be_visible()
    await patrol.look()
    await does(api, JOUR, sent.id, "openings")
    await expect(patrol.page.get_by_text("Det dröjer längre än det borde")).to_have_count(0)
