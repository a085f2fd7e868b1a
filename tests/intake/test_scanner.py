"""The scanner on a real database: it opens what waits through the read log, says what the antivirus says, and lets its keys go."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from contracts.agencies import AgencyKind, Role
from contracts.attachment import AttachmentCleared, AttachmentHeld, HeldBecause
from contracts.event import REPORTER
from services.intake import scanner
from services.intake.antivirus import Clamd
from services.intake.keeping import Examiner, Keeper
from services.intake.referral import receive
from services.intake.scanner import Scanner, work
from services.kit.eventstore import EventStore
from services.kit.keyring import PrivateKeys
from services.kit.recorded import Provenance, Recorded
from services.kit.register import Caller
from tests.intake.clamd import clamd_at
from tests.intake.pictures import eicar, jpeg
from tests.intake.test_referral import ROUTE, SUBMISSION, UNKNOWN, report
from tests.liaison.cases import NIGHT
from tests.memory.hub import open_here
from tests.place import Place, until
from tests.reconciler.keeping import at_work

PATROL = Caller(uuid4(), "polisen", AgencyKind.POLICE, "lpo-farsta", Role.REPORTER, 3, "Prov")


@asynccontextmanager
async def stores(place: Place) -> AsyncIterator[tuple[EventStore, EventStore]]:
    """Intake's store, as intake and as the scanner writes to it."""
    async with EventStore("intake", place.dsn("nattljus_intake")) as intake, EventStore("intake", place.dsn("nattljus_scanner")) as own:
        yield intake, own


async def waiting(store: EventStore, *contents: bytes) -> UUID:
    """A referral with these files, which nobody has looked at."""
    stream, by = uuid4(), Provenance("polisen", "lpo-farsta", uuid4(), NIGHT, uuid4(), digest="0" * 64)
    [received] = receive(report(UNKNOWN), ROUTE, SUBMISSION, NIGHT)
    await store.save([Recorded(stream, 1, received, by)], {(stream, REPORTER): frozenset({"polisen", "socialjouren"})}, fresh=True)
    for number, content in enumerate(contents):
        file = await Examiner(open_here, None).examine(f"{number}.txt", content)
        await Keeper(store).keep(stream, uuid4(), file, PATROL, by)
    return stream


async def verdicts(store: EventStore, stream: UUID) -> list[object]:
    """What was said of the referral's files after they came."""
    events = [each.event for each in await store.load(stream)]
    return [
        each.why if isinstance(each, AttachmentHeld) else "cleared"
        for each in events
        if isinstance(each, AttachmentCleared) or (isinstance(each, AttachmentHeld) and each.why is not HeldBecause.UNSCANNED)
    ]


async def test_what_waits_is_looked_at_when_the_antivirus_is_there(place: Place, tmp_path: Path) -> None:
    address = tmp_path / "clamd.ctl"
    async with stores(place) as (intake, own):
        stream = await waiting(intake, b"Hej", jpeg(), eicar())
        looks = Scanner(own, PrivateKeys(place.keys), Clamd(str(address)))
        assert await looks.round() == 0
        assert await verdicts(intake, stream) == []
        async with clamd_at(address) as clamd:
            assert await looks.round() == 3
            assert b"Hej" in clamd.seen
            assert await looks.round() == 0
        assert sorted(map(str, await verdicts(intake, stream))) == ["cleared", "cleared", "malware"]
    assert await place.value("SELECT count(*) FROM keyring.wrapped_key WHERE agency = 'scanner'") == 0
    assert await place.value("SELECT count(*) FROM keyring.stream_key WHERE audience LIKE 'scan:%'") == 0
    assert await place.value("SELECT count(*) FROM keyring.wrapped_key WHERE stream = $1", stream) == 2, "the readers' keys stand"


async def test_every_look_stands_in_the_read_log(place: Place, tmp_path: Path) -> None:
    async with stores(place) as (intake, own), clamd_at(tmp_path / "clamd.ctl"):
        stream = await waiting(intake, b"Hej")
        await Scanner(own, PrivateKeys(place.keys), Clamd(str(tmp_path / "clamd.ctl"))).round()
    [row] = await place.fetch("SELECT login, agency, action, actor FROM keyring.read_log WHERE stream = $1", stream)
    assert tuple(row) == ("nattljus_scanner", "scanner", "scan", scanner.ACTOR)


async def test_a_file_that_it_hangs_up_on_again_and_again_holds_the_others_up_no_more(place: Place, tmp_path: Path) -> None:
    async with stores(place) as (intake, own), clamd_at(tmp_path / "clamd.ctl", largest=10):
        stream = await waiting(intake, b"Mer an tio tecken", b"Hej")
        looks = Scanner(own, PrivateKeys(place.keys), Clamd(str(tmp_path / "clamd.ctl")))
        for _ in range(scanner.TRIES):
            await looks.round()
        assert sorted(map(str, await verdicts(intake, stream))) == ["cleared", "unreadable"]


async def test_it_can_open_nothing_after_it_has_looked_and_nothing_of_others(place: Place, tmp_path: Path) -> None:
    async with stores(place) as (intake, own), clamd_at(tmp_path / "clamd.ctl"):
        stream = await waiting(intake, b"Hej")
        keys = PrivateKeys(place.keys)

        async def held() -> dict[str, bytes]:
            return await keys.unlock(own.pool, stream, scanner.READER, action="scan", purpose="looking for malware", request=uuid4())

        assert [audience.partition(":")[0] for audience in await held()] == ["scan"]
        await Scanner(own, keys, Clamd(str(tmp_path / "clamd.ctl"))).round()
        assert await held() == {}


@pytest.mark.parametrize("there", [True, False])
async def test_the_process_gives_a_sign_of_life_and_takes_it_away_when_it_is_told_to_stop(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    monkeypatch.setattr(scanner, "LOOK_SECONDS", 0.05)
    address = tmp_path / "clamd.ctl"
    settings = place.settings("nattljus_scanner").model_copy(update={"clamd": str(address)})
    said = "looks" if there else "the antivirus does not answer"
    signs = "SELECT count(*) FROM operations.heartbeat WHERE process = 'scanner' AND note LIKE $1 || '%'"
    async with clamd_at(address if there else tmp_path / "elsewhere.ctl"):
        async with at_work(work(settings)):
            await until(lambda: place.value(signs, said))
        assert await place.value(signs, "") == 0


async def test_without_an_antivirus_it_does_not_begin(place: Place) -> None:
    with pytest.raises(RuntimeError, match="NATTLJUS_CLAMD"):
        await work(place.settings("nattljus_scanner"))
