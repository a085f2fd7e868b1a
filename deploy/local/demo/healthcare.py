"""The emergency departments' and the child psychiatry's referrals of the night. Everyone in them is invented."""

from contracts.feedback import LawfulFact
from contracts.referral import Category, Child, IdentityKind
from contracts.sip import ConsentGiver
from deploy.local.demo.decisions import Decide
from deploy.local.demo.steps import Invite, Offer, Refuse
from deploy.local.demo.story import ReferralContact, assessed, decided, taken_over
from services.intake.bodies import ReferralIn

UNKNOWN, UNBORN = IdentityKind.UNKNOWN, IdentityKind.UNBORN

HEALTHCARE = (
    ReferralContact(
        "19:10",
        "bup-akut",
        "fourteen-year-old, away from school since summer",
        ReferralIn(
            children=(Child(kind=UNKNOWN, name="Test Isak", age_years=14),),
            worry=(
                "Akutbesök på grund av ångest. Pojken har inte varit i skolan sedan i somras och träffar nästan ingen. Föräldrarna är "
                "engagerade men uttröttade och oense om vad som hjälper. De har tackat ja till att vi kontaktar socialtjänsten."
            ),
            categories=(Category.MENTAL_ILL_HEALTH,),
            child_location="Hemma med föräldrarna efter besöket.",
            guardians_informed=True,
        ),
        (
            *assessed(False, "Pojken är hemma med båda föräldrarna och har en plan från BUP för natten."),
            *taken_over("farsta", "Föräldrarna vill ha ett gemensamt möte med skola och BUP så snart det går."),
            *decided(
                Decide("farsta", LawfulFact.INVESTIGATION_ALREADY_ONGOING, "Utredning inleddes i oktober. Uppgifterna tillförs den."),
                read=True,
            ),
            Invite(
                "farsta",
                "Test Isak",
                "Tillbaka till skolan i små steg: vem gör vad, och vem har huvudansvaret?",
                "Testskolan Farsta, elevhälsans mötesrum",
                16,
                ("skola-farsta", "bup-akut"),
                ((ConsentGiver.GUARDIAN, True), (ConsentGiver.CHILD, False)),
            ),
        ),
    ),
    ReferralContact(
        "20:15",
        "karolinska-barnakut",
        "two-year-old, a burn that the story does not explain",
        ReferralIn(
            children=(Child(kind=UNKNOWN, name="Test Ines", age_years=2),),
            worry=(
                "En brännskada som de vuxnas berättelser inte förklarar. Skadan är dokumenterad i journalen. Barnet är lugnt och tröstas "
                "av personalen."
            ),
            injuries="Brännskada på vänster handrygg, skarpt avgränsad, omkring ett dygn gammal vid ankomsten.",
            told_by_others="Pappan säger en het spis, mamman varmt vatten ur kranen.",
            interpretation="Skadans form stämmer inte med hett vatten.",
            interpreter_needed=True,
            interpreter_language="Tigrinja",
            reporter_role="Barnläkare",
            meeting_wished=True,
            categories=(Category.VIOLENCE_AGAINST_CHILD, Category.NEGLECT),
            child_location="Inneliggande på avdelningen till i morgon.",
            guardians_informed=False,
            not_informed_reason="Misstanke om våld. Vi samråder med er först.",
        ),
        (
            *assessed(
                True,
                "Skadan är inte förklarad. Barnet är tryggt på avdelningen i natt och får inte skrivas ut utan ny bedömning tillsammans "
                "med läkaren.",
            ),
            *taken_over("jarva", "Läkaren nås via avdelningen från klockan åtta. Samråd i Barnahus bör begäras."),
            *decided(Decide("jarva", LawfulFact.INVESTIGATION_OPENED, "Uppgifter som kan tyda på våld mot ett litet barn."), read=True),
        ),
    ),
    ReferralContact(
        "20:40",
        "st-goran-akut",
        "six-year-old in the waiting room of an intoxicated parent",
        ReferralIn(
            children=(Child(kind=UNKNOWN, name="Test Ebbe", age_years=6),),
            worry=(
                "En förälder sökte vård berusad och med barnet i handen. Barnet visste hur man ringer moster och gjorde det. Föräldern "
                "berättar att det har varit tungt sedan separationen."
            ),
            categories=(Category.SUBSTANCE_ABUSE, Category.NEGLECT),
            child_location="Hos mostern, som hämtade 21.30.",
            guardians_informed=True,
        ),
        (
            *assessed(False, "Barnet sover hos mostern, som kan ha det till i övermorgon. Den andra föräldern är underrättad."),
            Offer("kungsholmen", "Mostern bor hos er. Föräldern vårdas över natten."),
            Refuse("kungsholmen", "Barnet är folkbokfört i Järva. Mosterns adress avgör inte."),
        ),
    ),
    ReferralContact(
        "22:20",
        "sachsska-barnakut",
        "sixteen-year-old who drank for the first time",
        ReferralIn(
            children=(Child(kind=UNKNOWN, name="Test Saga", age_years=16),),
            worry=(
                "Inkom med ambulans efter att ha druckit sprit med kamrater. Vaken och pratar. Säger att det är första gången. "
                "Föräldrarna kom inom en halvtimme och tog det lugnt."
            ),
            categories=(Category.SUBSTANCE_ABUSE, Category.OWN_BEHAVIOUR),
            child_location="På akuten med föräldrarna, skrivs ut i natt.",
            guardians_informed=True,
        ),
        (
            *assessed(False, "Föräldrarna är hos henne. Inget annat har kommit fram."),
            *taken_over("sodermalm", "Föräldrarna vill gärna ha ett samtal om vad de kan göra."),
            *decided(
                Decide(
                    "sodermalm",
                    LawfulFact.INVESTIGATION_NOT_OPENED,
                    "Enstaka händelse, föräldrarna agerar. Familjen har fått tid för rådgivning, som inte kräver utredning.",
                ),
                read=True,
            ),
        ),
    ),
    ReferralContact(
        "22:50",
        "bup-akut",
        "eleven-year-old with dark thoughts, a parent who is ill",
        ReferralIn(
            children=(Child(kind=UNKNOWN, name="Test Tuva", age_years=11),),
            worry=(
                "Flickan har berättat för skolsköterskan att hon inte orkar mer. Hon tar stort ansvar hemma sedan modern blev sjuk. "
                "Vi har gjort en bedömning och en säkerhetsplan, men ser att familjen behöver mer än vad vi kan ge."
            ),
            categories=(Category.MENTAL_ILL_HEALTH,),
            child_location="Inlagd för observation till i morgon.",
            guardians_informed=True,
        ),
        (
            *assessed(False, "Flickan är under vård i natt. Morföräldrarna kommer i morgon och stannar."),
            *taken_over("enskede-arsta-vantor", "BUP vill ha ett samtal före utskrivningen."),
        ),
    ),
    ReferralContact(
        "23:45",
        "karolinska-barnakut",
        "an unborn child, expected in February",
        ReferralIn(
            children=(Child(kind=UNBORN, description="Väntat barn, beräknad födsel i februari. Den gravida: 199006022397."),),
            worry=(
                "Den gravida kvinnan sökte för magont och berättade att hon har börjat ta tabletter igen. Hon är orolig för barnet och "
                "har själv bett oss att skriva. Hon har missat de två senaste kontrollerna."
            ),
            categories=(Category.SUBSTANCE_ABUSE,),
            child_location="Kvinnan vårdas på kvinnokliniken till i morgon.",
            guardians_informed=True,
        ),
        (
            *assessed(False, "Kvinnan är under vård och vill ha hjälp. Nytt ställningstagande före utskrivning."),
            Offer("hasselby-vallingby", "Hon vill bli kontaktad på avdelningen, inte hemma."),
        ),
    ),
    ReferralContact(
        "02:10",
        "sachsska-barnakut",
        "baby of five months with a bruise",
        ReferralIn(
            children=(Child(kind=UNKNOWN, name="Test Liv", age_years=0),),
            worry=(
                "Blåmärke på överarmen hos ett barn som ännu inte rullar. Föräldrarna vet inte hur det uppkommit. De är samarbetsvilliga "
                "och stannar. Utredning enligt klinikens rutin är påbörjad."
            ),
            categories=(Category.VIOLENCE_AGAINST_CHILD,),
            child_location="Inlagd tillsammans med föräldrarna.",
            guardians_informed=False,
            not_informed_reason="Föräldrarna vet att skadan utreds, men inte om anmälan. Vi avvaktar ert svar.",
        ),
        (
            *assessed(True, "Ett oförklarat blåmärke hos ett så litet barn. Barnet stannar på avdelningen med personal närvarande."),
            Offer("sodermalm", "Barnet får inte skrivas ut utan att ni är kontaktade. Åklagare har jour till klockan åtta."),
        ),
    ),
)
