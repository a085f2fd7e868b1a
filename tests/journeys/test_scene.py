"""A patrol calls Socialjouren to the scene in seconds, also without a network; the duty officer sees it, hears it and answers."""

import time
from uuid import uuid4

from playwright.async_api import Page, Route, expect

from deploy.local.api import Api
from tests.journeys.calls import PATROL, call_on, called, coming, on_call, state, times_listed
from tests.journeys.conftest import Visit
from tests.journeys.others import JOUR, rows
from tests.journeys.visitor import Visitor
from tests.place import until

KEPT = "Object.keys(localStorage).filter(name => name.startsWith('nattljus-scene:')).length"
BELL = """
window.rung = 0;
window.AudioContext = class {
  state = "running"; currentTime = 0; destination = {};
  createOscillator() { return { frequency: {}, connect: (next) => next, start: () => { window.rung += 1; }, stop() {} }; }
  createGain() { return { gain: { setValueAtTime() {}, exponentialRampToValueAtTime() {} }, connect() {} }; }
};
"""


async def fill_in(page: Page, place: str) -> None:
    """The fewest fields, as fast as a patrol types them."""
    await page.get_by_label("Var är ni?").fill(place)
    await page.get_by_label("Barn ni ser").fill("3, 7")
    await page.get_by_label("Det är farligt här för dem som kommer").check()


async def test_a_patrol_calls_in_seconds_and_reads_who_comes(log_in: Visit, api: Api) -> None:
    place = f"Provgatan {uuid4().hex[:8]}"
    officer: Visitor = await log_in("test-jour-ett")
    await officer.go("/advice")
    patrol: Visitor = await log_in("test-polis-farsta", width=390)
    await patrol.go("/scenes/new")
    page = patrol.page
    call, began = await call_on(page), time.monotonic()
    await fill_in(page, place)
    await page.get_by_role("button", name="Larma Socialjouren").click()
    await expect(page.get_by_role("heading", name="Larmet är skickat")).to_be_visible()
    assert time.monotonic() - began < 15
    await expect(page.get_by_text("Ingen har sett det ännu.")).to_be_visible()
    await patrol.look()

    await expect(officer.page.locator("#calls-said")).to_contain_text("väntar på Socialjourens svar")
    assert place not in await officer.page.content()
    await officer.look()
    await officer.go(f"/scenes/{call}")
    assert place not in await officer.page.content()
    await officer.press("Öppna larmet")
    await expect(officer.page.get_by_text(place)).to_be_visible()
    await expect(page.get_by_text("Sett av Socialjouren")).to_be_visible()
    await officer.page.get_by_label("På plats om ungefär").select_option(label="15 minuter")
    await officer.page.get_by_label("Vem som kommer").fill("")
    await officer.press("Vi kommer")
    await expect(officer.page.get_by_role("group", name="Se över det här")).to_contain_text("Skriv vem som kommer")
    await officer.page.get_by_label("Vem som kommer").fill("Två socialsekreterare, grön bil")
    await officer.press("Vi kommer")

    await expect(page.get_by_text("Socialjouren kommer, ungefär")).to_be_visible()
    await page.get_by_role("link", name="Öppna larmet", exact=True).click()
    await expect(page.get_by_text("Två socialsekreterare, grön bil")).to_be_visible()
    async with page.expect_response(
        lambda answer: "/state?told=" in answer.url
    ):  # what the page fetches by itself does not ask to read what it shows
        await page.evaluate("htmx.trigger(document.body, 'scenes-changed')")
    await expect(page.get_by_role("link", name="Öppna larmet för att läsa svaret")).to_have_count(0)
    await patrol.look()
    assert place not in await page.title() + page.url
    assert (await state(api, PATROL, call))["ageBands"] == ["0-3", "7-9"]


async def test_when_nobody_can_come_the_patrol_reads_what_to_do_instead(log_in: Visit, api: Api) -> None:
    call = await called(api)
    officer: Visitor = await log_in("test-jour-tva")
    await officer.go(f"/scenes/{call}")
    await officer.press("Öppna larmet")
    page = officer.page
    await page.get_by_text("Ingen kan komma", exact=True).click()
    await page.get_by_label("Vad ska patrullen göra i stället?").fill("Kör till barnakuten, vi möter er där.")
    await officer.press("Svara att ingen kan komma")
    patrol: Visitor = await log_in("test-polis-farsta", width=390, dark=True)
    await patrol.go(f"/scenes/{call}")
    await expect(patrol.page.get_by_text("Kör till barnakuten, vi möter er där.")).to_be_visible()
    assert await (await log_in("test-polis-skarholmen")).go(f"/scenes/{call}") == 404


async def test_a_wrong_address_is_corrected_and_the_patrol_sees_that_somebody_has_read_it(log_in: Visit, api: Api) -> None:
    call = await coming(api, await called(api))
    officer: Visitor = await log_in("test-jour-ett", width=390)
    await officer.go(f"/scenes/{call}")
    patrol: Visitor = await log_in("test-polis-farsta", width=390)
    await patrol.go(f"/scenes/{call}")
    page, place = patrol.page, f"Provgatan {uuid4().hex[:8]}"
    await page.get_by_text("Rätta larmet eller skriv till").click()
    await page.get_by_role("button", name="Skicka till Socialjouren").click()
    await expect(page.get_by_role("group", name="Se över det här")).to_contain_text("Skriv vad som är annorlunda nu")
    await page.get_by_label("Var är ni nu?").fill(place)
    await page.get_by_label("Fara").select_option(label="Det är farligt här för dem som kommer")
    await page.get_by_role("button", name="Skicka till Socialjouren").click()
    await expect(page.get_by_text("Socialjouren har inte läst det ni skrev")).to_be_visible()
    await patrol.look()

    page = officer.page
    await expect(page.locator("#calls-said")).to_contain_text("har skrivit mer om")
    await expect(page.locator("#state")).to_contain_text("Patrullen har skrivit mer")
    await page.get_by_role("link", name="Ladda om för att läsa det").click()
    await expect(page.get_by_text(place).first).to_be_visible()
    await expect(page.locator("s")).to_have_count(1)
    await officer.look()
    await officer.press("Jag har läst det")
    await expect(page.get_by_role("button", name="Jag har läst det")).to_have_count(0)
    await expect(patrol.page.get_by_text("Socialjouren har läst det ni skrev efteråt.")).to_be_visible()
    row = await state(api, JOUR, call)
    assert (row["danger"], row["unreadSince"]) == (True, None)


async def test_a_call_is_called_off_read_and_closed_with_a_reason(log_in: Visit, api: Api) -> None:
    call = await called(api)
    patrol: Visitor = await log_in("test-polis-farsta", width=390)
    await patrol.go(f"/scenes/{call}")
    page = patrol.page
    await page.locator("summary", has_text="Återkalla larmet").click()
    await page.get_by_label("Varför, och var är barnen nu?").fill("Barnen är hos sin mormor.")
    await page.get_by_role("button", name="Återkalla larmet").click()
    await expect(page.get_by_role("heading", name="Patrullen har återkallat larmet")).to_be_visible()
    await patrol.look()

    officer: Visitor = await log_in("test-jour-ett")
    await officer.go("/scenes")
    page = officer.page
    await expect(page.locator(f"#call-{call}")).to_contain_text("Återkallat av patrullen")
    await officer.go(f"/scenes/{call}")
    await officer.press("Öppna larmet")
    await expect(page.get_by_text("Barnen är hos sin mormor.").first).to_be_visible()
    await expect(page.get_by_role("button", name="Vi kommer")).to_have_count(0)
    await officer.look()
    await page.get_by_label("Varför avslutas larmet ändå?").fill("Mormor ringd, anmälan kommer.")
    await page.get_by_role("button", name="Avsluta larmet").click()
    await expect(page.get_by_text("Avslutat").first).to_be_visible()
    assert (await state(api, PATROL, call))["queue"] == "closed"


async def test_a_call_stands_on_the_board_and_goes_from_hand_to_hand(log_in: Visit, api: Api) -> None:
    call = await called(api, danger=True)
    officer: Visitor = await log_in("test-jour-ett", width=390)
    await officer.go("/board")
    line = officer.page.locator(f"#call-{call}")
    await expect(line).to_contain_text("Öppna larmet")
    await expect(line).to_contain_text("kvar att svara")
    await officer.look()
    await officer.go(f"/scenes/{call}")
    await officer.press("Öppna larmet")
    await officer.press("Vi kommer")
    await officer.go("/board?zone=mine")
    await expect(line).to_contain_text("Du har det")
    await expect(line).to_contain_text("Anteckna när ni är på plats")

    colleague: Visitor = await log_in("test-jour-tva")
    await colleague.go("/board?zone=ours")
    await colleague.page.locator(f"#call-{call}").get_by_role("button", name="Ta över").click()
    await expect(colleague.page.locator(f"#call-{call}")).to_have_count(0)
    await colleague.go("/board?zone=mine")
    await expect(colleague.page.locator(f"#call-{call}")).to_contain_text("Du har det")
    await expect(line).to_have_count(0)
    assert (await state(api, PATROL, call))["takenBy"] is None


async def test_what_was_noted_by_a_slip_is_taken_back(log_in: Visit, api: Api) -> None:
    call = await coming(api, await called(api))
    officer: Visitor = await log_in("test-jour-tva", width=390)
    await officer.go(f"/scenes/{call}")
    page = officer.page
    await page.get_by_role("button", name="Nu Barnet talat med 1").click()
    await page.locator("summary", has_text="Rätta tiden Barnet talat med").click()
    await page.get_by_role("button", name="Det har inte hänt: ta tillbaka Barnet talat med 1").click()
    await expect(page.get_by_role("button", name="Nu Barnet talat med 1")).to_be_visible()
    await page.get_by_text("Lägg till ett barn till", exact=True).click()
    await page.locator("#name-new").fill("Skrivet två gånger")
    await page.get_by_role("button", name="Lägg till barnet").click()
    await expect(page.get_by_role("heading", name="Barn 2: Skrivet två gånger")).to_be_visible()
    await page.locator("summary", has_text="Skriv kortet 2").click()
    await page.get_by_role("button", name="Det barnet finns inte: stryk kortet 2").click()
    await expect(page.get_by_role("heading", name="Barn 2: Skrivet två gånger")).to_have_count(0)
    row = await state(api, PATROL, call)
    assert (row["spokenWithAt"], row["struck"]) == ([None, None], [2])


async def test_a_call_that_waits_is_taken_back_into_the_form(log_in: Visit, api: Api) -> None:
    patrol: Visitor = await log_in("test-polis-farsta", width=390)
    await patrol.go("/scenes/new")
    page = patrol.page
    call = await call_on(page)
    await page.context.set_offline(True)
    await fill_in(page, "Provgatan fel")
    await page.get_by_role("button", name="Larma Socialjouren").click()
    await page.locator("[data-state=unsent] [data-take-back]").click()
    await expect(page.get_by_role("heading", name="Inte skickat: det står i formuläret igen")).to_be_visible()
    assert await page.evaluate(KEPT) == 0
    await expect(page.get_by_label("Var är ni?")).to_have_value("Provgatan fel")
    await page.context.set_offline(False)
    assert await times_listed(api, call) == 0
    await page.get_by_label("Var är ni?").fill("Provgatan rätt")
    await page.get_by_role("button", name="Larma Socialjouren").click()
    await expect(page.get_by_role("heading", name="Larmet är skickat")).to_be_visible()
    assert await times_listed(api, call) == 1


async def test_without_a_network_the_call_is_kept_and_sent_once_when_it_returns(log_in: Visit, api: Api) -> None:
    patrol: Visitor = await log_in("test-polis-farsta", width=390)
    await patrol.go("/scenes/new")
    page = patrol.page
    call = await call_on(page)
    await page.context.set_offline(True)
    await fill_in(page, "Provgatan utan nät")
    await page.get_by_role("button", name="Larma Socialjouren").dblclick()
    await expect(page.get_by_role("heading", name="Inte skickat ännu")).to_be_visible()
    assert await page.evaluate(KEPT) == 1
    await patrol.look()
    await page.context.set_offline(False)
    await expect(page.get_by_role("heading", name="Larmet är skickat")).to_be_visible()
    assert await page.evaluate(KEPT) == 0
    assert await times_listed(api, call) == 1


async def test_an_answer_that_was_lost_on_the_way_makes_no_second_call(log_in: Visit, api: Api) -> None:
    patrol: Visitor = await log_in("test-polis-farsta", width=390)
    await patrol.go("/scenes/new")
    page = patrol.page
    call, lost = await call_on(page), 0

    async def lose(route: Route) -> None:
        nonlocal lost
        if route.request.method != "POST" or lost:
            await route.continue_()
            return
        lost += 1
        sent = {"origin": patrol.portal, "sec-fetch-site": "same-origin"}
        answer = await route.fetch(headers={**await route.request.all_headers(), **sent})
        assert answer.status == 201
        await route.abort()

    await page.route("**/scenes/new", lose)
    await fill_in(page, "Provgatan med svar som försvann")
    await page.get_by_role("button", name="Larma Socialjouren").click()
    await expect(page.get_by_role("heading", name="Larmet är skickat")).to_be_visible()
    assert (lost, await times_listed(api, call)) == (1, 1)


async def test_a_call_that_was_kept_is_sent_from_any_page_of_the_one_who_wrote_it(log_in: Visit, api: Api) -> None:
    patrol: Visitor = await log_in("test-polis-farsta", width=390)
    await patrol.go("/scenes/new")
    page, context = patrol.page, patrol.page.context
    call = await call_on(page)
    await context.set_offline(True)
    await fill_in(page, "Provgatan sparad")
    await page.get_by_role("button", name="Larma Socialjouren").click()
    await expect(page.get_by_role("heading", name="Inte skickat ännu")).to_be_visible()
    await page.close()
    await context.set_offline(False)
    other = Visitor(await context.new_page(), patrol.portal)
    await other.go("/sent")
    await expect(other.page.locator("#outbox-said")).to_have_text("Larmet som var sparat här är skickat.")
    await other.look()
    assert await other.page.evaluate(KEPT) == 0
    assert await times_listed(api, call) == 1


async def test_what_the_hub_does_not_take_comes_back_into_the_form(log_in: Visit, api: Api) -> None:
    patrol: Visitor = await log_in("test-polis-farsta", width=390)
    await patrol.go("/scenes/new")
    page = patrol.page
    await page.get_by_label("Barn ni ser").fill("3, 7")
    await page.get_by_role("button", name="Larma Socialjouren").click()
    await expect(page.get_by_role("heading", name="Inte skickat: se över det här")).to_be_visible()
    await expect(page.get_by_role("link", name="Skriv var ni är.")).to_be_visible()
    await expect(page.get_by_label("Barn ni ser")).to_have_value("3, 7")
    await patrol.look()
    call = await call_on(page)
    await page.get_by_label("Var är ni?").fill("Provgatan 3")
    await page.get_by_role("button", name="Larma Socialjouren").click()
    await expect(page.get_by_role("heading", name="Larmet är skickat")).to_be_visible()
    assert await times_listed(api, call) == 1


async def test_a_call_is_heard_only_by_who_has_asked_for_it(log_in: Visit, api: Api) -> None:
    officer: Visitor = await log_in("test-jour-ett")
    page = officer.page
    await page.add_init_script(BELL)
    call = await called(api)
    await officer.go("/board")
    await expect(page.locator("#calls-said")).to_contain_text("väntar på Socialjourens svar")
    assert await page.evaluate("window.rung") == 0
    await page.get_by_role("button", name="Ljud av").click()
    await expect(page.get_by_role("button", name="Ljud på")).to_have_attribute("aria-pressed", "true")
    await page.evaluate("window.rung = 0")
    again = await called(api)
    await until(lambda: page.evaluate("window.rung > 0"))
    await page.get_by_role("button", name="Ljud på").click()
    await expect(page.get_by_role("button", name="Ljud av")).to_be_visible()
    for each in (call, again):
        await coming(api, each)


async def test_patrol_and_socialjouren_work_with_the_same_call_and_close_it(log_in: Visit, api: Api) -> None:
    call = await coming(api, await called(api, seen="Slag i köket."))
    patrol: Visitor = await log_in("test-polis-farsta", width=390)
    await patrol.go(f"/scenes/{call}")
    page = patrol.page
    await page.get_by_role("button", name="Markera som klart Gör platsen trygg").click()
    await expect(page.get_by_role("button", name="Ångra Gör platsen trygg")).to_be_visible()
    await page.get_by_text("Skriv kortet").click()
    name = f"Test {uuid4().hex[:6]}"
    await page.locator("#name-1").fill(name)
    await page.get_by_label("Såg eller hörde våldet").first.check()
    await page.locator("#note-1").fill("Stod i dörren.")
    await page.get_by_role("button", name="Spara kortet").click()
    await expect(page.get_by_role("heading", name=f"Barn 1: {name}")).to_be_visible()
    await patrol.look()

    officer: Visitor = await log_in("test-jour-ledare")
    await officer.go(f"/scenes/{call}")
    page = officer.page
    await expect(page.get_by_text("Stod i dörren.").first).to_be_visible()
    await page.get_by_role("button", name="Nu Socialjouren på plats").click()
    await page.get_by_role("button", name="Börja omhändertagandefasen").click()
    await page.get_by_role("button", name="Nu Barnet talat med 1").click()
    await expect(page.get_by_text("inom 24 h").first).to_be_visible()
    await page.get_by_text("Anteckna vad det ledde till").click()
    await page.get_by_label("Vad", exact=True).select_option(label="Skyddat boende")
    await page.locator("#outcome-note").fill("Mamma och barn i natt.")
    await page.get_by_role("button", name="Spara vad det ledde till").click()
    await expect(page.get_by_text("Mamma och barn i natt.")).to_be_visible()
    await officer.look()

    await refer(patrol, call, api, name)
    await officer.go(f"/scenes/{call}")
    await page.get_by_role("link", name="Öppna anmälan 1").click()
    await page.get_by_role("button", name="Öppna anmälan").click()
    await page.get_by_role("link", name="Larmet som den kom från").click()
    await page.wait_for_url(f"**/scenes/{call}")
    await page.get_by_role("button", name="Avsluta larmet").click()
    await expect(page.get_by_text("Avslutat").first).to_be_visible()
    row = await state(api, PATROL, call)
    assert (row["queue"], row["outcomes"], row["tasksDone"]) == ("closed", [], ["police-safe"])
    await patrol.go(f"/scenes/{call}")
    assert "Mamma och barn i natt." not in await patrol.page.content()


async def refer(patrol: Visitor, call: str, api: Api, name: str) -> None:
    """The patrol makes a referral of the call; nothing is written twice."""
    page = patrol.page
    await patrol.go(f"/scenes/{call}")
    await patrol.press("Gör orosanmälan av larmet")
    await expect(page.get_by_label("Vad har hänt")).to_have_value(f"Slag i köket.\n\n{name}: Stod i dörren.")
    await page.get_by_role("button", name="Skicka anmälan").click()
    await page.wait_for_url("**/receipts/**")
    code = await page.locator(".nl-code-large").inner_text()
    (arrived,) = [row for row in await rows(api, JOUR, "board?limit=200") if row["receiptCode"] == code]

    async def linked() -> bool:
        return bool((await state(api, JOUR, call))["referrals"] == [arrived["referral"]])

    await until(linked)


async def test_closing_with_a_child_left_undone_takes_a_reason(log_in: Visit, api: Api) -> None:
    call = await coming(api, await called(api))
    officer: Visitor = await log_in("test-jour-ett", width=320, dark=True)
    await officer.go(f"/scenes/{call}")
    page = officer.page
    await page.get_by_role("button", name="Avsluta larmet").click()
    await expect(page.get_by_role("group", name="Se över det här")).to_contain_text("Skriv skälen")
    await officer.look()
    await page.get_by_label("Varför avslutas larmet ändå?").fill("Barnet var hos sin mormor.")
    await page.get_by_role("button", name="Avsluta larmet").click()
    await expect(page.get_by_text("Barnet var hos sin mormor.")).to_be_visible()
    await officer.go("/scenes")
    await officer.go("/scenes/figures")
    await expect(page.get_by_text("av dem inom 24 h")).to_be_visible()


async def test_the_form_needs_no_scripts_and_speaks_english_at_320_pixels(log_in: Visit, api: Api) -> None:
    patrol: Visitor = await log_in("test-polis-skarholmen", language="en", width=320, scripts=False)
    page = patrol.page
    await page.goto(f"{patrol.portal}/scenes/new")
    call = await call_on(page)
    await page.get_by_label("Where are you?").fill("Provgatan 3")
    await page.get_by_label("Children you see").fill("2 barn")
    await page.get_by_role("button", name="Call Socialjouren").click()
    assert page.url.partition("?")[0] == f"{patrol.portal}/scenes/{call}"
    await expect(page.get_by_text("Nobody has seen it yet.")).to_be_visible()
    await coming(api, call)
    await page.reload()
    await expect(page.get_by_text("Två från Socialjouren")).to_be_visible()


async def test_a_school_has_no_business_with_calls(log_in: Visit) -> None:
    teacher: Visitor = await log_in("test-skola-farsta")
    assert await teacher.go("/scenes") == 403
    assert await teacher.go("/scenes/new") == 403


async def test_a_duty_officer_on_any_page_is_told_at_once(log_in: Visit, api: Api) -> None:
    officer: Visitor = await log_in("test-jour-ett")
    await officer.go("/scenes")
    page = officer.page
    await page.evaluate("window.never = 'loaded again'")
    began = time.monotonic()
    call = await called(api, danger=True)
    await expect(page.locator(f"#call-{call}")).to_contain_text("Ingen har sett det")
    assert time.monotonic() - began < 10
    await on_call(api, JOUR, call, "openings")
    await expect(page.locator(f"#call-{call}")).to_contain_text("Sett, inte besvarat")
    assert await page.evaluate("window.never") == "loaded again"
    await coming(api, call)
