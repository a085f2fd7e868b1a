"""Making a referral: the form, and sending it."""

from collections.abc import Sequence
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from contracts.attachment import LARGEST_FILE
from services.kit.multipart import Form
from services.portal.errors import HubSilent
from services.portal.hub import Answer, Hub, HubClient, HubRefused
from services.portal.language import language_of
from services.portal.pages.becoming import SILENT, Carried, body_of, carried_from, taken_along
from services.portal.pages.child_fields import MOST_CHILDREN
from services.portal.pages.drafts import mark_of
from services.portal.pages.problems import Problems, beside, spoken
from services.portal.pages.receipt import show_receipt
from services.portal.pages.referral_form import NO_ANSWER, ReferralForm, checks, written
from services.portal.pages.reporting import Reporting
from services.portal.pages.sending import gone_through
from services.portal.pages.sending_files import Outcome, position, send_files
from services.portal.portal import Portal, PortalParts
from services.portal.sessions import Session
from services.portal.units import units_of

router = APIRouter()
REARRANGING = ("add", "remove", "show")
"""Buttons that send nothing to the hub: one more child, one less, and a draft that is taken up again."""


@router.get("/referrals/new")
async def new_referral(
    request: Request, session: Reporting, portal: PortalParts, hub: HubClient, consultation: UUID | None = None
) -> Response:
    """An empty form, or one that opens with what was written in a consultation of the unit."""
    carried = await carried_from(hub, session, consultation) if consultation else None
    form = carried.form() if carried else ReferralForm()
    return portal.render.page(request, "referral.html", await _page(request, session, hub, form, carried=carried))


@router.post("/referrals/new")
async def hand_over(request: Request, session: Reporting, portal: PortalParts, hub: HubClient) -> Response:
    """Send it, or change the number of children. Whatever does not go well, the form comes back with everything in it."""
    body = Form(request, LARGEST_FILE)
    sent = await body.fields()  # all of them come before the first file, which may take minutes on a slow network
    form, carried, lacking = await taken_along(hub, session, written(sent))
    if any(name in sent for name in REARRANGING):
        form = rearranged(form, sent)
        page = await _page(request, session, hub, form, carried=carried, added="add" in sent, files_again=await _left_behind(body, sent))
        return portal.render.page(request, "referral.html", page)
    problems, status = (*form.problems(), *lacking), 502 if SILENT in lacking else 422
    if not problems:
        try:
            answer = await hub.command(session, "intake", "/referrals", body_of(form, carried), key=form.key)
        except HubRefused as refused:
            problems = form.refused(refused)
            form = form.anew() if refused.code == "key-reused" else form
        except HubSilent:
            problems, status = (("send", NO_ANSWER),), 502
        else:
            first = UUID(answer.body["referrals"][0]["id"])
            outcomes = await send_files(hub, session, first, body.files(), form.key, siblings=True)
            return await receipt_or_what_is_missing(request, session, portal, hub, answer, form.key, outcomes)
    page = await _page(request, session, hub, form, problems, carried=carried, files_again=await _left_behind(body, sent))
    return portal.render.page(request, "referral.html", page, status=status)


async def _left_behind(body: Form, sent: FormData) -> bool:
    """Whether files had been chosen: a form that comes back cannot bring them along (`files.js` says how many there were)."""
    return bool(await body.drained() or sent.get("files_chosen"))


async def receipt_or_what_is_missing(
    request: Request, session: Session, portal: Portal, hub: Hub, answer: Answer, draft: str, outcomes: Sequence[Outcome]
) -> Response:
    """The way to the receipt; with files that have not arrived the receipt itself, which says which, by name, and stands in no address."""
    if all(each.arrived for each in outcomes):
        return gone_through(request, receipt_address(answer, draft, position(outcomes)))
    code, after = answer.body["receiptCode"], position(outcomes) or answer.position or ""
    return await show_receipt(request, session, portal, hub, code, after=after, found={"draft": mark_of(draft)}, outcomes=outcomes)


def rearranged(form: ReferralForm, sent: FormData) -> ReferralForm:
    """The form after one of the buttons that send nothing."""
    return form.rearranged(_text(sent.get("add")), _text(sent.get("remove")))


def receipt_address(answer: Answer, draft: str, after: str | None = None) -> str:
    """The receipt's page: how far the views must have come, what looked wrong or was left out, and which draft is done with."""
    withheld = "yes" if answer.body["placeWithheld"] else ""
    wrong = checks([each["numberLooksWrong"] for each in answer.body["referrals"]])
    more = {"after": after or answer.position, "check": wrong, "withheld": withheld, "draft": mark_of(draft)}
    return f"/receipts/{answer.body['receiptCode']}?{urlencode({name: value for name, value in more.items() if value})}"


async def _page(
    request: Request,
    session: Session,
    hub: Hub,
    form: ReferralForm,
    problems: Problems = (),
    *,
    carried: Carried | None = None,
    added: bool = False,
    files_again: bool = False,
) -> dict[str, object]:
    try:
        recipients = [(unit.id, unit.name) for unit in (await units_of(hub, session)).values() if unit.takes_cases]
    except HubSilent:  # the form must come back even when the directory does not answer; it goes where it was going
        recipients = [(form.recipient, form.recipient)]
    said = spoken(problems, language_of(request))
    return {
        "form": form,
        "open": form.open(problems),
        "advised": carried.advised if carried else (),
        "problems": said,
        "errors": beside(said),
        "added": added,
        "files_again": files_again,
        "full": len(form.children) >= MOST_CHILDREN,
        "action": request.url.path,
        "recipients": recipients,
    }


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
