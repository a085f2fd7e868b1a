"""Heartbeats: each loop's sign of life in the database, so that "nothing new" and "dead" look different."""

import asyncio
import time

import asyncpg
import structlog

from services.kit.groupcommit import FULL, LOST

log = structlog.get_logger()

WRITE_SECONDS = 5.0
OLD_SECONDS = 15.0
"""An older sign of life is an alarm: three were missed."""

BEAT = (
    "INSERT INTO operations.heartbeat (process, subject, at, position, note)"
    " VALUES ($1, $2, clock_timestamp() - make_interval(secs => $3), $4, $5) ON CONFLICT (process, subject)"
    " DO UPDATE SET at = excluded.at, position = excluded.position, note = excluded.note"
)
FORGET = "DELETE FROM operations.heartbeat WHERE process = $1"
SILENT = "DELETE FROM operations.heartbeat WHERE process = $1 AND subject = $2"


class Pulse:
    """One loop's sign of life. The loop beats whenever it has done a turn; a loop that hangs does not beat."""

    def __init__(self) -> None:
        self.beaten: float | None = None
        self.position, self.note = 0, ""

    def beat(self, position: int, note: str = "") -> None:
        """Alive, and so far in its store; `note` is what it does, in a word."""
        self.beaten, self.position, self.note = time.monotonic(), position, note

    def rest(self) -> None:
        """This loop has no work now, and that is well: nobody is to miss its sign."""
        self.beaten = None


class Heart:
    """The signs of life of one process, written every few seconds. A database that is away stops no work."""

    def __init__(self, dsn: str, process: str) -> None:
        self._dsn, self._process = dsn, process
        self._pulses: dict[str, Pulse] = {}
        self._written: set[str] | None = None
        self._connection: asyncpg.Connection | None = None

    def pulse(self, subject: str) -> Pulse:
        """The pulse of the loop that works at this, such as a store."""
        return self._pulses.setdefault(subject, Pulse())

    async def keep(self) -> None:
        """Writes until it is cancelled. An outage is logged; anything else the database says is a mistake, and raised."""
        try:
            while True:
                try:
                    await self.write()
                except (*LOST, *FULL) as error:
                    log.warning("the heartbeat cannot be written", process=self._process, reason=type(error).__name__)
                    self.close()
                await asyncio.sleep(WRITE_SECONDS)
        finally:
            self.close()

    async def write(self) -> None:
        """Writes every pulse, as old as it is. Raises what LOST lists, asyncpg.PostgresError."""
        if self._connection is None or self._connection.is_closed():
            self._connection = await asyncpg.connect(self._dsn, timeout=2, command_timeout=WRITE_SECONDS)
        if self._written is None:  # what an earlier run left says nothing about this one
            await self._connection.execute(FORGET, self._process)
            self._written = set()
        for subject, pulse in self._pulses.items():
            if pulse.beaten is not None:
                age = time.monotonic() - pulse.beaten
                await self._connection.execute(BEAT, self._process, subject, age, pulse.position, pulse.note)
                self._written.add(subject)
            elif subject in self._written:
                await self._connection.execute(SILENT, self._process, subject)
                self._written.discard(subject)

    async def retire(self) -> None:
        """Takes the signs away: whoever was told to stop, and may not be started again, is not to be missed."""
        try:
            connection = await asyncpg.connect(self._dsn, timeout=2, command_timeout=WRITE_SECONDS)
            try:
                await connection.execute(FORGET, self._process)
                await connection.close(timeout=WRITE_SECONDS)
            finally:
                connection.terminate()
        except LOST as error:
            log.warning("the heartbeat cannot be taken away", process=self._process, reason=type(error).__name__)

    def close(self) -> None:
        """Disconnects."""
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None
