"""Receiving a referral: one event a child, siblings linked, one short code for the receipt."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from contracts.advice import GivenAdvice
from contracts.agencies import AgencyKind
from contracts.referral import AgeBand, Category, Child, ReferralContent, ReferralReceived
from contracts.refusals import Malformed
from contracts.told import TELLING, Protection, Told
from services.intake.protected import strongest, told_without_place

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letters that are misread or misheard as digits."""


class NoChild(Malformed):
    """Say something that helps to find at least one child: a number, a name, how the child looks, or where it is."""


class NoWorry(Malformed):
    """Write what you are worried about. You need no proof, and nothing else on the form has to be filled in."""


@dataclass(frozen=True)
class Report:
    """What a reporter hands over in one go, about one child or several. `reporter_name` is empty for somebody anonymous."""

    children: Sequence[Child]
    bands: Sequence[AgeBand]
    told: Told
    categories: tuple[Category, ...]
    immediate_danger: bool
    feedback_requested: bool
    reporter_name: str
    occurred_at: datetime | None = None
    consultation: UUID | None = None
    advised: tuple[GivenAdvice, ...] = ()
    scene_call: UUID | None = None
    scene_children: Sequence[int | None] = ()

    @property
    def sheltered(self) -> "Report":
        """The same without what tells where a child with protected registration is."""
        return replace(self, children=[child.without_place for child in self.children], told=told_without_place(self.told))


@dataclass(frozen=True)
class Route:
    """From which unit to which, and whether the sender is under the duty to report."""

    from_kind: AgencyKind
    from_agency: str
    from_unit: str
    to_kind: AgencyKind
    to_agency: str
    to_unit: str
    mandated: bool


def receipt_code(submission: UUID) -> str:
    """Eight characters that can be read aloud, `K7Q2-FX9M`; the same submission always has the same."""
    number = submission.int >> 88
    characters = "".join(ALPHABET[(number >> shift) & 31] for shift in range(35, -1, -5))
    return f"{characters[:4]}-{characters[4:]}"


def references(code: str, children: int) -> list[str]:
    """What each child's referral is called: the receipt's code, with a number when there are several."""
    return [f"{code}-{number}" for number in range(1, children + 1)] if children > 1 else [code] * children


def receive(report: Report, route: Route, submission: UUID, received_at: datetime) -> list[ReferralReceived]:
    """One ReferralReceived a child. Raises NoChild, NoWorry; nothing else is ever required (SoL 2025:400 19 kap. 1 §: at once)."""
    protection = strongest(report.children)
    if protection is Protection.PROTECTED_REGISTRATION:
        report = report.sheltered
    if not report.told.says_something:
        raise NoWorry
    if not report.children or any(not _findable(child, report.told.child_location) for child in report.children):
        raise NoChild
    code, children, said = receipt_code(submission), len(report.children), _said(report.told)
    return [
        ReferralReceived(
            submission=submission,
            receipt_code=code,
            reference=reference,
            siblings=children - 1,
            from_kind=route.from_kind,
            from_agency=route.from_agency,
            from_unit=route.from_unit,
            to_kind=route.to_kind,
            to_agency=route.to_agency,
            to_unit=route.to_unit,
            mandated=route.mandated,
            categories=report.categories or (Category.OTHER,),
            immediate_danger=report.immediate_danger,
            age_band=band,
            feedback_requested=report.feedback_requested,
            occurred_at=report.occurred_at,
            received_at=received_at,
            protection=protection,
            consultation=report.consultation,
            scene_call=report.scene_call,
            scene_child=scene_child,
            content=ReferralContent(child=child, reporter_name=report.reporter_name, advised=report.advised, **said),
        )
        for reference, child, band, scene_child in zip(
            references(code, children), report.children, report.bands, report.scene_children or [None] * children, strict=True
        )
    ]


def _said(told: Told) -> dict[str, Any]:
    """What is told, by name, without what is not: the same for every child."""
    return {name: value for name in TELLING if (value := getattr(told, name)) is not None}


def _findable(child: Child, location: str | None) -> bool:
    """Whether anything helps to find the child."""
    known = (child.number, child.name, child.description, child.place, child.address, child.phone, child.school, child.pregnant_person)
    return bool(location or any(known))
