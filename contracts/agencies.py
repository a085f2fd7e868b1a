"""Who may be part of the hub: kinds of agencies, the roles people hold in their units."""

from enum import StrEnum


class AgencyKind(StrEnum):
    """Kind of authority. Secrecy stands between authorities (OSL 2009:400 8 kap. 1 §), so each has a login role and a key."""

    POLICE = "police"
    HEALTHCARE = "healthcare"
    SCHOOL = "school"
    SOCIALJOUR = "socialjour"
    DISTRICT = "district"
    INSPECTOR = "inspector"
    PROSECUTOR = "prosecutor"
    OTHER = "other"
    PRIVATE = "private"
    """Nobody's authority: under it stands what private persons tell. Nobody works there, and it holds no key."""


class Role(StrEnum):
    """What a person or machine may do in its unit; given by the hub's register, never by a token."""

    REPORTER = "reporter"
    DUTY_OFFICER = "duty_officer"
    DISTRICT_OFFICER = "district_officer"
    QUALIFIED_DISTRICT_OFFICER = "qualified_district_officer"
    TEAM_LEAD = "team_lead"
    INSPECTOR = "inspector"
    STEWARD = "steward"


CASE_ROLES = frozenset({Role.DUTY_OFFICER, Role.TEAM_LEAD, Role.DISTRICT_OFFICER, Role.QUALIFIED_DISTRICT_OFFICER})
"""Roles that work with cases: a referral goes only to a unit where somebody holds one."""


ADVICE_ROLES = frozenset({Role.DUTY_OFFICER, Role.TEAM_LEAD})
"""Roles that give advice: a question goes only to a unit where somebody holds one."""


class Purpose(StrEnum):
    """Why somebody opens what is secret; it stands in the read log. A closed list: no free text travels in an address."""

    HANDLING = "handling"
    HANDOVER = "handover"
    ASSESSMENT = "assessment"
    DECISION = "decision"
    FOLLOWING_UP = "following_up"
    ADVICE = "advice"
    MEETING = "meeting"
    SUPERVISION = "supervision"
    EARLIER_SIGNALS = "earlier_signals"
    COMPARISON = "comparison"


SOCIAL_SERVICES_KINDS = frozenset({AgencyKind.SOCIALJOUR, AgencyKind.DISTRICT})
"""Kinds that hold cases: Socialjouren and the city districts."""

MANDATED_KINDS = frozenset({AgencyKind.POLICE, AgencyKind.HEALTHCARE, AgencyKind.SCHOOL, AgencyKind.PROSECUTOR, AgencyKind.OTHER})
"""Kinds whose reporters are under the duty to report (SoL 2025:400 19 kap. 1 §), and so may get feedback (19 kap. 6 §)."""

READING_KINDS = frozenset(AgencyKind) - {AgencyKind.PRIVATE}
"""Kinds whose units may read something; each has a login role in the database and its agencies a key."""
