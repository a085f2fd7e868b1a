"""What a night holds beside the mixed history: private persons, officers' decisions, siblings, calls, and what came of them."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from contracts.agencies import AgencyKind, Role
from contracts.event import Event
from contracts.police_report import PoliceReport
from contracts.prosecutor import GuardianNotice
from contracts.referral import AgeBand, Child, IdentityKind
from contracts.report_meeting import ReportMeeting
from contracts.scene import Exposure, SceneAmendment, SceneAnswer, SceneTime
from contracts.scene_work import ChildCard
from contracts.signals import Bearing, QuietSignalRaised
from services.kit.commands import Holders, decide
from services.liaison import case
from services.liaison.handling import Handler, assign_case, take_case
from services.liaison.handover import Receiver, accept_handover, offer_handover, withdraw_handover
from services.liaison.officer import Officer
from services.liaison.police_report import decide_police_report
from services.liaison.prosecutor import Prosecutor, consult_prosecutor, lift_guardian_hold, notify_prosecutor
from services.liaison.reasons import give_reasons
from services.liaison.report_meeting import record_report_meeting
from services.liaison.safety import Assessment, assess_immediate_safety
from services.liaison.scene import calling, cards, handling, parties, scene, working
from services.liaison.signals import weigh_signals
from tests.chaos.receipts import ADVISED, CONSULTATION, PRIVATE, READING, REFERRAL, SCENE, STEP
from tests.projections.history import FARSTA, FARSTA_UNIT, JOUR, JOUR_UNIT, NIGHT, NIGHT_DUTY, History, by, question, referral, scene_call

POLICE, POLICE_UNIT, HOSPITAL = "polisen", "lpo-farsta", "region-stockholm"
OFFICER = Officer(AgencyKind.SOCIALJOUR, JOUR, JOUR_UNIT, Role.DUTY_OFFICER)
ME, LEAD = (Handler(uuid5(NAMESPACE_URL, name), JOUR, JOUR_UNIT, role) for name, role in (("me", Role.DUTY_OFFICER), ("x", Role.TEAM_LEAD)))
UNASSESSED = Assessment(needs_protection=False, reasons="")
ASSESSED = Assessment(needs_protection=False, reasons="Skäl.")
CORRECTED = Assessment(needs_protection=True, reasons="Skäl.", corrects=1, correction="Fel barn.")
CARD = ChildCard(person=Child(kind=IdentityKind.UNKNOWN, name="Provbarn"), note="Stod i dörren.")
Keep = Callable[..., None]


class Evening:
    """Writes into both stores as the services do, and keeps the receipts of it."""

    def __init__(self, history: History, keep: Keep) -> None:
        self._history, self._keep = history, keep

    async def happens(self) -> list[str]:
        """Everything; gives the streams whose keys were handed on."""
        together = await self._together()
        await self._worked_on()
        await self._told_privately()
        await self._advised()
        await self._called()
        return together

    async def _decided(
        self, stream: UUID, decision: Callable[[case.Case], Iterable[Event]], agency: str = JOUR, unit: str = JOUR_UNIT
    ) -> None:
        await decide(self._history.liaison, stream, case.fold, decision, by(agency, unit), case.holders)

    async def _received(self, kind: str, event: Event, sender: str, *agencies: str, origin: str = "", reference: str = "") -> UUID:
        stream = await self._history.receives(event, agencies)
        await self._history.policies()
        known = (reference,) if reference else ()
        self._keep(kind, "1", sender, str(stream), parties=(JOUR,), key=str(stream), origin=origin, references=known)
        return stream

    async def _seen(self, stream: UUID, assessment: Assessment = ASSESSED) -> None:
        await self._step(stream, "openings", lambda it: case.see(it, JOUR, JOUR_UNIT, NIGHT))
        owes = "" if assessment.reasons else "safety_assessment"
        await self._step(stream, ASSESSMENTS, lambda it: assess_immediate_safety(it, OFFICER, assessment, NIGHT), owes=owes)

    async def _step(self, stream: UUID, what: str, decision: Callable[[case.Case], Iterable[Event]], owes: str = "") -> None:
        await self._decided(stream, decision)
        self._keep(STEP, what, JOUR, str(stream), owes=owes)

    async def _together(self) -> list[str]:
        """Brother and sister: taken back from one district, offered to it again and accepted."""
        streams = [await self._received(REFERRAL, referral(f"TEST-002{n}"), POLICE, POLICE, JOUR) for n in (1, 2)]
        ids, there = tuple(str(each) for each in streams), Receiver(AgencyKind.DISTRICT, FARSTA, FARSTA_UNIT)
        for stream in streams:
            await self._seen(stream)

        def offered(it: case.Case, at: datetime = NIGHT) -> Iterable[Event]:
            return offer_handover(it, JOUR, JOUR_UNIT, there, "Ring.", at, from_kind=NIGHT_DUTY, together=tuple(streams))

        await self._each(streams, offered)
        self._keep(STEP, "handover-offers", JOUR, *ids, parties=(FARSTA,))
        await self._each(streams, lambda it: withdraw_handover(it, JOUR, JOUR_UNIT, "Nej.", NIGHT))
        self._keep(STEP, "handover-withdrawals", JOUR, *ids)
        await self._each(streams, lambda it: offered(it, NIGHT + timedelta(minutes=5)))
        self._keep(STEP, "handover-offers", JOUR, *ids, parties=(FARSTA,))
        for stream in streams:
            await self._decided(stream, lambda it: accept_handover(it, FARSTA, FARSTA_UNIT, NIGHT), FARSTA, FARSTA_UNIT)
        self._keep(STEP, "handover-acceptances", FARSTA, *ids)
        return list(ids)

    async def _each(self, streams: Sequence[UUID], decision: Callable[[case.Case], Iterable[Event]]) -> None:
        for stream in streams:
            await self._decided(stream, decision)

    async def _worked_on(self) -> None:
        """What duty officers decide, all on one case: some of it without reasons, and some of those given later."""
        stream, police = await self._received(REFERRAL, referral("TEST-0023"), POLICE, POLICE, JOUR), PoliceReport.NOT_MADE
        there = Prosecutor("aklagarmyndigheten", "jouraklagaren")
        signals = QuietSignalRaised(signals=3, agencies=2, since=NIGHT, rule="quiet-signal", raised_at=NIGHT)
        await self._decided(stream, lambda _: [signals])
        await self._seen(stream, UNASSESSED)
        await self._step(stream, ASSESSMENTS, lambda it: assess_immediate_safety(it, OFFICER, CORRECTED, NIGHT))
        await self._step(stream, "takings", lambda it: take_case(it, ME, NIGHT))
        await self._step(stream, "assignments", lambda it: assign_case(it, LEAD, LEAD, NIGHT))
        await self._step(
            stream,
            "police-report-decisions",
            lambda it: decide_police_report(it, OFFICER, police, "", NIGHT, barnahus_consulted=True),
            owes="police_report",
        )
        await self._step(
            stream,
            "report-meetings",
            lambda it: record_report_meeting(it, OFFICER, ReportMeeting.NOT_OFFERED, "", NIGHT),
            owes="report_meeting",
        )
        await self._step(stream, "prosecutor-notices", lambda it: notify_prosecutor(it, OFFICER, there, "Vi har ett barn här.", NIGHT))
        wait = GuardianNotice.WAIT
        await self._step(stream, "prosecutor-consultations", lambda it: consult_prosecutor(it, OFFICER, there, wait, "Vänta.", NIGHT))
        await self._step(stream, "guardian-hold-endings", lambda it: lift_guardian_hold(it, OFFICER, "De får veta.", NIGHT))
        await self._step(stream, "signal-weighings", lambda it: weigh_signals(it, OFFICER, Bearing.WEIGHED_IN, "Tredje gången.", NIGHT))
        met = next(each for each in await self._history.liaison.load(stream) if type(each.event).__name__ == "ReportMeetingRecorded")
        await self._step(stream, "reasons", lambda it: give_reasons(it, OFFICER, met.id, met.event, "Vill inte.", NIGHT))

    async def _told_privately(self) -> None:
        whom = {"from_kind": AgencyKind.PRIVATE, "from_agency": "privatpersoner", "from_unit": "privatpersoner", "mandated": False}
        await self._received(PRIVATE, referral("TEST-0024").model_copy(update=whom), "privatpersoner", JOUR)

    async def _advised(self) -> None:
        """A question, and the referral that came of it, which Socialjouren has read with the advice."""
        asked = await self._received(CONSULTATION, question(), HOSPITAL, HOSPITAL, JOUR)
        came = referral("TEST-0025").model_copy(update={"from_agency": HOSPITAL, "consultation": asked, "receipt_code": "TEST-0025"})
        made = await self._received(REFERRAL, came, HOSPITAL, HOSPITAL, JOUR, origin=str(asked), reference="TEST-0025")
        self._keep(READING, "referrals", JOUR, str(made), found=("ReferralReceived", ADVISED))

    async def _called(self) -> None:
        """A call that the patrol adds to, with a card for one child more, and the referral about its first child."""
        called = await self._received(SCENE, scene_call(), POLICE, POLICE, JOUR)
        ours, theirs = (JOUR, JOUR_UNIT), (POLICE, POLICE_UNIT)
        for agency, what, decision in (
            (JOUR, "openings", lambda it: calling.see(it, *ours, NIGHT)),
            (
                JOUR,
                "answers",
                lambda it: (
                    *calling.answer(it, *ours, SceneAnswer.COMING, NIGHT, arrives_at=NIGHT, who="En"),
                    *handling.taken_with_it(it, ME, NIGHT),
                ),
            ),
            (
                POLICE,
                "amendments",
                lambda it: calling.amend(it, *theirs, NIGHT, amendment=SceneAmendment(place="Två trappor"), danger=None),
            ),
            (JOUR, "openings", lambda it: calling.see(it, *ours, NIGHT)),
            (POLICE, "times", lambda it: working.note_time(it, *theirs, SceneTime.ARRIVED, NIGHT, None, NIGHT)),
            (POLICE, "tasks", lambda it: working.do_task(it, *theirs, "police-children", NIGHT)),
            (POLICE, "children", lambda it: cards.record_child(it, *theirs, None, AgeBand.AGE_0_3, Exposure.SAW, CARD, NIGHT)),
            (JOUR, "times", lambda it: working.note_time(it, *ours, SceneTime.CHILD_SPOKEN_WITH, NIGHT, 2, NIGHT)),
        ):
            await self._at_scene(called, agency, what, decision)
        came = referral("TEST-0026").model_copy(update={"scene_call": called, "scene_child": 1, "submission": uuid4()})
        await self._received(REFERRAL, came, POLICE, POLICE, JOUR, origin=str(called), reference="TEST-0026")

    async def _at_scene(self, call: UUID, agency: str, what: str, decision: Callable[[scene.Scene], Iterable[Event]]) -> None:
        unit = JOUR_UNIT if agency == JOUR else POLICE_UNIT
        holders: Holders[scene.Scene] = parties.holders
        await decide(self._history.liaison, call, scene.fold, decision, by(agency, unit), holders)
        self._keep(STEP, f"scene-{what}", agency, str(call))


ASSESSMENTS = "immediate-safety-assessments"
