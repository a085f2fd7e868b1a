"""The schools' and the preschool's referrals, written when the offices have closed or not yet opened. Everyone is invented."""

from contracts.feedback import LawfulFact
from contracts.police_report import PoliceReport
from contracts.referral import Category, Child, IdentityKind
from contracts.report_meeting import ReportMeeting
from deploy.local.demo.decisions import Decide, Meet, Report
from deploy.local.demo.steps import Supplement
from deploy.local.demo.story import ReferralContact, assessed, decided, taken_over
from services.intake.bodies import ReferralIn

UNKNOWN = IdentityKind.UNKNOWN

SCHOOLS = (
    ReferralContact(
        "16:20",
        "skola-farsta",
        "girl of nine who did not want to go home",
        ReferralIn(
            children=(Child(kind=UNKNOWN, name="Test Juni", age_years=9),),
            worry=(
                "Efter skoldagen sade hon till fritidspedagogen att pappa slår med handen när hon gör fel på läxan, senast i söndags. "
                "Hennes ord: det går över om man är tyst. Ett märke på axeln syntes vid ombyte. Skolan har inte märkt något tidigare."
            ),
            categories=(Category.VIOLENCE_AGAINST_CHILD,),
            child_location="Kvar på fritids till 17.30.",
            guardians_informed=False,
            not_informed_reason="Uppgift om våld i hemmet: vårdnadshavarna informeras inte före er bedömning.",
            reporter_contact="Elevhälsan, Testskolan Farsta",
        ),
        (
            *assessed(
                True,
                "Flickan är rädd för att gå hem och hennes uppgifter är tydliga. Hon är hos mormor i natt, som modern har föreslagit och "
                "vi har besökt.",
            ),
            Report(PoliceReport.NOT_MADE, barnahus_consulted=True),
            *taken_over("farsta", "Flickan är hos mormor. Samråd med åklagare innan fadern får veta; modern är informerad."),
            *decided(
                Decide("farsta", LawfulFact.INVESTIGATION_OPENED, "Flickan berättar om återkommande våld från en förälder."), read=True
            ),
            Meet("farsta", ReportMeeting.OFFERED),
        ),
    ),
    ReferralContact(
        "18:20",
        "forskola-skarholmen",
        "four-year-old not fetched when the preschool closed",
        ReferralIn(
            children=(Child(kind=UNKNOWN, name="Test Noel", age_years=4),),
            worry=(
                "Barnet hämtades inte när förskolan stängde. Föräldern nåddes en timme senare och luktade alkohol vid ankomsten. "
                "Vi lät inte barnet gå med utan att farmor kom. Samma sak hände för två veckor sedan."
            ),
            categories=(Category.SUBSTANCE_ABUSE, Category.NEGLECT),
            child_location="Hos farmor, som hämtade.",
            guardians_informed=True,
        ),
        (
            *assessed(False, "Barnet är hos farmor i natt, vilket båda föräldrarna har godtagit."),
            *taken_over("skarholmen", "Farmor kan ha barnet till torsdag. Föräldern vill ringa er själv på morgonen."),
            *decided(
                Decide(
                    "skarholmen", LawfulFact.INVESTIGATION_OPENED, "Upprepade uppgifter om alkohol när föräldern har ansvar för barnet."
                ),
                read=False,
            ),
        ),
    ),
    ReferralContact(
        "07:30",
        "friskola-sodermalm",
        "two classmates who are sisters, one with a sore arm",
        ReferralIn(
            children=(
                Child(kind=UNKNOWN, name="Test Elsa", age_years=10),
                Child(kind=UNKNOWN, name="Test Vera", age_years=8),
            ),
            worry=(
                "Den äldre systern höll sig om armen i morse och sade att det blev bråk om telefonen i går kväll och att mamma drog i "
                "henne. Den yngre nickade. De har bett att få vara på skolan till i kväll."
            ),
            categories=(Category.VIOLENCE_AGAINST_CHILD,),
            child_location="På skolan till klockan sexton.",
            guardians_informed=False,
            not_informed_reason="Uppgift om våld i hemmet.",
        ),
        (Supplement("Skolsköterskan har nu sett armen: svullen vid handleden. Flickan vill att systern är med när ni kommer."),),
    ),
)
