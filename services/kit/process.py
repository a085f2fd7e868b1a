"""A process without HTTP: settings in, work until a signal says stop, through every outage of the database; logs as JSON lines."""

import asyncio
import contextlib
import logging
import signal
import sys
import time
import traceback
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

import asyncpg
import structlog
import uvloop

from contracts.refusals import Unavailable
from services.kit.garbage import collect_seldom
from services.kit.groupcommit import LOST
from services.kit.settings import Settings, settings_from_environment

log = structlog.get_logger()

AGAIN_SECONDS = (0.2, 0.5, 1.0, 2.0)
"""From an outage to the next try: the first, the second, … and all later ones."""
STEADY_SECONDS = 5.0
"""Work that lasted so long had begun: the pauses begin anew."""


def where_it_happened(_logger: object, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """An exception becomes its type and the places it passed: its message may quote what somebody wrote about a child."""
    error = line.pop("exc_info", None)
    if isinstance(error, BaseException):
        frames = traceback.extract_tb(error.__traceback__)
        line["error"] = type(error).__name__
        line["where"] = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames[-8:]]
    return line


def configure_logs() -> None:
    """JSON lines on standard error: opaque ids only, never the content of a request."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            where_it_happened,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def run_until_stopped(work: Callable[[Settings], Awaitable[None]]) -> None:
    """Runs the work until SIGTERM or SIGINT; a failure that is no outage ends the process, for the supervisor to start it again."""
    configure_logs()
    collect_seldom()
    settings = settings_from_environment()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_run(work, settings))


async def _run(work: Callable[[Settings], Awaitable[None]], settings: Settings) -> None:
    task = asyncio.ensure_future(through_outages(work, settings))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, task.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        try:
            await task
        except Exception as error:
            log.exception("the process ends", exc_info=error)
            raise SystemExit(1) from None


async def through_outages(work: Callable[[Settings], Awaitable[None]], settings: Settings) -> None:
    """The work, from its beginning again whenever the database was lost: a new process would take a second or more to come so far.

    Raises what the work raises, when anything but an outage stands in it.
    """
    tries = 0
    while True:
        began = time.monotonic()
        try:
            return await work(settings)
        except Exception as error:
            if not is_outage(error):
                raise
            log.warning("the database does not answer: the work begins again", exc_info=error)
        tries = 1 if time.monotonic() - began > STEADY_SECONDS else tries + 1
        await asyncio.sleep(AGAIN_SECONDS[min(tries, len(AGAIN_SECONDS)) - 1])


def is_outage(error: BaseException) -> bool:
    """Whether it says that the database is away, and nothing else: of a group, every one."""
    if isinstance(error, BaseExceptionGroup):
        return all(is_outage(each) for each in error.exceptions)
    return isinstance(error, (*LOST, Unavailable))


async def database_answers(dsn: str) -> None:
    """Waits until the database takes connections. Whoever began before would end at once, and load everything again.

    Raises what it says to a login or a name that are wrong.
    """
    tries = 0
    while True:
        try:
            connection = await asyncpg.connect(dsn, timeout=2)
            await connection.close(timeout=2)
        except LOST as error:
            log.warning("the database does not answer yet", reason=type(error).__name__)
            tries += 1
            await asyncio.sleep(AGAIN_SECONDS[min(tries, len(AGAIN_SECONDS)) - 1])
        else:
            return
