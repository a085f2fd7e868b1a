"""What a reporter tells: the worry and everything around it, said once and the same for every child of a submission."""

from enum import StrEnum

from pydantic import Field

from contracts.model import Model

LINE, LINES, PAGE = 200, 2000, 10_000
"""How much may be written, in characters: a name, some lines, a page."""


class Protection(StrEnum):
    """Protected identity as somebody has stated it; never inferred.

    A confidentiality mark (sekretessmarkering) is a warning. With protected registration (skyddad folkbokföring, FBL 16 §) nothing is
    stored that tells where the child is. An assumed identity (fingerade personuppgifter) looks like any other: nobody here may know.
    """

    NONE = "none"
    CONFIDENTIALITY_MARK = "confidentiality_mark"
    PROTECTED_REGISTRATION = "protected_registration"


class Sex(StrEnum):
    """The child's sex as the reporter states it; nothing is concluded from a number."""

    GIRL = "girl"
    BOY = "boy"


class Guardian(Model):
    """One guardian (vårdnadshavare): who, how they are reached, and whether they know of the referral."""

    name: str | None = Field(default=None, max_length=LINE)
    relation: str | None = Field(default=None, max_length=LINE)
    contact: str | None = Field(default=None, max_length=LINES)
    same_household: bool | None = None
    informed: bool | None = None
    not_informed_reason: str | None = Field(default=None, max_length=LINES)


class Told(Model):
    """What a reporter tells; nothing of it is ever required but some word of worry.

    What somebody has seen and heard, what others have told, what the child has said and what the reporter makes of it stand apart.
    `guardians`, `guardians_informed` and `not_informed_reason` are the guardians in one text; `known_guardians` one by one.
    """

    worry: str = Field(default="", max_length=2 * PAGE)
    seen_heard: str | None = Field(default=None, max_length=PAGE)
    told_by_others: str | None = Field(default=None, max_length=PAGE)
    child_words: str | None = Field(default=None, max_length=PAGE)
    interpretation: str | None = Field(default=None, max_length=PAGE)
    since: str | None = Field(default=None, max_length=LINES)
    why_now: str | None = Field(default=None, max_length=LINES)
    injuries: str | None = Field(default=None, max_length=PAGE)
    reaction: str | None = Field(default=None, max_length=LINES)
    earlier_worries: str | None = Field(default=None, max_length=PAGE)
    strengths: str | None = Field(default=None, max_length=LINES)
    if_nothing_is_done: str | None = Field(default=None, max_length=LINES)
    child_location: str | None = Field(default=None, max_length=LINES)
    dangers: str | None = Field(default=None, max_length=LINES)
    other_children: str | None = Field(default=None, max_length=LINES)
    guardians: str | None = Field(default=None, max_length=LINES)
    guardians_informed: bool | None = None
    not_informed_reason: str | None = Field(default=None, max_length=LINES)
    known_guardians: tuple[Guardian, ...] = Field(default=(), max_length=4)
    child_informed: bool | None = None
    child_not_informed_reason: str | None = Field(default=None, max_length=LINES)
    interpreter_needed: bool | None = None
    interpreter_language: str | None = Field(default=None, max_length=LINE)
    reporter_role: str | None = Field(default=None, max_length=LINE)
    reporter_workplace: str | None = Field(default=None, max_length=LINE)
    reporter_phone: str | None = Field(default=None, max_length=LINE)
    reporter_contact: str | None = Field(default=None, max_length=500)
    meeting_wished: bool | None = None
    oral_report: str | None = Field(default=None, max_length=LINES)

    @property
    def says_something(self) -> bool:
        """Whether there is any word of worry, wherever on the form it was written."""
        return bool(self.worries)

    @property
    def worries(self) -> str:
        """Every word of worry, wherever on the form it was written: all that the reporter has seen, heard or thinks."""
        parts = (self.worry, self.seen_heard, self.told_by_others, self.child_words, self.interpretation, self.injuries)
        return "\n".join(part for part in parts if part)


TELLING = tuple(Told.model_fields)
"""The names of everything that is told."""
