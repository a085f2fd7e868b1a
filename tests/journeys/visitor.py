"""Somebody who is logged in and looks closely: every page they visit fits its window, and axe finds nothing on it."""

from dataclasses import dataclass

from playwright.async_api import Browser, Page

from tests.looking import PATIENCE, look_at


@dataclass(frozen=True)
class Visitor:
    """A person at the portal, in one window."""

    page: Page
    portal: str

    async def go(self, path: str) -> int:
        """Open a page of the portal and look at it. Gives the HTTP status."""
        answer = await self.page.goto(self.portal + path)
        assert answer is not None
        await self.look()
        return answer.status

    async def press(self, name: str) -> None:
        """Press a button or a link and look at the page that comes."""
        either = self.page.get_by_role("button", name=name, exact=True).or_(self.page.get_by_role("link", name=name, exact=True))
        await either.first.click()
        await self.page.wait_for_load_state()
        await self.look()

    async def look(self) -> None:
        """The page fits its window, and axe finds nothing."""
        await look_at(self.page)

    async def text(self) -> str:
        """What the page says between its head and its foot."""
        return await self.page.locator("main").inner_text()


async def visit(
    browser: Browser, portal: str, subject: str, *, language: str = "sv", width: int = 1280, scripts: bool = True, dark: bool = False
) -> Visitor:
    """Log in at the portal as one of the local stack's people."""
    context = await browser.new_context(
        viewport={"width": width, "height": 800},
        locale=language,
        java_script_enabled=scripts,
        color_scheme="dark" if dark else "light",
    )
    context.set_default_timeout(PATIENCE)
    page = await context.new_page()
    await page.goto(f"{portal}/login")
    await page.locator(f'button[value="{subject}"]').click()
    await page.wait_for_url(f"{portal}/")
    return Visitor(page, portal)
