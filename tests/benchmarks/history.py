"""A long history, copied into the stores' tables: believable events in their real form, with their keys, over all agencies.

Each referral is a story told by the product's own decisions once for each pair of a reporting unit and a district; copies of it differ in
ids, times, code and sealed bytes. The sealed bytes of the copies are random: nobody can open them, and nothing here tries to. One event in
some seven is intake's; one referral in eight waits to be seen, one in eight to be offered to a district.
"""

import base64
import random
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import asyncpg

from contracts.agencies import AgencyKind, Role
from contracts.event import Event, SealedEvent
from contracts.feedback import LawfulFact
from contracts.referral import ReferralReceived
from deploy.local.organisation import Agency, Unit, load
from services.kit.recorded import EnvelopeMapper, Provenance, Recorded, sealing_to
from services.kit.sealing import new_key_pair
from services.liaison import case
from services.liaison.feedback import read_feedback, send_feedback
from services.liaison.handover import Receiver, accept_handover, offer_handover
from services.liaison.investigation import decide_on_investigation
from services.liaison.officer import Officer
from services.liaison.safety import Assessment, assess_immediate_safety
from tests.benchmarks import sample
from tests.benchmarks.children import Failed
from tests.benchmarks.say import say

STREAM, SUBMISSION, CORRELATION = (UUID(int=n * 0x11111111111111111111111111111111) for n in (10, 11, 12))
TOLD_AT = datetime(2031, 1, 1, tzinfo=UTC)
AFTER, CODE = 987654321987, "TEST-0001"
BYTES_AN_EVENT = 4600
"""On disk, with indexes, keys, views and the log that PostgreSQL writes ahead: measured with a million."""
SPARE = 3 * 2**30
REFERRALS_A_COPY = 2000
ENDS = (None, None, None, None, None, None, 1, 3)
"""After how many of liaison's events a story ends, in turn; None: told to its end."""
FIRST = datetime(2023, 11, 1, tzinfo=UTC)
JOUR, JOUR_UNIT = "socialjouren", "socialjouren-jour"
DUTY_OFFICER = Officer(AgencyKind.SOCIALJOUR, JOUR, JOUR_UNIT, Role.DUTY_OFFICER)
POOL = 1 << 20


@dataclass(frozen=True)
class Told:
    """One event of a story: where it stands and its bytes, cut at what differs from copy to copy."""

    store: str
    revision: int
    topic: str
    pieces: tuple[str, ...]
    audience: str | None


@dataclass(frozen=True)
class Story:
    """One referral from its receipt to its end, and who holds its keys by audience."""

    events: tuple[Told, ...]
    holders: dict[str, frozenset[str]]


CUTS = re.compile(
    "|".join(
        [
            str(STREAM),
            str(SUBMISSION),
            str(CORRELATION),
            "2031-01-01T00:00:00Z",
            str(AFTER),
            CODE,
            '(?<="sealed":")[^"]+',
            '(?<="id":")[^"]+',
        ]
    )
)


def story(reporter: Unit, reporting: Agency, district: Unit, of: Agency) -> Story:
    """The story of a referral that a unit hands over and a district ends."""
    received = replace(sample.received(1, STREAM), provenance=_by(reporting, reporter))
    assert isinstance(received.event, ReferralReceived)
    event = received.event.model_copy(
        update={
            "submission": SUBMISSION,
            "from_kind": reporting.kind,
            "from_agency": reporting.id,
            "from_unit": reporter.id,
            "received_at": TOLD_AT,
            "occurred_at": TOLD_AT,
        }
    )
    there = Receiver(AgencyKind.DISTRICT, of.id, district.id)
    fact = LawfulFact.INVESTIGATION_OPENED
    steps: tuple[tuple[Agency, Callable[[case.Case], Iterator[Event]]], ...] = (
        (reporting, lambda it: case.register(it, event, 1)),
        (_jour(), lambda it: case.see(it, JOUR, JOUR_UNIT, TOLD_AT)),
        (_jour(), lambda it: assess_immediate_safety(it, DUTY_OFFICER, Assessment(needs_protection=False, reasons=sample.WORRY), TOLD_AT)),
        (_jour(), lambda it: offer_handover(it, JOUR, JOUR_UNIT, there, "Barnet bor hos er.", TOLD_AT, from_kind=AgencyKind.SOCIALJOUR)),
        (of, lambda it: accept_handover(it, of.id, district.id, TOLD_AT)),
        (of, lambda it: decide_on_investigation(it, of.id, district.id, fact, "Skäl för utredning.", TOLD_AT)),
        (of, lambda it: send_feedback(it, TOLD_AT)),
        (reporting, lambda it: read_feedback(it, reporter.id, TOLD_AT)),
    )
    told, holders = [_told("intake", 1, event, _by(reporting, reporter))], {"reporter": frozenset({reporting.id, JOUR})}
    known: list[Event] = []
    for agency, step in steps:
        for each in step(case.fold(known)):
            known.append(each)
            after = f"intake:{AFTER}" if len(known) == 1 else None
            told.append(_told("liaison", len(known), each, replace(_by(agency, agency.units[0]), after=after)))
            if isinstance(each, SealedEvent):
                holders.setdefault(each.key_audience(), case.holders(case.fold(known), each.key_audience()))
    return Story(tuple(told), holders)


def _jour() -> Agency:
    return next(agency for agency in load().agencies if agency.id == JOUR)


def _by(agency: Agency, unit: Unit) -> Provenance:
    return Provenance(agency.id, unit.id, sample.ACTOR, TOLD_AT, CORRELATION)


def _told(store: str, revision: int, event: Event, by: Provenance) -> Told:
    recorded = sealing_to(Recorded(STREAM, revision, event, by), new_key_pair().public)
    stored = EnvelopeMapper(store).to_stored_event(recorded)
    text, found = bytes(stored.state).decode(), list[str]()
    place = 0
    for cut in CUTS.finditer(text):
        found += [text[place : cut.start()], cut[0]]
        place = cut.end()
    audience = event.key_audience() if isinstance(event, SealedEvent) else None
    return Told(store, revision, stored.topic, (*found, text[place:]), audience)


def stories() -> list[Story]:
    """One for each pair of a reporting unit and a district that takes cases."""
    others = {AgencyKind.PROSECUTOR, AgencyKind.PRIVATE}
    reporters = [(unit, agency) for unit, agency in _staffed(Role.REPORTER) if agency.kind not in others]
    return [story(unit, agency, district, of) for unit, agency in reporters for district, of in _staffed(Role.QUALIFIED_DISTRICT_OFFICER)]


def _staffed(role: Role) -> list[tuple[Unit, Agency]]:
    units = dict.fromkeys(machine.unit for machine in load().machines if machine.role == role)
    return [(load().units[unit], load().agency_of(unit)) for unit in units]


class Filler:
    """Copies stories into both stores, in order, until they hold as many events as wanted."""

    def __init__(self, connection: asyncpg.Connection, seed: int) -> None:
        self._connection, self._seed, self._stories = connection, seed, stories()
        self._random = random.Random(seed)  # noqa: S311  believable, not secret
        self._pool = base64.b64encode(self._random.randbytes(POOL * 3 // 4)).decode()
        self._told = 0

    async def fill(self, events: int, folder: Path) -> None:
        """Until the stores hold so many events together. Raises Failed when there is no room for them."""
        held = sum([await self._tail(store) for store in ("intake", "liaison")])
        refuse_too_little_room(events - held, folder)
        self._random.seed(f"{self._seed}, from {held}")  # a later filling of the same stores tells other stories, with other ids
        while held < events:
            wanted = min(REFERRALS_A_COPY, max(1, (events - held) // 7))
            held += await self._copy([self._random.choice(self._stories) for _ in range(wanted)])
            if self._told % 50_000 < REFERRALS_A_COPY:
                say(f"  {held:,} of {events:,} events")
        await self._connection.execute(FOLLOWED)
        await self._connection.execute("VACUUM ANALYZE")

    async def _tail(self, store: str) -> int:
        return int(await self._connection.fetchval(f"SELECT coalesce(max(notification_id), 0) FROM {store}.stored_events"))

    async def _copy(self, chosen: Sequence[Story]) -> int:
        """One transaction: events, keys and the sequences behind the positions. Gives the number of events."""
        intake, liaison = [await self._tail(store) for store in ("intake", "liaison")]
        rows: dict[str, list[tuple[int, UUID, int, str, bytes]]] = {"intake": [], "liaison": []}
        keys: list[tuple[UUID, str, bytes]] = []
        wraps: list[tuple[UUID, str, str, bytes]] = []
        for tale in chosen:
            copy = self._new(tale, intake + len(rows["intake"]) + 1)
            for told, state in copy.events:
                position = (intake if told.store == "intake" else liaison) + len(rows[told.store]) + 1
                rows[told.store].append((position, copy.stream, told.revision, told.topic, state))
            for audience in dict.fromkeys(told.audience for told, _ in copy.events if told.audience):
                keys.append((copy.stream, audience, self._random.randbytes(32)))
                wraps += [(copy.stream, audience, agency, self._random.randbytes(93)) for agency in tale.holders[audience]]
        async with self._connection.transaction():
            for store, columns in ((store, EVENT) for store in rows):
                await self._connection.copy_records_to_table("stored_events", schema_name=store, records=rows[store], columns=columns)
                await self._connection.execute(f"SELECT setval('{store}.stored_events_notification_id_seq', {rows[store][-1][0]})")
            await self._connection.copy_records_to_table("stream_key", schema_name="keyring", records=keys)
            await self._connection.copy_records_to_table("wrapped_key", schema_name="keyring", records=wraps)
        return sum(map(len, rows.values()))

    def _new(self, tale: Story, intake_position: int) -> "_Copy":
        self._told += 1
        rng, end = self._random, ENDS[self._told % len(ENDS)]
        at = FIRST + timedelta(seconds=self._told * 7)
        stream, submission, correlation = (UUID(int=rng.getrandbits(128), version=4) for _ in range(3))
        code = f"{rng.getrandbits(20):05X}"
        instead = {
            str(STREAM): str(stream),
            str(SUBMISSION): str(submission),
            str(CORRELATION): str(correlation),
            "2031-01-01T00:00:00Z": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            str(AFTER): str(intake_position),
            CODE: f"{code[:4]}-{code[1:]}",
        }
        told = tale.events if end is None else tale.events[: 1 + end]
        return _Copy(stream, [(each, "".join(self._bytes(each.pieces, instead)).encode()) for each in told])

    def _bytes(self, pieces: Sequence[str], instead: dict[str, str]) -> Iterator[str]:
        for number, piece in enumerate(pieces):
            if number % 2 == 0:
                yield piece
            elif (other := instead.get(piece)) is not None:
                yield other
            elif len(piece) == 36:
                yield str(UUID(int=self._random.getrandbits(128), version=4))
            else:
                start = self._random.randrange((POOL - len(piece)) // 4) * 4
                yield self._pool[start : start + len(piece)]


@dataclass(frozen=True)
class _Copy:
    stream: UUID
    events: list[tuple[Told, bytes]]


EVENT = ("notification_id", "originator_id", "originator_version", "topic", "state")
FOLLOWED = """
INSERT INTO liaison.notification_tracking SELECT 'intake', max(notification_id) FROM intake.stored_events
    ON CONFLICT (application_name) DO UPDATE SET notification_id = excluded.notification_id;
INSERT INTO liaison.notification_tracking SELECT 'liaison', max(notification_id) FROM liaison.stored_events
    ON CONFLICT (application_name) DO UPDATE SET notification_id = excluded.notification_id;
UPDATE projections.position SET position = (SELECT max(notification_id) FROM intake.stored_events) WHERE store = 'intake';
UPDATE projections.position SET position = (SELECT max(notification_id) FROM liaison.stored_events) WHERE store = 'liaison';
"""
"""The policies have done theirs, and the views stand where the stores end: they are rebuilt to there."""


def refuse_too_little_room(events: int, folder: Path) -> None:
    """Raises Failed unless so many more events fit on the disk."""
    free, wanted = shutil.disk_usage(folder).free, max(0, events) * BYTES_AN_EVENT + SPARE
    if free < wanted:
        raise Failed(f"{events:,} more events need {wanted / 2**30:.0f} GiB and {free / 2**30:.0f} are free: choose fewer with --events")
