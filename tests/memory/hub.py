"""The whole hub in memory: intake's and liaison's own HTTP applications, the policies and the views, with a few people in it."""

import functools
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, cast
from uuid import UUID, uuid4

import httpx2
from fastapi import FastAPI
from typing_extensions import override

from contracts.agencies import Role
from contracts.attachment import MIB, SCANNER, FileState
from contracts.directory import (
    AgencyRegistered,
    AssignmentGiven,
    DistrictFeatureSet,
    Feature,
    ServiceRegistered,
    UnitRegistered,
    directory_stream,
    holder_id,
)
from contracts.event import Event
from services.intake.antivirus import Clamd
from services.intake.files.kept import Kept
from services.intake.files.opening import opened
from services.intake.keeping import Examiner, Keeper
from services.intake.likeness import KnowingAgain
from services.intake.pace import Bucket
from services.intake.routes import attachments, private, referrals, scene_calls, supplements
from services.intake.routes import consultations as questions
from services.intake.scanner import Scanner
from services.kit.auth.verify import BadToken, Claims, TokenVerifier
from services.kit.bus import Bus
from services.kit.groupcommit import NewKeys
from services.kit.multipart import Room
from services.kit.recorded import EnvelopeMapper, Provenance, Recorded
from services.kit.register import Register
from services.kit.sealing import new_key_pair, public_half
from services.kit.web import new_app
from services.liaison.policies import Policies
from services.liaison.routes import cases, consultations, decisions, directory, handling, handovers, scene_work, scenes, signals, sips
from services.liaison.watchdog import Watchdog
from services.projections.views import VIEWS
from tests.memory.database import Database, Login
from tests.memory.limits import MemoryLimits
from tests.memory.projection import MemoryProjection
from tests.memory.samechild import MemorySameChild
from tests.memory.store import MemoryLog, MemoryPrivateKeys, MemoryQueue, MemoryStore
from tests.properties.world import DESKS, DOOR, FARSTA, FARSTA_TOO, JOUR, POLICE, POLICE_TOO, SCHOOL, SKARHOLMEN, WARD, Desk

ISSUER = "https://issuer.example.se"


@dataclass(frozen=True)
class Person:
    """Somebody at a desk."""

    desk: Desk
    role: Role

    @property
    def subject(self) -> str:
        """What the person's token says."""
        return f"{self.desk.unit} {self.role}"

    @property
    def holder(self) -> UUID:
        """Under which the register knows the person."""
        return holder_id(ISSUER, self.subject)


STEWARD = Person(JOUR, Role.STEWARD)
OFFICERS = (
    Person(JOUR, Role.DUTY_OFFICER),
    Person(FARSTA, Role.QUALIFIED_DISTRICT_OFFICER),
    Person(FARSTA_TOO, Role.QUALIFIED_DISTRICT_OFFICER),
    Person(SKARHOLMEN, Role.QUALIFIED_DISTRICT_OFFICER),
)
"""One for every unit that works with cases, with the role that may do most there."""
REPORTERS = tuple(Person(desk, Role.REPORTER) for desk in (POLICE, POLICE_TOO, WARD, SCHOOL, FARSTA))
"""A district's preschool reports too: then the reporter's agency is one that may come to own the case."""
OTHERS = (
    Person(JOUR, Role.TEAM_LEAD),
    Person(FARSTA, Role.TEAM_LEAD),
    Person(SKARHOLMEN, Role.DISTRICT_OFFICER),
    Person(POLICE_TOO, Role.DUTY_OFFICER),  # by a steward's mistake
)
PORTAL = Person(DOOR, Role.REPORTER)
"""The portal's own door for private persons."""
PEOPLE = (STEWARD, *OFFICERS, *REPORTERS, *OTHERS, PORTAL)
SERVICE = "farsta-testgrupp"
"""What the directory offers beside what a referral leads to."""
PRIVATE = {agency: new_key_pair().private for agency in (*(desk.agency for desk in DESKS), SCANNER)}


class TakenAtTheirWord(TokenVerifier):
    """A token is its subject: who somebody is, the register still says."""

    def __init__(self) -> None:
        pass

    @override
    async def verify(self, token: str) -> Claims:
        if not token:
            raise BadToken("no subject")
        return Claims(ISSUER, token, "prov", 0, 3, None, None, "Prov Provsson")


class Antivirus(Clamd):
    """Says of every file what it was told to say: nothing, to begin with."""

    def __init__(self) -> None:
        self.verdict = FileState.UNSCANNED

    @override
    async def answers(self) -> bool:
        return self.verdict is not FileState.UNSCANNED

    @override
    async def scan(self, content: bytes) -> FileState:
        return self.verdict


async def open_here(content: bytes) -> Kept:
    """Opens a file in this process: the tests' own files do no harm."""
    return opened(content)


@functools.cache
def _applications() -> Mapping[str, FastAPI]:
    """The two services' applications with their own routes; made once, for it takes long."""

    def lifespan(_: FastAPI) -> AbstractAsyncContextManager[None]:
        raise RuntimeError("a store in memory needs no start")

    apps = {name: new_app(name, name, name, lifespan, [attachments.ROOMY]) for name in ("intake", "liaison")}
    for room in (referrals, questions, private, scene_calls, supplements, attachments):
        apps["intake"].include_router(room.router)
    for room in (cases, decisions, handling, handovers, signals, consultations, scenes, scene_work, sips, directory):
        apps["liaison"].include_router(room.router)
    return apps


@functools.cache
def _peopled() -> Database:
    """A database whose directory knows everybody."""
    kinds = {desk.agency: str(desk.kind) for desk in DESKS} | {SCANNER: SCANNER}
    database = Database({agency: (kind, public_half(PRIVATE[agency])) for agency, kind in kinds.items()})
    by = Provenance(JOUR.agency, JOUR.unit, uuid4(), datetime.now(UTC), uuid4())
    said: dict[UUID, Event] = {}
    for desk in (*DESKS, DOOR):
        agency, unit = directory_stream("agency", desk.agency), directory_stream("unit", desk.unit)
        said[agency] = AgencyRegistered(agency=desk.agency, kind=desk.kind, swedish=desk.agency, english=desk.agency)
        said[unit] = UnitRegistered(unit=desk.unit, agency=desk.agency, name=desk.unit, functional_address=desk.unit)
    for person in PEOPLE:
        holder = person.holder
        given = AssignmentGiven(holder=holder, agency=person.desk.agency, unit=person.desk.unit, role=person.role)
        said[directory_stream("holder", str(holder))] = given
    offered = ServiceRegistered(service=SERVICE, district=FARSTA.agency, name=SERVICE, what=SERVICE, functional_address=SERVICE)
    said[directory_stream("service", SERVICE)] = offered
    pilot = DistrictFeatureSet(district=FARSTA.agency, feature=Feature.SCENE_CALLS, in_use=True, since=date(2021, 4, 1))
    said[directory_stream("feature", f"{pilot.feature}:{pilot.district}")] = pilot
    mapper = EnvelopeMapper("liaison")
    stored = [mapper.to_stored_event(Recorded(stream, 1, event, by)) for stream, event in said.items()]
    database.append("liaison", stored, NewKeys(), None)
    return database


class Hub:
    """One hub. Nothing in it runs by itself: whoever uses it says when the policies follow and when the views do."""

    def __init__(self) -> None:
        self.database = _peopled().copy()
        self.logs = {name: MemoryLog(self.database, name) for name in ("intake", "liaison")}
        self._apps, self.antivirus = _applications(), Antivirus()
        intake = self._apps["intake"].state
        intake.examiner, intake.keeper = Examiner(open_here, self.antivirus), Keeper(MemoryStore("intake", self.database))
        intake.room = Room(64 * MIB)
        for name, app in self._apps.items():
            app.state.store = MemoryStore(name, self.database)
            app.state.register = Register(self.logs["liaison"])
            app.state.verifier = TakenAtTheirWord()
            app.state.private_keys = MemoryPrivateKeys(PRIVATE)
            app.state.knowing = KnowingAgain("the same hub knows a child again in memory")
            app.state.private_pace = Bucket(1000, 0.0)
        self._policies_store = MemoryStore("liaison", self.database, "nattljus_policies")
        self.views = MemoryProjection(VIEWS, self.logs)
        self.limits = MemoryLimits()
        self.register = Register(self.logs["liaison"])
        self.watchdog = Watchdog(MemoryStore("liaison", self.database, "nattljus_watchdog"), self.limits, self.register)

    def login(self, role: str) -> Login:
        """A login role's way into the database."""
        return Login(self.database, role)

    def size(self) -> tuple[int, ...]:
        """How much stands in the tables that commands write: the same before and after, when nothing is to be stored."""
        events, keys = self.database.events, self.database.wrapped
        return len(events["intake"]), len(events["liaison"]), len(keys), len(self.database.stream_keys), len(self.database.read_log)

    async def start(self) -> None:
        """Services and policies, as at the start of a day."""
        await self.register_refreshes()
        await self.policies_start()

    async def register_refreshes(self) -> None:
        """Every service reads what is new in the directory, as each does once a second."""
        for register in (self.register, *(app.state.register for app in self._apps.values())):
            await register.refresh()

    async def send_file(
        self, who: Person, referral: UUID, name: str, content: bytes, *, key: UUID, siblings: bool = False
    ) -> httpx2.Response:
        """A file for a referral, as this person."""
        transport = httpx2.ASGITransport(app=self._apps["intake"])
        headers = {"Authorization": f"Bearer {who.subject}", "Idempotency-Key": str(key)}
        async with httpx2.AsyncClient(transport=transport, base_url="http://hub") as client:
            path, more = f"/intake/v1/referrals/{referral}/attachments", {"forSiblings": str(siblings).lower()}
            return await client.post(path, params=more, files={"file": (name, content)}, headers=headers)

    async def scan(self) -> int:
        """The scanner looks at what waits; gives at how many files."""
        store = MemoryStore("intake", self.database, "nattljus_scanner")
        return await Scanner(store, MemoryPrivateKeys(PRIVATE), self.antivirus, MemoryQueue(self.database)).round()

    async def call(
        self, who: Person, method: str, path: str, body: Mapping[str, Any] | None = None, *, key: UUID | None = None, after: str = ""
    ) -> httpx2.Response:
        """A request to the service that the path's first part names, as this person."""
        transport = httpx2.ASGITransport(app=self._apps[path.split("/")[1]])
        headers = {"Authorization": f"Bearer {who.subject}", "Nattljus-After": after}
        if key is not None:
            headers["Idempotency-Key"] = str(key)
        async with httpx2.AsyncClient(transport=transport, base_url="http://hub") as client:
            return await client.request(method, path, json=body, headers=headers)

    async def policies_start(self) -> None:
        """The policies begin where they were left, as after a crash: what they had taken since that nothing followed from comes again."""
        self._come = {store: await self._policies_store.followed(store) for store in self.logs}

    async def policies_follow(self, store: str, most: int = 500) -> int:
        """The policies take the next events of a store, at most so many; gives how many."""
        policies = Policies(self._policies_store, self.logs[store], cast("Bus", None), same=MemorySameChild(self.database))
        batch = await self.logs[store].after(self._come[store], most)
        if batch:
            await policies.take(batch)
            self._come[store] = batch[-1].position
        return len(batch)

    async def watchdog_follows(self, store: str, most: int = 500) -> None:
        """The watchdog notes the next events of a store, from where it was left."""
        if batch := await self.logs[store].after(await self.limits.followed(store), most):
            await self.watchdog.take(batch)

    async def watchdog_looks(self, now: datetime) -> int:
        """The watchdog acts on the limits that have passed by then; gives how many."""
        return await self.watchdog.look(now)

    async def views_take(self, store: str, after: int, most: int) -> None:
        """The views are brought so many events from after a position on: old ones once more, or ones that are not their turn."""
        if batch := await self.logs[store].after(after, most):
            await self.views.apply(batch)
