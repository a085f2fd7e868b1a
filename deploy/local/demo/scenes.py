"""The night's calls to the scene: one carried to its end, one with Socialjouren on its way, one that waits. Everyone is invented."""

from contracts.referral import Category, Child, IdentityKind
from contracts.scene import Exposure, SceneOutcome, ScenePhase, SceneTime, SeenChild
from deploy.local.demo.scene_steps import Begin, Close, Come, Lead, Look, Note, Tick, Write
from deploy.local.demo.story import ReferralContact, SceneContact, assessed, taken_over
from services.intake.bodies import ReferralIn, SceneCallIn
from services.liaison.scene_bodies import SceneChildIn

ISA = Child(kind=IdentityKind.UNKNOWN, name="Test Isa", age_years=8, description="Randig pyjamas.")
NILO = Child(kind=IdentityKind.UNKNOWN, name="Test Nilo", age_years=5, description="Håller sig tätt intill sin syster.")

SCENES = (
    SceneContact(
        "19:50",
        "polisen-farsta",
        "two children awake behind a door",
        SceneCallIn(
            place="Testgatan 12, tre trappor, porten är uppställd",
            children=(SeenChild(age_years=8, description="Randig pyjamas"), SeenChild(age_years=5)),
            seen="Två vuxna är åtskilda. Barnen sitter bakom sovrumsdörren och svarar bara varandra.",
            contact="Yttre befäl, Lokalpolisområde Farsta",
        ),
        (
            Tick("police-safe", by_patrol=True),
            Tick("police-children", by_patrol=True),
            Look(),
            Come(
                "Två socialsekreterare från Socialjouren", 35, "Låt barnen vara tillsammans. Vi talar med dem innan någon av dem flyttas."
            ),
            Note(SceneTime.ARRIVED),
            Begin(ScenePhase.CARE),
            Tick("police-meet", by_patrol=True),
            Note(SceneTime.CHILD_SPOKEN_WITH, 1),
            Write(SceneChildIn(child=1, person=ISA, exposure=Exposure.SAW_AND_SUFFERED, note="Ställde sig emellan och fick ett slag.")),
            Note(SceneTime.CHILD_SPOKEN_WITH, 2),
            Write(SceneChildIn(child=2, person=NILO, exposure=Exposure.SAW, note="Höll för öronen och räknade högt."), by_patrol=True),
            Tick("jour-safety"),
            Note(SceneTime.MEDICAL_EXAMINATION, 1),
            Tick("care-examine"),
            Tick("police-evidence", by_patrol=True),
            Lead(SceneOutcome.COMPANY_TO_HOSPITAL, "En av oss följde med till barnakuten och hem igen.", 1),
            Lead(SceneOutcome.TALKS, "Samtal med barnen och modern under natten; nytt samtal i morgon."),
            Begin(ScenePhase.COORDINATION),
        ),
        ReferralContact(
            "22:05",
            "polisen-farsta",
            "the two children behind the door, referred from the call",
            ReferralIn(
                children=(ISA, NILO),
                worry=(
                    "Vi kom till bostaden efter larm om slag och skrik. Båda barnen var vakna och hade hört allt. Flickan hade ställt sig "
                    "mellan de vuxna. Pojken räknade högt och slutade inte förrän hon satte sig hos honom."
                ),
                categories=(Category.VIOLENCE_IN_CLOSE_RELATION, Category.VIOLENCE_AGAINST_CHILD),
                child_location="Hos moderns syster, tillsammans med modern.",
                guardians_informed=True,
                not_informed_reason="Modern är informerad. Fadern är gripen och informeras inte före er bedömning.",
            ),
            (
                *assessed(False, "Den misstänkte är gripen. Barnen är hos moderns syster, som vi har besökt, och stannar där i natt."),
                *taken_over("farsta", "Vi har varit på plats och talat med båda barnen. Nytt samtal är lovat i morgon."),
            ),
        ),
        (
            Tick("jour-barnahus"),
            Tick("jour-victims"),
            Note(SceneTime.HANDED_OVER),
            Close(),
        ),
    ),
    SceneContact(
        "06:20",
        "polisen-skarholmen",
        "a child who hides on the balcony",
        SceneCallIn(
            place="Provvägen 3, gården bakom huset",
            children=(SeenChild(age_years=11, description="Svart luva"),),
            danger=True,
            interpreter="polska",
            seen="Barnet vill inte komma in förrän någon som inte är polis är där.",
        ),
        (
            Look(),
            Come("Två från Socialjouren, med tolk på telefon", 40, "Stanna där barnet ser er, men gå inte närmare."),
            Tick("jour-interpreter"),
            Note(SceneTime.ARRIVED),
            Begin(ScenePhase.CARE),
        ),
    ),
    SceneContact(
        "07:50",
        "polisen-norrmalm",
        "three children, and a man who may come back",
        SceneCallIn(
            place="Exempelgränd 5, källarplanet, ring på porttelefonen",
            children=(SeenChild(age_years=9), SeenChild(age_years=6), SeenChild(age_years=1, description="Sover i vagnen")),
            danger=True,
            seen="Modern är skadad och förs till sjukhus. Mannen har lämnat platsen och är inte anträffad. Barnen har ingen annan här.",
            contact="Yttre befäl, Lokalpolisområde Norrmalm",
        ),
    ),
)
