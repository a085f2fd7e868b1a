"""The hub of a fault run, a process of its own: `nattljus up`, with a wire between each process and its servers.

The supervisor is the product's own. That it is a process of its own lets a power cut stop it too.
"""

import asyncio
import contextlib
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from deploy.local.data import alone, open_data
from deploy.local.identity.machines import ensure_machine_keys
from deploy.local.ports import LOOPBACK, Ports, choose_ports
from deploy.local.progress import Say, to_terminal
from deploy.local.seed import seed
from deploy.local.stack import SERVICES, announce, ensure_agency_keys, service, start_servers
from deploy.local.supervisor import Supervisor, stop_leftovers
from deploy.local.surroundings import surroundings
from deploy.local.up import first_of, until_told
from tests.chaos import cluster
from tests.chaos.cluster import Node

Wires = Mapping[str, Mapping[str, int]]
"""Process -> `postgres` and `nats` -> the port that it is told instead of the server's own."""
NATS = "NATTLJUS_NATS"
More = Mapping[str, dict[str, str]]
"""Process -> environment variables beside its own."""


def rewired(settings: Mapping[str, str], ports: Ports, wires: Mapping[str, int], nodes: Sequence[Node]) -> dict[str, str]:
    """The settings of a process with its wires' ports for the servers', and with every node's address of a cluster."""
    told = dict(settings)
    for part, port in wires.items():
        real, wire = f"{LOOPBACK}:{getattr(ports, part)}", f"{LOOPBACK}:{port}"
        told = {name: value.replace(real, wire) for name, value in told.items()}
    if nodes and NATS in told:
        told[NATS] = cluster.addresses(nodes)
    return told


async def start(supervisor: Supervisor, path: Path, first_port: int, nodes: Sequence[Node], wires: Wires, more: More, say: Say) -> None:
    """What `nattljus up` starts, rewired."""
    data = open_data(path)
    ports = choose_ports(data, None, say, first_port)
    if nodes:
        servers = await cluster.start_servers(supervisor, data, ports, nodes, say)
    else:
        servers = await start_servers(supervisor, data, ports, say)
    await ensure_agency_keys(data, servers.postgres)
    ensure_machine_keys(data.path)
    told = surroundings(data, ports, servers.postgres, servers.nats)
    await supervisor.start([service("identity", told["identity"] | more.get("identity", {}), ports)])
    rewire = {name: rewired(told[name], ports, wires.get(name, {}), nodes) | more.get(name, {}) for name in SERVICES}
    await supervisor.start([service(name, rewire[name], ports) for name in SERVICES])
    announce(data, ports, supervisor.programs, ready=False)
    await seed(data.path)
    announce(data, ports, supervisor.programs, ready=True)
    say("the hub is ready")


async def main(path: Path, first_port: int, nodes: Sequence[Node], wires: Wires, more: More) -> None:
    """Runs until told to stop, as `nattljus up` does. Raises Trouble."""

    def say(text: str) -> None:
        to_terminal(text)

    data = open_data(path)
    with alone(data):
        data.hub.unlink(missing_ok=True)
        stop_leftovers(data, say)
        supervisor = Supervisor(data, say)
        async with until_told(supervisor) as told:
            try:
                await first_of(start(supervisor, path, first_port, nodes, wires, more, say), told.wait())
                if not told.is_set():
                    await first_of(supervisor.failure(), told.wait())
            finally:
                data.hub.unlink(missing_ok=True)
                await supervisor.stop()


if __name__ == "__main__":
    asked = json.loads(sys.argv[1])
    with contextlib.suppress(KeyboardInterrupt):
        nodes = [Node(**each) for each in asked["nodes"]]
        asyncio.run(main(Path(asked["data"]), int(asked["first_port"]), nodes, asked["wires"], asked["more"]))
