"""The table: every section and time limit that the hub goes by, under the old act and the new one. A change of law is a change of rows.

A new version of a rule is a new row with the same id, and the old row gets its `valid_to`; no row is ever taken away, for what
happened while it held is judged by it for ever. The wordings of both acts were compared section by section.
"""

from datetime import date

from contracts.law.rules import NEW_ACT, OLD_ACT_ENDED, OLD_ACT_READ, Counted, Rule, Status, Verified

STATUTE = "statute text"
ISLANDSMODELLEN = date(2021, 4, 1)
"""From when Stockholm works by the model, at first in Farsta and Skärholmen."""


def in_both_acts(
    rule_id: str,
    old: str,
    new: str,
    swedish: str,
    english: str,
    *,
    source: str = STATUTE,
    verified: Verified = "statute",
    status: Status = "law",
    days: int | None = None,
    months: int | None = None,
    counted: Counted | None = None,
) -> tuple[Rule, Rule]:
    """A rule that the new act took over from the old one as it was: its row in each."""

    def row(section: str, valid_from: date, valid_to: date | None) -> Rule:
        return Rule(rule_id, section, swedish, english, valid_from, source, verified, status, days, months, counted, valid_to)

    return row(f"SoL 2001:453 {old}", OLD_ACT_READ, OLD_ACT_ENDED), row(f"SoL 2025:400 {new}", NEW_ACT, None)


REPORTING = (
    *in_both_acts("duty-to-report", "14 kap. 1 §", "19 kap. 1 §", "anmälningsskyldighet: genast", "duty to report: at once"),
    *in_both_acts("report-meeting", "14 kap. 1 a §", "19 kap. 5 §", "anmälningsmöte bör erbjudas", "a report meeting should be offered"),
    Rule(
        "feedback",
        "SoL 2001:453 14 kap. 1 b §",
        "återkoppling till anmälaren, utan tidsgräns",
        "feedback to the reporter, without a time limit",
        OLD_ACT_READ,
        STATUTE,
        "statute",
        valid_to=OLD_ACT_ENDED,
    ),
    Rule(
        "feedback",
        "SoL 2025:400 19 kap. 6 §",
        "återkoppling till anmälaren inom en vecka från beslutet",
        "feedback to the reporter within a week of the decision",
        NEW_ACT,
        STATUTE,
        "statute",
        days=7,
        counted=Counted("En vecka från beslutet {since}.", "One week from the decision, {since}."),
    ),
    Rule(
        "feedback-at-once",
        "SoL 2025:400 19 kap. 6 §",
        "återkoppling till anmälaren genast, när en utredning redan pågår eller begäran kommer efter veckan",
        "feedback to the reporter at once, when an investigation already runs or the wish comes after the week",
        NEW_ACT,
        STATUTE,
        "statute",
        days=0,
        counted=Counted("Genast, räknat från {since}.", "At once, counted from {since}."),
    ),
)

RECEIVING = (
    *in_both_acts(
        "immediate-safety-assessment",
        "11 kap. 1 a §",
        "20 kap. 1 §",
        "omedelbar skyddsbedömning: genast",
        "immediate safety assessment: at once",
        source="statute text; same day, or the next if it came late: prop. 2012/13:10 p. 60",
        verified="secondary",
        status="practice",
        days=0,
        counted=Counted(
            "Genast: lagen nämner ingen tid. Anmälan kom in {since}; samma dag, eller nästa om den kom sent, är praxis.",
            "At once: the law names no hour. The referral came in {since}; the same day, or the next if it came late, is practice.",
        ),
    ),
    *in_both_acts(
        "preliminary-assessment",
        "11 kap. 1 a §",
        "20 kap. 2 §",
        "förhandsbedömning inom 14 dagar",
        "preliminary assessment within 14 days",
        days=14,
        counted=Counted("14 dagar från {since}, då anmälan kom in.", "14 days from {since}, when the referral came in."),
    ),
    *in_both_acts(
        "qualified-decision",
        "3 kap. 3 a §",
        "25 kap. 1 §",
        "beslutet att inleda eller inte inleda fattas av socionom",
        "whether to open an investigation is decided by a social worker with the degree",
    ),
    *in_both_acts("acute-responsibility", "2 a kap. 2 §", "29 kap. 4 §", "vistelsekommunen svarar akut", "the place of stay acts"),
    Rule(
        "handover-answer",
        "",
        "svar på en överlämning när kontoret öppnar",
        "an answer to a handover when the office opens",
        OLD_ACT_READ,
        "our own aim: nobody's morning begins with a child whom nobody has answered for",
        "own",
        status="practice",
        counted=Counted(
            "Erbjudet {since}. Svar innan kontoret nästa gång öppnar är ett eget mål, inte lag.",
            "Offered {since}. An answer before the office next opens is our own aim, not law.",
        ),
    ),
)

INVESTIGATING = (
    *in_both_acts(
        "investigation",
        "11 kap. 2 §",
        "20 kap. 3 §",
        "utredningen är klar inom fyra månader",
        "the investigation is finished within four months",
        months=4,
        counted=Counted(
            "Fyra månader från {since}, då utredningen inleddes.", "Four months from {since}, when the investigation was opened."
        ),
    ),
    *in_both_acts("inform-those-concerned", "11 kap. 2 §", "20 kap. 4 §", "underrätta den som berörs", "inform those concerned"),
    *in_both_acts("information-duty", "14 kap. 1 §", "20 kap. 6 §", "uppgiftsskyldighet i utredning", "duty to give information"),
    *in_both_acts("child-heard", "11 kap. 10 §", "3 kap. 2 §", "barnet får säga sin mening", "the child may say what it thinks"),
    *in_both_acts("child-conversation", "11 kap. 10 §", "20 kap. 7 §", "barnsamtal utan vårdnadshavare", "talk with the child alone"),
    *in_both_acts("documentation", "11 kap. 5 §", "14 kap. 3 §", "dokumentation", "documentation"),
)

SUPPORTING = (
    *in_both_acts(
        "coordinated-individual-plan",
        "2 kap. 7 §",
        "10 kap. 8 §",
        "samordnad individuell plan (SIP) med samtycke",
        "coordinated individual plan, with consent",
    ),
    *in_both_acts("consent-to-support", "3 kap. 6 a §", "21 kap. 1 §", "öppna insatser och barnets ålder", "open support by age"),
    *in_both_acts("child-victim", "5 kap. 11 §", "18 kap. 7 §", "stöd till barn som är brottsoffer", "support to a child victim"),
    *in_both_acts("follow-up-without-consent", "11 kap. 4 a §", "23 kap. 1 §", "uppföljning utan samtycke", "following up without consent"),
    *in_both_acts("retention", "12 kap. 1 §", "16 kap. 1 §", "gallring efter fem år", "disposal after five years"),
)

ON_THE_SCENE = (
    Rule(
        "child-peace-offence",
        "BrB 4 kap. 3 §",
        "barnfridsbrott: barnet är målsägande",
        "offence against a child's peace: the child is an injured party",
        date(2021, 7, 1),
        "prop. 2020/21:170",
        "secondary",
    ),
    Rule(
        "scene-call-answer",
        "",
        "svar till patrullen inom fem minuter",
        "an answer to the patrol within five minutes",
        ISLANDSMODELLEN,
        "the hub's own aim: as soon as the police have the alarm and there are children, at any hour (polisen.se 2024)",
        "own",
        status="practice",
        minutes=5,
        counted=Counted(
            "Larmet nådde Socialjouren {since}; ett svar till patrullen inom fem minuter är vårt eget mål, inte lag.",
            "The call reached Socialjouren {since}; an answer to the patrol within five minutes is our own aim, not law.",
        ),
    ),
    Rule(
        "scene-child-spoken-with",
        "Islandsmodellen",
        "barnet talat med inom 24 timmar från larmet",
        "the child spoken with within 24 hours of the alarm",
        ISLANDSMODELLEN,
        "the model's window of the first 24 hours",
        "secondary",
        status="practice",
        minutes=24 * 60,
        counted=Counted(
            "Larmet kom {since}; att varje barn talas med inom 24 timmar är Islandsmodellens praxis, inte lag.",
            "The alarm came {since}; that each child is spoken with within 24 hours is the model's practice, not law.",
        ),
    ),
)

RULES: tuple[Rule, ...] = (*REPORTING, *RECEIVING, *INVESTIGATING, *SUPPORTING, *ON_THE_SCENE)
