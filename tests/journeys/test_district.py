"""A district: an offer is read, refused or taken over, decided on, and fed back; then a SIP with the consents it rests on."""

import asyncio
from uuid import uuid4

from playwright.async_api import Page, expect

from deploy.local.api import Api
from tests.journeys.cases import MESSAGE, Sent, offered, receipt_of, sent_in, with_farsta
from tests.journeys.conftest import Visit
from tests.journeys.visitor import Visitor


async def test_a_district_takes_over_decides_and_feedback_arrives_by_itself(log_in: Visit, api: Api) -> None:
    sent = await offered(api, await sent_in(api))
    officer: Visitor = await log_in("test-farsta")
    await officer.go("/board")
    page = officer.page
    await expect(page.get_by_role("row").filter(has_text=sent.reference)).to_contain_text("Svara på erbjudandet")
    await officer.look()
    await page.get_by_role("link", name=sent.reference, exact=True).click()
    await expect(page.locator("blockquote")).to_have_text(MESSAGE)
    assert sent.name not in await page.content()
    await officer.look()
    await page.get_by_role("button", name="Ta över ärendet").click()
    await expect(page.get_by_text(sent.name)).to_be_visible()

    await not_for_everybody(log_in, sent)
    await page.get_by_label("Inled utredning").check()
    await page.get_by_role("button", name="Besluta").click()
    await expect(page.get_by_role("group", name="Se över det här")).to_contain_text("Skriv skälen")
    await expect(page.get_by_label("Inled utredning")).to_be_checked()
    await page.get_by_label("Skäl").fill("Upprepat våld.")
    await page.get_by_role("button", name="Besluta").click()
    await expect(page.get_by_role("heading", name="En utredning har inletts")).to_be_visible()
    assert await feedback(api, sent) == "investigation_opened"
    await officer.go(f"/cases/{sent.id}")
    await expect(page.get_by_text("Återkoppling har gått ut till Lokalpolisområde Farsta")).to_be_visible()
    await officer.look()


async def not_for_everybody(log_in: Visit, sent: Sent) -> None:
    """Who lacks the role reads why; nobody in another district finds the case at all."""
    colleague: Visitor = await log_in("test-farsta-handlaggare")
    await colleague.go(f"/cases/{sent.id}")
    await expect(colleague.page.get_by_text("Bara den som har socionomexamen")).to_be_visible()
    await expect(colleague.page.get_by_role("button", name="Besluta")).to_have_count(0)
    await colleague.look()
    stranger: Visitor = await log_in("test-skarholmen")
    await stranger.go("/board")
    assert await stranger.go(f"/cases/{sent.id}") == 404
    assert await stranger.go(f"/cases/{sent.id}/sip") == 404
    await stranger.page.context.close()
    await colleague.page.context.close()


async def feedback(api: Api, sent: Sent) -> str | None:
    """What the police have heard; it comes by itself, within a moment."""
    for _ in range(50):
        if fact := (await receipt_of(api, sent))["feedback"]:
            return fact
        await asyncio.sleep(0.1)
    return None


async def test_a_district_says_no_and_who_offered_reads_why(log_in: Visit, api: Api) -> None:
    sent = await offered(api, await sent_in(api))
    officer: Visitor = await log_in("test-farsta-ledare")
    await officer.go(f"/cases/{sent.id}")
    page = officer.page
    await page.get_by_text("Säg nej i stället").click()
    await page.get_by_role("button", name="Säg nej").click()
    await expect(page.get_by_role("group", name="Se över det här")).to_contain_text("Skriv skälen")
    await page.get_by_label("Varför inte?").fill("Familjen bor i Skärholmen.")
    await page.get_by_role("button", name="Säg nej").click()
    await expect(page.get_by_text("Ni sade nej.")).to_be_visible()
    jour: Visitor = await log_in("test-jour-ett")
    await jour.go(f"/cases/{sent.id}")
    await expect(jour.page.get_by_role("blockquote").filter(has_text="Familjen bor i Skärholmen.")).to_be_visible()
    await expect(jour.page.get_by_role("button", name="Erbjud ärendet")).to_be_visible()
    await jour.look()


async def test_a_sip_rests_on_consents_and_the_school_sees_the_invitation_alone(log_in: Visit, api: Api) -> None:
    sent = await with_farsta(api, await sent_in(api, age=12))
    officer: Visitor = await log_in("test-farsta")
    await officer.go(f"/cases/{sent.id}")
    page = officer.page
    await page.get_by_role("link", name="Planera en SIP").click()
    await expect(page.get_by_label("Barnets namn")).to_have_value(sent.name)
    await officer.look()
    purpose = f"Hur skoldagen blir trygg. {uuid4().hex[:6]}"
    await fill_in(page, purpose)
    await refused_without_consents(officer, purpose)

    await page.get_by_role("radio", name="Ja, skriftligt").first.check()
    await page.get_by_label("När vårdnadshavaren samtyckte").fill("2026-11-20T14:00")
    await page.get_by_role("radio", name="Ja, muntligt").last.check()
    await page.get_by_label("När barnet samtyckte").fill("2026-11-20T15:00")
    await page.get_by_label("Vad samtycket omfattar").fill("Skolan och BUP.")
    await page.get_by_role("button", name="Kalla till mötet").click()
    await page.wait_for_url("**/invitations/**")
    await expect(page.get_by_text(purpose)).to_be_visible()

    rows = (await api.ask("skola-farsta", "GET", "/projections/v1/invitations?limit=200")).body
    meeting = page.url.rpartition("/")[2].partition("?")[0]
    assert next(row for row in rows if row["sip"] == meeting)["startsAt"] == "2027-01-12T08:00:00Z"
    opened = (await api.ask("skola-farsta", "GET", f"/projections/v1/invitations/{meeting}")).body
    assert [entry["event"] for entry in opened["entries"]] == ["SIPScheduled"]
    assert sent.id not in str(opened)
    assert (await api.send("skola-skarholmen", "GET", f"/projections/v1/invitations/{meeting}")).status == 404


async def fill_in(page: Page, purpose: str) -> None:
    """The meeting, and who is invited: the district's own school, and one found by name."""
    await page.get_by_label("Vad mötet gäller").fill(purpose)
    await page.get_by_label("Plats").fill("Testskolan Farsta")
    await page.get_by_label("Börjar").fill("2027-01-12T09:00")
    await page.get_by_label("Slutar").fill("2027-01-12T10:00")
    await page.get_by_label("Testskolan Farsta", exact=True).check()
    await page.get_by_label("Sök enhet på namn").fill("bup")
    await page.get_by_role("button", name="Sök").click()
    await page.get_by_label("Barn- och ungdomspsykiatrin (BUP), akutenheten").check()
    await expect(page.get_by_label("Testskolan Farsta", exact=True)).to_be_checked()


async def refused_without_consents(officer: Visitor, purpose: str) -> None:
    """Without consent there is no plan; what was written stays."""
    await officer.page.get_by_role("button", name="Kalla till mötet").click()
    await expect(officer.page.get_by_role("group", name="Se över det här")).to_contain_text("Utan samtycke blir det ingen plan")
    await expect(officer.page.get_by_label("Vad mötet gäller")).to_have_value(purpose)
    await officer.look()
