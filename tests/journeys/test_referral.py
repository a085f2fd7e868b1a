"""Story 1: a patrol hands over a referral about two siblings and gets a receipt that can be read aloud."""

import re
from uuid import uuid4

import pytest
from playwright.async_api import expect

from deploy.local.api import Api
from tests.journeys.conftest import Visit
from tests.journeys.others import JOUR, does, rows
from tests.journeys.visitor import Visitor

CODE = re.compile(r"^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$")


async def test_beside_the_form_stands_what_is_required_and_what_is_written(log_in: Visit) -> None:
    patrol: Visitor = await log_in("test-polis-farsta")
    await patrol.go("/referrals/new")
    page = patrol.page
    outline = page.get_by_role("navigation", name="I formuläret")
    await expect(outline).to_contain_text("ring 112")
    worry, child = (outline.get_by_role("link", name=name) for name in (re.compile("^Oron"), re.compile("^Något som hjälper")))
    for part in (worry, child):
        await expect(part).to_contain_text("krävs")
    await expect(outline.get_by_role("link", name=re.compile("^Vem som tar emot"))).to_contain_text("Socialjouren")
    await outline.get_by_role("link", name=re.compile("^Det du sett")).click()
    await page.get_by_label("Vad har du själv sett och hört?").fill("Skrik")
    await expect(worry).to_contain_text("ifyllt")
    await page.get_by_role("button", name="Lägg till ett barn").click()
    await page.locator("#child-2-name").fill("Lillebror")
    await expect(child).to_contain_text("ifyllt")
    await page.get_by_role("button", name="Ta bort barn 2").click()
    await expect(child).to_contain_text("krävs")
    await patrol.look()
    await page.set_viewport_size({"width": 390, "height": 800})
    await expect(outline).to_be_hidden()


async def test_a_patrol_hands_over_two_siblings_and_sees_that_they_are_seen(log_in: Visit, api: Api) -> None:
    worry = f"Skrik från lägenheten {uuid4()}"
    patrol: Visitor = await log_in("test-polis-farsta")
    await patrol.go("/referrals/new")
    page = patrol.page
    await page.get_by_role("radio", name="Nej, inte just nu").check()
    await page.get_by_label("Namn").fill("Test Testsson")
    await page.get_by_label("Nummer", exact=False).first.fill("20051016-2381")
    await page.get_by_label("Vad har hänt").fill(worry)
    await page.get_by_role("button", name="Lägg till ett barn").click()
    await expect(page.locator("#child-2-name")).to_be_focused()
    await expect(page.locator("#child-1-name")).to_have_value("Test Testsson")
    await page.locator("#child-2-description").fill("Lillebror, runt fyra år, röd overall")
    await page.locator("#child-2-age").fill("4")
    await page.get_by_role("checkbox", name="Våld i familjen").check()
    await expect(page.get_by_role("checkbox", name="Vi vill veta om en utredning inleds")).to_be_checked()
    await patrol.look()
    # Somebody in a hurry presses twice; both are on their way before the first is answered.
    await page.get_by_role("button", name="Skicka anmälan").dblclick()
    await page.wait_for_url("**/receipts/**")
    await patrol.look()
    code = await page.locator(".nl-code-large").inner_text()
    assert CODE.match(code)
    assert "Uppläst:" in await patrol.text()
    await expect(page.get_by_text("Ett nummer kan vara felskrivet")).to_have_count(0)
    for told in (page.url, await page.title()):
        assert "Test" not in told
        assert "2005" not in told

    arrived = [row for row in await rows(api, JOUR, "board?limit=200") if row["receiptCode"] == code]
    assert sorted(row["reference"] for row in arrived) == [f"{code}-1", f"{code}-2"]
    assert {row["ageBand"] for row in arrived} == {"18+", "4-6"}

    first = next(row["referral"] for row in arrived if row["reference"] == f"{code}-1")
    await patrol.go(f"/sent/{first}")
    step = page.get_by_role("listitem").filter(has_text="Sedd av en människa")
    await expect(step).to_contain_text("Härnäst")
    await does(api, JOUR, first, "openings")
    await expect(step).to_contain_text("Klart")
    await patrol.press("Visa det vi skickade")
    assert worry in await patrol.text()
    assert "Test Testsson" not in await page.title()


async def test_the_same_form_sent_again_gives_the_same_receipt_and_other_words_are_asked_about(log_in: Visit, api: Api) -> None:
    worry = f"Hungrig på kvällen {uuid4()}"
    patrol: Visitor = await log_in("test-polis-skarholmen")
    await patrol.go("/referrals/new")
    page = patrol.page
    await page.get_by_label("Namn").fill("Test Testsson")
    await page.get_by_label("Vad har hänt").fill(worry)
    form = await page.locator("form.nl-form").evaluate("form => Object.fromEntries(new FormData(form))")
    await page.get_by_role("button", name="Skicka anmälan").click()
    await page.wait_for_url("**/receipts/**")
    code = await page.locator(".nl-code-large").inner_text()
    again = await page.request.post(f"{patrol.portal}/referrals/new", form=form, headers={"Origin": patrol.portal})
    assert f"/receipts/{code}" in again.url
    changed = await page.request.post(f"{patrol.portal}/referrals/new", form={**form, "worry": "Annat"}, headers={"Origin": patrol.portal})
    assert changed.status == 422
    assert "redan skickats en gång" in await changed.text()
    assert len([row for row in await rows(api, JOUR, "board?limit=200") if row["receiptCode"] == code]) == 1


async def test_everything_that_is_asked_for_reaches_who_reads_it(log_in: Visit) -> None:
    """A nurse opens every part of the form; the duty officer reads it all in the same order, with a warning where one belongs."""
    name, mark = f"Alva {uuid4().hex[:6].capitalize()}", uuid4().hex[:8]
    nurse: Visitor = await log_in("test-sjukskoterska-sachsska")
    await nurse.go("/referrals/new")
    page = nurse.page
    warning = page.locator("#about").get_by_text("Berätta inte för vårdnadshavarna i förväg")
    await expect(warning).to_be_hidden()
    await page.get_by_role("checkbox", name="Våld mot barnet").check()
    await expect(warning).to_be_visible()
    await page.get_by_label("Namn").fill(name)
    await page.get_by_label("Vad har hänt").fill(f"Blåmärken {mark}")
    for summary in ("Mer om barnet", "Det du sett", "Mer om oron", "Familjen, och vem", "När socialtjänsten möter", "Mer om dig"):
        await page.locator("summary").filter(has_text=summary).click()
    await nurse.look()
    await page.get_by_label("Vilket språk talar barnet?").fill(f"Tigrinja {mark}")
    await page.get_by_label("Vad har barnet sagt?").fill(f"Jag vill inte hem {mark}")
    await page.get_by_label("Vad har du själv sett").fill(f"Tre märken på ryggen {mark}")
    await page.locator("#guardian-1-name").fill(f"Moa {mark}")
    await page.locator("#guardian-1-informed").select_option("Ja")
    await page.get_by_label("Behövs tolk?").select_option("Ja")
    await page.get_by_label("En telefon som någon svarar i").fill(f"08-{mark}")
    await page.get_by_role("button", name="Skicka anmälan").click()
    await page.wait_for_url("**/receipts/**")
    code = await page.locator(".nl-code-large").inner_text()

    file = await page.request.get(f"{nurse.portal}/receipts/{code}/pdf")
    assert (file.status, file.headers["content-type"], (await file.body())[:5]) == (200, "application/pdf", b"%PDF-")
    officer: Visitor = await log_in("test-jour-ett")
    await officer.go("/board")
    await officer.page.get_by_role("link", name=code, exact=True).click()
    await officer.page.get_by_role("button", name="Öppna anmälan").click()
    await expect(officer.page.get_by_text(name)).to_be_visible()
    text = await officer.text()
    for written in ("Tigrinja ", "Jag vill inte hem ", "Tre märken på ryggen ", "Moa ", "08-"):
        assert f"{written}{mark}" in text
    assert "En vårdnadshavare känner redan till anmälan" in text
    await officer.look()


async def test_with_protected_registration_nothing_that_tells_where_is_asked_for_or_stored(log_in: Visit) -> None:
    name, school = f"Alva {uuid4().hex[:6].capitalize()}", f"Testskolan {uuid4().hex[:8]}"
    nurse: Visitor = await log_in("test-sjukskoterska-sachsska")
    await nurse.go("/referrals/new")
    page = nurse.page
    await page.get_by_label("Namn").fill(name)
    await page.get_by_label("Vad har hänt").fill("Rädd")
    await page.locator("summary").filter(has_text="Mer om barnet").click()
    await page.get_by_label("Skola eller förskola").fill(school)
    await page.get_by_label("Skyddade personuppgifter").select_option("Skyddad folkbokföring")
    await expect(page.get_by_label("Skola eller förskola")).to_be_hidden()
    await expect(page.get_by_label("Var är barnet nu?")).to_be_hidden()
    await expect(page.get_by_text("skriv inget som visar var barnet finns")).to_be_visible()
    await nurse.look()
    await page.get_by_role("button", name="Skicka anmälan").click()
    await page.wait_for_url("**/receipts/**")
    await expect(page.get_by_text("Det som visar var barnet finns togs bort")).to_be_visible()
    await nurse.look()
    code = await page.locator(".nl-code-large").inner_text()
    officer: Visitor = await log_in("test-jour-ett")
    await officer.go("/board")
    row = officer.page.get_by_role("row").filter(has_text=code)
    await expect(row).to_contain_text("Skyddade personuppgifter")
    await expect(row).not_to_contain_text("Sachsska")
    await officer.page.get_by_role("link", name=code, exact=True).click()
    await officer.page.get_by_role("button", name="Öppna anmälan").click()
    await expect(officer.page.get_by_text(name)).to_be_visible()
    assert school not in await officer.page.content()
    await officer.look()


@pytest.mark.parametrize("dark", [False, True])
async def test_the_form_works_at_320_pixels_in_english(log_in: Visit, dark: bool) -> None:
    patrol: Visitor = await log_in("test-polis-farsta", language="en", width=320, dark=dark)
    await patrol.go("/referrals/new")
    page = patrol.page
    await page.get_by_label("What has happened").fill("Shouting all night")
    await page.get_by_role("button", name="Send the referral").click()
    await expect(page.locator("#child-1-name-error")).to_contain_text("helps to find the child")
    assert page.url.endswith("/referrals/new")
    await patrol.look()
    await expect(page.get_by_label("What has happened")).to_have_value("Shouting all night")
    await page.get_by_label("Where is the child now?").fill("At a neighbour's until morning")
    await page.get_by_label("Identity number").fill("20051016-2382")
    await page.get_by_role("button", name="Send the referral").click()
    await page.wait_for_url("**/receipts/**")
    await patrol.look()
    assert "A number may be mistyped" in await patrol.text()
    await patrol.go("/sent")


async def test_nothing_of_the_form_needs_scripts(log_in: Visit) -> None:
    patrol: Visitor = await log_in("test-polis-farsta", scripts=False)
    page = patrol.page
    await page.goto(f"{patrol.portal}/referrals/new")
    await page.get_by_label("Namn").fill("Test Testsson")
    await page.keyboard.press("Enter")  # sends nothing half-written
    await page.get_by_role("button", name="Lägg till ett barn").click()
    await expect(page.locator("#child-1-name")).to_have_value("Test Testsson")
    await page.get_by_role("button", name="Skicka anmälan").click()
    await expect(page.locator("#child-2-name-error")).to_contain_text("ta bort det")
    await page.get_by_role("button", name="Ta bort barn 2").click()
    await page.get_by_role("button", name="Skicka anmälan").click()
    await expect(page.locator("#worry-error")).to_be_visible()
    await page.get_by_label("Vad har hänt").fill("Ensam hemma")
    await page.get_by_role("button", name="Skicka anmälan").click()
    assert "/receipts/" in page.url
    code = await page.locator(".nl-code-large").inner_text()
    await page.get_by_role("link", name="Skickat av oss").first.click()
    await page.get_by_label("Sök en kvittenskod").fill(code.lower())
    await page.get_by_role("button", name="Sök").click()
    await expect(page.get_by_role("link", name=code)).to_be_visible()
    assert await page.get_by_role("row").count() == 2
