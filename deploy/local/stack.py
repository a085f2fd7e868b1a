"""The composition of the local stack: which processes, in which order, and what is made before each."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.local import nats as local_nats
from deploy.local import postgres as local_postgres
from deploy.local.data import DataDirectory
from deploy.local.files import write_whole
from deploy.local.nats import Nats
from deploy.local.ports import Ports
from deploy.local.postgres import Postgres
from deploy.local.program import Program, Ready, answers, at_once, clean_environment
from deploy.local.progress import Say, step
from deploy.local.supervisor import Supervisor
from deploy.local.surroundings import HTTP, passwords, scanner_keys, share_keys, surroundings
from deploy.local.trouble import Trouble
from deploy.nats.streams import DEPLOY, StreamWeakened, ensure_streams

SERVICES = ("intake", "liaison", "policies", "watchdog", "relay", "projector", "reconciler", "projections", "portal")
"""Started together, after the servers and the identity provider."""

ALWAYS = ("postgres", "nats", "identity", *SERVICES)
WITH_ANTIVIRUS = ("scanner",)
"""Started beside them where an antivirus is configured."""


@dataclass(frozen=True)
class Servers:
    """PostgreSQL and NATS, running, migrated, with their streams."""

    postgres: Postgres
    nats: Nats


async def start_servers(supervisor: Supervisor, data: DataDirectory, ports: Ports, say: Say) -> Servers:
    """Start PostgreSQL and NATS and bring both to what this version needs. Raises Trouble."""
    from deploy.postgres.migrate import DatabaseIsNewer, migrate

    async with step(say, "PostgreSQL"):
        postgres = await local_postgres.prepare(data, ports, say)
        await supervisor.start([postgres.program()])
    async with step(say, "tables and roles"):
        try:
            await migrate(postgres.admin_dsn, passwords(data))
        except DatabaseIsNewer as error:
            raise Trouble(f"the database in {data.path} was written by a newer Nattljus: run that version. Nothing was changed") from error
    async with step(say, "NATS"):
        nats = local_nats.prepare(data, ports)
        await supervisor.start([nats.program()])
        try:
            await ensure_streams(nats.url, local_nats.seed(data, DEPLOY))
        except StreamWeakened as error:
            raise Trouble(str(error)) from error
    return Servers(postgres, nats)


async def start_services(supervisor: Supervisor, data: DataDirectory, ports: Ports, servers: Servers, say: Say) -> None:
    """Make the keys, start the identity provider and every service, and wait until each says it is ready. Raises Trouble."""
    from deploy.local.identity.machines import ensure_machine_keys

    async with step(say, "keys"):
        await ensure_agency_keys(data, servers.postgres)
        ensure_machine_keys(data.path)
    told = surroundings(data, ports, servers.postgres, servers.nats)
    async with step(say, "test identity provider"):
        await supervisor.start([service("identity", told["identity"], ports)])
    async with step(say, "services"):
        await supervisor.start([service(name, told[name], ports) for name in (*SERVICES, *WITH_ANTIVIRUS) if name in told])


def service(name: str, settings: dict[str, str], ports: Ports) -> Program:
    """One process of ours: this same program, told which part it is."""
    ready: Ready = answers(f"{ports.address(name)}/readyz") if name in HTTP else at_once
    return Program(name, (sys.executable, "-m", "deploy.cli", "serve", name), clean_environment(settings), ready)


async def ensure_agency_keys(data: DataDirectory, postgres: Postgres) -> None:
    """A key pair for every agency that may read, and one for the scanner: the private half in a file, the public half in the keyring."""
    from contracts.agencies import READING_KINDS
    from contracts.attachment import SCANNER
    from deploy.local.organisation import load
    from deploy.postgres.migrate import OWNER, register_agency_keys
    from services.kit.keyring import ensure_agency_key

    kinds = {agency.id: agency.kind for agency in load().agencies if agency.kind in READING_KINDS}
    public_keys = {agency: (str(kind), ensure_agency_key(data.keys, agency)) for agency, kind in kinds.items()}
    public_keys[SCANNER] = (SCANNER, ensure_agency_key(scanner_keys(data), SCANNER))
    share_keys(data, kinds)
    await register_agency_keys(postgres.admin_dsn, passwords(data)[OWNER], public_keys)


def announce(data: DataDirectory, ports: Ports, processes: Sequence[str], *, ready: bool) -> None:
    """Write what the running hub is for programs to read (`hub.json`): addresses, processes; `ready` once the register is filled too."""
    told = {"ready": ready, "addresses": {name: ports.address(name) for name in HTTP}, "processes": processes}
    write_whole(data.hub, json.dumps(told, indent=2) + "\n")


def consists_of(data: DataDirectory) -> Sequence[str]:
    """The processes that the running hub was started with, whoever asks; until it has said so, those of every hub."""
    try:
        told: dict[str, list[str]] = json.loads(data.hub.read_text())
    except FileNotFoundError:
        return ALWAYS
    return told.get("processes", ALWAYS)


def addresses(data: Path) -> dict[str, str]:
    """Base URL of each HTTP process of the running hub, by name. Raises Trouble when no hub runs on this directory."""
    try:
        found: dict[str, str] = json.loads((data / "hub.json").read_text())["addresses"]
    except FileNotFoundError:
        raise Trouble(f"no hub runs on {data}: start it with `make up`, or name its directory with --data DIR") from None
    return found
