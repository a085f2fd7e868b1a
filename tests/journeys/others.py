"""What the other parties of a journey do, through their own systems' APIs."""

from typing import Any
from uuid import uuid4

from deploy.local.api import Api

JOUR, FARSTA = "socialjouren", "farsta"


async def referred(api: Api, client: str, worry: str, **more: object) -> dict[str, Any]:
    """A receipt for a referral about one child."""
    body = {"children": [{"kind": "unknown", "name": "Test Testsson", "ageYears": 8}], "worry": worry, **more}
    receipt: dict[str, Any] = (await api.ask(client, "POST", "/intake/v1/referrals", body, key=uuid4())).body
    return receipt


async def does(api: Api, client: str, referral: str, what: str, **body: object) -> None:
    """One command on a referral, such as `openings`."""
    await api.ask(client, "POST", f"/liaison/v1/referrals/{referral}/{what}", body or None)


async def taken_over(api: Api, referral: str) -> None:
    """Socialjouren opens and assesses it and offers it to Farsta, which accepts."""
    await does(api, JOUR, referral, "openings")
    await does(api, JOUR, referral, "immediate-safety-assessments", needsImmediateProtection=False, reasons="Barnet är hos mormor.")
    await does(api, JOUR, referral, "handover-offers", toUnit="farsta-mottagning", message="Barnet bor i Farsta.")
    await does(api, FARSTA, referral, "handover-acceptances")


async def rows(api: Api, client: str, view: str) -> list[dict[str, Any]]:
    """The newest rows of a view, as the machine's unit sees it."""
    found: list[dict[str, Any]] = (await api.ask(client, "GET", f"/projections/v1/{view}")).body
    return found
