"""What the contracts' codes are called on the pages, one table an enum; templates say `_(labels.CATEGORIES[code])`."""

from collections.abc import Mapping
from enum import StrEnum

from contracts.advice import Advice
from contracts.agencies import AgencyKind, Purpose, Role
from contracts.attachment import FileKind, FileState, HeldBecause
from contracts.consultation import Side
from contracts.feedback import LawfulFact
from contracts.nameless import Revealing
from contracts.police_report import DisclosureBasis, PoliceReport
from contracts.prosecutor import GuardianNotice
from contracts.quarantine import DropGround
from contracts.reasons import Reasoned
from contracts.referral import AgeBand, Category, IdentityKind
from contracts.report_meeting import ReportMeeting
from contracts.scene import Exposure, SceneAnswer, SceneOutcome, ScenePhase, SceneQueue, SceneStep, SceneTime
from contracts.signals import Bearing
from contracts.sip import ConsentGiver
from contracts.stalled import Level, Step
from contracts.told import Protection, Sex
from services.portal.language import N_, Language, catalogue

AGENCY_KINDS: dict[AgencyKind, str] = {
    AgencyKind.POLICE: N_("Police"),
    AgencyKind.HEALTHCARE: N_("Healthcare"),
    AgencyKind.SCHOOL: N_("School or preschool"),
    AgencyKind.SOCIALJOUR: N_("Social services out of hours"),
    AgencyKind.DISTRICT: N_("City district"),
    AgencyKind.INSPECTOR: N_("Inspection"),
    AgencyKind.PROSECUTOR: N_("Prosecutor"),
    AgencyKind.OTHER: N_("Other authority"),
    AgencyKind.PRIVATE: N_("Private person"),
}
ROLES: dict[Role, str] = {
    Role.REPORTER: N_("Reporter"),
    Role.DUTY_OFFICER: N_("Duty officer"),
    Role.DISTRICT_OFFICER: N_("District officer"),
    Role.QUALIFIED_DISTRICT_OFFICER: N_("District officer who may decide"),
    Role.TEAM_LEAD: N_("Team lead"),
    Role.INSPECTOR: N_("Inspector"),
    Role.STEWARD: N_("Steward of the directory"),
}
PURPOSES: dict[Purpose, str] = {
    Purpose.HANDLING: N_("Handling the case"),
    Purpose.HANDOVER: N_("Handover"),
    Purpose.ASSESSMENT: N_("Immediate safety assessment"),
    Purpose.DECISION: N_("Decision on an investigation"),
    Purpose.FOLLOWING_UP: N_("Following up"),
    Purpose.ADVICE: N_("Advice"),
    Purpose.MEETING: N_("Meeting"),
    Purpose.SUPERVISION: N_("Supervision"),
    Purpose.EARLIER_SIGNALS: N_("To see whether there is a pattern"),
    Purpose.COMPARISON: N_("To see whether two referrals are the same"),
}
CATEGORIES: dict[Category, str] = {
    Category.VIOLENCE_AGAINST_CHILD: N_("Violence against the child"),
    Category.VIOLENCE_IN_CLOSE_RELATION: N_("Violence in the family"),
    Category.SEXUAL_ABUSE: N_("Sexual abuse"),
    Category.HONOUR_RELATED: N_("Honour-related violence or oppression"),
    Category.NEGLECT: N_("Neglect"),
    Category.SUBSTANCE_ABUSE: N_("A parent's alcohol or drugs"),
    Category.MENTAL_ILL_HEALTH: N_("A parent's mental ill-health"),
    Category.OWN_BEHAVIOUR: N_("The child's own behaviour"),
    Category.OTHER: N_("Something else"),
}
IDENTITY_KINDS: dict[IdentityKind, str] = {
    IdentityKind.PERSONAL_IDENTITY_NUMBER: N_("Personal identity number"),
    IdentityKind.COORDINATION_NUMBER: N_("Coordination number"),
    IdentityKind.RESERVE_NUMBER: N_("Reserve number"),
    IdentityKind.UNKNOWN: N_("No number known"),
    IdentityKind.UNBORN: N_("Not yet born"),
}
SEXES: dict[Sex, str] = {
    Sex.GIRL: N_("Girl"),
    Sex.BOY: N_("Boy"),
}
PROTECTIONS: dict[Protection, str] = {
    Protection.NONE: N_("None that I know of"),
    Protection.CONFIDENTIALITY_MARK: N_("Confidentiality mark"),
    Protection.PROTECTED_REGISTRATION: N_("Protected registration"),
}
AGE_BANDS: dict[AgeBand, str] = {
    AgeBand.UNBORN: N_("Not yet born"),
    AgeBand.AGE_0_3: N_("0–3 years"),
    AgeBand.AGE_4_6: N_("4–6 years"),
    AgeBand.AGE_7_9: N_("7–9 years"),
    AgeBand.AGE_10_11: N_("10–11 years"),
    AgeBand.AGE_12: N_("12 years"),
    AgeBand.AGE_13_14: N_("13–14 years"),
    AgeBand.AGE_15_17: N_("15–17 years"),
    AgeBand.ADULT: N_("18 years or older"),
    AgeBand.UNKNOWN: N_("Age not known"),
}
ADVICE: dict[Advice, str] = {
    Advice.REFER_NOW: N_("Make a referral now"),
    Advice.REFER_IF: N_("Make a referral if a certain thing happens"),
    Advice.OTHER_SERVICE: N_("Turn to another service"),
    Advice.NO_FURTHER_ACTION: N_("Nothing more is needed now"),
}
SIDES: dict[Side, str] = {
    Side.ASKED: N_("Waits for the unit that asked"),
    Side.TO_ANSWER: N_("Waits for Socialjouren"),
}
REVEALING: dict[Revealing, str] = {
    Revealing.IDENTITY_NUMBER: N_("“%(piece)s” looks like an identity number. Take it out: no child is named here."),
    Revealing.TELEPHONE: N_("“%(piece)s” looks like a telephone number. Take it out: nobody is named here."),
    Revealing.EMAIL: N_("“%(piece)s” looks like an e-mail address. Take it out: nobody is named here."),
    Revealing.ADDRESS: N_("“%(piece)s” looks like an address. Take it out, if it tells where somebody lives."),
    Revealing.NAME: N_("“%(piece)s” may be a name. Take it out, if it is somebody’s."),
}
LAWFUL_FACTS: dict[LawfulFact, str] = {
    LawfulFact.INVESTIGATION_OPENED: N_("An investigation has been opened"),
    LawfulFact.INVESTIGATION_NOT_OPENED: N_("No investigation has been opened"),
    LawfulFact.INVESTIGATION_ALREADY_ONGOING: N_("An investigation was already going on"),
}
CONSENT_GIVERS: dict[ConsentGiver, str] = {
    ConsentGiver.CHILD: N_("The child"),
    ConsentGiver.GUARDIAN: N_("A guardian"),
}
SCENE_QUEUES: dict[SceneQueue, str] = {
    SceneQueue.UNANSWERED: N_("Nobody has answered"),
    SceneQueue.UNDER_WAY: N_("Under way"),
    SceneQueue.CLOSED: N_("Closed"),
}
SCENE_PHASES: dict[ScenePhase, str] = {
    ScenePhase.ALARM: N_("Alarm phase"),
    ScenePhase.CARE: N_("Care phase"),
    ScenePhase.COORDINATION: N_("Coordination phase"),
}
SCENE_TIMES: dict[SceneTime, str] = {
    SceneTime.ALARM: N_("Alarm"),
    SceneTime.NOTIFIED: N_("Socialjouren notified"),
    SceneTime.ARRIVED: N_("Socialjouren on the scene"),
    SceneTime.CHILD_SPOKEN_WITH: N_("Child spoken with"),
    SceneTime.MEDICAL_EXAMINATION: N_("Medical examination"),
    SceneTime.HANDED_OVER: N_("Handed over to the district"),
}
SCENE_ANSWERS: dict[SceneAnswer, str] = {
    SceneAnswer.COMING: N_("Socialjouren is coming"),
    SceneAnswer.NOBODY_CAN_COME: N_("Nobody can come"),
}
EXPOSURES: dict[Exposure, str] = {
    Exposure.SAW: N_("Saw or heard the violence"),
    Exposure.SUFFERED: N_("Suffered violence"),
    Exposure.SAW_AND_SUFFERED: N_("Both saw and suffered it"),
    Exposure.NOT_KNOWN: N_("Not known yet"),
}
SCENE_OUTCOMES: dict[SceneOutcome, str] = {
    SceneOutcome.SHELTER: N_("Sheltered housing"),
    SceneOutcome.TALKS: N_("Supporting talks"),
    SceneOutcome.FAMILY_TREATMENT: N_("Family treatment"),
    SceneOutcome.COMPANY_TO_HOSPITAL: N_("Company to hospital"),
    SceneOutcome.LINK_TO_CHILD_PSYCHIATRY: N_("Link to child psychiatry (BUP)"),
}
SCENE_STEPS: dict[SceneStep, str] = {
    SceneStep.ANSWER: N_("An answer to the patrol"),
    SceneStep.CHILD_SPOKEN_WITH: N_("Every child spoken with"),
}
BEARINGS: dict[Bearing, str] = {
    Bearing.WEIGHED_IN: N_("They are weighed in: together they say more than each alone"),
    Bearing.NO_BEARING: N_("They have no bearing on this referral"),
    Bearing.NOT_SAME_CHILD: N_("It is not the same child"),
}
STALLED: dict[Step, str] = {
    Step.SEEN: N_("Nobody has opened it in time"),
    Step.ASSESSED: N_("The safety assessment is late"),
    Step.TAKEN_OVER: N_("No district has taken it over in time"),
    Step.DECIDED: N_("The limit for the decision is near or passed"),
    Step.SIGNAL_ANSWERED: N_("Nobody has weighed the signals in time"),
}
LEVELS: dict[Level, str] = {
    Level.BOARD: N_("Late"),
    Level.OUT_OF_HOURS: N_("Escalated to Socialjouren"),
    Level.TEAM_LEAD: N_("Escalated to the team lead"),
}
POLICE_REPORTS: dict[PoliceReport, str] = {
    PoliceReport.MADE: N_("Yes, it is made"),
    PoliceReport.NOT_MADE: N_("No, it is not made"),
    PoliceReport.NO_SUSPICION: N_("There is no suspicion of a crime"),
}
DISCLOSURE_BASES: dict[DisclosureBasis, str] = {
    DisclosureBasis.CRIME_AGAINST_CHILD: N_("Suspected crime against somebody under 18 (OSL chapter 10, section 21)"),
    DisclosureBasis.IMMEDIATE_INTERVENTION: N_("The police must step in at once for somebody under 18 (OSL chapter 10, section 20)"),
    DisclosureBasis.RISK_OF_CRIME: N_("Concrete risk of crime, somebody under 21 (OSL chapter 10, section 18 a)"),
    DisclosureBasis.SERIOUS_CRIME: N_("A serious crime that has been committed (OSL chapter 10, section 23)"),
    DisclosureBasis.CONSENT: N_("Consent (OSL chapter 10, section 1 and chapter 12, section 2)"),
}
REPORT_MEETINGS: dict[ReportMeeting, str] = {
    ReportMeeting.OFFERED: N_("Offered"),
    ReportMeeting.HELD: N_("Has been held"),
    ReportMeeting.DECLINED: N_("Offered, and declined"),
    ReportMeeting.NOT_OFFERED: N_("Is not offered"),
    ReportMeeting.NOT_RELEVANT: N_("Is not relevant"),
}
GUARDIAN_NOTICES: dict[GuardianNotice, str] = {
    GuardianNotice.WAIT: N_("The prosecutor asks us to wait with the guardians"),
    GuardianNotice.MAY_BE_TOLD: N_("The prosecutor says that the guardians may be told"),
    GuardianNotice.NOT_ASKED: N_("The guardians were not asked about"),
}
REASONED: dict[Reasoned, str] = {
    Reasoned.SAFETY_ASSESSMENT: N_("Why the immediate safety assessment came out as it did"),
    Reasoned.POLICE_REPORT: N_("Why no police report is made"),
    Reasoned.REPORT_MEETING: N_("Why no report meeting is offered"),
    Reasoned.GUARDIAN_HOLD: N_("Why the guardians are not to be told yet"),
}
DROP_GROUNDS: dict[DropGround, str] = {
    DropGround.UNREADABLE: N_("Nobody can read it, and no version will"),
    DropGround.WRITTEN_WRONGLY: N_("It was written by a fault of the hub"),
    DropGround.REPLACED: N_("A later event says it rightly"),
}

FILE_KINDS: dict[FileKind, str] = {
    FileKind.JPEG: N_("Picture (JPEG)"),
    FileKind.PNG: N_("Picture (PNG)"),
    FileKind.PDF: N_("PDF"),
    FileKind.TEXT: N_("Text"),
    FileKind.DOCX: N_("Word document"),
}
FILE_STATES: dict[FileState, str] = {
    FileState.CLEARED: N_("No virus found"),
    FileState.UNSCANNED: N_("Not checked for viruses yet"),
    FileState.MALWARE: N_("Virus found"),
    FileState.UNREADABLE: N_("Could not be checked for viruses"),
}
HELD: dict[HeldBecause, str] = {
    HeldBecause.UNSCANNED: N_("Nobody has looked for viruses in it yet. It is looked at as soon as the antivirus answers."),
    HeldBecause.MALWARE: N_("It is held for good, and nobody gets it. Ask whoever sent it what it shows."),
    HeldBecause.UNREADABLE: N_("The antivirus could not look into it, and will not be able to."),
}
"""Why a file is held back, and what that means."""


def options(table: Mapping[StrEnum, str], language: Language) -> list[tuple[str, str]]:
    """A table as (value, name in the reader's language) pairs, for a form's choices."""
    return [(code.value, catalogue(language).ugettext(name)) for code, name in table.items()]
