"""One boy of whom school, emergency department and police each see a part: three signals of a night. Everyone in them is invented."""

from contracts.feedback import LawfulFact
from contracts.referral import Category, Child, IdentityKind
from contracts.sip import ConsentGiver
from deploy.local.demo.decisions import Decide
from deploy.local.demo.steps import Invite
from deploy.local.demo.story import ReferralContact, assessed, decided, taken_over
from services.intake.bodies import ReferralIn

ADAM = Child(kind=IdentityKind.PERSONAL_IDENTITY_NUMBER, number="200304302383", name="Test Adam")

SIGNALS = (
    ReferralContact(
        "16:35",
        "skola-skarholmen",
        "boy of eight, often hungry and often away",
        ReferralIn(
            children=(ADAM,),
            worry=(
                "Frånvaro tre dagar av fem sedan i september. När han är här äter han mycket och somnar på lektionerna. Samma kläder i "
                "veckor. Modern svarar när vi ringer och skäms. Vi har haft två möten; det blir bättre en vecka i taget."
            ),
            categories=(Category.NEGLECT, Category.MENTAL_ILL_HEALTH),
            guardians_informed=True,
        ),
        (
            *assessed(False, "Inget tyder på fara i natt. Modern är hemma och vet om anmälan."),
            *taken_over("skarholmen", "Modern vill ha hjälp och föreslår själv ett möte på skolan."),
            *decided(
                Decide("skarholmen", LawfulFact.INVESTIGATION_OPENED, "Brister i omsorgen under lång tid trots skolans insatser."),
                read=True,
            ),
            Invite(
                "skarholmen",
                "Test Adam",
                "Mat, sömn och skolgång: vad gör skolan, socialtjänsten och BUP?",
                "Testskolan Skärholmen, elevhälsans mötesrum",
                18,
                ("skola-skarholmen", "bup-akut"),
                ((ConsentGiver.GUARDIAN, True), (ConsentGiver.CHILD, False)),
            ),
        ),
    ),
    ReferralContact(
        "21:40",
        "karolinska-barnakut",
        "the same boy, a stomach that aches from hunger",
        ReferralIn(
            children=(ADAM,),
            worry=(
                "En granne följde med pojken hit: magont sedan i går. Inget medicinskt fel. Han åt tre smörgåsar och somnade i väntrummet. "
                "Grannen säger att modern inte har öppnat dörren på ett par dagar."
            ),
            categories=(Category.NEGLECT,),
            child_location="Hemma hos grannen, som hade honom med sig härifrån.",
            guardians_informed=False,
            not_informed_reason="Vi har inte fått tag på modern.",
        ),
        (
            *assessed(False, "Pojken sover hos grannen i natt, med moderns ja genom dörren. Socialjouren har varit där."),
            *taken_over("skarholmen", "Ni har redan en utredning. Modern behöver nås i morgon, kanske genom vården."),
            *decided(
                Decide(
                    "skarholmen",
                    LawfulFact.INVESTIGATION_ALREADY_ONGOING,
                    "Utredning inleddes på skolans anmälan samma kväll. Uppgifterna tillförs den.",
                ),
                read=False,
            ),
        ),
    ),
    ReferralContact(
        "04:05",
        "polisen-skarholmen",
        "the same boy, outdoors before dawn",
        ReferralIn(
            children=(ADAM,),
            worry=(
                "Ett tidningsbud såg pojken på en lekplats strax före fyra. Han hade gått från grannen för att se om modern hade vaknat. "
                "Hon öppnade när vi knackade, blek och tystlåten, och visste inte att han varit borta."
            ),
            categories=(Category.NEGLECT, Category.MENTAL_ILL_HEALTH),
            child_location="Åter hos grannen.",
            guardians_informed=True,
        ),
        assessed(
            False,
            "Pojken är hos grannen, som ringer oss om han ger sig av igen. Modern får besök av psykiatrin på förmiddagen.",
        ),
    ),
)
