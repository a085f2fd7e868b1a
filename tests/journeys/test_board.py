"""The board of a night with two at work: taken, given back, assigned, found again, and worked through by keyboard and on a phone."""

import re
from uuid import UUID

from playwright.async_api import Locator, Page, expect

from deploy.local.api import Api
from tests.journeys.cases import Sent, offered, sent_in, with_farsta
from tests.journeys.conftest import Visit
from tests.journeys.others import FARSTA, JOUR, does
from tests.journeys.visitor import Visitor

ETT, TVA, LEAD = "test-jour-ett", "test-jour-tva", "test-jour-ledare"


def zone(page: Page, name: str) -> Locator:
    """One zone of the board."""
    return page.get_by_role("region", name=name)


def row_in(part: Page | Locator, sent: Sent) -> Locator:
    """The line of a referral."""
    return part.get_by_role("row").filter(has_text=sent.reference)


async def at_board(visitor: Visitor, sent: Sent) -> Page:
    """The board, with this referral alone."""
    await visitor.go(f"/board?text={sent.reference}")
    return visitor.page


async def test_what_one_takes_is_theirs_and_the_colleague_sees_it_without_loading_again(log_in: Visit, api: Api) -> None:
    sent = await sent_in(api)
    ett: Visitor = await log_in(ETT)
    tva: Visitor = await log_in(TVA)
    mine, theirs = await at_board(ett, sent), await at_board(tva, sent)
    await row_in(zone(mine, "Nya"), sent).get_by_role("button", name="Ta den").click()
    await expect(row_in(zone(mine, "Mina"), sent)).to_contain_text("Du har det")
    await ett.look()
    await expect(row_in(zone(theirs, "Våra i natt"), sent)).to_contain_text("Test Jour Ett har det")

    await row_in(theirs, sent).get_by_role("button", name="Ta över den").click()
    await expect(row_in(zone(theirs, "Mina"), sent)).to_contain_text("Du har det")
    await expect(row_in(zone(mine, "Våra i natt"), sent)).to_contain_text("Test Jour Två har det")
    await row_in(theirs, sent).get_by_role("button", name="Lämna tillbaka").click()
    await expect(row_in(zone(theirs, "Nya"), sent)).to_be_visible()
    await expect(row_in(zone(mine, "Nya"), sent)).to_be_visible()
    await tva.look()


async def test_of_two_who_take_it_at_once_one_has_it_and_the_other_is_told(log_in: Visit, api: Api) -> None:
    sent = await sent_in(api)
    tva: Visitor = await log_in(TVA, scripts=False)  # so that the page does not change by itself
    page = tva.page
    await page.goto(f"{tva.portal}/board?text={sent.reference}")
    await does(api, JOUR, sent.id, "takings")
    await row_in(page, sent).get_by_role("button", name="Ta den").click()
    await expect(page.get_by_text("En kollega har tagit det. Fråga, eller ta över det med flit.")).to_be_visible()
    await expect(row_in(zone(page, "Våra i natt"), sent)).to_be_visible()


async def test_who_opens_it_takes_it_and_who_only_reads_does_not(log_in: Visit, api: Api) -> None:
    taken, read = await sent_in(api), await sent_in(api)
    ett: Visitor = await log_in(ETT)
    page = ett.page
    await ett.go(f"/cases/{taken.id}")
    await page.get_by_role("button", name="Öppna anmälan").click()
    await expect(page.get_by_role("region", name="Vem som har det")).to_contain_text("Du har det")
    await ett.look()
    await page.get_by_role("button", name="Lämna tillbaka").click()
    await expect(page.get_by_role("region", name="Vem som har det")).to_contain_text("Ingen har tagit det")

    await ett.go(f"/cases/{read.id}")
    await page.get_by_role("button", name="Läs utan att ta den").click()
    await expect(page.get_by_text(read.name)).to_be_visible()
    await expect(page.get_by_role("region", name="Vem som har det")).to_contain_text("Ingen har tagit det")


async def test_the_team_lead_gives_it_to_somebody_whoever_has_it(log_in: Visit, api: Api) -> None:
    sent = await sent_in(api)
    ett: Visitor = await log_in(ETT)
    lead: Visitor = await log_in(LEAD)
    hers = await at_board(ett, sent)
    await row_in(hers, sent).get_by_role("button", name="Ta den").click()
    await expect(row_in(zone(hers, "Mina"), sent)).to_be_visible()

    page = lead.page
    await lead.go(f"/cases/{sent.id}")
    await expect(page.get_by_role("region", name="Vem som har det")).to_contain_text("Test Jour Ett har det")
    await page.get_by_text("Ge det till en kollega").click()
    await lead.look()
    await page.get_by_role("button", name="Fördela").click()
    await expect(page.get_by_role("group", name="Se över det här")).to_contain_text("Välj en kollega")
    choices = page.get_by_label("Kollega")
    await expect(choices.locator("option", has_text="Test Jour Ett")).to_have_count(0)
    await choices.select_option(label=await choices.locator("option", has_text=re.compile("^du, ")).text_content())
    await page.get_by_role("button", name="Fördela").click()
    await expect(page.get_by_role("region", name="Vem som har det")).to_contain_text("Du har det")
    await expect(row_in(zone(hers, "Våra i natt"), sent)).to_contain_text("Test Jour Ledare har det")
    assert await ett.page.get_by_text("Ge det till en kollega").count() == 0


async def test_what_is_handed_over_leads_through_every_zone_of_both_units(log_in: Visit, api: Api) -> None:
    sent = await sent_in(api)
    jour: Visitor = await log_in(ETT)
    district: Visitor = await log_in("test-farsta")
    page, there = await at_board(jour, sent), district.page
    await expect(row_in(zone(page, "Nya"), sent)).to_be_visible()
    await offered(api, sent)
    await expect(row_in(zone(page, "Väntar på andra"), sent)).to_contain_text("Vänta på svaret")
    await at_board(district, sent)
    await expect(row_in(zone(there, "Nya"), sent)).to_contain_text("Svara på erbjudandet")
    await does(api, FARSTA, sent.id, "handover-acceptances")
    await expect(row_in(zone(page, "Överlämnade eller avslutade"), sent)).to_contain_text("Överlämnad")
    await expect(row_in(zone(there, "Nya"), sent).get_by_role("button", name="Ta den")).to_be_visible()
    await district.look()


async def test_the_board_is_narrowed_by_the_server_and_stays_so_while_it_lives(log_in: Visit, api: Api) -> None:
    danger, calm = await sent_in(api, danger=True), await sent_in(api)
    officer: Visitor = await log_in(TVA)
    await officer.go("/board")
    page = officer.page
    await page.locator("summary").filter(has_text="Sök och begränsa").click()
    await page.get_by_label("Fara").select_option("Bara barn i fara nu")
    await page.get_by_label("Zon").select_option("Nya: ingen har tagit dem")
    await page.get_by_role("button", name="Visa", exact=True).click()
    await expect(row_in(page, danger)).to_be_visible()
    await expect(row_in(page, calm)).to_have_count(0)
    await officer.look()
    more, other = await sent_in(api, danger=True), await sent_in(api)
    await expect(row_in(page, more)).to_be_visible()
    await expect(row_in(page, other)).to_have_count(0)

    await page.get_by_label("Kod, beteckning eller diarienummer").fill(calm.reference.lower()[-6:])
    await page.get_by_role("button", name="Visa", exact=True).click()
    await expect(page.get_by_text("Inget på tavlan är så.")).to_be_visible()
    await officer.look()
    await page.get_by_role("link", name="Visa hela tavlan").click()
    await expect(row_in(page, calm)).to_be_visible()


async def test_the_board_is_worked_through_with_a_few_keys(log_in: Visit, api: Api) -> None:
    first, second = await sent_in(api, danger=True), await sent_in(api, danger=True)
    officer: Visitor = await log_in(ETT)
    await officer.go("/board?zone=new&danger=yes")
    page = officer.page
    await page.get_by_text("Med tangentbordet").click()
    await officer.look()
    focused = "document.activeElement.textContent.trim()"
    await page.get_by_role("link", name=first.reference, exact=True).focus()
    await page.keyboard.press("j")
    assert await page.evaluate(focused) == second.reference
    await page.keyboard.press("ArrowUp")
    assert await page.evaluate(focused) == first.reference
    await page.keyboard.press("End")
    assert await page.evaluate(focused) == second.reference
    await page.keyboard.press("f")
    assert await page.evaluate("document.activeElement.id") == "text"
    await page.keyboard.type("jk")
    assert await page.get_by_label("Kod, beteckning eller diarienummer").input_value() == "jk", "in a field they are letters"

    await page.get_by_role("link", name=first.reference, exact=True).focus()
    await page.keyboard.press("t")
    await page.wait_for_url("**/board?*after=*")
    await expect(row_in(page, first)).to_have_count(0)
    await officer.go(f"/board?text={first.reference}")
    await expect(row_in(zone(page, "Mina"), first)).to_be_visible()
    await page.get_by_role("link", name=first.reference, exact=True).focus()
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**/cases/{first.id}")


async def test_a_phone_at_320_pixels_takes_and_finds(log_in: Visit, api: Api) -> None:
    sent = await sent_in(api, danger=True)
    officer: Visitor = await log_in(TVA, width=320, dark=True)
    page = await at_board(officer, sent)
    await row_in(page, sent).get_by_role("button", name="Ta den").click()
    await expect(row_in(zone(page, "Mina"), sent)).to_contain_text("Du har det")
    await officer.look()


async def test_no_case_of_a_district_is_taken_or_listed_by_another(log_in: Visit, api: Api) -> None:
    sent = await with_farsta(api, await sent_in(api))
    stranger: Visitor = await log_in("test-skarholmen")
    await stranger.go(f"/board?text={sent.reference}")
    assert sent.reference not in await stranger.text()
    answer = await api.send("skarholmen", "POST", f"/liaison/v1/referrals/{UUID(sent.id)}/takings")
    assert answer.status == 404
