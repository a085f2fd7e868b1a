"""What goes out over HTTP: rows without names, and case files that were opened."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BeforeValidator, ConfigDict, Field, TypeAdapter
from pydantic.alias_generators import to_camel
from pydantic.config import JsonDict

from contracts.agencies import AgencyKind, Role
from contracts.directory import Feature
from contracts.model import Model
from contracts.referral import AgeBand
from contracts.scene import Exposure, SceneAnswer, SceneOutcome, ScenePhase, SceneQueue

EXAMPLE: JsonDict = {"example": "2026-11-22T02:40:00Z"}


class Out(Model):
    """An answer, most often made from a row."""

    model_config = ConfigDict(extra="ignore", frozen=True, alias_generator=to_camel, populate_by_name=True, serialize_by_alias=True)

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """The answer that a row makes, its columns named as the fields."""
        return cls.model_validate(dict(row), by_alias=False, by_name=True)

    @classmethod
    def listed(cls, rows: Iterable[Mapping[str, Any]]) -> bytes:
        """The answers that rows make, as a JSON array: checked and written in one go."""
        found = _lists(cls).validate_python([dict(row) for row in rows], by_alias=False, by_name=True)
        return _lists(cls).dump_json(found, by_alias=True)


@cache
def _lists(of: type[Out]) -> TypeAdapter[list[Out]]:
    return TypeAdapter(list[of])  # type: ignore[valid-type]  # a type made from a value


def _number(value: object) -> object:
    """Ids as their number: who sees the row need not know which they are."""
    return len(value) if isinstance(value, list) else value


Number = Annotated[int, BeforeValidator(_number)]


class BoardRow(Out):
    """One referral on a board."""

    referral: UUID
    relation: str = Field(description="owner, offered, refused, withdrawn or handed_over")
    reference: str
    receipt_code: str
    submission: UUID
    siblings: int = Field(description="How many brothers and sisters came in the same submission.")
    registry_number: str | None
    from_unit: str
    categories: list[str]
    immediate_danger: bool
    age_band: str
    received_at: datetime = Field(json_schema_extra=EXAMPLE)
    safety_assessment_due: datetime | None = Field(json_schema_extra=EXAMPLE)
    preliminary_assessment_due: datetime | None = Field(json_schema_extra=EXAMPLE)
    seen_at: datetime | None = Field(json_schema_extra=EXAMPLE)
    needs_protection: bool | None
    assessed_at: datetime | None = Field(json_schema_extra=EXAMPLE)
    offered_to: str | None
    offered_at: datetime | None = Field(json_schema_extra=EXAMPLE)
    offer: int | None = Field(description="The number of the last offer: answer it by this number.")
    offered_together: int | None = Field(description="How many brothers and sisters that offer is about, this one among them.")
    offer_due: datetime | None = Field(json_schema_extra=EXAMPLE)
    offer_stalled_at: datetime | None = Field(json_schema_extra=EXAMPLE)
    offer_withdrawn_at: datetime | None = Field(json_schema_extra=EXAMPLE)
    refused_by: str | None
    refused_at: datetime | None = Field(json_schema_extra=EXAMPLE)
    owner_unit: str
    taken_over_at: datetime | None = Field(json_schema_extra=EXAMPLE)
    decision: str | None
    decided_at: datetime | None = Field(json_schema_extra=EXAMPLE)
    feedback_sent_at: datetime | None = Field(json_schema_extra=EXAMPLE)
    feedback_read_at: datetime | None = Field(json_schema_extra=EXAMPLE)
    zone: str = Field(description="new, ours, waiting or done: whose move it is")
    urgency: int = Field(description="0 for what comes first in its zone, 1 for all else")
    mine: bool = Field(description="whether the caller has taken it")
    taken_by: UUID | None = Field(description="Who has taken it, an opaque id of the register.")
    taken_role: str | None
    taken_at: datetime | None = Field(json_schema_extra=EXAMPLE)
    stalled: list[str] = Field(description="What is late, and who has been told: seen:board, seen:team_lead and the like.")
    stalled_at: datetime | None = Field(json_schema_extra=EXAMPLE)
    earlier: Number = Field(description="How many earlier signals there are about the same child, whoever has them.")
    alike: Number = Field(description="How many referrals may be this very one, and nobody has compared.")
    linked: Number = Field(description="How many referrals somebody has said are about the same event.")
    signals: int | None = Field(description="How many signals, when they were so many that a person is to weigh them together.")
    agencies: int | None
    signals_at: datetime | None = Field(json_schema_extra=EXAMPLE)
    bearing: str | None = Field(description="What a person found the signals to mean.")
    weighed_at: datetime | None = Field(json_schema_extra=EXAMPLE)
    protection: str = Field(description="none, confidentiality_mark or protected_registration")
    supplements: int = Field(description="How many additions have come.")
    supplements_seen: int = Field(description="Up to which of them somebody has opened.")
    supplemented_at: datetime | None = Field(json_schema_extra=EXAMPLE)
    attachments: int = Field(description="How many files have come.")
    attachments_seen: int = Field(description="Up to which of them somebody has opened what was added.")
    attached_at: datetime | None = Field(json_schema_extra=EXAMPLE)
    todo: list[str] = Field(description="What is not decided yet: police (a police report), meeting (a report meeting).")
    on_hold: bool = Field(description="Whether the guardians are not to be told yet.")
    owed: Number = Field(description="How many decisions of your unit on it do not say why.")


class EarlierSignals(Out):
    """Other referrals about the same child, or that look the same. The caller's own unit's are listed; those of others only counted."""

    earlier: list[BoardRow]
    others: int = Field(description="Earlier signals that other units or authorities have: they cannot be opened from here.")
    alike: list[BoardRow]
    linked: list[BoardRow]


class Colleague(Out):
    """Somebody who works with cases in the caller's unit."""

    actor: UUID
    role: Role
    name: str | None = Field(description="As it was in the token when this person last asked; None when they have not been here since.")
    you: bool


class ReceiptRow(Out):
    """One referral as its reporting unit sees it: the receipt chain and the feedback."""

    referral: UUID
    reference: str
    receipt_code: str
    submission: UUID
    to_unit: str
    categories: list[str]
    age_band: str
    received_at: datetime = Field(json_schema_extra=EXAMPLE)
    seen_at: datetime | None = Field(json_schema_extra=EXAMPLE)
    assessed_at: datetime | None = Field(json_schema_extra=EXAMPLE)
    decided_at: datetime | None = Field(json_schema_extra=EXAMPLE)
    taken_over_at: datetime | None = Field(json_schema_extra=EXAMPLE)
    taken_over_by: str | None = Field(description="The unit that has taken it over.")
    feedback: str | None
    feedback_sent_at: datetime | None = Field(json_schema_extra=EXAMPLE)
    feedback_read_at: datetime | None = Field(json_schema_extra=EXAMPLE)
    escalated_step: str | None = Field(description="The step that took so long that it was escalated: seen, assessed, taken_over, decided.")
    escalated_level: str | None = Field(description="How far: out_of_hours, to Socialjouren, or team_lead.")
    escalated_at: datetime | None = Field(json_schema_extra=EXAMPLE)
    siblings: int = Field(description="How many other children the same submission is about.")
    protection: str = Field(description="none, confidentiality_mark or protected_registration")
    supplements: int = Field(description="How many additions your unit has made.")
    supplemented_at: datetime | None = Field(json_schema_extra=EXAMPLE)
    supplements_seen: int = Field(description="Up to which of them somebody has opened.")
    supplements_seen_at: datetime | None = Field(json_schema_extra=EXAMPLE)
    attachments: int = Field(description="How many files your unit has sent with it.")
    attached_at: datetime | None = Field(json_schema_extra=EXAMPLE)
    attachments_seen: int = Field(description="Up to which of them somebody has opened what was added.")
    attachments_seen_at: datetime | None = Field(json_schema_extra=EXAMPLE)
    invited_at: datetime | None = Field(json_schema_extra=EXAMPLE, description="When your unit was invited to a report meeting.")
    meets_at: datetime | None = Field(json_schema_extra=EXAMPLE, description="When that meeting is, if it has a time.")
    called_off_at: datetime | None = Field(json_schema_extra=EXAMPLE, description="When the invitation was taken back.")


class ConsultationRow(Out):
    """One consultation, for the unit that asked or the one that answers."""

    consultation: UUID
    relation: str = Field(description="asked or to_answer")
    receipt_code: str
    from_unit: str
    to_unit: str
    category: str
    age_band: str
    requested_at: datetime = Field(json_schema_extra=EXAMPLE)
    messages: int = Field(description="How much has been said: the question, answers, and what was asked and told since.")
    waits_for: str | None = Field(description="Who is to write next: asked (the unit that asks), to_answer, or nobody.")
    waiting_since: datetime | None = Field(json_schema_extra=EXAMPLE)
    seen_at: datetime | None = Field(
        json_schema_extra=EXAMPLE, description="When a person opened it; empty again when something new was asked."
    )
    advice: str | None = Field(description="What the last answer comes to.")
    service: str | None = Field(description="The directory's service that it names.")
    first_answered_at: datetime | None = Field(json_schema_extra=EXAMPLE)
    answered_at: datetime | None = Field(json_schema_extra=EXAMPLE)
    became_referral_at: datetime | None = Field(json_schema_extra=EXAMPLE)
    referral_code: str | None = Field(description="The receipt's code of that referral, for the unit that asked alone.")


class InvitationRow(Out):
    """One SIP meeting, for a unit that leads it or is invited."""

    sip: UUID
    relation: str = Field(description="leads or invited")
    led_by_unit: str
    parties: list[str]
    starts_at: datetime = Field(json_schema_extra=EXAMPLE)
    ends_at: datetime = Field(json_schema_extra=EXAMPLE)
    scheduled_at: datetime = Field(json_schema_extra=EXAMPLE)


class SceneRow(Out):
    """One call to the scene, for the patrol's unit or for Socialjouren. Lists for the children have a place for each, in their order."""

    scene: UUID
    relation: str = Field(description="called or to_answer")
    queue: SceneQueue
    phase: ScenePhase
    receipt_code: str
    from_unit: str
    to_unit: str
    danger: bool
    interpreter: bool
    checklist: str | None
    requested_at: datetime = Field(json_schema_extra=EXAMPLE)
    alarm_at: datetime = Field(json_schema_extra=EXAMPLE)
    notified_at: datetime = Field(json_schema_extra=EXAMPLE)
    answer_due: datetime | None = Field(json_schema_extra=EXAMPLE)
    child_due: datetime | None = Field(json_schema_extra=EXAMPLE)
    seen_at: datetime | None = Field(json_schema_extra=EXAMPLE)
    amended_at: datetime | None = Field(json_schema_extra=EXAMPLE)
    withdrawn_at: datetime | None = Field(json_schema_extra=EXAMPLE)
    unread_since: datetime | None = Field(description="Since when the patrol has written something that Socialjouren has not looked at.")
    answer: SceneAnswer | None
    arrives_at: datetime | None = Field(json_schema_extra=EXAMPLE)
    answered_at: datetime | None = Field(json_schema_extra=EXAMPLE)
    care_at: datetime | None = Field(json_schema_extra=EXAMPLE)
    coordination_at: datetime | None = Field(json_schema_extra=EXAMPLE)
    arrived_at: datetime | None = Field(json_schema_extra=EXAMPLE)
    handed_over_at: datetime | None = Field(json_schema_extra=EXAMPLE)
    age_bands: list[AgeBand]
    exposures: list[Exposure]
    struck: list[int] = Field(description="Numbers of those that are no children of the call after all, counted from 1.")
    spoken_with_at: list[datetime | None]
    examined_at: list[datetime | None]
    referrals: list[UUID | None]
    tasks_done: list[str] = Field(description="For the patrol only what it has marked itself.")
    outcomes: list[SceneOutcome] = Field(description="In the order of recording. Empty for the patrol, whatever came of it.")
    outcome_children: list[int | None] = Field(description="For each outcome the child that it is for, or none: for all.")
    zone: str = Field(description="new, ours, waiting or done; waiting for the patrol, until it is done.")
    urgency: int = Field(description="0 comes first in its zone.")
    mine: bool = Field(description="Whether the caller has it.")
    taken_by: UUID | None = Field(description="Who at Socialjouren has it; never for the patrol.")
    taken_role: Role | None
    taken_at: datetime | None = Field(json_schema_extra=EXAMPLE)
    stalled: list[str] = Field(description="What is late, `step:level`.")
    stalled_at: datetime | None = Field(json_schema_extra=EXAMPLE)
    closed_at: datetime | None = Field(json_schema_extra=EXAMPLE)


class SceneFigures(Out):
    """A month of calls to the scene in figures, without names. Minutes are medians, absent where there is nothing to count."""

    month: str
    calls: int
    withdrawn: int = Field(description="Called off by the patrol.")
    answered: int
    minutes_to_notified: int | None = Field(description="From the alarm until Socialjouren was notified.")
    minutes_to_answer: int | None
    escalated: int
    children: int
    spoken_with: int
    within_a_day: int = Field(description="Children spoken with within 24 hours of the alarm.")
    minutes_to_child: int | None = Field(description="From the alarm until the child was spoken with.")
    longest_minutes_to_child: int | None
    never_spoken_with: int = Field(description="Children of closed calls that nobody spoke with.")


class HandoverRow(Out):
    """One offer, for the unit that made it or the one that was asked."""

    referral: UUID
    offer: int
    relation: str = Field(description="gave or asked")
    from_unit: str
    to_unit: str
    together: int = Field(description="How many brothers and sisters it is about, this one among them.")
    offered_at: datetime = Field(json_schema_extra=EXAMPLE)
    due: datetime | None = Field(json_schema_extra=EXAMPLE)
    stalled_at: datetime | None = Field(json_schema_extra=EXAMPLE)
    outcome: str = Field(description="waiting, accepted, refused or withdrawn")
    ended_at: datetime | None = Field(json_schema_extra=EXAMPLE)


class NightReport(Out):
    """A unit's report of a period, without names: as it stands when it is asked for."""

    begins: datetime = Field(json_schema_extra=EXAMPLE)
    ends: datetime = Field(json_schema_extra=EXAMPLE)
    made_at: datetime = Field(json_schema_extra=EXAMPLE)
    referrals: list[BoardRow] = Field(description="What came in, what was offered or answered, and all that waits now; each once.")
    handovers: list[HandoverRow] = Field(description="Offers that were made or answered in the period.")
    consultations: list[ConsultationRow] = Field(description="Questions to the unit in the period. Counted apart from referrals.")
    scene_calls: list[SceneRow] = Field(
        description="Calls to the scene that reached the unit in the period, and those that are not closed."
    )
    cut: bool = Field(description="There is more than one report can hold: choose a shorter period.")


class MissingReasonRow(Out):
    """A decision whose reasons the unit owes; `event` is its id, by which the reasons are given."""

    event: UUID
    referral: UUID
    reference: str
    what: str = Field(description="safety_assessment, police_report, report_meeting or guardian_hold")
    since: datetime = Field(json_schema_extra=EXAMPLE)


class Entry(Out):
    """One sealed event, opened: its id, its name and all its fields; `readable` is false when the key is destroyed."""

    id: UUID
    event: str
    recorded_at: datetime = Field(json_schema_extra=EXAMPLE)
    unit: str
    readable: bool
    data: dict[str, Any]


class AttachmentRow(Out):
    """One file of a referral and how it stands. What it is called and is stands sealed in its event (`AttachmentAdded`)."""

    attachment: UUID
    state: str = Field(description="cleared, unscanned, malware or unreadable")
    added_at: datetime = Field(json_schema_extra=EXAMPLE)
    judged_at: datetime | None = Field(json_schema_extra=EXAMPLE)


class OpenedReferral(Out):
    """A referral, opened by social services."""

    summary: BoardRow
    entries: list[Entry]
    attachments: list[AttachmentRow]


class OpenedReceipt(Out):
    """A referral, opened by the unit that sent it."""

    summary: ReceiptRow
    entries: list[Entry]
    attachments: list[AttachmentRow]


class OpenedConsultation(Out):
    """A consultation, opened."""

    summary: ConsultationRow
    entries: list[Entry]


class OpenedInvitation(Out):
    """An invitation, opened."""

    summary: InvitationRow
    entries: list[Entry]


class OpenedScene(Out):
    """A call to the scene, opened."""

    summary: SceneRow
    entries: list[Entry]


class WaitingRow(Out):
    """An event in quarantine."""

    follower: str = Field(description="What could not take it: a view's name, or `policies`.")
    store: str
    position: int
    stream: UUID
    topic: str
    reason: str = Field(description="The kind of fault, never a text with content.")
    since: datetime = Field(json_schema_extra=EXAMPLE)
    behind: int = Field(description="How many later events of the same stream wait behind it.")
    ground: str | None = Field(description="Why somebody has proposed to drop it.")
    proposed_at: datetime | None = Field(json_schema_extra=EXAMPLE)
    proposed_by_you: bool


class UnitOut(Out):
    """A unit of the directory."""

    id: str
    agency: str
    agency_swedish: str
    agency_english: str
    kind: AgencyKind
    name: str
    functional_address: str
    district: str | None
    telephone: str | None
    takes_cases: bool = Field(description="Whether somebody there works with cases: only then may a referral be sent there.")


class ServiceOut(Out):
    """A service that social services offer, for a city district or (without district) for the whole city."""

    id: str
    district: str | None
    name: str
    what: str
    telephone: str | None
    functional_address: str | None
    open_hours: str | None
    closed_from: date | None


class FeatureOut(Out):
    """Something that is in use in a city district."""

    feature: Feature
    district: str
    swedish: str
    english: str
    since: date


class Me(Out):
    """Who the caller is to the hub."""

    name: str
    agency: str
    agency_swedish: str
    agency_english: str
    kind: AgencyKind
    unit: str
    unit_name: str
    role: Role
    assurance: int
