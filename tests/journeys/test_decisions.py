"""The duty officer's decisions: what is not written at three stands in a queue, the district reads all of it, the patrol its invitation."""

from playwright.async_api import Page, expect

from deploy.local.api import Api
from tests.journeys.cases import sent_in
from tests.journeys.conftest import Visit
from tests.journeys.others import FARSTA, JOUR, does
from tests.journeys.visitor import Visitor

POLICE, MEETING = "Besluta om polisanmälan", "Säg hur det är med anmälningsmötet"


async def test_a_night_of_decisions_from_the_first_to_the_district(log_in: Visit, api: Api) -> None:
    sent = await sent_in(api, danger=True)
    await does(api, JOUR, sent.id, "openings")
    officer: Visitor = await log_in("test-jour-ett")
    await officer.go(f"/cases/{sent.id}")
    await assessed_in_a_hurry(officer)
    await officer.go(f"/board?text={sent.reference}")
    await expect(officer.page.get_by_role("row").filter(has_text=sent.reference)).to_contain_text("Besluta om polisanmälan")
    await officer.go(f"/cases/{sent.id}")
    await decided_on_the_way(officer)
    await says_what_is_left(officer, sent.reference)
    await written_by_the_team_lead(log_in, sent.reference)

    await officer.page.reload()
    await expect(officer.page.locator("#duties ~ ol")).not_to_contain_text("Skriv i efterhand")
    await does(api, JOUR, sent.id, "handover-offers", toUnit="farsta-mottagning", message="Barnet är hos sin mormor.")
    await does(api, FARSTA, sent.id, "handover-acceptances")
    await read_by_the_district(log_in, sent.id)
    await seen_by_the_patrol(log_in, sent.id)


async def assessed_in_a_hurry(officer: Visitor) -> None:
    """Nobody is stopped for a missing reason."""
    page = officer.page
    await expect(page.locator("#duties ~ ol").first.get_by_role("listitem")).to_have_count(3)
    await page.get_by_label("Ja, nu").check()
    await page.get_by_role("group", name="Har en vårdnadshavare kontaktats?").first.get_by_label("Nej").check()
    await page.get_by_role("button", name="Spara bedömningen").click()
    await expect(page.get_by_text("Bedömt: behöver omedelbart skydd")).to_be_visible()
    await expect(page.get_by_text("Varför är inte skrivet än").first).to_be_visible()
    await expect(page.get_by_text("Skriv i efterhand: Varför skyddsbedömningen blev som den blev")).to_be_visible()
    await officer.look()


async def decided_on_the_way(officer: Visitor) -> None:
    """The police report, the meeting and the prosecutor; what is missing in a form comes back open."""
    page = officer.page
    await page.get_by_text(POLICE, exact=True).click()
    await page.get_by_label("Nej, den görs inte").check()
    await officer.look()
    await page.get_by_role("button", name="Spara beslutet om polisanmälan").click()
    await expect(page.get_by_role("group", name="Se över det här")).to_contain_text("Välj om Barnahus är rådfrågat")
    await expect(page.get_by_label("Nej, den görs inte")).to_be_checked()
    await officer.look()
    await page.get_by_role("group", name="Är Barnahus rådfrågat?").get_by_label("Ja").check()
    await page.get_by_label("Varför den inte görs").fill("Barnahus rådde oss att vänta till samrådet i morgon.")
    await page.get_by_role("button", name="Spara beslutet om polisanmälan").click()
    await expect(page.get_by_text("Polisanmälan: Görs inte")).to_be_visible()

    await page.get_by_text(MEETING, exact=True).click()
    await page.get_by_label("Erbjudet", exact=True).check()
    await page.get_by_label("Är inbjuden till mötet").check()
    await page.get_by_label("När mötet är").fill("2027-01-14T10:00")
    await page.get_by_role("button", name="Spara hur det är med mötet").click()
    await expect(page.get_by_text("Anmälningsmöte: Erbjudet")).to_be_visible()

    await page.get_by_text("Anteckna vad jouråklagaren svarade", exact=True).click()
    await page.get_by_label("Åklagaren ber oss vänta").check()
    await page.get_by_label("Vad åklagaren svarade").fill("Vänta tills barnet är hört.")
    await officer.look()
    await page.get_by_role("button", name="Spara svaret").click()
    await expect(page.get_by_role("heading", name="Underrätta inte vårdnadshavarna än")).to_be_visible()
    await officer.look()


async def says_what_is_left(officer: Visitor, reference: str) -> None:
    """On the row: the police report is decided, reasons are missing, and guardians are not to be told."""
    await officer.go(f"/board?text={reference}")
    row = officer.page.get_by_role("row").filter(has_text=reference)
    await expect(row).to_contain_text("Skäl saknas")
    await expect(row).to_contain_text("Säg inget hemma än")
    await expect(row).to_contain_text("Erbjud en stadsdel")
    await expect(row).not_to_contain_text("Besluta om polisanmälan")
    await officer.page.go_back()


async def written_by_the_team_lead(log_in: Visit, reference: str) -> None:
    """The board counts what is missing, and the queue has a field for it."""
    lead: Visitor = await log_in("test-jour-ledare")
    await lead.go("/board")
    await expect(lead.page.get_by_text("saknar fortfarande skäl")).to_be_visible()
    await lead.go("/missing-reasons")
    mine = lead.page.get_by_role("region", name=f"{reference}: Varför skyddsbedömningen blev som den blev")
    await mine.get_by_role("button", name="Spara det du skrev").click()
    await expect(lead.page.get_by_role("group", name="Se över det här")).to_contain_text("Skriv varför")
    await lead.look()
    await mine.get_by_label("Skriv varför").fill("Far var kvar i bostaden när patrullen åkte.")
    await mine.get_by_role("button", name="Spara det du skrev").click()
    await expect(mine).to_have_count(0)
    await lead.look()
    await lead.page.context.close()


async def read_by_the_district(log_in: Visit, case: str) -> None:
    """All of it is the district's when it has taken over; it lifts what may be lifted."""
    district: Visitor = await log_in("test-farsta")
    await district.go(f"/cases/{case}")
    page = district.page
    for words in ("Barnahus rådde oss att vänta till samrådet i morgon.", "Vänta tills barnet är hört.", "Far var kvar i bostaden"):
        await expect(page.get_by_text(words).first).to_be_visible()
    await expect(page.get_by_text("Socialsekreterare i jour, Socialjouren").first).to_be_visible()
    await page.get_by_text("Vårdnadshavarna får underrättas", exact=True).click()
    await page.get_by_role("button", name="De får underrättas").click()
    await expect(page.get_by_role("heading", name="Underrätta inte vårdnadshavarna än")).to_have_count(0)
    await district.look()
    await finished_when_nothing_is_left(district, case)
    await page.context.close()


async def finished_when_nothing_is_left(district: Visitor, case: str) -> None:
    """The police report and the meeting were decided in the night: with the decision on an investigation the case is done."""
    page = district.page
    await page.get_by_label("Inled inte utredning").check()
    await page.get_by_label("Skäl", exact=True).fill("Familjen har stöd, och oron är bedömd.")
    await page.get_by_role("button", name="Besluta", exact=True).click()
    await expect(page.get_by_role("heading", name="Här finns inget mer att göra")).to_be_visible()
    await district.go("/board")
    finished = page.get_by_role("region", name="Överlämnade eller avslutade")
    await expect(finished.locator(f'a[href="/cases/{case}"]')).to_be_visible()


async def seen_by_the_patrol(log_in: Visit, case: str) -> None:
    """That it is invited and when, and nothing of what was decided."""
    patrol: Visitor = await log_in("test-polis-farsta")
    await patrol.go(f"/sent/{case}")
    await expect(patrol.page.get_by_role("heading", name="Er enhet är inbjuden till ett anmälningsmöte")).to_be_visible()
    text = await patrol.text()
    assert "14 jan. 10:00" in text
    for untold in ("Barnahus", "polisanmäl", "klagare", "rättad", "mormor"):
        assert untold not in text


async def test_an_assessment_is_corrected_on_a_phone_in_english(log_in: Visit, api: Api) -> None:
    sent = await sent_in(api)
    await does(api, JOUR, sent.id, "openings")
    await does(api, JOUR, sent.id, "immediate-safety-assessments", needsImmediateProtection=True, reasons="Far är kvar.")
    officer: Visitor = await log_in("test-jour-tva", language="en", width=320, dark=True)
    await officer.go(f"/cases/{sent.id}")
    page: Page = officer.page
    await page.get_by_text("Correct the immediate safety assessment", exact=True).click()
    await officer.look()
    await page.get_by_label("Needs no protection now").check()
    await page.get_by_label("What the new assessment rests on").fill("Far är häktad.")
    await page.get_by_role("button", name="Correct the assessment").click()
    await expect(page.get_by_role("group", name="Look at this")).to_contain_text("Write why.")
    await expect(page.get_by_label("What the new assessment rests on")).to_have_value("Far är häktad.")
    await officer.look()
    await page.get_by_label("Why the assessment is corrected").fill("Polisen ringde 04.10.")
    await page.get_by_role("button", name="Correct the assessment").click()
    for words in ("Assessed: needs immediate protection", "Assessment corrected: does not need immediate protection"):
        await expect(page.get_by_text(words)).to_be_visible()
    await officer.look()


async def test_the_queue_of_missing_reasons_without_javascript(log_in: Visit, api: Api) -> None:
    sent = await sent_in(api)
    await does(api, JOUR, sent.id, "openings")
    await does(api, JOUR, sent.id, "report-meetings", outcome="not_offered")
    officer: Visitor = await log_in("test-jour-tva", scripts=False)
    page = officer.page
    await page.goto(f"{officer.portal}/missing-reasons")
    mine = page.get_by_role("region", name=f"{sent.reference}: Varför inget anmälningsmöte erbjuds")
    await mine.get_by_label("Skriv varför").fill("Mötet skulle utsätta barnet för fara.")
    await mine.get_by_role("button", name="Spara det du skrev").click()
    await expect(mine).to_have_count(0)
