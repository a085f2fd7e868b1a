"""Cases brought to where a journey begins, by the agencies' own systems."""

from typing import NamedTuple
from uuid import uuid4

from deploy.local.api import Api
from tests.journeys.others import FARSTA, JOUR, does, referred

WORRY = "Grannar ringde om skrik. Barnen satt ensamma i köket."
MESSAGE = "Barnet är hos sin mormor i natt."


class Sent(NamedTuple):
    """A referral that has come in: its id, what people call it, and the name of the child, which no list may show."""

    id: str
    reference: str
    name: str


async def sent_in(api: Api, *, age: int = 4, danger: bool = False) -> Sent:
    """A referral from the police in Farsta about one child without an identity number."""
    name = f"Alva {uuid4().hex[:6].capitalize()}"
    child = {"kind": "unknown", "name": name, "ageYears": age}
    worry = f"{WORRY} Händelse {uuid4().hex[:8]}."
    receipt = await referred(api, "polisen-farsta", worry, children=[child], immediateDanger=danger, childLocation="Hemma")
    (one,) = receipt["referrals"]
    return Sent(one["id"], one["reference"], name)


async def offered(api: Api, sent: Sent) -> Sent:
    """Opened and assessed by Socialjouren, and offered to Farsta's district."""
    await does(api, JOUR, sent.id, "openings")
    await does(api, JOUR, sent.id, "immediate-safety-assessments", needsImmediateProtection=True, reasons="Far är kvar i bostaden.")
    await does(api, JOUR, sent.id, "handover-offers", toUnit="farsta-mottagning", message=MESSAGE)
    return sent


async def with_farsta(api: Api, sent: Sent) -> Sent:
    """Taken over by Farsta's district, with an investigation opened."""
    await offered(api, sent)
    await does(api, FARSTA, sent.id, "handover-acceptances")
    await does(api, FARSTA, sent.id, "decisions", decision="investigation_opened", reasons="Upprepat våld.")
    return sent


async def receipt_of(api: Api, sent: Sent) -> dict[str, str | None]:
    """How far the police see that it has come."""
    answer = await api.ask("polisen-farsta", "GET", f"/projections/v1/receipts/{sent.id}")
    summary: dict[str, str | None] = answer.body["summary"]
    return summary
