"""`nattljus up`: start everything, say where to click, keep it running, stop it cleanly."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Coroutine
from pathlib import Path
from typing import Any

from deploy.local.data import DataDirectory, alone, check_space, open_data
from deploy.local.ports import FIRST, Ports, choose_ports
from deploy.local.progress import Say, step
from deploy.local.stack import announce, start_servers, start_services
from deploy.local.supervisor import Supervisor, stop_leftovers

BANNER = "Nattljus: starting in {path} (stop with Ctrl-C)"


async def up(
    path: Path, say: Say, tell: Say, *, portal_port: int | None = None, first_port: int = FIRST, servers_only: bool = False
) -> None:
    """Run the stack until SIGINT, SIGTERM or SIGHUP. Raises Trouble.

    `say` hears of progress, `tell` of what must be known even when quiet.
    """
    data = open_data(path)
    with alone(data):
        data.hub.unlink(missing_ok=True)
        say(BANNER.format(path=data.path))
        stop_leftovers(data, tell)
        if warning := check_space(data):
            tell(warning)
        ports = choose_ports(data, portal_port, tell, first_port)
        supervisor = Supervisor(data, tell)
        async with until_told(supervisor) as told:
            try:
                await first_of(start(supervisor, data, ports, say, tell, servers_only), told.wait())
                if not told.is_set():
                    await first_of(supervisor.failure(), told.wait())
            finally:
                data.hub.unlink(missing_ok=True)
                say("stopping")
                async with step(say, "stopped"):
                    await supervisor.stop()


async def start(supervisor: Supervisor, data: DataDirectory, ports: Ports, say: Say, tell: Say, servers_only: bool) -> None:
    """Start the parts in order, fill the register and say where to click."""
    servers = await start_servers(supervisor, data, ports, say)
    if servers_only:
        announce(data, ports, supervisor.programs, ready=True)
        tell(f"PostgreSQL listens on {ports.postgres}, NATS on {ports.nats}; passwords and seeds lie in {data.secrets}")
        return
    await start_services(supervisor, data, ports, servers, say)
    from deploy.local.seed import seed
    from deploy.local.welcome import welcome

    announce(data, ports, supervisor.programs, ready=False)
    async with step(say, "organisation"):
        await seed(data.path)
    announce(data, ports, supervisor.programs, ready=True)
    tell(welcome(ports.address("portal")))


@contextlib.asynccontextmanager
async def until_told(supervisor: Supervisor) -> AsyncIterator[asyncio.Event]:
    """An event that the first signal to stop sets; the second hurries the stopping."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()

    def stop() -> None:
        (supervisor.hurry if told.is_set() else told).set()

    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    for number in signals:
        loop.add_signal_handler(number, stop)
    try:
        yield told
    finally:
        for number in signals:
            loop.remove_signal_handler(number)


async def first_of(*works: Coroutine[Any, Any, object]) -> None:
    """Wait for the first that ends, give up the others, and raise what it raised."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
