"""One whole story about two siblings, played through the public APIs, in which every text is a word that stands nowhere else."""

import asyncio
import secrets
from dataclasses import dataclass
from string import ascii_lowercase
from typing import Any
from uuid import UUID, uuid4

from contracts.told import Told
from deploy.local.api import Api, Positions, open_api
from tests.place import until
from tests.stack import Hub

MARK = "".join(secrets.choice(ascii_lowercase) for _ in range(16))
"""Begins every word of this run's story."""
NUMBER = "200512312398"
"""The older sibling's identity number: one of Skatteverket's test numbers."""
POLICE, JOUR, DISTRICT, HOSPITAL, SCHOOL = "polisen-farsta", "socialjouren", "farsta", "karolinska-barnakut", "skola-farsta"
PARTIES = (POLICE, JOUR, DISTRICT, HOSPITAL, SCHOOL)


def word(field: str) -> str:
    """The one word that was written in this field, and nowhere else in the world."""
    return MARK + field


TOLD = {
    field.alias or name: word(name.replace("_", "")) for name, field in Told.model_fields.items() if field.annotation in {str, str | None}
}
"""Every field that is written in words, by its name in JSON."""
OF_CHILD = {name: word(f"child{name.lower()}") for name in ("language", "place", "address", "phone", "school", "pregnantPerson")}
OF_GUARDIAN = {name: word(f"guardian{name.lower()}") for name in ("name", "relation", "contact", "notInformedReason")}
REFERRAL = {
    "children": [
        {"kind": "personal_identity_number", "number": NUMBER, "name": word("name"), "description": word("description"), **OF_CHILD},
        {"kind": "unknown", "name": word("sibling"), "description": word("clothes"), "ageYears": 4},
    ],
    **TOLD,
    "categories": ["violence_in_close_relation"],
    "guardiansInformed": False,
    "knownGuardians": [OF_GUARDIAN],
}
ADDED = {"text": word("added"), "childLocation": word("addedlocation")}
QUESTION = {"question": word("question"), "category": "violence_against_child", "ageBand": "0-3"}
CALL = {
    "place": word("scene"),
    "children": [{"ageYears": 3, "description": word("childseen")}],
    "interpreter": word("language"),
    "seen": word("seen"),
    "contact": word("callsign"),
}
COMING = {"answer": "coming", "arrivesAt": "2027-01-12T02:00:00Z", "who": word("who"), "message": word("coming")}
AMENDMENT = {"place": word("nowscene"), "interpreter": word("nowlanguage"), "seen": word("nowseen"), "contact": word("nowcallsign")}
CARD = {"child": 1, "person": {"kind": "unknown", "name": word("nameoncard")}, "exposure": "saw", "note": word("card")}
CONSENT = {"written": True, "givenAt": "2025-11-20T09:00:00Z"}
MEETING = {
    "childName": word("invited"),
    "purpose": word("purpose"),
    "place": word("place"),
    "startsAt": "2027-01-12T13:00:00Z",
    "endsAt": "2027-01-12T14:00:00Z",
    "parties": ["testskolan-farsta"],
    "consents": [
        CONSENT | {"giver": "guardian", "purpose": word("guardianconsent"), "note": word("guardiannote")},
        CONSENT | {"giver": "child", "purpose": word("childconsent"), "note": word("childnote")},
    ],
}
SIGNAL = {"children": [{"kind": "personal_identity_number", "number": NUMBER, "name": word("again")}], "worry": word("little")}
"""The older sibling once more, from others."""
SENT = [*TOLD.values(), *OF_GUARDIAN.values()]


PROSECUTOR = "jouraklagaren"
DECIDED = [word(each) for each in ("corrected", "correction", "police", "reportmeeting", "notice", "answer")]
"""What Socialjouren decides on the way, about the older sibling."""


@dataclass(frozen=True)
class Story:
    """What the parties got to know of it: the keys it was sent under, its ids and codes, and how far the stores came."""

    key: UUID
    asked: UUID
    called: UUID
    code: str
    references: tuple[str, ...]
    first: str
    second: str
    signal: str
    consultation: str
    sip: str
    scene: str
    positions: Positions

    @property
    def objects(self) -> tuple[str, ...]:
        """The ids of everything in it."""
        return self.first, self.second, self.signal, self.consultation, self.sip, self.scene

    @property
    def readings(self) -> dict[tuple[str, str], list[str]]:
        """The rightful readers: (machine, path) → what they find there. Together they find every word."""
        first, second, signal = (f"referrals/{each}" for each in (self.first, self.second, self.signal))
        older = [NUMBER, word("name"), word("description"), *OF_CHILD.values(), *SENT, *ADDED.values()]
        younger = [word("sibling"), word("clothes"), *SENT]
        decided = [word("assessment"), *DECIDED]
        consents = [word(who + what) for who in ("guardian", "child") for what in ("consent", "note")]
        talk = [word(said) for said in ("question", "counterquestion", "more", "advice", "condition")]
        written = ("scene", "childseen", "language", "seen", "callsign", "who", "coming", "nameoncard", "card")
        afterwards = ("nowscene", "nowlanguage", "nowseen", "nowcallsign", "calledoff")
        scene = [word(field) for field in (*written, *afterwards)]
        invitation = [word("invited"), word("purpose"), word("place")]
        return {
            (POLICE, f"receipts/{self.first}"): older,
            (POLICE, f"receipts/{self.second}"): younger,
            (JOUR, first): [*older, *decided, word("message")],
            (JOUR, second): [*younger, word("assessment"), word("owed"), word("message"), word("refusal"), word("withdrawal")],
            (DISTRICT, first): [*older, *decided, word("message"), word("lifted"), word("decision")],
            (SCHOOL, f"receipts/{self.signal}"): [NUMBER, word("again"), word("little")],
            (JOUR, signal): [NUMBER, word("again"), word("little"), word("weighing")],
            (JOUR, f"{signal}/earlier-signals/{self.first}?purpose=earlier_signals"): [*older, *decided, word("message")],
            (HOSPITAL, f"consultations/{self.consultation}"): talk,
            (JOUR, f"consultations/{self.consultation}"): talk,
            (POLICE, f"scene-calls/{self.scene}"): scene,
            (JOUR, f"scene-calls/{self.scene}"): [*scene, word("outcome"), word("closing")],
            (SCHOOL, f"invitations/{self.sip}"): invitation,
            (DISTRICT, f"invitations/{self.sip}"): [*invitation, *consents],
        }


class Teller:
    """Plays the story over one connection to the hub."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def create(self, client: str, path: str, body: object, key: UUID | None = None) -> dict[str, Any]:
        """The receipt of something new."""
        receipt: dict[str, Any] = (await self._api.ask(client, "POST", path, body, key=key or uuid4())).body
        return receipt

    async def does(self, client: str, referral: str, what: str, **body: object) -> None:
        """One command on a referral."""
        await self._api.ask(client, "POST", f"/liaison/v1/referrals/{referral}/{what}", body or None)

    async def offered(self, referral: str) -> None:
        """Opened, assessed and offered to Farsta by Socialjouren."""
        await self.does(JOUR, referral, "openings")
        await self.does(JOUR, referral, "immediate-safety-assessments", needsImmediateProtection=False, reasons=word("assessment"))
        await self.does(JOUR, referral, "handover-offers", toUnit="farsta-mottagning", message=word("message"), siblings="split")

    async def decided(self, referral: str) -> None:
        """What a duty officer decides beside it."""
        again = {"corrects": 1, "correction": word("correction"), "needsImmediateProtection": True}
        await self.does(JOUR, referral, "immediate-safety-assessments", reasons=word("corrected"), **again)
        await self.does(JOUR, referral, "police-report-decisions", decision="not_made", barnahusConsulted=True, reasons=word("police"))
        meeting = {"outcome": "offered", "reporterInvited": True, "meetsAt": "2027-01-14T09:00:00Z"}
        await self.does(JOUR, referral, "report-meetings", reasons=word("reportmeeting"), **meeting)
        await self.does(JOUR, referral, "prosecutor-notices", toUnit=PROSECUTOR, note=word("notice"))
        await self.does(JOUR, referral, "prosecutor-consultations", toUnit=PROSECUTOR, guardian="wait", answer=word("answer"))

    async def paid(self, referral: str) -> None:
        """Decided without reasons, which come later."""
        await self.does(JOUR, referral, "report-meetings", outcome="not_offered")
        owed = (await self._api.ask(JOUR, "GET", "/projections/v1/missing-reasons?limit=200")).body
        event = next(row["event"] for row in owed if row["referral"] == referral)
        await self.does(JOUR, referral, "reasons", of=event, reasons=word("owed"))

    async def comes(self, scene: str) -> None:
        """Socialjouren answers the patrol, which corrects its call and calls it off; card and outcome are written, and it closes."""
        steps: list[tuple[str, str, object]] = [
            (JOUR, "openings", None),
            (JOUR, "answers", COMING),
            (POLICE, "amendments", AMENDMENT),
            (JOUR, "children", CARD),
            (JOUR, "outcomes", {"outcome": "talks", "child": 1, "note": word("outcome")}),
            (POLICE, "withdrawals", {"reasons": word("calledoff")}),
            (JOUR, "openings", None),
            (JOUR, "closings", {"reasons": word("closing")}),
        ]
        for client, what, body in steps:
            await self._api.ask(client, "POST", f"/liaison/v1/scene-calls/{scene}/{what}", body, key=uuid4())

    async def fed_back(self, referral: str) -> bool:
        """Whether the reporters have their feedback."""
        row = (await self._api.ask(POLICE, "GET", f"/projections/v1/receipts/{referral}/chain")).body
        return row["feedback"] is not None

    async def talks(self, question: str) -> None:
        """Socialjouren asks back, the hospital tells more and is answered."""

        async def says(client: str, what: str, **body: object) -> None:
            await self.create(client, f"/liaison/v1/consultations/{question}/{what}", body)

        await says(JOUR, "openings")
        await says(JOUR, "counter-questions", text=word("counterquestion"))
        await says(HOSPITAL, "questions", text=word("more"))
        await says(JOUR, "openings")
        await says(JOUR, "answers", advice="refer_if", text=word("advice"), condition=word("condition"))

    async def tell(self) -> Story:
        """The older sibling's case is taken over and decided; the younger one's refused, offered anew, taken back and offered again."""
        key, asked, called = uuid4(), uuid4(), uuid4()
        receipt = await self.create(POLICE, "/intake/v1/referrals", REFERRAL, key)
        first, second = (each["id"] for each in receipt["referrals"])
        await self.create(POLICE, f"/intake/v1/referrals/{first}/supplements", ADDED)
        for referral in (first, second):
            await self.offered(referral)
        await self.decided(first)
        await self.paid(second)
        await self.does(DISTRICT, first, "handover-acceptances")
        await self.does(DISTRICT, first, "guardian-hold-endings", reasons=word("lifted"))
        await self.does(DISTRICT, first, "decisions", decision="investigation_opened", reasons=word("decision"))
        await self.does(DISTRICT, second, "handover-refusals", reason=word("refusal"))
        offer = {"toUnit": "farsta-mottagning", "message": word("message")}
        await self.does(JOUR, second, "handover-offers", **offer)
        await self.does(JOUR, second, "handover-withdrawals", reason=word("withdrawal"))
        await self.does(JOUR, second, "handover-offers", **offer)
        await until(lambda: self.fed_back(first))
        await self.does(POLICE, first, "feedback-readings")
        question = (await self.create(HOSPITAL, "/intake/v1/consultations", QUESTION, asked))["id"]
        await self.talks(question)
        scene = (await self.create(POLICE, "/intake/v1/scene-calls", CALL, called))["id"]
        await self.comes(scene)
        sip = (await self.create(DISTRICT, "/liaison/v1/sips", {**MEETING, "referral": first}))["id"]
        signal = await self.signalled()
        references = tuple(each["reference"] for each in receipt["referrals"])
        return Story(
            key, asked, called, receipt["receiptCode"], references, first, second, signal, question, sip, scene, self._api.positions
        )

    async def signalled(self) -> str:
        """Two more agencies worry about the older sibling; Socialjouren weighs the signals on the last referral."""
        await self.create(HOSPITAL, "/intake/v1/referrals", SIGNAL)
        signal: str = (await self.create(SCHOOL, "/intake/v1/referrals", SIGNAL))["referrals"][0]["id"]
        await self.does(JOUR, signal, "openings")
        await self.does(JOUR, signal, "signal-weighings", bearing="weighed_in", reasons=word("weighing"))
        return signal


async def tell(hub: Hub) -> Story:
    """Plays it in a running hub."""
    async with open_api(hub.data.path) as api:
        return await Teller(api).tell()


def told(hub: Hub) -> Story:
    """The same, for a fixture."""
    return asyncio.run(tell(hub))
