"""The night's report in words, in one language, for page and PDF alike: numbers and tables, and no names."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from contracts.agencies import AgencyKind
from services.portal.labels import AGE_BANDS, CATEGORIES, LAWFUL_FACTS
from services.portal.language import N_, Language, catalogue
from services.portal.pages.board import Line, line_of
from services.portal.pages.board_row import BoardRow, Relation
from services.portal.pages.clock import Clock
from services.portal.pages.night_rows import Offer, Report, asked_by_unit
from services.portal.pages.night_text import NightReportText, RowText, TableText
from services.portal.pages.scene_board import CALL_STEPS, CallLine, call_line
from services.portal.times import moment_text, span
from services.portal.units import Units

OUTCOMES = {
    "waiting": N_("Waits for an answer"),
    "accepted": N_("Accepted"),
    "refused": N_("Refused"),
    "withdrawn": N_("Taken back"),
}
"""What came of an offer."""


@dataclass(frozen=True)
class Words:
    """Says the parts of a report in a language, for the unit that reads it."""

    units: Units
    kind: AgencyKind
    language: Language

    @property
    def say(self) -> Callable[[str], str]:
        """A message id in the reader's language."""
        return catalogue(self.language).ugettext

    def report(self, report: Report, unit: str) -> NightReportText:
        """All of it."""
        say = self.say
        came_in, waiting = self._came_in(report), list(self._waiting(report))
        offers, questions = self._offers(report), self._questions(report)
        return NightReportText(
            language=self.language.value,
            title=say(N_("The night's report")),
            unit=unit,
            period=" – ".join(moment_text(at, self.language, year=True) for at in (report.begins, report.ends)),
            made=say(N_("As it stood %(at)s. No names stand here.")) % {"at": self.at(report.made_at)},
            cut=say(N_("There is more than one report can hold. Choose a shorter period.")) if report.cut else "",
            numbers=tuple(self._numbers(report)),
            tables=(*self._calls(report), came_in, offers, *waiting, questions),
            foot=say(N_("Danger to life: ring 112.")),
        )

    def at(self, moment: datetime) -> str:
        """When, by Stockholm's clock."""
        return moment_text(moment, self.language)

    def _numbers(self, report: Report) -> Iterator[tuple[int, str]]:
        say, came_in = self.say, report.came_in
        outcomes = [offer.outcome for offer in report.handovers]
        yield len(came_in), say(N_("Came in"))
        yield sum(row.assessed_at is not None for row in came_in), say(N_("Of them assessed for safety"))
        yield outcomes.count("accepted"), say(N_("Offers accepted"))
        yield outcomes.count("refused"), say(N_("Offers refused"))
        yield outcomes.count("waiting"), say(N_("Offers without an answer"))
        yield sum(len(lines) for _, _, lines in report.waiting(self.kind)), say(N_("Waiting now"))
        if self.kind is AgencyKind.SOCIALJOUR:
            yield len(report.scene_calls), say(N_("Calls to the scene"))
        yield len(report.consultations), say(N_("Questions for advice, counted apart"))

    def _came_in(self, report: Report) -> TableText:
        say = self.say
        heads = N_("Code"), N_("About"), N_("From"), N_("Came in"), N_("Safety assessment"), N_("How it stands")
        rows = [
            RowText(
                referral=row.referral,
                cells=(
                    row.reference,
                    self._about(row),
                    self.say(N_("Protected identity")) if row.sheltered else self.units.name(row.from_unit),
                    self.at(row.received_at),
                    self._assessment(row),
                    self._standing(line_of(row, self.kind, report.made_at)),
                ),
            )
            for row in report.came_in
        ]
        return TableText(
            name="came-in",
            heading=say(N_("What came in")),
            columns=tuple(say(head) for head in heads),
            rows=tuple(rows),
            nothing=say(N_("Nothing came in during this time.")),
        )

    def _calls(self, report: Report) -> Iterator[TableText]:
        """Those of the period, and whenever it came each that is not over: the morning goes on with it."""
        if self.kind is not AgencyKind.SOCIALJOUR:
            return
        say = self.say
        heads = N_("Code"), N_("Children"), N_("From"), N_("Came in"), N_("How it stands"), N_("Time"), N_("Next")
        lines = [call_line(row, report.made_at) for row in report.scene_calls]
        yield TableText(
            name="calls",
            heading=say(N_("Calls to the scene")),
            columns=tuple(say(head) for head in heads),
            rows=tuple(RowText(scene=line.row.scene, cells=self._call(line)) for line in lines),
            nothing=say(N_("No patrol called during this time.")),
        )

    def _call(self, line: CallLine) -> tuple[str, ...]:
        say, row = self.say, line.row
        children = ", ".join(say(AGE_BANDS[child.age_band]) for child in row.children) or say(N_("none seen yet"))
        spoken = row.all_spoken_with
        after = say(N_("children spoken with after %(time)s")) % {"time": span(spoken, self.language)} if spoken is not None else ""
        time = after or (self._time(line.clock) if line.clock else "–")
        stands = ", ".join(say(words) for words in (line.tag[0], *(flag for flag, _ in line.flags)))
        return (
            row.receipt_code,
            children,
            self.units.name(row.from_unit),
            self.at(row.requested_at),
            stands,
            time,
            say(CALL_STEPS[line.step]),
        )

    def _offers(self, report: Report) -> TableText:
        say = self.say
        heads = N_("Code"), N_("From"), N_("To"), N_("Offered"), N_("Answer")
        rows = [
            RowText(
                referral=offer.referral,
                cells=(
                    report.reference(offer),
                    self.units.name(offer.from_unit),
                    self.units.name(offer.to_unit),
                    self.at(offer.offered_at),
                    self._answer(offer),
                ),
            )
            for offer in report.handovers
        ]
        return TableText(
            name="handovers",
            heading=say(N_("Handovers")),
            columns=tuple(say(head) for head in heads),
            rows=tuple(rows),
            nothing=say(N_("Nothing was offered or answered during this time.")),
        )

    def _waiting(self, report: Report) -> Iterator[TableText]:
        say = self.say
        heads = N_("Code"), N_("About"), N_("How it stands"), N_("Time"), N_("Next")
        parts = report.waiting(self.kind)
        for part, name, lines in parts:
            rows = [
                RowText(
                    referral=line.row.referral,
                    cells=(
                        line.row.reference,
                        self._about(line.row),
                        self._standing(line),
                        self._time(line.clock),
                        "; ".join(say(each) for each in line.following),
                    ),
                )
                for line in lines
            ]
            heading = f"{say(N_('What waits'))}: {say(name)}"
            yield TableText(name=f"waits-{part}", heading=heading, columns=tuple(say(head) for head in heads), rows=tuple(rows), nothing="")
        if not parts:
            yield TableText(name="waits", heading=say(N_("What waits")), columns=(), rows=(), nothing=say(N_("Nothing waits.")))

    def _questions(self, report: Report) -> TableText:
        say = self.say
        heads = N_("Unit"), N_("Questions"), N_("Answered"), N_("Waiting for an answer")
        return TableText(
            name="questions",
            heading=say(N_("Questions for advice, counted apart")),
            columns=tuple(say(head) for head in heads),
            rows=tuple(
                RowText(cells=(self.units.name(unit), str(asked), str(answered), str(asked - answered)))
                for unit, asked, answered in asked_by_unit(report.consultations)
            ),
            nothing=say(N_("Nobody asked for advice during this time.")),
        )

    def _about(self, row: BoardRow) -> str:
        say = self.say
        about = [*(say(CATEGORIES[category]) for category in row.categories), say(AGE_BANDS[row.age_band])]
        return ", ".join(([say(N_("Danger now"))] if row.immediate_danger else []) + about)

    def _assessment(self, row: BoardRow) -> str:
        say = self.say
        if row.assessed_at:
            outcome = N_("needs immediate protection") if row.needs_protection else N_("does not need immediate protection")
            return f"{self.at(row.assessed_at)}: {say(outcome)}"
        if row.safety_assessment_due is None:
            return say(N_("Not made"))
        return say(N_("Not made. Local aim: %(at)s")) % {"at": self.at(row.safety_assessment_due)}

    def _standing(self, line: Line) -> str:
        say, row = self.say, line.row
        tag = say(line.tag[0])
        if row.decision:
            return f"{tag}: {say(LAWFUL_FACTS[row.decision])}"
        unit = row.owner_unit if row.relation is Relation.HANDED_OVER else row.offered_to or row.refused_by
        return f"{tag}: {self.units.name(unit)}" if unit and row.relation in {Relation.HANDED_OVER, Relation.OWNER} else tag

    def _answer(self, offer: Offer) -> str:
        say = self.say
        several = say(N_("One offer about %(number)s children")) % {"number": offer.together} if offer.together > 1 else ""
        if offer.ended_at:
            answer = f"{say(OUTCOMES[offer.outcome])} {self.at(offer.ended_at)}"
        elif offer.stalled_at:
            answer = say(N_("No answer when the office opened"))
        else:
            by = f" ({say(N_('Local aim:'))} {self.at(offer.due)})" if offer.due else ""
            answer = say(OUTCOMES[offer.outcome]) + by
        return f"{answer}. {several}" if several else answer

    def _time(self, clock: Clock | None) -> str:
        say = self.say
        if clock is None:
            return say(N_("No clock runs"))
        length = {"time": span(clock.left, self.language)}
        match clock.rule:
            case "immediate-safety-assessment":
                return say(N_("At once; waited %(time)s")) % {"time": span(clock.waited, self.language)}
            case "handover-answer" | "scene-call-answer":
                return say(N_("No answer for %(time)s") if clock.late else N_("%(time)s left to answer")) % length
            case "scene-child-spoken-with":
                return say(N_("%(time)s too late") if clock.late else N_("%(time)s left to speak with every child")) % length
            case "preliminary-assessment":
                left = say(N_("%(time)s too late") if clock.late else N_("%(time)s left")) % length
                return f"{left} ({say(N_('Law: 14 days'))})"
