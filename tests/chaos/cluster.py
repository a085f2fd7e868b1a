"""Three NATS servers on one machine, each with a disk of its own, as one cluster that keeps three copies of every message."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from deploy.local import nats as local_nats
from deploy.local import postgres as local_postgres
from deploy.local.data import DataDirectory
from deploy.local.files import write_whole
from deploy.local.ports import LOOPBACK, Ports
from deploy.local.program import Program, answers, clean_environment
from deploy.local.progress import Say
from deploy.local.stack import Servers
from deploy.local.supervisor import Supervisor
from deploy.local.surroundings import passwords
from deploy.nats.configuration import configuration
from deploy.nats.permissions import USERS
from deploy.nats.streams import DEPLOY, ensure_streams
from deploy.postgres.migrate import migrate

SIZE = 3


@dataclass(frozen=True)
class Node:
    """One server of the cluster and its ports: for clients, for its own account of itself, for the others."""

    name: str
    client: int
    monitor: int
    route: int

    def folder(self, data: Path) -> Path:
        """Where it keeps everything."""
        return data / "nats" / self.name

    def as_dict(self) -> dict[str, object]:
        """For another process."""
        return asdict(self)


def program(data: DataDirectory, node: Node, nodes: Sequence[Node]) -> Program:
    """A server's process; its configuration is the product's own, with the cluster added."""
    binary = local_nats.find_binary()
    public_keys = {user: local_nats.public_key(local_nats.seed(data, user)) for user in USERS}
    folder = node.folder(data.path)
    alone = json.loads(configuration(folder / "jetstream", LOOPBACK, node.client, node.monitor, public_keys))
    cluster = {
        "name": "nattljus",
        "listen": f"{LOOPBACK}:{node.route}",
        "routes": [f"nats://{LOOPBACK}:{each.route}" for each in nodes],
        "no_advertise": True,  # clients know only the wires that they were told
    }
    write_whole(folder / "server.conf", json.dumps(alone | {"server_name": node.name, "cluster": cluster}, indent=2) + "\n")
    return Program(
        name=node.name,
        command=(str(binary), "-c", str(folder / "server.conf")),
        environment=clean_environment({}),
        ready=answers(f"http://{LOOPBACK}:{node.monitor}/healthz"),
        restart_when_unwell=5.0,
    )


def addresses(nodes: Sequence[Node]) -> str:
    """Where clients find the cluster, as each of them is told."""
    return ",".join(f"nats://{LOOPBACK}:{node.client}" for node in nodes)


async def start_servers(supervisor: Supervisor, data: DataDirectory, ports: Ports, nodes: Sequence[Node], say: Say) -> Servers:
    """PostgreSQL as ever, and the cluster with its streams in three copies. Raises Trouble."""
    postgres = await local_postgres.prepare(data, ports, say)
    await supervisor.start([postgres.program()])
    await migrate(postgres.admin_dsn, passwords(data))
    await supervisor.start([program(data, node, nodes) for node in nodes])
    await ensure_streams(addresses(nodes), local_nats.seed(data, DEPLOY), replicas=len(nodes))
    return Servers(postgres, local_nats.Nats(data, ports, local_nats.find_binary()))
