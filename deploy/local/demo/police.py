"""The police's referrals of the night. Everyone in them is invented; the identity numbers are Skatteverket's test numbers."""

from contracts.feedback import LawfulFact
from contracts.police_report import PoliceReport
from contracts.referral import Category, Child, IdentityKind
from contracts.report_meeting import ReportMeeting
from deploy.local.demo.decisions import Decide, Hold, Meet, Notify, Report
from deploy.local.demo.steps import Offer, Open, Refuse, Supplement
from deploy.local.demo.story import ReferralContact, assessed, decided, taken_over
from services.intake.bodies import ReferralIn

NUMBERED, UNKNOWN = IdentityKind.PERSONAL_IDENTITY_NUMBER, IdentityKind.UNKNOWN

POLICE = (
    ReferralContact(
        "18:05",
        "polisen-farsta",
        "two siblings, quarrel heard through the wall",
        ReferralIn(
            children=(
                Child(kind=NUMBERED, number="200512312398", name="Test Alma"),
                Child(kind=UNKNOWN, name="Test Love", age_years=4, description="Yngre syskon, ljus overall, höll om ett tygdjur."),
            ),
            worry=(
                "Grannar larmade 17.20 om bråk och slag mot inredning. När patrullen kom satt barnen i köket och ville inte gå in i "
                "vardagsrummet. Det äldre barnet sade att det är så här på fredagar och att syskonet brukar få sova hos henne då. "
                "Modern hade en rodnad på armen som hon inte ville tala om. Anmälan om misshandel är upprättad."
            ),
            categories=(Category.VIOLENCE_IN_CLOSE_RELATION,),
            child_location="Hemma hos modern. Den andra vuxna har lämnat bostaden med patrullen.",
            guardians="Modern, Test Vuxen Ett, 199006022397. Den andra vuxnas relation till barnen är inte klarlagd.",
            guardians_informed=False,
            not_informed_reason="Våld i nära relation: samråd med socialtjänsten först.",
            reporter_contact="Yttre befäl, Lokalpolisområde Farsta",
        ),
        (
            *assessed(
                False,
                "Den misstänkte är frihetsberövad över natten och modern har sin syster hos sig. Barnen bedöms inte behöva omedelbart "
                "skydd i natt; risken ska bedömas på nytt innan han kommer hem.",
            ),
            Report(PoliceReport.MADE),
            *taken_over("farsta", "Kontakta modern före lunch. Tala med barnen var för sig, utan den andra vuxna."),
            *decided(
                Decide("farsta", LawfulFact.INVESTIGATION_OPENED, "Barnen uppges ha upplevt våld i hemmet vid flera tillfällen."), read=True
            ),
            Meet("farsta", ReportMeeting.NOT_RELEVANT),
        ),
    ),
    ReferralContact(
        "19:35",
        "polisen-norrmalm",
        "fifteen-year-old, third theft this month",
        ReferralIn(
            children=(Child(kind=UNKNOWN, name="Test Vide", age_years=15),),
            worry=(
                "Pojken togs på bar gärning för snatteri tillsammans med två äldre. Det är tredje gången denna månad. Han var artig, "
                "trött och ville inte ringa hem. Han säger att han inte varit i skolan sedan förra måndagen."
            ),
            categories=(Category.OWN_BEHAVIOUR,),
            child_location="Hämtas på stationen av sin far.",
            guardians="Fadern är underrättad om gripandet och på väg.",
            guardians_informed=True,
        ),
        (
            *assessed(False, "Fadern har hämtat honom och de är överens om kvällen. Inget som talar för omedelbart skydd."),
            Offer("norra-innerstaden", "Gripen här, adressen är ännu inte bekräftad."),
            Refuse("norra-innerstaden", "Pojken bor enligt fadern i Bromma sedan i våras och är inte aktuell hos oss."),
            *taken_over("bromma", "Norra innerstaden har sagt nej, familjen bor hos er. Skolan är inte kontaktad."),
            *decided(
                Decide(
                    "bromma",
                    LawfulFact.INVESTIGATION_NOT_OPENED,
                    "Samtal med pojken och båda föräldrarna. De har själva tagit kontakt med fältarbetarna och tar emot stöd från dem.",
                ),
                read=False,
            ),
        ),
    ),
    ReferralContact(
        "21:05",
        "polisen-skarholmen",
        "three siblings who saw their mother hurt",
        ReferralIn(
            children=(
                Child(kind=UNKNOWN, name="Test Nor", age_years=10),
                Child(kind=UNKNOWN, name="Test Sol", age_years=7),
                Child(kind=UNKNOWN, age_years=3, description="Yngsta barnet, pyjamas med stjärnor. Namnet är inte uppfattat."),
            ),
            worry=(
                "Modern ringde själv 112. Barnen var i samma rum när hon blev slagen. Tioåringen hade ställt sig framför de mindre. "
                "Modern säger att det blivit värre sedan i somras och att hon inte vågar vara kvar. Den misstänkte är inte anträffad."
            ),
            categories=(Category.VIOLENCE_IN_CLOSE_RELATION, Category.VIOLENCE_AGAINST_CHILD),
            immediate_danger=True,
            child_location="I polisens bil tillsammans med modern.",
            guardians="Modern, Test Vuxen Två, 200001052380. Fadern är misstänkt.",
            guardians_informed=True,
            not_informed_reason="Modern är informerad. Fadern är inte informerad med hänsyn till moderns och barnens säkerhet.",
        ),
        (
            *assessed(
                True,
                "Den misstänkte är på fri fot och känner till bostaden. Modern och barnen behöver skydd i natt; plats i skyddat boende är "
                "ordnad med moderns samtycke.",
            ),
            *taken_over("skarholmen", "Modern och barnen är i skyddat boende. Lämna inte ut var, inte heller till fadern."),
            *decided(
                Decide(
                    "skarholmen",
                    LawfulFact.INVESTIGATION_OPENED,
                    "Barnen har bevittnat våld mot sin mor. Utredning inleds för vart och ett av dem.",
                ),
                read=False,
            ),
        ),
    ),
    ReferralContact(
        "21:55",
        "polisen-farsta",
        "child at a bus stop who will not go home",
        ReferralIn(
            children=(
                Child(
                    kind=UNKNOWN,
                    description="Uppger sig vara tolv år. Röd mössa, tunn jacka, ryggsäck med kläder. Vill inte säga sitt namn.",
                    age_years=12,
                ),
            ),
            worry=(
                "En busschaufför ringde om ett barn som suttit kvar på hållplatsen sedan skymningen. Barnet säger att det inte går att "
                "gå hem för då blir pappa arg, och vill inte säga mer. Har ätit en smörgås hos oss."
            ),
            categories=(Category.OTHER,),
            child_location="Hos patrullen i väntan på Socialjouren.",
        ),
        (
            *assessed(
                True,
                "Det går inte att bedöma om hemmet är tryggt så länge barnet inte vill berätta var det bor. Det stannar i jourhem i natt.",
            ),
            Supplement("Busschauffören ringde igen: barnet har åkt med i tre kvällar och klivit av vid samma hållplats varje gång."),
        ),
    ),
    ReferralContact(
        "23:10",
        "polisen-norrmalm",
        "said to be seventeen, the number says adult",
        ReferralIn(
            children=(Child(kind=NUMBERED, number="200510162381", name="Test Ronja"),),
            worry=(
                "Berusad kvinna som uppgav att hon var sjutton. Legitimationen som senare hittades i fickan visar att hon är vuxen. "
                "Vi lämnar anmälan ändå eftersom hon talade om att ta hand om en yngre bror."
            ),
            categories=(Category.SUBSTANCE_ABUSE, Category.OWN_BEHAVIOUR),
            child_location="Har lämnats hos en väninna.",
        ),
        (
            *assessed(False, "Personen är vuxen. Brodern är enligt folkbokföringen nitton år. Inget barn har behov av skydd."),
            *taken_over("norra-innerstaden", "Vuxen enligt numret. För kännedom och beslut."),
            *decided(
                Decide(
                    "norra-innerstaden", LawfulFact.INVESTIGATION_NOT_OPENED, "Anmälan rör inte något barn. Erbjuden kontakt för vuxna."
                ),
                read=False,
            ),
        ),
    ),
    ReferralContact(
        "00:50",
        "polisen-skarholmen",
        "sixteen-year-old, afraid of what the family has decided",
        ReferralIn(
            children=(Child(kind=UNKNOWN, name="Test Mira", age_years=16),),
            worry=(
                "Flickan kom själv till stationen. Hon säger att släkten har bestämt en resa som hon inte vill göra och att telefonen "
                "har tagits ifrån henne. Hon ber oss att inte ringa hem. Hon har sparat meddelanden som hon kan visa."
            ),
            categories=(Category.HONOUR_RELATED,),
            immediate_danger=True,
            child_location="På stationen.",
            guardians_informed=False,
            not_informed_reason="Hedersrelaterat: vårdnadshavarna ska inte informeras före socialtjänstens bedömning.",
        ),
        (
            *assessed(True, "Flickans uppgifter är sammanhängande och hon är rädd för att återvända. Hon placeras i jourhem i natt."),
            Notify("Misstänkt förberedelse till att föra flickan ur landet. Flickan är i jourhem."),
            Hold("Vårdnadshavarna ska inte underrättas förrän flickan är hörd. Åklagaren ringer tillbaka."),
            Offer("hagersten-alvsjo", "Flickan är i jourhem. Inget samtal hem innan ni talat med henne och samrått med åklagare."),
        ),
    ),
    ReferralContact(
        "01:30",
        "polisen-farsta",
        "two small brothers alone at home",
        ReferralIn(
            children=(
                Child(kind=UNKNOWN, name="Test Ture", age_years=7),
                Child(kind=UNKNOWN, name="Test Malte", age_years=5),
            ),
            worry=(
                "Sjuåringen ringde själv och sade att lillebror har feber och att ingen vuxen är hemma. Mat fanns, det var varmt. "
                "Barnen visste inte när modern skulle komma. Hon kom 02.05 från sitt nattarbete och blev mycket ledsen."
            ),
            categories=(Category.NEGLECT,),
            child_location="Hemma med modern.",
            guardians_informed=True,
        ),
        (
            *assessed(False, "Modern är hemma och stannar hemma. En granne kan komma de nätter hon arbetar resten av veckan."),
            *taken_over("skarpnack", "Familjen uppger att de har kontakt med er sedan tidigare. Modern vill bli uppringd efter tio."),
            *decided(
                Decide(
                    "skarpnack",
                    LawfulFact.INVESTIGATION_ALREADY_ONGOING,
                    "Utredning pågår sedan tidigare i höst. Uppgifterna tillförs den.",
                ),
                read=False,
            ),
        ),
    ),
    ReferralContact(
        "07:05",
        "polisen-norrmalm",
        "seventeen-year-old who sleeps in stairwells",
        ReferralIn(
            children=(Child(kind=UNKNOWN, name="Test Elis", age_years=17),),
            worry=(
                "Sov i en trappuppgång för fjärde natten. Har bråkat med sin far om skolan och säger att han hellre fryser. "
                "Vill gärna tala med någon, men inte hemma."
            ),
            categories=(Category.OWN_BEHAVIOUR, Category.OTHER),
            child_location="Följde med till stationen och sover i ett väntrum.",
        ),
        (Open(),),
    ),
)
