"""A draft keeps itself, for its writer alone; and a referral goes once, whatever the network does."""

from uuid import uuid4

from playwright.async_api import Page, Route, expect

from deploy.local.api import Api
from tests.journeys.calls import PATROL, called, state
from tests.journeys.conftest import Visit
from tests.journeys.others import JOUR, rows
from tests.journeys.visitor import Visitor
from tests.place import until

NURSE, OFFICER = "test-sjukskoterska-sachsska", "test-polis-farsta"
STORED = "Object.entries(localStorage).filter(([name]) => name.startsWith('nattljus-draft:'))"
AWAY = "Det är inte skickat än"


async def write(page: Page, child: str, worry: str) -> None:
    """As little as is enough."""
    await page.get_by_label("Namn").fill(child)
    await page.get_by_label("Vad har hänt").fill(worry)


async def change_person(visitor: Visitor, subject: str) -> None:
    """One person logs out and another logs in, at the same computer and in the same browser."""
    async with visitor.page.expect_navigation():
        await visitor.page.get_by_role("button", name="Logga ut").click()
    await visitor.page.goto(f"{visitor.portal}/login")
    await visitor.page.locator(f'button[value="{subject}"]').click()
    await visitor.page.wait_for_url(f"{visitor.portal}/")


async def are_kept(page: Page, number: int) -> None:
    """Waits until so many drafts lie in the browser."""

    async def counted() -> bool:
        return len(await page.evaluate(STORED)) == number

    await until(counted)


async def code_of(page: Page) -> str:
    await page.wait_for_url("**/receipts/**")
    return await page.locator(".nl-code-large").inner_text()


async def arrived(api: Api, code: str) -> int:
    """How many referrals Socialjouren has with this code."""
    return len([row for row in await rows(api, JOUR, "board?limit=200") if row["receiptCode"] == code])


async def test_a_draft_survives_the_page_and_is_nobody_elses(log_in: Visit, api: Api) -> None:
    child, worry = f"Alva {uuid4().hex[:6]}", f"Ensam hemma {uuid4()}"
    nurse: Visitor = await log_in(NURSE)
    await nurse.go("/referrals/new")
    page = nurse.page
    await write(page, child, worry)
    await page.get_by_role("button", name="Lägg till ett barn").click()
    await page.locator("#child-2-name").fill("Lillebror")
    key = await page.locator("[name=idempotency_key]").input_value()
    await expect(page.locator("#draft-state")).to_contain_text("Senast sparat")
    await are_kept(page, 1)
    await page.wait_for_timeout(2500)  # the last letters are kept within two seconds
    kept = str(await page.evaluate(STORED))
    assert not [word for word in (child, worry, "Lillebror", "sachsska", "Sachsska") if word in kept]

    await nurse.go("/referrals/new")
    await expect(page.get_by_role("heading", name="Inte skickat", exact=True)).to_be_visible()
    await nurse.look()
    await change_person(nurse, OFFICER)
    await nurse.go("/referrals/new")
    await expect(page.get_by_role("heading", name="Inte skickat", exact=True)).to_be_hidden()
    theirs = await page.evaluate("fetch('/drafts/key').then(answer => answer.json())")
    assert theirs["owner"] not in kept
    assert str(await page.evaluate(STORED)) == kept

    await change_person(nurse, NURSE)
    await nurse.go("/referrals/new")
    await page.get_by_role("button", name="Skriv vidare").click()
    await expect(page.locator("#child-2-name")).to_have_value("Lillebror")
    await expect(page.get_by_label("Vad har hänt")).to_have_value(worry)
    assert await page.locator("[name=idempotency_key]").input_value() == key
    await nurse.look()
    await page.get_by_role("button", name="Skicka anmälan").click()
    code = await code_of(page)
    await are_kept(page, 0)
    assert await arrived(api, code) == 2


async def test_a_draft_is_thrown_away_by_its_writer(log_in: Visit) -> None:
    nurse: Visitor = await log_in(NURSE)
    await nurse.go("/referrals/new")
    page = nurse.page
    await write(page, "Alva", "Ensam")
    await are_kept(page, 1)
    await nurse.go("/referrals/new")
    await page.get_by_role("button", name="Släng det").click()
    await expect(page.get_by_role("heading", name="Inte skickat", exact=True)).to_be_hidden()
    assert await page.evaluate(STORED) == []


async def test_without_a_network_it_waits_says_so_and_goes_by_itself_when_the_network_is_back(log_in: Visit, api: Api) -> None:
    worry = f"Skrik {uuid4()}"
    patrol: Visitor = await log_in(OFFICER)
    await patrol.go("/referrals/new")
    page = patrol.page
    await write(page, "Alva", worry)
    await expect(page.get_by_role("heading", name=AWAY)).to_be_hidden()
    await page.context.set_offline(True)
    await page.get_by_role("button", name="Skicka anmälan").click()
    await expect(page.get_by_role("heading", name=AWAY)).to_be_focused()
    await expect(page.get_by_label("Vad har hänt")).to_have_value(worry)
    await patrol.look()
    await page.context.set_offline(False)
    assert await arrived(api, await code_of(page)) == 1


async def test_an_answer_that_was_lost_is_asked_for_again_and_there_is_one_referral(log_in: Visit, api: Api) -> None:
    """The hub stores it, the answer is lost on the way; the next press gives the receipt of that very referral."""
    worry, lost = f"Skrik {uuid4()}", list[str]()
    patrol: Visitor = await log_in(OFFICER)
    await patrol.go("/referrals/new")
    page = patrol.page

    async def lose_the_first(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            answer = await route.fetch()
            lost.append((await answer.json())["to"])
            await route.abort()
        else:
            await route.continue_()

    await page.route("**/referrals/new", lose_the_first)
    await write(page, "Alva", worry)
    await page.get_by_role("button", name="Skicka anmälan").click()
    await expect(page.get_by_role("heading", name=AWAY)).to_be_visible()
    await page.get_by_role("button", name="Försök nu").click()
    code = await code_of(page)
    assert lost[0].startswith(f"/receipts/{code}?")
    assert await arrived(api, code) == 1


async def test_what_is_under_way_is_not_written_on(log_in: Visit) -> None:
    """Until there is an answer: other words would not go along, and nobody would know."""
    patrol: Visitor = await log_in(OFFICER)
    await patrol.go("/referrals/new")
    page, held = patrol.page, list[Route]()

    async def hold(route: Route) -> None:
        if route.request.method == "POST":
            held.append(route)
        else:
            await route.continue_()

    await page.route("**/referrals/new", hold)
    await write(page, "Alva", f"Skrik {uuid4()}")
    await page.get_by_role("button", name="Skicka anmälan").click()
    await expect(page.locator("#sending")).to_have_text("Skickar …")
    assert await page.locator("#referral").evaluate("form => form.inert")
    await patrol.look()
    await until(lambda: _there(held))
    await held[0].continue_()
    await code_of(page)


async def _there(held: list[Route]) -> bool:
    return bool(held)


async def test_a_referral_from_a_call_keeps_itself_too_and_is_found_again_from_the_ordinary_form(log_in: Visit, api: Api) -> None:
    worry, call = f"Skrik {uuid4()}", await called(api)
    patrol: Visitor = await log_in(OFFICER)
    page = patrol.page
    await patrol.go(f"/scenes/{call}/referral")
    await page.get_by_label("Vad har hänt").fill(worry)
    key = await page.locator("[name=idempotency_key]").input_value()
    await are_kept(page, 1)
    await page.wait_for_timeout(2500)  # the last letters are kept within two seconds
    assert worry not in str(await page.evaluate(STORED))
    await patrol.go("/referrals/new")
    code = (await state(api, PATROL, call))["receiptCode"]
    await expect(page.locator("#drafts")).to_contain_text(f"Orosanmälan från larm {code}")
    await page.get_by_role("button", name="Skriv vidare").click()
    await page.wait_for_url(f"**/scenes/{call}/referral")
    await expect(page.get_by_label("Vad har hänt")).to_have_value(worry)
    assert await page.locator("[name=idempotency_key]").input_value() == key
    await patrol.look()
    await page.get_by_role("button", name="Skicka anmälan").click()
    assert await arrived(api, await code_of(page)) == 1
    await are_kept(page, 0)


async def test_a_referral_from_a_call_goes_once_whatever_the_network_does(log_in: Visit, api: Api) -> None:
    call, lost = await called(api), list[str]()
    patrol: Visitor = await log_in(OFFICER, width=390)
    page = patrol.page
    await patrol.go(f"/scenes/{call}/referral")

    async def lose_the_first(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            assert await page.locator("#referral").evaluate("form => form.inert"), "other words would not go along"
            answer = await route.fetch()
            lost.append((await answer.json())["to"])
            await route.abort()
        else:
            await route.continue_()

    await page.route(f"**/scenes/{call}/referral", lose_the_first)
    await page.get_by_label("Vad har hänt").fill(f"Skrik {uuid4()}")
    await page.get_by_role("button", name="Skicka anmälan").click()
    await expect(page.get_by_role("heading", name=AWAY)).to_be_focused()
    await patrol.look()
    await page.get_by_role("button", name="Försök nu").click()
    code = await code_of(page)
    assert lost[0].startswith(f"/receipts/{code}?")
    assert await arrived(api, code) == 1

    async def linked() -> bool:
        return None not in (await state(api, PATROL, call))["referrals"]

    await until(linked)


async def test_who_goes_on_writing_while_it_waits_loses_nothing(log_in: Visit) -> None:
    worry = f"Skrik {uuid4()}"
    patrol: Visitor = await log_in(OFFICER)
    await patrol.go("/referrals/new")
    page = patrol.page
    await write(page, "Alva", worry)
    await page.context.set_offline(True)
    await page.get_by_role("button", name="Skicka anmälan").click()
    await expect(page.get_by_role("heading", name=AWAY)).to_be_visible()
    await page.get_by_role("button", name="Skriv vidare").click()
    await page.get_by_label("Vad har hänt").fill(f"{worry} och gråt")
    await page.context.set_offline(False)
    await page.get_by_role("button", name="Skicka anmälan").click()
    code = await code_of(page)
    await page.goto(f"{patrol.portal}/sent?code={code}")
    await page.get_by_role("link", name=code, exact=True).click()
    await page.get_by_role("link", name="Visa det vi skickade").click()
    await expect(page.get_by_text(f"{worry} och gråt")).to_be_visible()
