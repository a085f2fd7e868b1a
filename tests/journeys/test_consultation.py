"""Story 4: a nurse asks for advice without naming a child, is answered, goes on asking, and makes a referral of it."""

import secrets
from string import ascii_lowercase
from uuid import uuid4

from playwright.async_api import Page, expect

from deploy.local.api import Api
from tests.journeys.conftest import Visit
from tests.journeys.others import JOUR
from tests.journeys.visitor import Visitor

WARD = "sachsska-barnakut"


def mark() -> str:
    """Some letters that stand nowhere else: digits could look like somebody's number."""
    return "".join(secrets.choice(ascii_lowercase) for _ in range(8))


async def asked(api: Api, words: str) -> str:
    """The ward's own system asks; the consultation's id."""
    body = {"question": words, "category": "neglect", "ageBand": "7-9"}
    receipt = (await api.ask(WARD, "POST", "/intake/v1/consultations", body, key=uuid4())).body
    return str(receipt["id"])


async def says(api: Api, client: str, question: str, what: str, **body: object) -> None:
    """One command on a consultation."""
    await api.ask(client, "POST", f"/liaison/v1/consultations/{question}/{what}", body or None, key=uuid4())


async def answered(api: Api, question: str, **body: object) -> None:
    """Socialjouren opens it and answers."""
    await says(api, JOUR, question, "openings")
    await says(api, JOUR, question, "answers", **body)


async def test_a_nurse_asks_without_naming_a_child_and_reads_the_answer(log_in: Visit, api: Api) -> None:
    question, advice = f"Ett barn har blåmärken som inte stämmer med berättelsen. {mark()}", f"Anmäl i natt. {mark()}"
    nurse: Visitor = await log_in("test-sjukskoterska-huddinge")
    await nurse.go("/consultations/new")
    page = nurse.page
    fields = await page.locator("main form :is(input, select, textarea)").evaluate_all("fields => fields.map(field => field.name)")
    assert set(fields) == {"idempotency_key", "category", "age_band", "question", "question_looked"}
    await page.get_by_label("Vad handlar det om?").select_option(label="Våld mot barnet")
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    await page.get_by_label("Vad vill du ha råd om?").press_sequentially("Mamman nås på 08-123 45 67, säger Anna Ek på Storgatan 3")
    for pointed in ("”08-123 45 67” ser ut som ett telefonnummer", "”Anna Ek” kan vara ett namn", "”Storgatan 3” ser ut som en adress"):
        await expect(page.locator("#question-named")).to_contain_text(pointed)
    assert requests == []
    await nurse.look()
    await nurse.press("Fråga")
    await expect(page.locator("#question-error")).to_be_visible()
    await page.get_by_label("Vad vill du ha råd om?").fill(question)
    await expect(page.locator("#question-named")).to_be_empty()
    await page.get_by_role("button", name="Fråga", exact=True).click()
    await page.get_by_role("heading", name="Ingen har öppnat den än").wait_for()
    await nurse.look()
    consultation = page.url.partition("/consultations/")[2].partition("?")[0]

    await says(api, JOUR, consultation, "openings")
    await expect(page.get_by_role("heading", name="Någon har öppnat den")).to_be_visible()
    await says(api, JOUR, consultation, "answers", advice="refer_now", text=advice)
    await expect(page.get_by_role("heading", name="Socialjouren har skrivit")).to_be_visible()
    assert advice not in await nurse.text()
    await nurse.press("Läs det")
    text = await nurse.text()
    assert advice in text
    assert "Gör en orosanmälan nu" in text
    assert "Det är du som har skyldigheten att anmäla" in text
    await nurse.go("/consultations")
    assert question not in await nurse.text()


async def test_what_may_be_a_name_is_pointed_out_and_sent_all_the_same(log_in: Visit) -> None:
    nurse: Visitor = await log_in("test-sjukskoterska-huddinge")
    await nurse.go("/consultations/new")
    page = nurse.page
    await page.get_by_label("Vad vill du ha råd om?").fill(f"När vi var på Sankt Eriksgatan 3 var hunden Karo rädd. {mark()}")
    await expect(page.locator("#question-named")).to_contain_text("Karo")
    await page.get_by_role("button", name="Fråga", exact=True).click()
    await page.get_by_role("heading", name="Ingen har öppnat den än").wait_for()


async def test_they_go_on_asking_each_other_and_nothing_half_written_is_lost(log_in: Visit, api: Api) -> None:
    first, back, more = f"Barnet vill inte hem. {mark()}", f"Hur länge har det varit så? {mark()}", f"En månad. {mark()}"
    question = await asked(api, first)
    nurse: Visitor = await log_in("test-sjukskoterska-sachsska")
    officer: Visitor = await log_in("test-jour-ett")
    await nurse.go(f"/consultations/{question}")
    await officer.go(f"/advice/{question}")
    assert first not in await officer.text()
    await officer.press("Öppna frågan")
    assert first in await officer.text()
    await expect(nurse.page.get_by_role("heading", name="Någon har öppnat den")).to_be_visible()

    await nurse.page.get_by_label("Fråga eller berätta mer").fill("Halvfärdigt från avdelningen")
    await officer.page.get_by_label("Rådet med ord").fill("Halvfärdigt råd")
    await officer.page.get_by_text("Fråga eller berätta något, utan att svara än").click()
    await officer.page.get_by_label("Vad vill du veta eller berätta?").fill(back)
    await officer.press("Skicka")
    await expect(officer.page.get_by_label("Rådet med ord")).to_have_value("Halvfärdigt råd")
    await expect(nurse.page.get_by_role("heading", name="Socialjouren har skrivit")).to_be_visible()
    await nurse.press("Läs det")
    assert back in await nurse.text()
    field = nurse.page.get_by_label("Svara Socialjouren")
    await expect(field).to_have_value("Halvfärdigt från avdelningen")
    await field.fill(more)
    await nurse.press("Skicka")
    assert more in await nurse.text()

    await expect(officer.page.get_by_role("heading", name="Det finns mer än vad sidan visar")).to_be_visible()
    await officer.press("Läs det")
    assert more in await officer.text()
    await expect(officer.page.get_by_label("Rådet med ord")).to_have_value("Halvfärdigt råd")
    await officer.page.get_by_label("Gör en orosanmälan om något visst händer", exact=True).check()
    await officer.page.get_by_role("button", name="Skicka svaret").click()
    await expect(officer.page.locator("#condition-error")).to_be_visible()
    await officer.look()
    await officer.page.get_by_label("Vad ska hända för att de ska anmäla?").fill("Barnet berättar något.")
    await officer.press("Skicka svaret")
    await nurse.press("Läs det")
    assert "Barnet berättar något." in await nurse.text()


async def test_a_question_becomes_a_referral_that_carries_the_advice(log_in: Visit, api: Api) -> None:
    words, advice, child = f"Barnet har blåmärken. {mark()}", f"Anmäl, och säg inget hemma. {mark()}", f"Alva {mark().capitalize()}"
    question = await asked(api, words)
    await answered(api, question, advice="refer_now", text=advice)
    nurse: Visitor = await log_in("test-sjukskoterska-sachsska")
    page = nurse.page
    await nurse.go(f"/consultations/{question}")
    await nurse.press("Gör en orosanmälan av frågan")
    await expect(page.get_by_label("Vad har hänt")).to_have_value(words)
    assert advice in await nurse.text()
    await page.locator("#child-1-name").fill(child)
    await page.get_by_role("button", name="Skicka anmälan").click()
    await page.wait_for_url("**/receipts/**")
    code = await page.locator(".nl-code-large").inner_text()

    await nurse.go(f"/consultations/{question}")
    await expect(page.get_by_role("heading", name="Frågan blev en orosanmälan")).to_be_visible()
    await expect(page.get_by_role("link", name=f"Kvittensen {code}")).to_be_visible()
    officer: Visitor = await log_in("test-jour-ett")
    await officer.go("/board")
    await officer.page.get_by_role("link", name=code, exact=True).click()
    await officer.page.get_by_role("button", name="Öppna anmälan").click()
    await expect(officer.page.get_by_text(child)).to_be_visible()
    await expect(officer.page.get_by_text(advice)).to_be_visible()
    await officer.look()
    await officer.press("Hela det rådgörande samtalet")
    text = await officer.text()
    assert "Blev en orosanmälan" in text
    assert [each for each in (code, child) if each in await officer.page.content()] == []


async def test_a_referral_that_was_begun_from_a_question_is_taken_up_again_with_its_advice(log_in: Visit, api: Api) -> None:
    words, advice, child = f"Barnet vågar inte gå hem. {mark()}", f"Anmäl i kväll. {mark()}", f"Alva {mark().capitalize()}"
    question = await asked(api, words)
    await answered(api, question, advice="refer_now", text=advice)
    nurse: Visitor = await log_in("test-sjukskoterska-sachsska", width=390)
    page = nurse.page
    await nurse.go(f"/referrals/new?consultation={question}")
    await page.locator("#child-1-name").fill(child)
    await expect(page.locator("#draft-state")).to_contain_text("Senast sparat")
    await nurse.go("/referrals/new")
    await page.get_by_role("button", name="Skriv vidare").click()
    await expect(page.locator("#child-1-name")).to_have_value(child)
    await expect(page.get_by_label("Vad har hänt")).to_have_value(words)
    assert advice in await nurse.text()
    await nurse.look()
    await page.get_by_role("button", name="Skicka anmälan").click()
    await page.wait_for_url("**/receipts/**")
    await nurse.go(f"/consultations/{question}")
    await expect(page.get_by_role("heading", name="Frågan blev en orosanmälan")).to_be_visible()


async def test_another_service_is_chosen_from_what_the_steward_has_entered(log_in: Visit, api: Api) -> None:
    name = f"Prövogruppen {mark()}"
    steward: Visitor = await log_in("test-katalog")
    await steward.go("/directory")
    await steward.press("Verksamheter som socialtjänsten erbjuder")
    await steward.press("Lägg in en verksamhet")
    await steward.page.get_by_label("Vad heter den?").fill(name)
    await steward.press("Spara")
    await expect(steward.page.locator("#what-error")).to_be_visible()
    await steward.page.get_by_label("Vad är det, och för vem?").fill("Grupper för barn.")
    await steward.page.get_by_label("För vilken del av staden?").select_option(label="Farsta stadsdelsförvaltning")
    await steward.page.get_by_label("Funktionsadress").fill("Farsta öppenvård, grupperna")
    await steward.press("Spara")
    assert name in await steward.text()

    question = await asked(api, f"Vart kan familjen vända sig? {mark()}")
    officer: Visitor = await log_in("test-jour-tva")
    await officer.go(f"/advice/{question}")
    await officer.press("Öppna frågan")
    await officer.page.get_by_label("Vänd er till en annan verksamhet", exact=True).check()
    await officer.page.get_by_label("Vilken verksamhet?").select_option(label=f"Farsta stadsdelsförvaltning: {name}")
    await officer.page.get_by_label("Rådet med ord").fill("De har grupper som passar.")
    await officer.press("Skicka svaret")
    nurse: Visitor = await log_in("test-sjukskoterska-sachsska", width=320)
    await nurse.go(f"/consultations/{question}")
    text = await nurse.text()
    assert name in text
    assert "Farsta öppenvård, grupperna" in text

    await steward.go("/services")
    await steward.page.get_by_role("link", name=f"Ändra {name}").click()
    await steward.press("Den erbjuds inte längre")
    assert name not in await steward.text()
    await nurse.go(f"/consultations/{question}")
    assert name in await nurse.text()


async def test_advice_is_counted_for_who_asked_and_by_agency_for_who_answers(log_in: Visit, api: Api) -> None:
    await answered(api, await asked(api, f"Räknas det här? {mark()}"), advice="no_further_action", text="Ja.")
    nurse: Visitor = await log_in("test-sjukskoterska-sachsska", language="en", width=320)
    await nurse.go("/consultations/figures")
    assert "Median until the first answer" in await nurse.text()
    assert await nurse.page.get_by_role("table").count() == 2
    officer: Visitor = await log_in("test-jour-ledare")
    await officer.go("/consultations/figures")
    await expect(officer.page.get_by_role("table", name="Per myndighet")).to_be_visible()
    await officer.go("/consultations/figures?first=2026-12-01&last=2026-11-01")
    await expect(officer.page.locator("#last-error")).to_be_visible()


async def test_a_question_is_asked_without_scripts_in_english_at_320_pixels(log_in: Visit) -> None:
    nurse: Visitor = await log_in("test-sjukskoterska-sachsska", language="en", width=320, scripts=False)
    page: Page = nurse.page
    words = "Is it a worry when Nils is afraid of going home?"
    await page.goto(f"{nurse.portal}/consultations/new")
    await page.get_by_label("What do you want advice about?").fill("They can be reached at 070-123 45 67")
    await page.get_by_role("button", name="Ask", exact=True).click()
    await expect(page.locator("#question-named")).to_contain_text("“070-123 45 67” looks like a telephone number")
    await page.get_by_label("What do you want advice about?").fill(words)
    await page.get_by_role("button", name="Ask", exact=True).click()
    await expect(page.locator("#question-named")).to_contain_text("“Nils” may be a name")
    await expect(page.get_by_label("What do you want advice about?")).to_have_value(words)
    await page.get_by_role("button", name="Ask", exact=True).click()
    await page.get_by_role("link", name="Look again").click()
    assert words in await nurse.text()
    await page.get_by_label("Ask or tell more").fill("One more thing.")
    await page.get_by_role("button", name="Send", exact=True).click()
    assert "One more thing." in await nurse.text()
