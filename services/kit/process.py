"""A process without HTTP: settings in, work until a signal says stop, logs as JSON lines."""

import asyncio
import contextlib
import logging
import signal
import sys
import traceback
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

import structlog
import uvloop

from services.kit.garbage import collect_seldom
from services.kit.settings import Settings, settings_from_environment


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
    """Runs the work until SIGTERM or SIGINT; a failure ends the process, for the supervisor to start it again."""
    configure_logs()
    collect_seldom()
    settings = settings_from_environment()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_run(work, settings))


async def _run(work: Callable[[Settings], Awaitable[None]], settings: Settings) -> None:
    task = asyncio.ensure_future(work(settings))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, task.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        try:
            await task
        except Exception as error:  # noqa: BLE001  the last line of the process: it says where, never what, and ends
            structlog.get_logger().error("the process ends", exc_info=error)
            raise SystemExit(1) from None
