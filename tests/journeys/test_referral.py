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


@pytest.mark.parametrize("dark", [False, True])
async def test_the_form_works_at_320_pixels_in_english(log_in: Visit, dark: bool) -> None:
    patrol: Visitor = await log_in("test-polis-farsta", language="en", width=320, dark=dark)
    await patrol.go("/referrals/new")
    page = patrol.page
    await page.get_by_label("What has happened").fill("Shouting all night")
    await patrol.press("Send the referral")
    assert page.url.endswith("/referrals/new")
    await expect(page.locator("#child-1-name-error")).to_contain_text("helps to find the child")
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
