"""Making a referral: the form, and sending it."""

from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from services.portal.errors import HubSilent
from services.portal.hub import Hub, HubClient, HubRefused
from services.portal.language import language_of
from services.portal.pages.problems import Problems, beside, spoken
from services.portal.pages.referral_form import MOST_CHILDREN, NO_ANSWER, ReferralForm, checks, written
from services.portal.pages.reporting import Reporting
from services.portal.portal import PortalParts
from services.portal.sessions import Session
from services.portal.units import units_of

router = APIRouter()


@router.get("/referrals/new")
async def new_referral(request: Request, session: Reporting, portal: PortalParts, hub: HubClient) -> Response:
    """An empty form."""
    return portal.render.page(request, "referral.html", await _page(request, session, hub, ReferralForm()))


@router.post("/referrals/new")
async def hand_over(request: Request, session: Reporting, portal: PortalParts, hub: HubClient) -> Response:
    """Send it, or change the number of children. Whatever does not go well, the form comes back with everything in it."""
    sent = await request.form()
    form = written(sent)
    if "add" in sent or "remove" in sent:
        form = form.rearranged(_text(sent.get("add")), _text(sent.get("remove")))
        return portal.render.page(request, "referral.html", await _page(request, session, hub, form, added="add" in sent))
    problems, status = form.problems(), 422
    if not problems:
        try:
            answer = await hub.command(session, "intake", "/referrals", form.body(), key=form.key)
        except HubRefused as refused:
            problems = form.refused(refused)
            form = form.anew() if refused.code == "key-reused" else form
        except HubSilent:
            problems, status = (("send", NO_ANSWER),), 502
        else:
            wrong = checks([each["numberLooksWrong"] for each in answer.body["referrals"]])
            more = {name: value for name, value in {"after": answer.position, "check": wrong}.items() if value}
            return RedirectResponse(f"/receipts/{answer.body['receiptCode']}?{urlencode(more)}", 303)
    return portal.render.page(request, "referral.html", await _page(request, session, hub, form, problems), status=status)


async def _page(
    request: Request, session: Session, hub: Hub, form: ReferralForm, problems: Problems = (), *, added: bool = False
) -> dict[str, object]:
    try:
        recipients = [(unit.id, unit.name) for unit in (await units_of(hub, session)).values() if unit.takes_cases]
    except HubSilent:  # the form must come back even when the directory does not answer; it goes where it was going
        recipients = [(form.recipient, form.recipient)]
    said = spoken(problems, language_of(request))
    return {
        "form": form,
        "problems": said,
        "errors": beside(said),
        "added": added,
        "full": len(form.children) >= MOST_CHILDREN,
        "recipients": recipients,
    }


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
