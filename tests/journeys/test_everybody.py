"""The same pages for everybody: by keyboard, on a narrow screen, in English, without JavaScript, and for who may not be here."""

import pytest
from playwright.async_api import Page, expect

from deploy.local.api import Api
from tests.journeys.cases import sent_in
from tests.journeys.conftest import Visit
from tests.journeys.visitor import Visitor


async def test_an_officer_works_with_the_keyboard_alone(log_in: Visit, api: Api) -> None:
    sent = await sent_in(api)
    officer: Visitor = await log_in("test-jour-ett")
    await officer.go("/board")
    page = officer.page
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await tab_to(page, sent.reference)
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**/cases/{sent.id}")
    await tab_to(page, "Öppna anmälan")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/cases/*after=*")
    await tab_to(page, "", kind="radio")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Tab")
    await page.keyboard.type("Trygg hos mormor.")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Bedömt: behöver inte omedelbart skydd")).to_be_visible()


async def tab_to(page: Page, text: str, *, kind: str = "", steps: int = 600) -> None:
    """Press Tab until what has the focus says this, or is of this kind."""
    for _ in range(steps):
        await page.keyboard.press("Tab")
        focused = await page.evaluate("[document.activeElement.textContent.trim(), document.activeElement.type || '']")
        if (focused[1] == kind) if kind else (focused[0] == text):
            return
    pytest.fail(f"the keyboard never came to {text or kind}")


async def test_a_phone_at_320_pixels_in_the_dark(log_in: Visit, api: Api) -> None:
    sent = await sent_in(api, danger=True)
    officer: Visitor = await log_in("test-jour-ett", width=320, dark=True)
    await officer.go("/board")
    page = officer.page
    await page.get_by_role("link", name=sent.reference, exact=True).click()
    await officer.look()
    await page.get_by_role("button", name="Öppna anmälan").click()
    await expect(page.get_by_text(sent.name)).to_be_visible()
    await officer.look()
    await officer.go("/advice")


async def test_in_english(log_in: Visit, api: Api) -> None:
    sent = await sent_in(api)
    officer: Visitor = await log_in("test-jour-ett", language="en")
    await officer.go("/board")
    page = officer.page
    row = page.get_by_role("row").filter(has_text=sent.reference)
    await expect(row).to_contain_text("At once")
    await expect(row).to_contain_text("Nobody has opened")
    await officer.look()
    await row.get_by_role("link", name=sent.reference, exact=True).click()
    await page.get_by_role("button", name="Open the referral").click()
    await expect(page.get_by_text("before the guardian is contacted")).to_be_visible()
    await officer.look()


async def test_without_javascript(log_in: Visit, api: Api) -> None:
    officer: Visitor = await log_in("test-jour-tva", scripts=False)
    page = officer.page
    await page.goto(f"{officer.portal}/board")
    sent = await sent_in(api)
    await expect(page.get_by_role("link", name=sent.reference, exact=True)).to_have_count(0)
    await page.get_by_role("link", name="Läs in igen").click()
    await page.get_by_role("link", name=sent.reference, exact=True).click()
    await page.get_by_role("button", name="Öppna anmälan").click()
    await page.get_by_label("Nej, inte nu").check()
    await page.get_by_label("Skäl").fill("Trygg hos mormor.")
    await page.get_by_role("button", name="Spara bedömningen").click()
    await expect(page.get_by_text("Bedömt: behöver inte omedelbart skydd")).to_be_visible()


async def test_a_weak_login_is_told_kindly_what_to_do(log_in: Visit) -> None:
    officer: Visitor = await log_in("test-svag-inloggning")
    page = officer.page
    await expect(page.get_by_text("inte på ett sätt som är säkert nog")).to_be_visible()
    await officer.look()
    assert await officer.go("/board") == 403
    await expect(page.get_by_role("heading", level=1)).to_have_text("Logga in på ett säkrare sätt")
    await officer.look()


@pytest.mark.parametrize("path", ["/board", "/advice", "/directory"])
async def test_a_reporter_has_no_business_on_the_social_services_pages(log_in: Visit, path: str) -> None:
    officer: Visitor = await log_in("test-polis-farsta")
    assert await officer.go(path) == 403


@pytest.mark.parametrize("subject", ["test-katalog", "test-inspektor", "test-jour-ledare", "test-bromma", "test-farsta-handlaggare"])
async def test_every_place_in_the_menu_exists(log_in: Visit, subject: str) -> None:
    officer: Visitor = await log_in(subject)
    page = officer.page
    menu = page.get_by_role("navigation", name="Huvudmeny").get_by_role("link")
    places = [await link.get_attribute("href") or "" for link in await menu.all()]
    assert places
    for place in places:
        assert await officer.go(place) == 200
