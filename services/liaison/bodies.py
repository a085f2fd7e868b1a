"""What comes in over HTTP at liaison."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field
from pydantic.config import JsonDict

from contracts.advice import Advice
from contracts.agencies import AgencyKind, Role
from contracts.directory import Feature
from contracts.feedback import LawfulFact
from contracts.model import Model
from contracts.nameless import Revealing
from contracts.quarantine import DropGround
from contracts.signals import Bearing
from contracts.sip import ConsentGiver
from services.liaison.siblings import Siblings

EXAMPLE_TIME: JsonDict = {"example": "2026-11-23T09:00:00Z"}
LONG_TEXT = 20_000
READ_OFFER = Field(default=None, ge=1, description="The number of the offer that you have read: another one is not answered by mistake.")


class OfferIn(Model):
    """To which unit the case is offered, what that unit should know, and whether brothers and sisters move with it."""

    to_unit: str
    message: str = Field(default="", max_length=LONG_TEXT)
    siblings: Siblings | None = Field(default=None, description="Needed when you have brothers or sisters of the child too.")


class AcceptanceIn(Model):
    """Which offer is accepted."""

    offer: int | None = READ_OFFER


class RefusalIn(Model):
    """Why the case is not taken, and which offer is refused."""

    reason: str = Field(max_length=LONG_TEXT)
    offer: int | None = READ_OFFER


class WithdrawalIn(Model):
    """Which offer is taken back, and why, if there is something to say."""

    reason: str = Field(default="", max_length=LONG_TEXT)
    offer: int | None = READ_OFFER


class DecisionIn(Model):
    """The decision on an investigation."""

    decision: LawfulFact
    reasons: str = Field(max_length=LONG_TEXT)


class AnswerIn(Model):
    """The answer to a consultation. `condition` is for refer_if, `service` for other_service; both are needed there."""

    advice: Advice
    text: str = Field(max_length=LONG_TEXT)
    condition: str | None = Field(default=None, max_length=2000, description="What must happen for a referral to be made.")
    service: str | None = Field(default=None, max_length=100, description="A service of the directory, by its id.")


class WordsIn(Model):
    """What somebody asks or tells in a consultation, without names, numbers, addresses or schools."""

    text: str = Field(max_length=10_000)


class ConsentIn(Model):
    """One person's consent."""

    giver: ConsentGiver
    written: bool
    given_at: AwareDatetime = Field(json_schema_extra=EXAMPLE_TIME)
    purpose: str = Field(max_length=2000)
    note: str | None = Field(default=None, max_length=2000)
    valid_until: AwareDatetime | None = Field(default=None, json_schema_extra=EXAMPLE_TIME)


class SIPIn(Model):
    """A SIP meeting with the consents it rests on."""

    referral: UUID
    child_name: str = Field(max_length=200)
    purpose: str = Field(max_length=2000)
    place: str = Field(max_length=500)
    starts_at: AwareDatetime = Field(json_schema_extra=EXAMPLE_TIME)
    ends_at: AwareDatetime = Field(json_schema_extra=EXAMPLE_TIME)
    parties: tuple[str, ...] = Field(description="Invited units, by id.", max_length=20)
    consents: tuple[ConsentIn, ...] = Field(max_length=10)


class AgencyIn(Model):
    """An authority."""

    kind: AgencyKind
    swedish: str = Field(max_length=200)
    english: str = Field(max_length=200)
    org_number: str | None = Field(default=None, pattern=r"^\d{6}-?\d{4}$", json_schema_extra={"example": "212000-0142"})


class UnitIn(Model):
    """A unit of an agency, addressed as a function."""

    agency: str
    name: str = Field(max_length=200)
    functional_address: str = Field(max_length=200)
    district: str | None = None
    valid_from: date | None = None
    telephone: str | None = Field(default=None, max_length=50, description="The function's number, never a person's.")


class ClosingIn(Model):
    """From when a unit is no more, and which one takes over."""

    valid_to: date
    successor: str | None = None


class ServiceIn(Model):
    """A service that social services offer. It is reached by telephone, or at a functional address."""

    district: str | None = Field(default=None, max_length=100, description="The city district's agency; none for the whole city.")
    name: str = Field(max_length=200)
    what: str = Field(max_length=2000, description="What it is, and for whom.")
    telephone: str | None = Field(default=None, max_length=50)
    functional_address: str | None = Field(default=None, max_length=200)
    open_hours: str | None = Field(default=None, max_length=200, description="When it answers.")


class ServiceClosingIn(Model):
    """From when a service is offered no more."""

    valid_to: date


class AssignmentIn(Model):
    """Who works where: the token's issuer and subject (they are stored only as an opaque id)."""

    issuer: str
    subject: str
    unit: str
    role: Role


class FeatureIn(Model):
    """Whether something is in use in a city district, and from which day."""

    district: str = Field(max_length=100, description="The district's agency, by its id.")
    feature: Feature
    in_use: bool = True
    since: date


class WaitingIn(Model):
    """An event in quarantine: what could not take it (a view's name, or `policies`), and where it stands."""

    follower: str = Field(pattern=r"^[a-z_]{1,40}$", json_schema_extra={"example": "board"})
    store: Literal["intake", "liaison"]
    position: int = Field(ge=1, lt=2**63)


class DropIn(WaitingIn):
    """Why the follower is to go on without the event."""

    ground: DropGround


class OpeningIn(Model):
    """Whether the one who opens it also takes it."""

    take: bool = False


class TakingIn(Model):
    """From which colleague it is taken over, if one has it: the id that the board shows."""

    over: UUID | None = None


class AssigningIn(Model):
    """Who is to have it: somebody of the unit, by the register's id."""

    to: UUID


class WeighingIn(Model):
    """What the signals about the child mean, and why."""

    bearing: Bearing
    reasons: str = Field(max_length=LONG_TEXT)


class ComparedIn(Model):
    """The referral that this one was compared with."""

    other: UUID


class Done(Model):
    """It is stored."""

    id: UUID


class Spoken(Done):
    """It is stored, and what of it may tell who somebody is, for the writer to look at again: kinds, never the text."""

    may_tell: tuple[Revealing, ...] = ()
