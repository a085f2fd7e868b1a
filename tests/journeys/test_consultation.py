"""Story 4: a nurse asks for advice without naming a child, and reads the answer when it comes."""

from uuid import uuid4

from playwright.async_api import expect

from deploy.local.api import Api
from tests.journeys.conftest import Visit
from tests.journeys.others import JOUR
from tests.journeys.visitor import Visitor


async def test_a_nurse_asks_without_naming_a_child_and_reads_the_answer(log_in: Visit, api: Api) -> None:
    question, advice = f"Ett barn har blåmärken som inte stämmer med berättelsen. {uuid4().hex[:5]}", f"Anmäl i natt. {uuid4().hex[:5]}"
    nurse: Visitor = await log_in("test-sjukskoterska-huddinge")
    await nurse.go("/consultations/new")
    page = nurse.page
    fields = await page.locator("main form :is(input, select, textarea)").evaluate_all("fields => fields.map(field => field.name)")
    assert set(fields) == {"idempotency_key", "category", "age_band", "question"}
    await page.get_by_label("Vad handlar det om?").select_option(label="Våld mot barnet")
    await page.get_by_label("Vad vill du ha råd om?").fill(f"{question} Mamman nås på 08-123 45 67")
    await expect(page.locator("#named")).to_contain_text("telefonnummer")
    await nurse.press("Fråga")
    await expect(page.locator("#question-error")).to_be_visible()
    await page.get_by_label("Vad vill du ha råd om?").fill(question)
    await expect(page.locator("#named")).to_be_empty()
    await page.get_by_role("button", name="Fråga", exact=True).click()
    await page.get_by_role("heading", name="Väntar på svar").wait_for()
    await nurse.look()
    consultation = page.url.partition("/consultations/")[2].partition("?")[0]

    body = {"advice": "refer_now", "text": advice}
    await api.ask(JOUR, "POST", f"/liaison/v1/consultations/{consultation}/answers", body)
    await expect(page.get_by_role("link", name="Läs svaret")).to_be_visible()
    assert advice not in await nurse.text()
    await nurse.press("Läs svaret")
    text = await nurse.text()
    assert advice in text
    assert "Gör en orosanmälan nu" in text
    await nurse.go("/consultations")
    assert question not in await nurse.text()
    await nurse.go(f"/consultations/{consultation}")
    await nurse.press("Gör en orosanmälan")
    assert page.url.endswith("/referrals/new")


async def test_a_question_is_asked_without_scripts_in_english_at_320_pixels(log_in: Visit) -> None:
    nurse: Visitor = await log_in("test-sjukskoterska-sachsska", language="en", width=320, scripts=False)
    page = nurse.page
    await page.goto(f"{nurse.portal}/consultations/new")
    await page.get_by_label("What do you want advice about?").fill("When does a worry become a referral?")
    await page.get_by_role("button", name="Ask", exact=True).click()
    await page.get_by_role("link", name="Look again").click()
    assert "When does a worry become a referral?" in await nurse.text()
