"""The on-call prosecutor (jouråklagare), a function and never a person: notified, consulted, and heard on what guardians may be told."""

from enum import StrEnum

from pydantic import AwareDatetime

from contracts.decided import Decided
from contracts.model import Model
from contracts.reasons import Owed, Reasons


class ProsecutorNote(Model):
    """What was said to the prosecutor, in the caller's words; may be nothing."""

    note: str


class ProsecutorNotified(Decided[ProsecutorNote]):
    """The on-call prosecutor knows that social services have the case. `to_unit` is the function that was reached."""

    to_agency: str
    to_unit: str
    notified_at: AwareDatetime


class GuardianNotice(StrEnum):
    """What the prosecutor answered about telling the guardians."""

    MAY_BE_TOLD = "may_be_told"
    WAIT = "wait"
    NOT_ASKED = "not_asked"


class ProsecutorAnswer(Model):
    """What the prosecutor answered, as social services understood it."""

    answer: str


class ProsecutorConsulted(Decided[ProsecutorAnswer]):
    """Social services have asked the on-call prosecutor and got an answer."""

    to_agency: str
    to_unit: str
    guardian: GuardianNotice
    consulted_at: AwareDatetime


class GuardianHoldPlaced(Decided[Reasons]):
    """The guardians are not to be told yet (SoL 2025:400 20 kap. 4 §: särskilda skäl); it holds until somebody lifts it."""

    placed_at: AwareDatetime
    owed: Owed | None = None


class GuardianHoldLifted(Decided[Reasons]):
    """The guardians may be told again."""

    lifted_at: AwareDatetime
