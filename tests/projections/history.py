"""A mixed history in a place's two stores: referrals handed over, decided and answered, consultations, a SIP."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from contracts.advice import Advice
from contracts.agencies import AgencyKind, Role
from contracts.attachment import AttachmentAdded, AttachmentContent, FileKind
from contracts.consultation import ConsultationQuestion, ConsultationRequested
from contracts.event import REPORTER, Event
from contracts.feedback import LawfulFact
from contracts.police_report import PoliceReport
from contracts.referral import AgeBand, Category, Child, IdentityKind, ReferralContent, ReferralReceived
from contracts.scene import SceneAnswer, SceneCall, SceneCallRequested, SceneOutcome, SceneTime
from contracts.sip import ConsentGiver, Party
from contracts.supplement import ReferralSupplemented, SupplementContent
from services.kit.commands import decide, recorded
from services.kit.eventlog import EventLog, Logged, log_pool
from services.kit.eventstore import EventStore
from services.kit.files import seal_file
from services.kit.recorded import Provenance
from services.liaison import case, consultation, sip
from services.liaison.advising import Answer, answer, see
from services.liaison.feedback import read_feedback, send_feedback
from services.liaison.handover import Receiver, accept_handover, offer_handover, refuse_handover
from services.liaison.investigation import decide_on_investigation
from services.liaison.officer import Officer
from services.liaison.police_report import decide_police_report
from services.liaison.prosecutor import hold_guardian_notice
from services.liaison.reactions import react
from services.liaison.safety import Assessment, assess_immediate_safety
from services.liaison.samechild import SameChild
from services.liaison.scene import calling, ending, parties, scene, working
from services.liaison.sip import Consent, Meeting, schedule_sip
from tests.place import Place

NIGHT = datetime(2026, 11, 22, 2, 40, tzinfo=UTC)
JOUR, JOUR_UNIT, NIGHT_DUTY = "socialjouren", "socialjouren-jour", AgencyKind.SOCIALJOUR
FARSTA, FARSTA_UNIT = "farsta", "farsta-mottagning"
SKARHOLMEN, SKARHOLMEN_UNIT = "skarholmen", "skarholmen-mottagning"


def by(agency: str, unit: str) -> Provenance:
    """Somebody of the unit, now."""
    return Provenance(agency, unit, uuid4(), datetime.now(UTC), correlation=uuid4())


def referral(reference: str = "TEST-0001") -> ReferralReceived:
    """A referral from the police in Farsta to Socialjouren."""
    return ReferralReceived(
        submission=uuid4(),
        receipt_code=reference,
        reference=reference,
        siblings=0,
        from_kind=AgencyKind.POLICE,
        from_agency="polisen",
        from_unit="lpo-farsta",
        to_kind=AgencyKind.SOCIALJOUR,
        to_agency=JOUR,
        to_unit=JOUR_UNIT,
        mandated=True,
        categories=(Category.NEGLECT,),
        immediate_danger=False,
        age_band=AgeBand.AGE_7_9,
        feedback_requested=True,
        received_at=NIGHT,
        content=ReferralContent(child=Child(kind=IdentityKind.UNKNOWN, name="Test Testsson"), worry="Oro.", reporter_name="Test"),
    )


def question() -> ConsultationRequested:
    """A question from an emergency department to Socialjouren."""
    return ConsultationRequested(
        receipt_code="TEST-0002",
        from_kind=AgencyKind.HEALTHCARE,
        from_agency="region-stockholm",
        from_unit="karolinska-huddinge-barnakut",
        to_kind=AgencyKind.SOCIALJOUR,
        to_agency=JOUR,
        to_unit=JOUR_UNIT,
        category=Category.OTHER,
        age_band=AgeBand.UNKNOWN,
        requested_at=NIGHT,
        content=ConsultationQuestion(question="Hur gör vi?"),
    )


def scene_call() -> SceneCallRequested:
    """A call to the scene from the police in Farsta."""
    return SceneCallRequested(
        receipt_code="TEST-0003",
        from_kind=AgencyKind.POLICE,
        from_agency="polisen",
        from_unit="lpo-farsta",
        to_kind=AgencyKind.SOCIALJOUR,
        to_agency=JOUR,
        to_unit=JOUR_UNIT,
        danger=False,
        interpreter=False,
        age_bands=(AgeBand.AGE_7_9,),
        alarm_at=NIGHT,
        requested_at=NIGHT,
        content=SceneCall(place="Provgatan 3", caller_name="Test"),
    )


class History:
    """Writes into both stores as the services do."""

    def __init__(self, place: Place, intake: EventStore, liaison: EventStore, logs: dict[str, EventLog], same: SameChild) -> None:
        self.place, self.intake, self.liaison, self.logs, self.same = place, intake, liaison, logs, same

    async def receives(self, event: Event, agencies: Sequence[str] = ("polisen", JOUR)) -> UUID:
        """Intake stores what somebody hands over."""
        stream = uuid4()
        holders = {(stream, REPORTER): frozenset(agencies)}
        told = replace(by(agencies[0], "unit"), digest=stream.hex)
        await self.intake.save(recorded(stream, 0, [event], told), holders)
        return stream

    async def adds(self, stream: UUID) -> None:
        """The reporter adds some words and a file."""
        told, attachment = by("polisen", "lpo-farsta"), uuid4()
        said = SupplementContent(text="Mormor är framme.", reporter_name="Test")
        words = ReferralSupplemented(submission=uuid4(), supplement=1, immediate_danger=False, supplemented_at=NIGHT, content=said)
        note = AttachmentContent(name="anteckning.txt", kind=FileKind.TEXT, size=3, digest="0" * 64)
        added = AttachmentAdded(attachment=attachment, added_at=NIGHT, content=note)
        key = await self.intake.keyring.public_key(stream, REPORTER)
        assert key is not None
        file, _ = seal_file(key, stream, attachment, REPORTER, b"Hej")
        await self.intake.save(recorded(stream, 1, [words, added], told), files=(file,))

    async def policies(self) -> None:
        """Liaison reacts to everything that it has not reacted to."""
        for store, log in self.logs.items():
            for logged in await log.after(await self.liaison.followed(store)):
                await react(self.liaison, self.same, logged, NIGHT)

    async def handles(self, stream: UUID, *, refused: bool = False) -> None:
        """From seen to feedback read, in Farsta; with `refused`, Skärholmen says no first, and Socialjouren owes reasons."""

        async def on(agency: str, unit: str, decision: object) -> None:
            await decide(self.liaison, stream, case.fold, decision, by(agency, unit), case.holders)  # type: ignore[arg-type]

        await on(JOUR, JOUR_UNIT, lambda it: case.see(it, JOUR, JOUR_UNIT, NIGHT))
        officer = Officer(AgencyKind.SOCIALJOUR, JOUR, JOUR_UNIT, Role.DUTY_OFFICER)
        await on(
            JOUR, JOUR_UNIT, lambda it: assess_immediate_safety(it, officer, Assessment(needs_protection=False, reasons="Skäl."), NIGHT)
        )
        if refused:
            no_report = PoliceReport.NOT_MADE
            await on(JOUR, JOUR_UNIT, lambda it: decide_police_report(it, officer, no_report, "", NIGHT, barnahus_consulted=False))
            await on(JOUR, JOUR_UNIT, lambda it: hold_guardian_notice(it, officer, "Vänta.", NIGHT))
            there = Receiver(AgencyKind.DISTRICT, SKARHOLMEN, SKARHOLMEN_UNIT)
            await on(
                JOUR, JOUR_UNIT, lambda it: offer_handover(it, JOUR, JOUR_UNIT, there, "Ring.", NIGHT, from_kind=AgencyKind.SOCIALJOUR)
            )
            await on(SKARHOLMEN, SKARHOLMEN_UNIT, lambda it: refuse_handover(it, SKARHOLMEN, SKARHOLMEN_UNIT, "Bor i Farsta.", NIGHT))
        here = Receiver(AgencyKind.DISTRICT, FARSTA, FARSTA_UNIT)
        await on(JOUR, JOUR_UNIT, lambda it: offer_handover(it, JOUR, JOUR_UNIT, here, "Ring.", NIGHT, from_kind=NIGHT_DUTY))
        await on(FARSTA, FARSTA_UNIT, lambda it: accept_handover(it, FARSTA, FARSTA_UNIT, NIGHT))
        fact = LawfulFact.INVESTIGATION_OPENED
        await on(FARSTA, FARSTA_UNIT, lambda it: decide_on_investigation(it, FARSTA, FARSTA_UNIT, fact, "Skäl.", NIGHT))
        await on(FARSTA, FARSTA_UNIT, lambda it: send_feedback(it, NIGHT))
        await on("polisen", "lpo-farsta", lambda it: read_feedback(it, "lpo-farsta", NIGHT))

    async def answers(self, stream: UUID) -> None:
        """Socialjouren answers a question."""
        for decision in (
            lambda it: see(it, JOUR, JOUR_UNIT, NIGHT),
            lambda it: answer(it, JOUR, JOUR_UNIT, Answer(Advice.REFER_NOW, "Anmäl nu."), NIGHT),
        ):
            await decide(self.liaison, stream, consultation.fold, decision, by(JOUR, JOUR_UNIT), consultation.holders)

    async def comes(self, stream: UUID) -> None:
        """Socialjouren answers a call, speaks with the child, writes down what came of it and closes."""

        async def on(decision: object) -> None:
            await decide(self.liaison, stream, scene.fold, decision, by(JOUR, JOUR_UNIT), parties.holders)  # type: ignore[arg-type]

        ours = (JOUR, JOUR_UNIT)
        await on(lambda it: calling.see(it, *ours, NIGHT))
        await on(lambda it: calling.answer(it, *ours, SceneAnswer.COMING, NIGHT, arrives_at=NIGHT, who="En"))
        await on(lambda it: working.note_time(it, *ours, SceneTime.CHILD_SPOKEN_WITH, NIGHT, 1, NIGHT))
        await on(lambda it: ending.record_outcome(it, *ours, SceneOutcome.TALKS, 1, "I morgon.", NIGHT))
        await on(lambda it: ending.close(it, *ours, "Ingen anmälan ännu.", NIGHT))

    async def plans(self, stream: UUID) -> UUID:
        """Farsta schedules a SIP with a school."""
        school = Party(kind=AgencyKind.SCHOOL, agency="utbildningsforvaltningen", unit="testskolan-farsta")
        meeting = Meeting("Test Testsson", "Skolgång", "Sal 3", NIGHT + timedelta(days=7), NIGHT + timedelta(days=7, hours=1), (school,))
        consents = [Consent(giver, True, NIGHT, "SIP") for giver in ConsentGiver]
        state = case.fold([each.event for each in await self.liaison.load(stream)])
        events = list(schedule_sip(state, FARSTA, FARSTA_UNIT, stream, meeting, consents, NIGHT))
        plan = uuid4()
        keys = {(plan, audience): sip.holders(events, audience) for audience in {event.key_audience() for event in events}}
        await self.liaison.save(recorded(plan, 0, events, by(FARSTA, FARSTA_UNIT)), keys)
        return plan

    async def everything(self) -> list[UUID]:
        """The streams of one of each: a finished referral, a refused one, a new one, an answered question, a plan, a call to the scene."""
        streams = [await self.receives(referral(f"TEST-000{n}")) for n in range(3)]
        asked = await self.receives(question(), ("region-stockholm", JOUR))
        called = await self.receives(scene_call())
        await self.policies()
        await self.handles(streams[0])
        await self.handles(streams[1], refused=True)
        await self.answers(asked)
        await self.comes(called)
        return [*streams, asked, await self.plans(streams[0]), called]

    async def read(self, store: str) -> list[Logged]:
        """Everything in a store, in order."""
        return [each async for each in self.logs[store].everything()]


@asynccontextmanager
async def history_in(place: Place) -> AsyncIterator[History]:
    """Both stores of a place, open."""
    intake, liaison = EventStore("intake", place.dsn("nattljus_intake")), EventStore("liaison", place.dsn("nattljus_liaison"))
    pool, theirs = await log_pool(place.dsn("nattljus_projector")), await log_pool(place.dsn("nattljus_policies"))
    await intake.start()
    await liaison.start()
    try:
        yield History(place, intake, liaison, {store: EventLog(pool, store) for store in ("intake", "liaison")}, SameChild(theirs))
    finally:
        await intake.stop()
        await liaison.stop()
        await pool.close()
        await theirs.close()
