"""What stands in a receipt that is kept: the code, when, with whom, and what happens next. Nothing that tells of whom."""

from collections.abc import Sequence
from datetime import datetime

from babel.dates import format_datetime

from contracts.model import Model
from services.portal.language import N_, Language, catalogue
from services.portal.pages.chain import aloud
from services.portal.times import STOCKHOLM

NEXT = (
    N_("A person opens it and reads it."),
    N_("The social services assess at once whether the child needs protection now."),
    N_("The right city district takes it over."),
    N_("The district decides whether to open an investigation, within 14 days from when the referral came in."),
)
FOLLOW = N_("You follow every step in Nattljus, under Sent by us. There you add what you come to know, and there the feedback comes.")
UNFOLLOWED = N_(
    "Who writes as a private person gets no feedback; the law keeps what happens secret."
    " If you come to know more, write again and give the code."
)
URGENT = N_("Danger to life: ring 112. If something else happens, ring the social services and say the code.")


class ReceiptText(Model):
    """The receipt in one language, as `receipt.typ` sets it."""

    language: str
    title: str
    lead: str
    code_heading: str
    code: str
    aloud: str
    facts: tuple[tuple[str, str], ...]
    next_heading: str
    next: tuple[str, ...]
    closing: str
    foot: str


def receipt_text(
    code: str, received_at: datetime, recipient: str, references: Sequence[str], language: Language, *, private: bool = False
) -> ReceiptText:
    """The receipt of a submission; `references` are what its referrals are called, one a child."""
    say = catalogue(language).ugettext
    at = format_datetime(received_at.astimezone(STOCKHOLM), "EEEE d MMMM y HH:mm", locale=language.locale)
    facts = [(say(N_("Received")), at), (say(N_("With")), recipient)]
    if len(references) > 1:
        facts.append((say(N_("Referrals, one a child")), ", ".join(references)))
    return ReceiptText(
        language=language.value,
        title=say(N_("Receipt of a referral")),
        lead=say(N_("It is stored. From now on it moves, or somebody is alarmed.")),
        code_heading=say(N_("Your code")),
        code=code,
        aloud=f"{say(N_('Read aloud:'))} {aloud(code, language)}",
        facts=tuple(facts),
        next_heading=say(N_("What happens next")),
        next=tuple(say(step) for step in NEXT),
        closing=say(UNFOLLOWED if private else FOLLOW),
        foot=say(URGENT),
    )
