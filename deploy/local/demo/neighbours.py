"""What a private person tells in the night, on the page that needs no login. Everyone in it is invented."""

from contracts.feedback import LawfulFact
from contracts.police_report import PoliceReport
from contracts.referral import Category, Child, IdentityKind
from contracts.report_meeting import ReportMeeting
from deploy.local.demo.decisions import Decide, Meet, Report
from deploy.local.demo.story import PrivateContact, assessed, decided, taken_over
from services.intake.bodies import PrivateReferralIn

NEIGHBOURS = (
    PrivateContact(
        "22:30",
        "a neighbour who hears a small child night after night",
        PrivateReferralIn(
            children=(
                Child(
                    kind=IdentityKind.UNKNOWN,
                    description="Litet barn, kanske tre år, som brukar ha en gul overall.",
                    age_years=3,
                    place="Våningen under min, andra trappan från torget.",
                ),
            ),
            worry=(
                "Barnet gråter länge varje natt och någon ropar åt det att vara tyst. I kväll föll något tungt och sedan blev det alldeles "
                "tyst. Jag vill inte att de får veta att jag har skrivit."
            ),
            categories=(Category.NEGLECT,),
        ),
        (
            *assessed(False, "Socialjouren besökte hemmet. Barnet sov, oskadat; ensam och mycket trött förälder som tog emot oss."),
            Report(PoliceReport.NO_SUSPICION),
            *taken_over("sodermalm", "Föräldern vill ha hjälp och väntar på att ni ringer. Vem som anmälde vet ingen."),
            *decided(
                Decide(
                    "sodermalm",
                    LawfulFact.INVESTIGATION_NOT_OPENED,
                    "Hembesök på förmiddagen. Föräldern tar själv emot stöd av familjeteamet, och förskolan ser ett barn som mår bra.",
                ),
                read=False,
            ),
            Meet("sodermalm", ReportMeeting.NOT_RELEVANT),
        ),
    ),
)
