"""What social services write: assessments, decisions, offers and answers, every text with a canary in it."""

from tests.chaos.writers.pen import Body, Pen

DECISIONS = ("investigation_opened", "investigation_not_opened", "investigation_already_ongoing")
ADVICE = ("refer_now", "refer_if", "other_service", "no_further_action")
SERVICE = "testgruppen-farsta"
OUTCOMES = ("shelter", "talks", "family_treatment", "company_to_hospital", "link_to_child_psychiatry")
BEARINGS = ("weighed_in", "no_bearing", "not_same_child")
CONSENT = {"written": True, "givenAt": "2025-11-20T09:00:00Z"}
PROSECUTOR = "jouraklagaren"


class Replies:
    """What goes out."""

    def __init__(self, pen: Pen) -> None:
        self._pen, self._dice = pen, pen.dice

    def _reasons(self, field: str, without: float) -> str:
        """Reasons, or none: then they are owed."""
        return "" if self._dice.random() < without else self._pen.said(field)

    def assessment(self) -> Body:
        """Immediate safety; one in ten does not say why."""
        return {"needsImmediateProtection": self._dice.random() < 0.3, "reasons": self._reasons("assessment", 0.1)}

    def corrected(self, first: Body) -> Body:
        """The first assessment was wrong."""
        other = not first["needsImmediateProtection"]
        said = {"reasons": self._pen.said("assessedanew"), "correction": self._pen.said("correction")}
        return {"needsImmediateProtection": other, "corrects": 1, **said}

    def police_report(self) -> Body:
        """Made on some ground, not made with or without reasons, or nothing to report."""
        decision = self._dice.choice(("made", "not_made", "not_made", "no_suspicion"))
        made = {"basis": "crime_against_child"} if decision == "made" else {}
        return {"decision": decision, "barnahusConsulted": self._dice.random() < 0.5, "reasons": self._reasons("police", 0.5)} | made

    def report_meeting(self, *, mandated: bool) -> Body:
        """Offered to when, or not, with or without reasons; of no relevance where the reporter is under no duty."""
        if not mandated:
            return {"outcome": "not_relevant"}
        if self._dice.random() < 0.5:
            return {"outcome": "offered", "reporterInvited": True, "meetsAt": "2027-01-12T13:00:00Z", "reasons": self._pen.said("meeting")}
        return {"outcome": "not_offered", "reasons": self._reasons("nomeeting", 0.5)}

    def notice(self) -> Body:
        """To the on-call prosecutor."""
        return {"toUnit": PROSECUTOR, "note": self._pen.said("notice")}

    def consulted(self) -> Body:
        """The on-call prosecutor's answer: wait with the guardians."""
        return {"toUnit": PROSECUTOR, "guardian": "wait", "answer": self._pen.said("prosecutor")}

    def reasons(self, field: str) -> Body:
        """For what needs nothing else."""
        return {"reasons": self._pen.said(field)}

    def weighing(self) -> Body:
        """What several signals about a child mean."""
        return {"bearing": self._dice.choice(BEARINGS), "reasons": self._pen.said("weighing")}

    def offer(self, unit: str, siblings: str) -> Body:
        """Of a handover."""
        return {"toUnit": unit, "message": self._pen.said("message"), "siblings": siblings}

    def withdrawal(self) -> Body:
        """Of an offer."""
        return {"reason": self._pen.said("withdrawal")}

    def refusal(self) -> Body:
        """Of a handover."""
        return {"reason": self._pen.said("refusal")}

    def decision(self) -> Body:
        """On an investigation."""
        return {"decision": self._dice.choice(DECISIONS), "reasons": self._pen.said("decision")}

    def answer(self) -> Body:
        """To a question, with what its kind wants."""
        advice = self._dice.choice(ADVICE)
        wanted = {"refer_if": {"condition": self._pen.said("condition")}, "other_service": {"service": SERVICE}}
        return {"advice": advice, "text": self._pen.said("advice"), **wanted.get(advice, {})}

    def coming(self) -> Body:
        """To a call to the scene."""
        return {"answer": "coming", "who": "Socialjouren", "arrivesAt": "2027-01-12T02:00:00Z", "message": self._pen.said("coming")}

    def outcome(self) -> Body:
        """What came of a call."""
        return {"outcome": self._dice.choice(OUTCOMES), "note": self._pen.said("outcome")}

    def meeting(self, referral: str, units: list[str]) -> Body:
        """A SIP with both consents."""
        consents = [CONSENT | {"giver": giver, "purpose": self._pen.said(f"{giver}consent")} for giver in ("guardian", "child")]
        return {
            "referral": referral,
            "childName": self._pen.word("invited"),
            "purpose": self._pen.said("purpose"),
            "place": self._pen.word("place"),
            "startsAt": "2027-01-12T13:00:00Z",
            "endsAt": "2027-01-12T14:00:00Z",
            "parties": units,
            "consents": consents,
        }
