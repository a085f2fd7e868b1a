"""Every page and macro in a real Chromium: nothing overflows, axe finds nothing, the security policy stops nothing of ours."""

import asyncio
import itertools
import re
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Literal

import pytest
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, StreamingResponse
from playwright.async_api import Browser, Page, Route, expect

from deploy.local.ports import LOOPBACK
from services.portal.app import create_app
from tests.looking import a_chromium, look_at
from tests.portal.parts import portal_settings
from tests.portal.sampling import CONTEXTS, add_samples

pytestmark = pytest.mark.real

PAGES = ["/", "/?next=/board", "/accessibility", "/legal", "/nowhere", *(f"/sample/{name}" for name in CONTEXTS)]
Scheme = Literal["light", "dark"]
LOOKS: list[tuple[Scheme, str, int]] = [
    ("light", "sv", 1280),
    ("dark", "en", 1280),
    ("light", "en", 320),
    ("dark", "sv", 320),
    ("light", "sv", 390),
]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The portal with its samples, on a free port."""
    config = uvicorn.Config("unset", host=LOOPBACK, port=0, log_level="warning", ws="none")
    listening = config.bind_socket()
    base = f"http://{LOOPBACK}:{listening.getsockname()[1]}"
    app = create_app(portal_settings(portal=base))
    add_samples(app)
    add_live_sample(app)
    config.app = app
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield base
    server.should_exit = True
    thread.join()
    listening.close()


def add_live_sample(app: FastAPI) -> None:
    """A page that is told of a change and fetches the change itself, as the board does."""
    counted = itertools.count(1)

    @app.get("/sample-events")
    async def events() -> StreamingResponse:
        async def stream() -> AsyncIterator[str]:
            while True:
                yield "event: board-changed\ndata:\n\n"
                await asyncio.sleep(0.1)

        return StreamingResponse(stream(), media_type="text/event-stream")

    @app.get("/sample-piece")
    async def piece(request: Request) -> HTMLResponse:
        assert request.headers["hx-request"] == "true"
        return HTMLResponse(str(next(counted)))


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    async with a_chromium() as browser:
        yield browser


def complaints_of(page: Page) -> list[str]:
    """What the browser complains of on this page from now on, such as a broken security policy."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints


@pytest.mark.parametrize("look", LOOKS, ids=str)
async def test_pages_fit_and_axe_finds_nothing(address: str, chromium: Browser, look: tuple[Scheme, str, int]) -> None:
    scheme, language, width = look
    context = await chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, locale=language)
    page = await context.new_page()
    complaints = complaints_of(page)
    for path in PAGES:
        await page.goto(address + path)
        await look_at(page)
    assert [complaint for complaint in complaints if "404" not in complaint] == []


async def test_the_first_tab_leads_past_the_head_of_the_page(address: str, chromium: Browser) -> None:
    page = await chromium.new_page(locale="sv")
    await page.goto(address + "/sample/board")
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.textContent") == "Till innehållet"
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.closest('main') !== null")


async def test_a_browsers_form_counts_as_from_our_own_page(address: str, chromium: Browser) -> None:
    page = await chromium.new_page(locale="sv", java_script_enabled=False)
    await page.goto(address + "/sample/board")
    await page.get_by_role("button", name="Logga ut").click()
    assert page.url == f"{address}/"
    await page.get_by_role("link", name="English").click()
    assert await page.get_by_role("heading", level=1).inner_text() == "A light for children at night"


async def test_a_page_that_is_told_of_a_change_fetches_it(address: str, chromium: Browser) -> None:
    page = await chromium.new_page()
    complaints = complaints_of(page)
    await page.goto(address + "/sample/live")
    await expect(page.locator("#piece")).to_have_text(re.compile(r"^([3-9]|\d\d+)$"))
    assert complaints == []


async def test_a_page_is_live_also_when_a_part_of_its_scripts_comes_late(address: str, chromium: Browser) -> None:
    page = await chromium.new_page()

    async def late(route: Route) -> None:
        await asyncio.sleep(1)
        await route.continue_()

    await page.route("**/hx-sse.min.js*", late)
    await page.goto(address + "/sample/live")
    await expect(page.locator("#piece")).to_have_text(re.compile(r"^([3-9]|\d\d+)$"))
