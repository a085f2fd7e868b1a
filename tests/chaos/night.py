"""One small night as a fault run leaves it, with its receipts: what the checker's tests damage."""

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncpg

from deploy.nats.permissions import inbox
from deploy.nats.streams import DEPLOY
from services.kit.bus import POSITION, headers, subject
from services.kit.eventlog import STORES, Logged
from services.projections.rebuild import rebuild
from tests.chaos.checker.check import Evidence
from tests.chaos.checker.ledger import ledger
from tests.chaos.checker.reads import actor
from tests.chaos.evening import Evening
from tests.chaos.receipts import CONSULTATION, READING, REFERRAL, SCENE, STEP, STRANGER, Receipt
from tests.place import Place, Streams, in_database
from tests.projections.history import History, history_in
from tests.projections.test_projection import projecting

ISSUER = "http://issuer.test"
POLICE, HOSPITAL, JOUR, FARSTA, SKARHOLMEN = "polisen", "region-stockholm", "socialjouren", "farsta", "skarholmen"
SCHOOL = "utbildningsforvaltningen"
MARK = "kanariefagelord"
READ = "INSERT INTO keyring.read_log (actor, agency, unit, role, assurance, stream, action, purpose, request)"


class Night:
    """What was written, and the receipts of it as writers would have them."""

    def __init__(self, place: Place, streams: Streams, history: History, logs: Path) -> None:
        self.place, self.streams, self.history, self.logs = place, streams, history, logs
        self.receipts: list[Receipt] = []
        self.poison: frozenset[str] = frozenset()
        self._clock = itertools.count(1)

    async def happens(self) -> None:
        """Everything, once."""
        await self._mixed_history()
        for stream in await Evening(self.history, self.keep).happens():
            await self.logged("grant", FARSTA, stream)
        for reading in [each for each in self.receipts if each.kind == READING]:
            await self.logged("open", JOUR, reading.ids[0])
        self.receipts.append(replace(self.receipts[-1], kind=STRANGER, agency=HOSPITAL, client=HOSPITAL, status=404))
        for store in STORES:
            for logged in await self.history.read(store):
                await self.publish(logged)

    async def _mixed_history(self) -> None:
        streams = await self.history.everything()
        await self.history.adds(streams[2])
        await self.history.policies()
        handled, refused, new, asked, plan, called = (str(each) for each in streams)
        for stream in (handled, refused, new):
            self.keep(REFERRAL, "1", POLICE, stream, parties=(JOUR,), key=stream)
        self.keep(CONSULTATION, "1", HOSPITAL, asked, parties=(JOUR,), key=asked)
        for stream in (handled, refused):
            self.keep(STEP, "openings", JOUR, stream)
            self.keep(STEP, "immediate-safety-assessments", JOUR, stream)
        self.keep(STEP, "police-report-decisions", JOUR, refused, owes="police_report")
        self.keep(STEP, "handover-offers", JOUR, refused, parties=(SKARHOLMEN,))
        self.keep(STEP, "handover-refusals", SKARHOLMEN, refused)
        for stream in (handled, refused):
            self.keep(STEP, "handover-offers", JOUR, stream, parties=(FARSTA,))
            self.keep(STEP, "handover-acceptances", FARSTA, stream)
            await self.logged("grant", FARSTA, stream)
            self.keep(STEP, "decisions", FARSTA, stream)
            self.keep(STEP, "feedback-readings", POLICE, stream)
        self.keep(STEP, "supplements", POLICE, new)
        self.keep(STEP, "attachments", POLICE, new)
        self.keep(STEP, "openings", JOUR, asked)
        self.keep(STEP, "answers", JOUR, asked)
        self.keep(STEP, "sips", FARSTA, plan, parties=(SCHOOL,))
        self.keep(SCENE, "1", POLICE, called, parties=(JOUR,), key=called)
        for what in ("scene-openings", "scene-answers", "scene-times", "scene-outcomes", "scene-closings"):
            self.keep(STEP, what, JOUR, called)
        self.keep(READING, "referrals", JOUR, handled, found=("ReferralReceived",))

    def keep(self, kind: str, what: str, agency: str, *ids: str, key: str = "", **more: Any) -> None:
        """A receipt about these streams, later than the one before. A machine is called here as its agency."""
        now = float(next(self._clock))
        self.receipts.append(Receipt(kind, what, agency, agency, "unit", key, now, now + 0.5, now, 1, 201, ids, **more))

    async def logged(self, action: str, agency: str, stream: str) -> None:
        """A row of the read log."""
        who = actor(ISSUER, agency)
        await self.place.fetch(f"{READ} VALUES ('{who}', '{agency}', 'u', 'r', 3, '{stream}', '{action}', 'p', '{stream}')")

    async def publish(self, logged: Logged, position: int | None = None) -> None:
        """Into the stream, without a fence."""
        told = headers(logged) | {POSITION: str(position or logged.position)}
        del told["Nats-Msg-Id"]
        await self.streams.jetstream.publish(subject(logged), logged.state, headers=told)

    def evidence(self, *, views: bool = True) -> Evidence:
        """For the checker; without `views`, none is made anew."""

        async def made_anew(names: list[str]) -> bool:
            return not views or all([(await rebuild(self.place.dsn("nattljus_owner"), name)).same for name in names])

        return Evidence(
            ledger=ledger(self.receipts),
            admin_dsn=self.place.admin_dsn,
            nats=(self.place.servers.nats, self.place.servers.seed(DEPLOY), inbox(DEPLOY)),
            issuer=ISSUER,
            poison=self.poison,
            canaries=(MARK,),
            logs=self.logs,
            rebuild=made_anew,
        )

    @asynccontextmanager
    async def copied(self) -> AsyncIterator["Night"]:
        """The same night on a copy of its database, to be damaged. Nobody may be connected to the first."""
        copy = replace(self.place, database=f"{self.place.database}_copy")
        server = await asyncpg.connect(in_database(self.place.admin_dsn, "postgres"))
        try:
            await server.execute(f"CREATE DATABASE {copy.database} TEMPLATE {self.place.database}")
            night = Night(copy, self.streams, self.history, self.logs)
            night.receipts, night.poison = self.receipts, self.poison
            yield night
        finally:
            await server.execute(f"DROP DATABASE IF EXISTS {copy.database} WITH (FORCE)")
            await server.close()

    async def damage(self, statement: str) -> None:
        """Changes a database that nobody can change, past every wall. Fails when nothing was changed."""
        connection = await asyncpg.connect(self.place.admin_dsn)
        try:
            done = await connection.execute(statement)
        finally:
            await connection.close()
        assert not done.endswith(" 0"), statement


@asynccontextmanager
async def a_night(place: Place, streams: Streams, logs: Path) -> AsyncIterator[Night]:
    """As it should be."""
    async with history_in(place) as history, projecting(place, history) as projection:
        night = Night(place, streams, history, logs)
        await night.happens()
        for store in STORES:
            await projection.apply(await history.read(store))
        yield night
