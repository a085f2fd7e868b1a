"""From a patrol car to feedback, by pages alone: three people, three authorities, one child."""

from uuid import uuid4

from playwright.async_api import expect

from tests.journeys.conftest import Visit
from tests.journeys.visitor import Visitor


async def test_one_referral_goes_all_the_way_from_the_patrol_car_to_feedback(log_in: Visit) -> None:
    patrol: Visitor = await log_in("test-polis-farsta")
    jour: Visitor = await log_in("test-jour-ett")
    district: Visitor = await log_in("test-farsta")
    child = f"Nils {uuid4().hex[:6].capitalize()}"
    await jour.go("/board")
    await district.go("/board")

    code = await handed_over(patrol, child)
    await jour.page.get_by_role("link", name=code, exact=True).click()
    await opened_assessed_and_offered(jour, child)
    await patrol.go("/sent")
    await patrol.page.get_by_role("link", name=code, exact=True).click()
    await expect(patrol.page.get_by_role("listitem").filter(has_text="Sedd av en människa")).to_contain_text("Klart")

    await district.page.get_by_role("link", name=code, exact=True).click()
    await taken_over_and_decided(district, child)
    await patrol.page.get_by_role("button", name="Läs återkopplingen").click()
    await expect(patrol.page.get_by_text("En utredning har inletts").first).to_be_visible()
    assert "Upprepat våld." not in await patrol.page.content()
    await patrol.look()


async def handed_over(patrol: Visitor, child: str) -> str:
    """The patrol fills in as little as it can; the receipt's code."""
    await patrol.go("/referrals/new")
    page = patrol.page
    await page.get_by_role("radio", name="Nej, inte just nu").check()
    await page.get_by_label("Namn").fill(child)
    await page.get_by_label("Vad har hänt").fill("Skrik från lägenheten.")
    await page.get_by_role("button", name="Skicka anmälan").click()
    await page.wait_for_url("**/receipts/**")
    return await page.locator(".nl-code-large").inner_text()


async def opened_assessed_and_offered(jour: Visitor, child: str) -> None:
    """Socialjouren's part."""
    page = jour.page
    await page.get_by_role("button", name="Öppna anmälan").click()
    await expect(page.get_by_text(child)).to_be_visible()
    await page.get_by_label("Nej, inte nu").check()
    await page.get_by_label("Skäl").fill("Barnet är hos sin mormor i natt.")
    await page.get_by_role("button", name="Spara bedömningen").click()
    await page.get_by_label("Stadsdel", exact=True).select_option("Farsta mottagning")
    await page.get_by_role("button", name="Erbjud ärendet").click()
    await expect(page.get_by_role("heading", name="Erbjudet till Farsta mottagning")).to_be_visible()


async def taken_over_and_decided(district: Visitor, child: str) -> None:
    """The district's part."""
    page = district.page
    await page.get_by_role("button", name="Ta över ärendet").click()
    await expect(page.get_by_text(child)).to_be_visible()
    await page.get_by_label("Inled utredning").check()
    await page.get_by_label("Skäl").fill("Upprepat våld.")
    await page.get_by_role("button", name="Besluta").click()
    await expect(page.get_by_role("heading", name="En utredning har inletts")).to_be_visible()
