"""The police report (polisanmälan): whether social services report a suspected crime, decided for every case and never left open."""

from enum import StrEnum

from pydantic import AwareDatetime

from contracts.decided import Decided
from contracts.reasons import Owed, Reasons


class PoliceReport(StrEnum):
    """What was decided. Only a report that is not made needs reasons; where no crime is suspected there is nothing to report."""

    MADE = "made"
    NOT_MADE = "not_made"
    NO_SUSPICION = "no_suspicion"


class DisclosureBasis(StrEnum):
    """On what ground something secret may be told to the police, a permission and no duty (OSL 2009:400 10 kap., or consent 12 kap. 2 §).

    Only grounds that break the secrecy of social services (26 kap. 1 §) and whose meaning has been read: 10 kap. 15 a § and 18 c § do
    not stand here.
    """

    CRIME_AGAINST_CHILD = "crime_against_child"
    IMMEDIATE_INTERVENTION = "immediate_intervention"
    RISK_OF_CRIME = "risk_of_crime"
    SERIOUS_CRIME = "serious_crime"
    CONSENT = "consent"


class PoliceReportDecided(Decided[Reasons]):
    """Whether the police get a report is decided. That is social services' own: no other view shows it, and the hub sends nothing."""

    decision: PoliceReport
    barnahus_consulted: bool
    basis: DisclosureBasis | None = None
    decided_at: AwareDatetime
    owed: Owed | None = None
