"""A referral from a call to the scene: what is known there is written already; one referral for each child, linked to the call."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from contracts.referral import Category, IdentityKind
from contracts.scene import Exposure
from contracts.told import Protection
from services.portal.errors import HubSilent
from services.portal.hub import Hub, HubClient, HubRefused
from services.portal.language import N_, language_of
from services.portal.pages.case_forms import KEY, NO_ANSWER, texts_of
from services.portal.pages.on_scene import Patrol
from services.portal.pages.problems import Problems, beside, spoken
from services.portal.pages.referral import receipt_address
from services.portal.pages.referral_form import SENT_ALREADY
from services.portal.pages.scene_file import Card, SceneFile, scene_file
from services.portal.pages.scene_row import SceneRow
from services.portal.pages.sending import gone_through
from services.portal.portal import PortalParts
from services.portal.refusals import words_of
from services.portal.sessions import Session

router = APIRouter()

CHOOSE_CHILD = N_("Choose at least one child.")
CATEGORIES = {
    Exposure.SAW: {Category.VIOLENCE_IN_CLOSE_RELATION},
    Exposure.SUFFERED: {Category.VIOLENCE_AGAINST_CHILD},
    Exposure.SAW_AND_SUFFERED: {Category.VIOLENCE_IN_CLOSE_RELATION, Category.VIOLENCE_AGAINST_CHILD},
    Exposure.NOT_KNOWN: set[Category](),
}
"""What a child's card says already of what the worry is about."""


@dataclass(frozen=True)
class FromCall:
    """The form: which children, and the worry, as far as the call and its cards have said it."""

    children: tuple[int, ...]
    worry: str
    location: str
    categories: tuple[str, ...]
    danger: bool = False
    key: str = ""
    protection: str = Protection.NONE.value

    def problems(self) -> Problems:
        """What can be seen without asking."""
        return () if self.children else (("children", CHOOSE_CHILD),)

    def body(self, row: SceneRow, file: SceneFile) -> dict[str, Any]:
        """As the hub takes it."""
        chosen = [card for card in file.cards if card.child.number in self.children]
        contact = {"reporterContact": file.call.contact} if file.call and file.call.contact else {}
        return {
            "recipient": row.to_unit,
            "children": [_person(card) | self._protected for card in chosen],
            "worry": self.worry,
            "categories": list(self.categories),
            "immediateDanger": self.danger,
            "childLocation": self.location or None,
            "occurredAt": row.alarm_at.isoformat(),
            "scene": {"call": str(row.scene), "children": [card.child.number for card in chosen]},
        } | contact

    def refused(self, refusal: HubRefused) -> tuple["FromCall", Problems]:
        """The form as it comes back, and why; what was sent once already under its key goes under a new one if it is sent again."""
        if refusal.code == "key-reused":
            return replace(self, key=""), (("send", SENT_ALREADY),)
        return self, (("worry" if refusal.code == "no-worry" else "send", words_of(refusal)),)

    @property
    def _protected(self) -> dict[str, str]:
        """What is stated for any of them is so for all: what tells where one is tells where the others are."""
        return {} if self.protection == Protection.NONE else {"protection": self.protection}


def from_call(file: SceneFile) -> FromCall:
    """The form with everything that is known, for the children that no referral was made about."""
    left = [card for card in file.cards if card.child.referral is None]
    about: set[Category] = set().union(*(CATEGORIES[card.child.exposure] for card in left))
    return FromCall(
        children=tuple(card.child.number for card in left),
        worry="\n\n".join(_known(file, left)),
        location=file.call.place if file.call else "",
        categories=tuple(sorted(about)),
        protection=max((_protection(card) for card in left), key=list(Protection).index, default=Protection.NONE).value,
    )


def _protection(card: Card) -> Protection:
    return card.card.person.protection if card.card else Protection.NONE


def _known(file: SceneFile, cards: Sequence[Card]) -> Iterator[str]:
    if file.call and file.call.seen:
        yield file.call.seen
    for card in cards:
        if card.card and card.card.note:
            yield f"{card.name}: {card.card.note}" if card.name else card.card.note


def _person(card: Card) -> dict[str, Any]:
    if card.card:
        return card.card.person.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    seen = {"ageYears": card.seen.age_years, "description": card.seen.description} if card.seen else {}
    return {"kind": IdentityKind.UNKNOWN.value} | {name: value for name, value in seen.items() if value is not None}


def written(sent: FormData) -> FromCall:
    """The form as a browser sent it."""
    texts = texts_of(sent)
    numbers = [each for each in sent.getlist("children") if isinstance(each, str) and each.isdecimal()]
    categories = tuple(each for each in sent.getlist("categories") if isinstance(each, str))
    told = texts.get("worry", ""), texts.get("location", "")
    protection = texts.get("protection", Protection.NONE.value)
    return FromCall(tuple(int(each) for each in numbers), *told, categories, "danger" in texts, texts.get(KEY, ""), protection)


@router.get("/scenes/{scene}/referral")
async def referral(request: Request, scene: UUID, session: Patrol, portal: PortalParts, hub: HubClient, after: str = "") -> Response:
    """The form, written already."""
    row, file = await _call(hub, session, scene, after)
    return portal.render.page(request, "scene_referral.html", _page(request, row, file, from_call(file)))


@router.post("/scenes/{scene}/referral")
async def refer(request: Request, scene: UUID, session: Patrol, portal: PortalParts, hub: HubClient) -> Response:
    """Hand it over. Whatever does not go well, the form comes back with everything in it."""
    sent = await request.form()
    form = written(sent)
    row, file = await _call(hub, session, scene, "")
    if "show" in sent:  # a draft that is taken up again
        return portal.render.page(request, "scene_referral.html", _page(request, row, file, form))
    problems, status = form.problems(), 422
    if not problems:
        try:
            answer = await hub.command(session, "intake", "/referrals", form.body(row, file), key=form.key)
        except HubRefused as refused:
            form, problems = form.refused(refused)
        except HubSilent:
            problems, status = (("send", NO_ANSWER),), 502
        else:
            return gone_through(request, receipt_address(answer, form.key))
    return portal.render.page(request, "scene_referral.html", _page(request, row, file, form, problems), status=status)


async def _call(hub: Hub, session: Session, scene: UUID, after: str) -> tuple[SceneRow, SceneFile]:
    opened = await hub.read(session, f"/scene-calls/{scene}", after, purpose="following_up")
    row = SceneRow.model_validate(opened["summary"])
    return row, scene_file(row, opened["entries"])


def _page(request: Request, row: SceneRow, file: SceneFile, form: FromCall, problems: Problems = ()) -> dict[str, Any]:
    said = spoken(problems, language_of(request))
    return {"row": row, "cards": file.cards, "form": form, "problems": said, "errors": beside(said)}
