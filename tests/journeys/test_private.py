"""A neighbour tells about a child without logging in; nothing stays in the browser, and Socialjouren reads it."""

from typing import Any
from uuid import uuid4

import pytest
from playwright.async_api import Browser, expect

from deploy.local.api import Api
from tests.journeys.conftest import Visit
from tests.journeys.others import JOUR, rows
from tests.journeys.visitor import Visitor
from tests.looking import PATIENCE
from tests.stack import Hub

LEFT = "[localStorage.length, sessionStorage.length, document.cookie]"


async def neighbour(chromium: Browser, hub: Hub, *, width: int = 1280, scripts: bool = True, **more: Any) -> Visitor:
    """Somebody who has never been here and does not log in."""
    context = await chromium.new_context(viewport={"width": width, "height": 800}, java_script_enabled=scripts, **more)
    context.set_default_timeout(PATIENCE)
    return Visitor(await context.new_page(), hub.portal)


async def test_a_neighbour_tells_anonymously_and_a_duty_officer_reads_it(chromium: Browser, hub: Hub, log_in: Visit, api: Api) -> None:
    words = f"Gråt genom väggen {uuid4()}"
    visitor = await neighbour(chromium, hub, locale="sv")
    page = visitor.page
    await visitor.go("/")
    await visitor.press("Berätta om ett barn")
    await expect(page.locator("#pictures")).to_contain_text("De kan inte skickas härifrån")
    await expect(page.locator("input[type=file]")).to_have_count(0)
    await page.get_by_label("Namn").fill("Flickan på tvåan")
    await page.get_by_label("Vad har hänt").fill(words)
    await page.get_by_role("button", name="Lägg till ett barn").click()
    await expect(page.locator("#child-2-name")).to_be_focused()
    await page.get_by_role("button", name="Ta bort barn 2").click()
    await expect(page.locator("#child-2-name")).to_have_count(0)
    await visitor.look()
    await page.get_by_role("button", name="Skicka", exact=True).dblclick()
    await page.wait_for_url("**/private/receipts/**")
    await visitor.look()
    code = await page.locator(".nl-code-large").inner_text()
    assert words not in await page.content()
    assert await page.evaluate(LEFT) == [0, 0, ""]
    assert await page.context.cookies() == []
    assert len([row for row in await rows(api, JOUR, "board?limit=200") if row["receiptCode"] == code]) == 1

    officer: Visitor = await log_in("test-jour-ett")
    await officer.go("/board")
    await expect(officer.page.get_by_role("row").filter(has_text=code)).to_contain_text("Privatperson")
    await officer.page.get_by_role("link", name=code, exact=True).click()
    await officer.page.get_by_role("button", name="Öppna anmälan").click()
    await expect(officer.page.get_by_text(words)).to_be_visible()
    await expect(officer.page.get_by_text("Någon som vill vara anonym")).to_be_visible()
    await expect(officer.page.get_by_text("Ingen återkoppling går ut: anmälaren är inte anmälningsskyldig")).to_be_visible()
    await officer.look()


@pytest.mark.parametrize("dark", [False, True])
async def test_the_page_fits_a_phone_and_speaks_english_without_a_cookie(chromium: Browser, hub: Hub, dark: bool) -> None:
    visitor = await neighbour(chromium, hub, width=320, locale="sv", color_scheme="dark" if dark else "light")
    page = visitor.page
    await visitor.go("/private?language=en")
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.locator("#worry-error")).to_be_visible()
    await visitor.look()
    await page.get_by_label("What has happened").fill("Crying through the wall")
    await page.get_by_label("Where is the child now?").fill("On the second floor")
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.get_by_role("heading", name="Thank you. It is received")).to_be_visible()
    await visitor.look()
    assert await page.context.cookies() == []


async def test_nothing_of_it_needs_scripts(chromium: Browser, hub: Hub) -> None:
    visitor = await neighbour(chromium, hub, scripts=False, locale="sv")
    page = visitor.page
    await page.goto(f"{visitor.portal}/private")
    await page.get_by_label("Namn").fill("Flickan på tvåan")
    await page.get_by_label("Vad har hänt").fill("Gråt genom väggen")
    await page.get_by_role("button", name="Skicka", exact=True).click()
    await expect(page.get_by_role("heading", name="Tack. Det är mottaget")).to_be_visible()
    address = await page.get_by_role("link", name="Spara kvittensen (PDF)").get_attribute("href")
    file = await page.request.get(f"{visitor.portal}{address}")
    assert (await file.body())[:5] == b"%PDF-"
