"""A consultation becomes a referral: what the form opens with, and the advice that goes along to whoever receives it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from starlette.exceptions import HTTPException

from contracts.advice import GivenAdvice
from contracts.consultation import Side
from services.portal.errors import HubSilent
from services.portal.hub import Hub
from services.portal.language import N_
from services.portal.pages.problems import Problems
from services.portal.pages.referral_form import NO_ANSWER, ReferralForm
from services.portal.pages.talk import Consultation, Said, talk
from services.portal.services import service_named
from services.portal.sessions import Session

NOT_CARRIED = N_("The advice could not be taken along. Send once more: then the referral goes without it, and nothing else is missing.")

SILENT = ("send", NO_ANSWER)
"""What is wrong when the hub does not answer: then the same is sent again, and goes with the advice."""


@dataclass(frozen=True)
class Carried:
    """What a referral takes along from its unit's consultation: what was asked, and the advice that was given."""

    asked: Consultation
    questions: tuple[str, ...]
    advised: tuple[GivenAdvice, ...]

    def body(self) -> dict[str, Any]:
        """As the hub takes it."""
        advised = [given.model_dump(mode="json", by_alias=True, exclude_none=True) for given in self.advised]
        return {"consultation": {"id": str(self.asked.consultation), "advised": advised}}

    def form(self) -> ReferralForm:
        """The referral's form as it opens: with what was written, for the reporter to go on from."""
        empty = ReferralForm()
        return replace(
            empty,
            said={**empty.said, "worry": "\n\n".join(self.questions)},
            categories=(self.asked.category.value,),
            consultation=str(self.asked.consultation),
        )


async def carried_from(hub: Hub, session: Session, consultation: UUID) -> Carried:
    """What the unit's own consultation has to give, opened through the read log. Raises HTTPException 404 for any other."""
    opened = await hub.read(session, f"/consultations/{consultation}", purpose="advice")
    said = talk(opened["entries"])
    advised = [await _given(hub, session, each) for each in said if each.advice and each.text is not None]
    questions = tuple(each.text for each in said if each.by is Side.ASKED and each.text)
    return Carried(Consultation.model_validate(opened["summary"]), questions, tuple(advised))


async def taken_along(hub: Hub, session: Session, form: ReferralForm) -> tuple[ReferralForm, Carried | None, Problems]:
    """The form that was sent, what it takes along if it came from a consultation, and what is wrong with that.

    What cannot be taken along never loses what was written about the child: the form goes on without it.
    """
    if not form.consultation:
        return form, None, ()
    try:
        return form, await carried_from(hub, session, UUID(form.consultation)), ()
    except HubSilent:
        return form, None, (SILENT,)
    except (HTTPException, ValueError):
        return replace(form, consultation=""), None, (("send", NOT_CARRIED),)


def body_of(form: ReferralForm, carried: Carried | None) -> Mapping[str, Any]:
    """The referral as the hub takes it, with the advice."""
    return {**form.body(), **(carried.body() if carried else {})}


async def _given(hub: Hub, session: Session, said: Said) -> GivenAdvice:
    assert said.advice is not None  # noqa: S101  only advice is given
    service = await service_named(hub, session, said.service)
    return GivenAdvice(
        advice=said.advice,
        text=said.text or "",
        condition=said.condition,
        service=service.name if service else None,
        answered_at=said.at,
    )
