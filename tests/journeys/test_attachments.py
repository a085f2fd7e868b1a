"""A nurse sends pictures with her referral; the duty officer sees them, and is asked before one that nobody has looked at is opened."""

import re
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.async_api import Page, Route, expect

from deploy.local.api import Api
from tests.files import come
from tests.intake.pictures import MARK, jpeg
from tests.journeys.cases import sent_in
from tests.journeys.conftest import Visit
from tests.journeys.others import JOUR, does, rows
from tests.journeys.visitor import Visitor

NURSE, OFFICER = "test-sjukskoterska-sachsska", "test-jour-ett"


@pytest.fixture
def pictures(tmp_path: Path) -> list[str]:
    """Two pictures and something that is none."""
    names = {"blåmärke.jpg": jpeg(), "andra.jpg": jpeg((60, 40)), "program.jpg": b"MZ\x90\x00"}
    for name, content in names.items():
        (tmp_path / name).write_bytes(content)
    return [str(tmp_path / name) for name in names]


async def write(page: Page, worry: str) -> None:
    await page.locator("#child-1-name").fill("Test Testsson")
    await page.locator("#worry").fill(worry)


async def referral_with(api: Api, code: str, files: int) -> str:
    """The referral with this code, as soon as so many files stand on Socialjouren's board."""
    [row] = [row for row in await rows(api, JOUR, "board?limit=200") if row["receiptCode"] == code]
    referral: str = row["referral"]
    await come(api, JOUR, referral, files)
    return referral


async def test_pictures_go_after_the_referral_one_by_one_and_the_officer_opens_them(log_in: Visit, api: Api, pictures: list[str]) -> None:
    nurse: Visitor = await log_in(NURSE)
    await nurse.go("/referrals/new")
    page = nurse.page
    await write(page, f"Blåmärken {uuid4()}")
    await expect(page.locator("#files-named")).to_have_text("Ingen fil är vald.")
    await page.get_by_label("Välj filer").set_input_files(pictures[:2])
    await expect(page.locator("#files-named")).to_have_text(re.compile(r"^Valt \(2\): [^,]+, [^,]+$"))
    await nurse.look()
    await page.get_by_role("button", name="Skicka anmälan").click()
    await page.wait_for_url("**/receipts/**")
    await nurse.look()
    files = page.locator("#files")
    await expect(files.get_by_text("Inte viruskontrollerad än", exact=True)).to_have_count(2)
    assert "blåmärke" not in await nurse.text()
    assert "blåmärke" not in page.url
    code = await page.locator(".nl-code-large").inner_text()

    referral = await referral_with(api, code, 2)
    await does(api, JOUR, referral, "openings")
    officer: Visitor = await log_in(OFFICER)
    await officer.go(f"/cases/{referral}")
    desk = officer.page
    await expect(desk.get_by_text("blåmärke.jpg", exact=True).first).to_be_visible()
    await expect(desk.get_by_text("Inte viruskontrollerad än", exact=True)).to_have_count(2)
    async with desk.expect_download() as coming:
        await desk.get_by_role("button", name=re.compile("Öppna den fast den inte är kontrollerad.*blåmärke")).click()
    saved = await (await coming.value).path()
    assert (await coming.value).suggested_filename == "blåmärke.jpg"
    assert MARK not in saved.read_bytes()


async def test_a_file_that_comes_later_is_unread_on_the_board_until_somebody_opens_it(log_in: Visit, api: Api, pictures: list[str]) -> None:
    sent = await sent_in(api)
    await does(api, JOUR, sent.id, "openings")
    patrol: Visitor = await log_in("test-polis-farsta")
    page = patrol.page
    await patrol.go(f"/sent/{sent.id}")
    await page.get_by_role("link", name="Lägg till bilder eller dokument").click()
    await page.locator("#files-chosen").set_input_files(pictures[:1])
    await page.get_by_role("button", name="Skicka filerna").click()
    await expect(page.locator("#files").get_by_text("Inte viruskontrollerad än", exact=True)).to_have_count(1)
    await patrol.go(f"/sent/{sent.id}")
    await expect(page.get_by_text("Ingen har öppnat det än")).to_be_visible()
    await come(api, JOUR, sent.id, 1)

    officer: Visitor = await log_in(OFFICER)
    await officer.go("/board")
    desk = officer.page
    await expect(desk.get_by_role("row").filter(has_text=sent.reference)).to_contain_text("Något nytt")
    await desk.get_by_role("link", name=sent.reference, exact=True).click()
    await expect(desk.get_by_role("heading", name="Anmälan har kompletterats")).to_be_visible()
    assert "blåmärke.jpg" not in await desk.content()
    await desk.get_by_role("button", name="Läs det tillagda").click()
    await expect(desk.get_by_text("blåmärke.jpg", exact=True).first).to_be_visible()
    await officer.look()
    await page.reload()
    await expect(page.get_by_text("Socialtjänsten har sett det som kom")).to_be_visible()


async def test_a_file_that_does_not_arrive_never_stops_the_referral_and_is_named(log_in: Visit, api: Api, pictures: list[str]) -> None:
    nurse: Visitor = await log_in(NURSE)
    await nurse.go("/referrals/new")
    page = nurse.page
    await write(page, f"Blåmärken {uuid4()}")
    await page.locator("#files-chosen").set_input_files([pictures[2], pictures[0]])
    await page.get_by_role("button", name="Skicka anmälan").click()
    lines = page.locator("#files-progress li")
    await expect(lines.filter(has_text="program.jpg")).to_contain_text("Bara bilder, PDF, ren text och Word")
    await expect(lines.filter(has_text="blåmärke.jpg")).to_contain_text("Den har kommit fram")
    await expect(page.locator("#files-said")).to_contain_text("Anmälan har kommit fram, men inte alla filer")
    await nurse.look()
    await nurse.press("Gå vidare till kvittot")
    await expect(page.locator("#files").get_by_text("Inte viruskontrollerad än", exact=True)).to_have_count(1)
    assert await referral_with(api, await page.locator(".nl-code-large").inner_text(), 1)


async def test_a_slow_network_shows_how_far_a_file_has_come(log_in: Visit, pictures: list[str]) -> None:
    nurse: Visitor = await log_in(NURSE, width=320)
    await nurse.go("/referrals/new")
    page = nurse.page
    await write(page, f"Blåmärken {uuid4()}")
    await page.get_by_role("button", name="Skicka anmälan").click()
    await page.wait_for_url("**/receipts/**")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    await page.route("**/receipts/*/files*", hold)
    await page.locator("#files-chosen").set_input_files(pictures[:1])
    await page.get_by_role("button", name="Skicka filerna").click()
    await expect(page.get_by_role("progressbar", name="blåmärke.jpg")).to_be_visible()
    await nurse.look()
    await held[0].abort()
    await expect(page.locator("#files-progress")).to_contain_text("Den har inte kommit fram")
    await page.unroute("**/receipts/*/files*")
    await page.locator("#files-chosen").set_input_files(pictures[:1])
    await page.get_by_role("button", name="Skicka filerna").click()
    await expect(page.locator("#files").get_by_text("Inte viruskontrollerad än", exact=True)).to_have_count(1)


async def test_files_need_no_scripts(log_in: Visit, pictures: list[str]) -> None:
    nurse: Visitor = await log_in(NURSE, scripts=False)
    page = nurse.page
    await page.goto(f"{nurse.portal}/referrals/new")
    await page.locator("#files-chosen").set_input_files(pictures[:1])
    await page.locator("#child-1-name").fill("Test Testsson")
    await page.get_by_role("button", name="Skicka anmälan").click()
    await expect(page.get_by_text("Filerna som du hade valt har inte skickats")).to_be_visible()
    await page.locator("#worry").fill(f"Blåmärken {uuid4()}")
    await page.locator("#files-chosen").set_input_files(pictures)
    await page.get_by_role("button", name="Skicka anmälan").click()
    files = page.locator("#files")
    await expect(files.get_by_text("program.jpg")).to_be_visible()
    await expect(files.get_by_text("Själva anmälan har kommit fram.")).to_be_visible()
    await expect(files.get_by_text("Inte viruskontrollerad än", exact=True)).to_have_count(2)
    await page.locator("#files-chosen").set_input_files(pictures[:1])
    await page.get_by_role("button", name="Skicka filerna").click()
    await expect(files.get_by_text("Inte viruskontrollerad än", exact=True)).to_have_count(3)
    assert "/receipts/" in page.url
    assert "blåmärke" not in page.url


async def test_the_officers_page_of_a_referral_with_files_in_english_and_narrow(log_in: Visit, api: Api, pictures: list[str]) -> None:
    nurse: Visitor = await log_in(NURSE, language="en", width=320, dark=True)
    await nurse.go("/referrals/new")
    page = nurse.page
    await page.locator("#child-1-name").fill("Test Testsson")
    await page.locator("#worry").fill(f"Bruises {uuid4()}")
    await page.locator("#files-chosen").set_input_files(pictures[:1])
    await page.get_by_role("button", name="Send the referral").click()
    await page.wait_for_url("**/receipts/**")
    await nurse.look()
    referral = await referral_with(api, await page.locator(".nl-code-large").inner_text(), 1)
    await nurse.go(f"/sent/{referral}/content")
    assert "Not checked for viruses yet" in await nurse.text()
    await does(api, JOUR, referral, "openings")
    officer: Visitor = await log_in(OFFICER, language="en", width=320)
    await officer.go(f"/cases/{referral}")
    assert "Open it although it is not checked" in await officer.text()
