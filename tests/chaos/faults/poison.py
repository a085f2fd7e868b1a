"""Poison: events that nobody can take. They must end in quarantine, alarmed, while other children's events go on."""

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg

from tests.chaos.stage import Stage
from tests.chaos.watch import AWAY

INSERT = "INSERT INTO intake.stored_events (originator_id, originator_version, topic, state) VALUES ($1, $2, $3, $4)"
EXAMPLE = "SELECT state FROM intake.stored_events WHERE topic = 'ReferralReceived.v1' ORDER BY notification_id DESC LIMIT 1"
KINDS = ("unknown type", "no document", "a NUL in it")
TRIES = 20


@dataclass(frozen=True)
class Poison:
    """F19: the owner of the store writes an event of an unknown type, bytes that are no document, or a text that no table can hold."""

    kind: str
    part: str = "projector"
    row: str = "F19"
    kills: bool = False
    seconds: float = 0.0

    def __str__(self) -> str:
        return f"poison: {self.kind}"

    async def inject(self, stage: Stage) -> None:
        """And a second event of the same stream, which must wait behind it."""
        stream = uuid4()
        remember(stage.folder, stream)
        for _ in range(TRIES):
            try:
                await _write(stage.dsn("nattljus_owner"), stream, self.kind)
            except AWAY:
                await asyncio.sleep(0.25)
            else:
                return

    async def heal(self, stage: Stage) -> None:
        """It stays there."""


async def _write(dsn: str, stream: UUID, kind: str) -> None:
    connection = await asyncpg.connect(dsn, timeout=2)
    try:
        async with connection.transaction():
            await connection.execute("LOCK TABLE intake.stored_events IN EXCLUSIVE MODE")  # as the stores do: positions in order of commits
            written = await connection.fetchval("SELECT count(*) FROM intake.stored_events WHERE originator_id = $1", stream)
            example = await connection.fetchval(EXAMPLE)
            if written or example is None:
                return
            topic, state = _event(kind, stream, example)
            await connection.execute(INSERT, stream, 1, topic, state)
            await connection.execute(INSERT, stream, 2, "ReferralReceived.v1", example)
            await connection.execute("NOTIFY intake")
    finally:
        connection.terminate()


def _event(kind: str, stream: UUID, example: bytes) -> tuple[str, bytes]:
    document = json.loads(example) | {"id": str(uuid4()), "subject": str(stream)}
    match kind:
        case "unknown type":
            return "NobodyKnows.v1", json.dumps(document | {"type": "nattljus.NobodyKnows.v1"}).encode()
        case "no document":
            return "ReferralReceived.v1", b"\xff\xfe\x00 nothing that anybody could read"
        case _:
            document["data"]["reference"] = "K7Q2\x00FX9M"
            return "ReferralReceived.v1", json.dumps(document).encode()


def remember(folder: Path, stream: UUID) -> None:
    """For the checker: this stream was made bad, if it came to stand in the store."""
    path = folder / "poison.json"
    known = json.loads(path.read_text()) if path.exists() else []
    path.write_text(json.dumps([*known, str(stream)]))
