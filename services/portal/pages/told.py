"""What a reporter told, for whoever opens it: in the order of the form, only what is said, and what was added afterwards."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contracts.referral import AgeBand, Category, Child, ReferralContent
from contracts.supplement import ReferralSupplemented, SupplementContent
from contracts.told import Guardian, Protection
from services.portal.labels import AGE_BANDS, IDENTITY_KINDS, PROTECTIONS, SEXES
from services.portal.language import N_

YES, NO = N_("Yes"), N_("No")
ANONYMOUS = N_("Somebody who wants to be anonymous. Nobody may try to find out who it is.")
VIOLENT = frozenset({Category.VIOLENCE_AGAINST_CHILD, Category.VIOLENCE_IN_CLOSE_RELATION, Category.SEXUAL_ABUSE, Category.HONOUR_RELATED})
"""Worries of which nobody in the family is told beforehand."""

WORRY = {
    "since": N_("Since when, and how often"),
    "why_now": N_("Why it is reported now"),
    "seen_heard": N_("Seen and heard by the reporter"),
    "told_by_others": N_("Told by others"),
    "child_words": N_("The child's own words"),
    "interpretation": N_("What the reporter makes of it"),
    "injuries": N_("Marks and injuries"),
    "reaction": N_("How the child reacts"),
    "earlier_worries": N_("Earlier worries, and what was done"),
    "strengths": N_("What is good for the child, and who is safe"),
    "if_nothing_is_done": N_("What could happen if nothing is done"),
}
MEETING = {
    "dangers": N_("To beware of"),
    "interpreter_needed": N_("Interpreter needed"),
    "interpreter_language": N_("Language"),
}
FAMILY = {
    "guardians": N_("Guardians"),
    "guardians_informed": N_("Do the guardians know of the referral?"),
    "not_informed_reason": N_("Why not"),
    "other_children": N_("Other children in the home"),
    "child_informed": N_("Does the child know of the referral?"),
    "child_not_informed_reason": N_("Why not"),
}
GUARDIAN = {
    "name": N_("Name"),
    "relation": N_("Relation to the child"),
    "contact": N_("How to reach them"),
    "same_household": N_("Lives with the child"),
    "informed": N_("Knows of the referral"),
    "not_informed_reason": N_("Why not"),
}
REPORTER = {
    "reporter_role": N_("Role"),
    "reporter_workplace": N_("Workplace"),
    "reporter_phone": N_("Telephone"),
    "reporter_contact": N_("How to reach them"),
    "oral_report": N_("Told on the telephone already"),
    "meeting_wished": N_("Can take part in a meeting with the family"),
}
CHILD = {
    "description": N_("How to recognise the child"),
    "language": N_("Language"),
    "place": N_("Where the child is usually found"),
    "school": N_("School or preschool"),
    "address": N_("Address"),
    "phone": N_("The child's own telephone"),
    "pregnant_person": N_("Who carries the child"),
    "expected_birth": N_("When it is expected"),
}


@dataclass(frozen=True)
class Fact:
    """A term (a message id) and what was said to it: as written, a `word` of ours (a message id), or nothing that is known."""

    term: str
    value: str | None = None
    word: str | None = None


@dataclass(frozen=True)
class Part:
    """Facts that belong together, under a heading (a message id); `lead` is what was written at length."""

    heading: str
    facts: tuple[Fact, ...]
    lead: str | None = None


@dataclass(frozen=True)
class Addition:
    """Something that was added afterwards. `text` is None when its key is destroyed."""

    at: datetime
    unit: str
    immediate_danger: bool
    text: str | None
    child_location: str | None
    by: str | None


def parts(content: ReferralContent, band: AgeBand) -> list[Part]:
    """Everything that was told, part by part; a part of which nothing is said stays away."""
    found = [
        Part(N_("The child"), (*_child(content.child, band), Fact(N_("Where the child is now"), content.child_location))),
        Part(N_("The worry"), tuple(_facts(content, WORRY)), content.worry or None),
        Part(N_("When the social services meet the family"), tuple(_facts(content, MEETING))),
        *(Part(N_("A guardian"), tuple(_facts(guardian, GUARDIAN))) for guardian in content.known_guardians),
        Part(N_("The family"), tuple(_facts(content, FAMILY))),
        Part(N_("The reporter"), (_reporter(content), *_facts(content, REPORTER))),
    ]
    return [part for part in found if part.facts or part.lead]


def told_beforehand(content: ReferralContent, categories: Iterable[Category]) -> bool:
    """Whether a guardian knows already of a referral about violence: whoever goes there must know it."""
    knows = content.guardians_informed or any(guardian.informed for guardian in content.known_guardians)
    return bool(knows) and not VIOLENT.isdisjoint(categories)


def additions(entries: Sequence[Mapping[str, Any]]) -> list[Addition]:
    """What was added, the oldest first, from projections' opened events."""
    return [_addition(entry) for entry in entries if entry["event"] == ReferralSupplemented.__name__]


def _addition(entry: Mapping[str, Any]) -> Addition:
    event = ReferralSupplemented.model_validate(entry["data"])
    content = event.content if isinstance(event.content, SupplementContent) else None
    return Addition(
        event.supplemented_at,
        entry["unit"],
        event.immediate_danger,
        content.text if content else None,
        content.child_location if content else None,
        content.reporter_name if content else None,
    )


def _child(child: Child, band: AgeBand) -> Iterator[Fact]:
    yield Fact(N_("Name"), child.name)
    yield Fact(IDENTITY_KINDS[child.kind] if child.number else N_("Number"), child.number)
    yield Fact(N_("Age in years"), str(child.age_years)) if child.age_years is not None else Fact(N_("Age"), word=AGE_BANDS[band])
    if child.sex:
        yield Fact(N_("Girl or boy"), word=SEXES[child.sex])
    if child.protection is not Protection.NONE:
        yield Fact(N_("Protected identity"), word=PROTECTIONS[child.protection])
    yield from _facts(child, CHILD)


def _reporter(content: ReferralContent) -> Fact:
    named = content.reporter_name or None
    return Fact(N_("Who"), named, None if named else ANONYMOUS)


def _facts(told: ReferralContent | Guardian | Child, terms: Mapping[str, str]) -> Iterator[Fact]:
    """What is said to these terms, and nothing of what is not."""
    for name, term in terms.items():
        match getattr(told, name):
            case None | "":
                pass
            case bool(answer):
                yield Fact(term, word=YES if answer else NO)
            case value:
                yield Fact(term, str(value))
