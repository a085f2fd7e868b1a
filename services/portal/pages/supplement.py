"""Adding something to a referral that the unit has sent."""

from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from services.portal.errors import HubSilent
from services.portal.hub import HubClient, HubRefused
from services.portal.language import N_, language_of
from services.portal.pages.chain import SentReferral
from services.portal.pages.problems import Problems, beside, spoken
from services.portal.pages.referral_form import NO_ANSWER
from services.portal.pages.reporting import Reporting
from services.portal.pages.sending import gone_through
from services.portal.portal import PortalParts
from services.portal.refusals import words_of

router = APIRouter()
PLACES = {"text": "text", "childLocation": "location"}
ADDED_ALREADY = N_(
    "This form has been sent once already, with other words: see what you have added. If this is something more, send again."
)


@dataclass(frozen=True)
class SupplementForm:
    """The fields as written, and the key that makes sending twice count once.

    What the page must know of the referral travels in the form too: it comes back also when the hub does not answer.
    """

    key: str = field(default_factory=lambda: str(uuid4()))
    text: str = ""
    location: str = ""
    danger: bool = False
    siblings: bool = False
    reference: str = ""
    several: bool = False
    sheltered: bool = False

    def body(self) -> dict[str, Any]:
        """As intake takes it."""
        place = {"childLocation": self.location} if self.location else {}
        return {"text": self.text, "immediateDanger": self.danger, "forSiblings": self.siblings, **place}

    def refused(self, refusal: HubRefused) -> Problems:
        """Where on the page the hub's refusal belongs."""
        match refusal.code:
            case "nothing-added":
                return (("text", words_of(refusal)),)
            case "key-reused":
                return (("send", ADDED_ALREADY),)
            case _:
                places = tuple(PLACES.get(path.rpartition(".")[2], "send") for path in refusal.fields) or ("send",)
                return tuple((place, words_of(refusal)) for place in places)


def written(sent: FormData) -> SupplementForm:
    """The form as a browser sent it."""
    texts = {name: value.replace("\r\n", "\n").strip() for name, value in sent.items() if isinstance(value, str)}
    return SupplementForm(
        key=texts.get("idempotency_key", ""),
        text=texts.get("text", ""),
        location=texts.get("location", ""),
        danger="danger" in texts,
        siblings="siblings" in texts,
        reference=texts.get("reference", "")[:12],
        several="several" in texts,
        sheltered="sheltered" in texts,
    )


@router.get("/sent/{referral}/add")
async def new_supplement(request: Request, referral: UUID, session: Reporting, portal: PortalParts, hub: HubClient) -> Response:
    """An empty form. Nothing is opened for it."""
    sent = SentReferral.model_validate(await hub.read(session, f"/receipts/{referral}/chain"))
    form = SupplementForm(reference=sent.reference, several=sent.siblings > 0, sheltered=sent.sheltered)
    return portal.render.page(request, "supplement.html", _page(request, referral, form))


@router.post("/sent/{referral}/add")
async def add(request: Request, referral: UUID, session: Reporting, portal: PortalParts, hub: HubClient) -> Response:
    """Send it. Whatever does not go well, the form comes back with everything in it."""
    form = written(await request.form())
    try:
        answer = await hub.command(session, "intake", f"/referrals/{referral}/supplements", form.body(), key=form.key)
    except HubRefused as refused:
        again = replace(form, key=str(uuid4())) if refused.code == "key-reused" else form
        return portal.render.page(request, "supplement.html", _page(request, referral, again, form.refused(refused)), status=422)
    except HubSilent:
        return portal.render.page(request, "supplement.html", _page(request, referral, form, (("send", NO_ANSWER),)), status=502)
    return gone_through(request, answer.shown_at(f"/sent/{referral}"))


def _page(request: Request, referral: UUID, form: SupplementForm, problems: Problems = ()) -> dict[str, object]:
    said = spoken(problems, language_of(request))
    return {"referral": referral, "form": form, "problems": said, "errors": beside(said)}
