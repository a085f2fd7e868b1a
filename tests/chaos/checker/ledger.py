"""What must be true by the receipts: what was acknowledged, and which agencies have a part in it."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.chaos.receipts import CONSULTATION, PRIVATE, READING, REFERRAL, SCENE, STEP, STRANGER, Receipt

DECISIONS = frozenset({"InvestigationOpened", "InvestigationDeclined", "InvestigationAlreadyOngoing"})
CREATED = {
    REFERRAL: "ReferralReceived",
    PRIVATE: "ReferralReceived",
    CONSULTATION: "ConsultationRequested",
    SCENE: "SceneCallRequested",
}
STEPS = {
    "openings": frozenset({"ReferralSeen", "ConsultationSeen"}),
    "takings": frozenset({"CaseTaken"}),
    "returns": frozenset({"CaseGivenBack"}),
    "assignments": frozenset({"CaseAssigned"}),
    "immediate-safety-assessments": frozenset({"ImmediateSafetyAssessed"}),
    "police-report-decisions": frozenset({"PoliceReportDecided"}),
    "report-meetings": frozenset({"ReportMeetingRecorded"}),
    "prosecutor-notices": frozenset({"ProsecutorNotified"}),
    "prosecutor-consultations": frozenset({"ProsecutorConsulted"}),
    "guardian-hold-endings": frozenset({"GuardianHoldLifted"}),
    "signal-weighings": frozenset({"QuietSignalAnswered"}),
    "reasons": frozenset({"ReasonsGiven"}),
    "handover-offers": frozenset({"HandoverOffered"}),
    "handover-acceptances": frozenset({"HandoverAccepted"}),
    "handover-refusals": frozenset({"HandoverRefused"}),
    "handover-withdrawals": frozenset({"HandoverWithdrawn"}),
    "decisions": DECISIONS,
    "feedback-readings": frozenset({"FeedbackRead"}),
    "answers": frozenset({"ConsultationAnswered"}),
    "counter-questions": frozenset({"ConsultationAskedBack"}),
    "questions": frozenset({"ConsultationAskedAgain"}),
    "sips": frozenset({"SIPScheduled"}),
    "supplements": frozenset({"ReferralSupplemented"}),
    "attachments": frozenset({"AttachmentAdded"}),
    "scene-openings": frozenset({"SceneCallSeen"}),
    "scene-answers": frozenset({"SceneCallAnswered"}),
    "scene-amendments": frozenset({"SceneCallAmended"}),
    "scene-withdrawals": frozenset({"SceneCallWithdrawn"}),
    "scene-phases": frozenset({"ScenePhaseBegan"}),
    "scene-times": frozenset({"SceneTimeNoted", "SceneTimeTakenBack"}),
    "scene-children": frozenset({"SceneChildRecorded"}),
    "scene-tasks": frozenset({"SceneTaskDone"}),
    "scene-outcomes": frozenset({"SceneOutcomeRecorded"}),
    "scene-closings": frozenset({"SceneClosed"}),
}
"""What a writer's step must have left in its stream: one of these. Who opens what was added may find that it has not come yet."""


@dataclass
class Ledger:
    """The receipts, sorted. `parties` are the agencies that have a part in each stream, `asked` also counts what was never answered."""

    created: dict[str, Receipt] = field(default_factory=dict)
    """Stream -> the receipt of the referral, consultation or call to the scene."""
    steps: list[Receipt] = field(default_factory=list)
    readings: list[Receipt] = field(default_factory=list)
    strangers: list[Receipt] = field(default_factory=list)
    unanswered: list[Receipt] = field(default_factory=list)
    refused: list[Receipt] = field(default_factory=list)
    parties: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    keys: dict[str, set[tuple[str, ...]]] = field(default_factory=lambda: defaultdict(set))
    """Idempotency key -> every list of ids that it was answered with: one, if nothing is doubled."""
    tried: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(stream, step) -> how often it was asked for, whatever the answer: an answer that is lost is no proof that nothing was done."""

    def take(self, receipt: Receipt) -> None:
        """One more."""
        if receipt.kind == STRANGER:
            self.strangers.append(receipt)
            return
        for stream in receipt.ids if receipt.kind != READING else ():
            # Whoever tells something as a private person has no part in it afterwards.
            self.parties[stream] |= {*receipt.parties} if receipt.kind == PRIVATE else {receipt.agency, *receipt.parties}
            if receipt.kind == STEP:
                self.tried[stream, receipt.what] += 1
        if receipt.status == 0:
            self.unanswered.append(receipt)
        elif not receipt.acknowledged:
            self.refused.append(receipt)
        else:
            self._acknowledged(receipt)

    def _acknowledged(self, receipt: Receipt) -> None:
        if receipt.kind == READING:
            self.readings.append(receipt)
        elif receipt.kind == STEP:
            self.steps.append(receipt)
        else:
            self.keys[receipt.key].add(receipt.ids)
            for stream in receipt.ids:
                self.created.setdefault(stream, receipt)

    @property
    def acknowledged(self) -> int:
        """Referrals (one a child), consultations, calls to the scene and steps."""
        return len(self.created) + len(self.steps)

    @property
    def referrals(self) -> int:
        """Of them, referrals."""
        return sum(receipt.kind in {REFERRAL, PRIVATE} for receipt in self.created.values())


def ledger(receipts: Iterable[Receipt]) -> Ledger:
    """All of them."""
    found = Ledger()
    for receipt in receipts:
        found.take(receipt)
    return found
