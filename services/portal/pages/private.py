"""The page for private persons: no login, no cookie, no draft. Who somebody is, is read nowhere on it and goes nowhere from it."""

from datetime import datetime
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from contracts.agencies import AgencyKind
from contracts.model import Model
from services.portal.door import OpenDoor
from services.portal.errors import HubSilent
from services.portal.hub import Answer, HubRefused
from services.portal.labels import AGENCY_KINDS
from services.portal.language import N_, QUERY, catalogue, language_of
from services.portal.pages.chain import aloud, suspicious
from services.portal.pages.child_fields import MOST_CHILDREN
from services.portal.pages.problems import Problems, beside, spoken
from services.portal.pages.receipt import a_file
from services.portal.pages.referral import REARRANGING, rearranged
from services.portal.pages.referral_form import NO_ANSWER, ReferralForm, checks, written
from services.portal.pages.sending import gone_through
from services.portal.pdf.receipt import receipt_text
from services.portal.portal import Portal, PortalParts
from services.portal.sessions import Tampered

router = APIRouter()
SENT_ALREADY = N_("This has been sent once already, in other words. If you have more to tell, send again.")
RECEIPT = b"private-receipt"
"""What the sealed receipt in an address is bound to: nothing else that the portal seals opens as one."""


class PrivateReceipt(Model):
    """What a receipt says. It travels sealed in its own address: the portal keeps nothing, and nobody can make one up."""

    code: str
    at: datetime
    references: tuple[str, ...]
    check: str
    withheld: bool


@router.get("/private")
async def new_private_referral(request: Request, portal: PortalParts, _door: OpenDoor) -> Response:
    """An empty form."""
    return portal.render.page(request, "private.html", _page(request, ReferralForm()))


@router.post("/private")
async def hand_over_privately(request: Request, portal: PortalParts, door: OpenDoor) -> Response:
    """Send it, or change the number of children. Whatever does not go well, the form comes back with everything in it."""
    sent = await request.form()
    form = written(sent)
    if any(name in sent for name in REARRANGING):
        return portal.render.page(request, "private.html", _page(request, rearranged(form, sent), added="add" in sent))
    problems, status = form.problems(), 422
    if not problems:
        try:
            answer = await door.hand_in(form.told(), form.key)
        except HubRefused as refused:
            problems = (("send", SENT_ALREADY),) if refused.code == "key-reused" else form.refused(refused)
            form = form.anew() if refused.code == "key-reused" else form
        except HubSilent:
            problems, status = (("send", NO_ANSWER),), 502
        else:
            return gone_through(request, _address(request, f"/private/receipts/{sealed_receipt(portal, answer)}"))
    return portal.render.page(request, "private.html", _page(request, form, problems), status=status)


@router.get("/private/receipts/{sealed}")
async def private_receipt(request: Request, sealed: str, portal: PortalParts, _door: OpenDoor) -> Response:
    """The receipt: its code and what happens next."""
    said, language = opened_receipt(portal, sealed), language_of(request)
    context = {
        "receipt": said,
        "aloud": aloud(said.code, language),
        "suspicious": suspicious(said.check, len(said.references)),
        "file": _address(request, f"/private/receipts/{sealed}/pdf"),
    }
    return portal.render.page(request, "private_receipt.html", context)


@router.get("/private/receipts/{sealed}/pdf")
async def private_receipt_file(request: Request, sealed: str, portal: PortalParts, _door: OpenDoor) -> Response:
    """The same to keep or to print."""
    said, language = opened_receipt(portal, sealed), language_of(request)
    with_whom = catalogue(language).ugettext(AGENCY_KINDS[AgencyKind.SOCIALJOUR])
    return await a_file(receipt_text(said.code, said.at, with_whom, said.references, language, private=True))


def sealed_receipt(portal: Portal, answer: Answer) -> str:
    """What intake answered, sealed for the receipt's address."""
    body = answer.body
    said = PrivateReceipt(
        code=body["receiptCode"],
        at=body["receivedAt"],
        references=tuple(each["reference"] for each in body["referrals"]),
        check=checks([each["numberLooksWrong"] for each in body["referrals"]]),
        withheld=body["placeWithheld"],
    )
    return portal.seal.close(said.to_bytes(), RECEIPT).hex()


def opened_receipt(portal: Portal, sealed: str) -> PrivateReceipt:
    """The receipt of an address. Raises HTTPException 404 for an address that is none."""
    try:
        return PrivateReceipt.model_validate_json(portal.seal.open(bytes.fromhex(sealed), RECEIPT))
    except (ValueError, Tampered):
        raise HTTPException(404) from None


def _page(request: Request, form: ReferralForm, problems: Problems = (), *, added: bool = False) -> dict[str, object]:
    said = spoken(problems, language_of(request))
    return {
        "form": form,
        "open": form.open(problems),
        "problems": said,
        "errors": beside(said),
        "added": added,
        "full": len(form.children) >= MOST_CHILDREN,
        "action": _address(request, "/private"),
    }


def _address(request: Request, path: str) -> str:
    """With the reader's language in it: no cookie remembers it here."""
    return f"{path}?{urlencode({QUERY: language_of(request).value})}"
