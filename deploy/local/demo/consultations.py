"""The night's consultations: questions without names, and the duty officer's answers."""

from contracts.advice import Advice
from contracts.referral import AgeBand, Category, Child, IdentityKind
from deploy.local.demo.story import ConsultationContact, ReferralContact, assessed
from services.intake.bodies import ConsultationIn, ReferralIn
from services.liaison.bodies import AnswerIn

CONSULTATIONS = (
    ConsultationContact(
        "16:55",
        "forskola-skarholmen",
        "a child who flinches",
        ConsultationIn(
            question=(
                "Ett barn hos oss kryper ihop när någon höjer rösten. Vi har inte sett några märken och barnet har inte sagt något. "
                "Är det för lite för att anmäla?"
            ),
            category=Category.VIOLENCE_AGAINST_CHILD,
            age_band=AgeBand.AGE_4_6,
        ),
        AnswerIn(
            advice=Advice.REFER_IF,
            condition="Barnet berättar något, ni ser märken, eller oron växer.",
            text=(
                "Ni behöver inte veta, det räcker att ni misstänker. Skriv ner vad ni ser och när, och tala med barnet som ni brukar utan "
                "att fråga ut det. Blir ni mer oroliga, eller berättar barnet något: anmäl genast. Ansvaret för att anmäla är ert."
            ),
        ),
    ),
    ConsultationContact(
        "18:40",
        "sachsska-barnakut",
        "an injury explained in two ways",
        ConsultationIn(
            question=(
                "Ett spädbarn har en skada som de vuxna förklarar på två olika sätt. Kollegorna är oense om det räcker. Ska vi vänta på "
                "röntgen i morgon innan vi anmäler?"
            ),
            category=Category.VIOLENCE_AGAINST_CHILD,
            age_band=AgeBand.AGE_0_3,
        ),
        AnswerIn(
            advice=Advice.REFER_NOW,
            text=(
                "Vänta inte. Misstanken räcker och anmälan ska göras genast. Säg inget till vårdnadshavarna om anmälan innan vi har talats "
                "vid, och skriv inte ut barnet."
            ),
        ),
        becomes=ReferralContact(
            "18:55",
            "sachsska-barnakut",
            "the same injury, referred on the advice",
            ReferralIn(
                children=(
                    Child(kind=IdentityKind.UNKNOWN, name="Test Bo", age_years=0, description="Spädbarn, vårdas på avdelningen i natt."),
                ),
                worry=(
                    "Frakturmisstanke på arm. Vårdnadshavarna beskriver först ett fall från skötbord, senare att ett syskon snubblat. "
                    "Inget av det stämmer med skadan enligt ortoped."
                ),
                categories=(Category.VIOLENCE_AGAINST_CHILD,),
                child_location="Inneliggande med tillsyn.",
                guardians_informed=False,
                not_informed_reason="På ert råd: vårdnadshavarna informeras inte före er bedömning.",
            ),
            assessed(
                True,
                "Skadan är inte förklarad och barnet är för litet för att ha gjort sig illa så. Barnet stannar på avdelningen med personal "
                "närvarande.",
            ),
        ),
    ),
    ConsultationContact(
        "21:30",
        "st-goran-akut",
        "a patient with children at home",
        ConsultationIn(
            question=(
                "En patient med djup depression har barn hemma. En närstående är där i kväll. Patienten vill inte att vi anmäler. Hur "
                "tänker ni?"
            ),
            category=Category.MENTAL_ILL_HEALTH,
        ),
        AnswerIn(
            advice=Advice.OTHER_SERVICE,
            service="testfamiljen-sodermalm",
            text=(
                "Fråga patienten hur barnen har det och vem som finns i morgon. Barnens behov av information och stöd är ert ansvar "
                "oavsett, och familjen kan få samtal. Misstänker ni att barnen far illa ska ni anmäla, även när patienten säger nej."
            ),
        ),
    ),
    ConsultationContact(
        "00:20",
        "bup-akut",
        "a teenager who must not be overheard",
        ConsultationIn(
            question=(
                "En tonåring säger att familjen läser alla meddelanden och bestämmer vem hon får träffa. Hon är rädd för vad som händer om "
                "vi berättar. Hur gör vi utan att göra det farligare?"
            ),
            category=Category.HONOUR_RELATED,
            age_band=AgeBand.AGE_15_17,
        ),
        AnswerIn(
            advice=Advice.REFER_NOW,
            text=(
                "Anmäl, och informera inte vårdnadshavarna. Skriv hur hon kan nås utan att familjen märker det. Vi talar med henne före "
                "alla andra. Är hon rädd för att gå hem i natt: ring oss direkt."
            ),
        ),
        asks_back="Är hon hos er nu, och hur länge kan hon vara kvar?",
        asks_again="Hon är här till i morgon. Ingen i familjen vet var hon är.",
    ),
    ConsultationContact(
        "02:50",
        "karolinska-barnakut",
        "parents who want to leave against advice",
        ConsultationIn(
            question=(
                "Föräldrar vill ta hem ett sjukt barn mot vårt råd. De är lugna men litar inte på oss. När blir det en fråga för er?"
            ),
            category=Category.OTHER,
            age_band=AgeBand.AGE_7_9,
        ),
    ),
    ConsultationContact(
        "07:40",
        "polisen-skarholmen",
        "children seen at an address the police often visit",
        ConsultationIn(
            question=(
                "Vi ser barn varje gång vi är på en plats där vuxna missbrukar, men vet inte vilka de är. Vad hjälper det er att vi "
                "skriver?"
            ),
            category=Category.SUBSTANCE_ABUSE,
        ),
    ),
)
