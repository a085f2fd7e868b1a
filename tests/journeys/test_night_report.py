"""The night's report in the morning: a page and a file, for Socialjouren and for a district, without a name."""

from playwright.async_api import expect

from deploy.local.api import Api
from tests.journeys.cases import offered, sent_in
from tests.journeys.conftest import Visit
from tests.journeys.others import FARSTA, does
from tests.journeys.visitor import Visitor


async def test_the_lead_reads_the_night_and_prints_it(log_in: Visit, api: Api) -> None:
    waits, refused = await offered(api, await sent_in(api)), await offered(api, await sent_in(api, danger=True))
    await does(api, FARSTA, refused.id, "handover-refusals", reason="Bor i Bromma.")
    lead: Visitor = await log_in("test-jour-ledare")
    await lead.go("/board")
    page = lead.page
    await page.get_by_role("link", name="Nattrapport", exact=True).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Nattens rapport")
    text = await lead.text()
    assert waits.name not in text
    assert refused.name not in text
    waiting = page.get_by_role("region", name="Det som väntar: ingen har tagit det")
    await expect(waiting.get_by_role("row").filter(has_text=refused.reference)).to_contain_text("En stadsdel sade nej: Farsta mottagning")
    await lead.look()
    async with page.expect_response("**/night-report/pdf*") as answered:
        await page.evaluate("fetch(document.querySelector('a[href^=\"/night-report/pdf\"]').href)")
    printed = await answered.value
    assert (printed.status, printed.headers["content-type"]) == (200, "application/pdf")

    await page.get_by_role("link", name=refused.reference, exact=True).first.click()
    await page.wait_for_url(f"**/cases/{refused.id}")


async def test_a_period_is_chosen_and_one_that_is_none_is_said_so(log_in: Visit, api: Api) -> None:
    sent = await sent_in(api)
    officer: Visitor = await log_in("test-jour-ett", width=320)
    await officer.go("/night-report")
    page = officer.page
    await page.get_by_label("Från", exact=True).fill("2026-01-01T16:00")
    await page.get_by_label("Till", exact=True).fill("2026-01-01T08:00")
    await page.get_by_role("button", name="Visa den här perioden").click()
    await expect(page.get_by_role("group", name="Se över det här")).to_contain_text("börjar innan den slutar")
    await expect(page.get_by_label("Från", exact=True)).to_have_value("2026-01-01T16:00")
    await officer.look()
    await page.get_by_label("Till", exact=True).fill("2026-01-02T08:00")
    await page.get_by_role("button", name="Visa den här perioden").click()
    await expect(page.get_by_text("Inget kom in under tiden.")).to_be_visible()
    await expect(page.get_by_text(sent.reference).first).to_be_visible()  # whenever it came in, it waits
    await officer.look()
    await page.get_by_role("link", name="Natten efter").click()
    await expect(page.get_by_label("Från", exact=True)).to_have_value("2026-01-02T16:00")


async def test_a_district_reads_what_it_is_offered_in_english_and_without_scripts(log_in: Visit, api: Api) -> None:
    sent = await offered(api, await sent_in(api))
    officer: Visitor = await log_in("test-farsta-handlaggare", language="en", scripts=False)
    page = officer.page
    await page.goto(f"{officer.portal}/night-report")
    await expect(page.get_by_role("heading", level=1)).to_have_text("The night's report")
    offers = page.get_by_role("region", name="Handovers")
    await expect(page.get_by_role("region", name="What waits: nobody has taken it").get_by_text(sent.reference)).to_be_visible()
    await expect(offers).to_be_visible()
    assert sent.name not in await page.content()
