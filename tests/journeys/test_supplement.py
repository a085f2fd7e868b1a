"""Adding to a referral: the patrol adds, the duty officer sees that something is new and reads it, the patrol sees that it is read."""

from uuid import uuid4

import pytest
from playwright.async_api import expect

from deploy.local.api import Api
from tests.journeys.cases import sent_in
from tests.journeys.conftest import Visit
from tests.journeys.others import JOUR, does
from tests.journeys.visitor import Visitor


@pytest.mark.parametrize("scripts", [True, False])
async def test_what_is_added_is_unread_until_somebody_opens_it(log_in: Visit, api: Api, scripts: bool) -> None:
    sent, words = await sent_in(api), f"Pappan har en nyckel {uuid4()}"
    await does(api, JOUR, sent.id, "openings")
    patrol: Visitor = await log_in("test-polis-farsta", scripts=scripts)
    page = patrol.page
    await page.goto(f"{patrol.portal}/sent/{sent.id}")
    await page.get_by_role("link", name="Komplettera", exact=True).click()
    await page.get_by_role("button", name="Skicka kompletteringen").click()
    await expect(page.locator("#text-error")).to_contain_text("Skriv det som är nytt")
    await page.get_by_label("Vad är nytt?").fill(words)
    await page.get_by_label("Barnet är i fara nu").check()
    await page.get_by_role("button", name="Skicka kompletteringen").click()
    await page.wait_for_url(f"**/sent/{sent.id}?after=*")
    await expect(page.get_by_text("Ingen har läst det än")).to_be_visible()

    officer: Visitor = await log_in("test-jour-ett")
    await officer.go("/board")
    row = officer.page.get_by_role("row").filter(has_text=sent.reference)
    await expect(row).to_contain_text("Något nytt")
    await expect(row).to_contain_text("Fara nu")
    await officer.page.get_by_role("link", name=sent.reference, exact=True).click()
    await expect(officer.page.get_by_role("heading", name="Anmälan har kompletterats")).to_be_visible()
    assert words not in await officer.page.content()
    await officer.look()
    await officer.page.get_by_role("button", name="Läs det tillagda").click()
    await expect(officer.page.get_by_text(words)).to_be_visible()
    await officer.look()

    await page.reload()
    await expect(page.get_by_text("Socialtjänsten har läst det")).to_be_visible()
    await page.get_by_role("link", name="Visa det vi skickade").click()
    await expect(page.get_by_text(words)).to_be_visible()
    if scripts:
        await patrol.look()


async def test_the_addition_of_a_stranger_is_none(log_in: Visit, api: Api) -> None:
    sent = await sent_in(api)
    other: Visitor = await log_in("test-polis-skarholmen")
    assert await other.go(f"/sent/{sent.id}/add") == 404
    answer = await other.page.request.post(
        f"{other.portal}/sent/{sent.id}/add",
        form={"text": "Hej", "idempotency_key": str(uuid4())},
        headers={"Origin": other.portal},
    )
    assert answer.status == 404


async def test_an_addition_fits_a_phone_and_speaks_english(log_in: Visit, api: Api) -> None:
    sent = await sent_in(api)
    patrol: Visitor = await log_in("test-polis-farsta", language="en", width=320, dark=True)
    await patrol.go(f"/sent/{sent.id}/add")
    await patrol.page.get_by_label("What is new?").fill("The father has a key")
    await patrol.page.get_by_role("button", name="Send the addition").click()
    await patrol.page.wait_for_url(f"**/sent/{sent.id}?after=*")
    await patrol.look()
