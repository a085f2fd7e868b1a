"""What one process of the stack is: its command, its environment, how to tell that it is ready and how it likes to be stopped."""

import functools
import os
import signal
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx2

Ready = Callable[[], Awaitable[str | None]]
"""Answers None when the process is ready, else what is missing, in a few words."""

INHERITED = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "HOME")
"""All that a process gets from our own environment. The event store's library would read stray POSTGRES_* and CIPHER_* variables."""


@dataclass(frozen=True)
class Program:
    """One process.

    `stops` are the signals that end it, each with the seconds it is given; SIGKILL follows the last. `restart_when_unwell` is how
    many seconds it may run without being ready before it is started again; None where waiting is the better cure.
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    ready: Ready
    ready_within: float = 60.0
    stops: tuple[tuple[signal.Signals, float], ...] = ((signal.SIGTERM, 10.0),)
    restart_when_unwell: float | None = None


async def at_once() -> str | None:
    """For processes that nobody calls: running is ready."""
    return None


@functools.cache
def _context() -> ssl.SSLContext:
    """Made once: it reads every certificate of the machine, and a starting stack asks some hundred times."""
    return ssl.create_default_context()


def answers(url: str) -> Ready:
    """Ready when `url` answers 200; otherwise the `detail` of its problem document."""

    async def ask() -> str | None:
        try:
            async with httpx2.AsyncClient(trust_env=False, timeout=5.0, verify=_context()) as client:
                answer = await client.get(url)
        except httpx2.HTTPError as error:
            return f"{type(error).__name__} at {url}"
        return None if answer.status_code == 200 else f"{answer.status_code} at {url}: {reason(answer)}"

    return ask


def reason(answer: httpx2.Response) -> str:
    """What a problem document (RFC 9457) says, or the answer's first characters."""
    try:
        problem = answer.json()
    except ValueError:
        return answer.text[:200]
    return str(problem.get("detail") or problem.get("title") or problem) if isinstance(problem, dict) else str(problem)[:200]


def clean_environment(settings: Mapping[str, str]) -> dict[str, str]:
    """The few inherited variables and these settings, nothing else."""
    return {name: os.environ[name] for name in INHERITED if name in os.environ} | dict(settings)


def last_lines(log: Path, count: int = 12) -> str:
    """The end of a log, indented, for the person who must find out why."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 8192))
            lines = file.read().decode(errors="replace").splitlines()[-count:]
    except FileNotFoundError:
        return "    (no log)"
    return "\n".join(f"    {line}" for line in lines)
