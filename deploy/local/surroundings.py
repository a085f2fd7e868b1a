"""What each process is told: exactly the settings it needs, so that what it was not given it cannot leak."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from contracts.agencies import READING_KINDS, SOCIAL_SERVICES_KINDS, AgencyKind
from deploy.local.data import DataDirectory
from deploy.local.files import kept, password
from deploy.local.nats import Nats, seed, seed_file
from deploy.local.ports import LOOPBACK, Ports, remembered
from deploy.local.postgres import Postgres
from deploy.local.trouble import Trouble

HTTP = ("identity", "intake", "liaison", "projections", "portal")
"""Processes that answer HTTP, each on its port."""

PORTAL_CLIENT = "nattljus-portal"
"""The portal's client id at the identity provider."""
PRIVATE_CLIENT = "nattljus-private"
"""The machine as which the portal hands in what private persons tell."""


def passwords(data: DataDirectory) -> dict[str, str]:
    """The password of every login role of the database, made on first use."""
    from deploy.postgres.migrate import LOGINS

    return {role: kept(data.secrets / f"database-{role}", password) for role in LOGINS}


def clamd() -> str:
    """Where the antivirus answers, as who starts the hub says; empty where there is none."""
    return os.environ.get("NATTLJUS_CLAMD", "")


def surroundings(data: DataDirectory, ports: Ports, postgres: Postgres, nats: Nats) -> dict[str, dict[str, str]]:
    """Process name -> its environment variables, without what every process shares."""
    login = {role.removeprefix("nattljus_"): postgres.dsn(role, secret) for role, secret in passwords(data).items()}
    users = ("relay", "projector", "policies", "watchdog", "reconciler", "portal")
    broker = {user: {"NATS": nats.url, "NATS_SEED_FILE": str(seed_file(data, user))} for user in users}
    for user in users:
        seed(data, user)
    issuer = {"ISSUER": ports.address("identity"), "AUDIENCE": "nattljus"}
    services = {name.upper(): ports.address(name) for name in ("intake", "liaison", "projections", "portal")}
    readers = json.dumps({kind: login[f"reader_{kind}"] for kind in sorted(READING_KINDS)})
    antivirus = {"CLAMD": clamd()} if clamd() else {}
    told: dict[str, dict[str, str]] = {
        "identity": issuer | {"DATA": str(data.path), "PORTAL": services["PORTAL"]},
        "intake": issuer | {"DATABASE": login["intake"], "CHILD_KEY_FILE": str(child_key(data))} | antivirus,
        "liaison": issuer | {"DATABASE": login["liaison"], "KEYS": str(data.keys / "liaison")},
        "policies": broker["policies"] | {"DATABASE": login["policies"]},
        "watchdog": broker["watchdog"] | {"DATABASE": login["watchdog"]},
        "relay": broker["relay"] | {"DATABASE": login["relay"], "NATS_MONITOR": nats.monitor},
        "projector": broker["projector"] | {"DATABASE": login["projector"]},
        "reconciler": broker["reconciler"] | {"DATABASE": login["reconciler"], "NATS_MONITOR": nats.monitor},
        "projections": issuer | {"DATABASE": login["projections"], "READERS": readers, "KEYS": str(data.keys)},
        "portal": issuer | services | broker["portal"] | {"DATABASE": login["portal"]} | portal_secrets(data),
    }
    if antivirus:
        told |= {"scanner": antivirus | {"DATABASE": login["scanner"], "KEYS": str(scanner_keys(data))}}
    return {name: as_variables(settings, name, ports) for name, settings in told.items()}


def child_key(data: DataDirectory) -> Path:
    """The file with the secret under which intake knows a child's number again: lost, all earlier signals are lost with it."""
    path = data.secrets / "intake-child-key"
    kept(path, password)
    return path


def scanner_keys(data: DataDirectory) -> Path:
    """The folder with the scanner's private key and no other: it opens what waits for the antivirus, and nothing else."""
    folder = data.keys / "scanner"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def portal_secrets(data: DataDirectory) -> dict[str, str]:
    """The portal's own key for sessions at rest, and those it logs in with: for people as a client, for private persons as a machine."""
    session_key = data.secrets / "portal-session-key"
    kept(session_key, lambda: password() + "=")  # base64url of 32 bytes, with its padding
    return {
        "CLIENT_ID": PORTAL_CLIENT,
        "CLIENT_KEY_FILE": str(data.machines / f"{PORTAL_CLIENT}.jwk"),
        "PRIVATE_ID": PRIVATE_CLIENT,
        "PRIVATE_KEY_FILE": str(data.machines / f"{PRIVATE_CLIENT}.jwk"),
        "SESSION_KEY_FILE": str(session_key),
    }


def as_variables(settings: Mapping[str, str], name: str, ports: Ports) -> dict[str, str]:
    """With the prefix, and with what every process shares."""
    shared = {"ENVIRONMENT": "local"}
    if name in HTTP:
        shared |= {"HOST": LOOPBACK, "PORT": str(getattr(ports, name))}
    return {f"NATTLJUS_{setting}": value for setting, value in (shared | dict(settings)).items()} | {"PYTHONUNBUFFERED": "1"}


def share_keys(data: DataDirectory, kinds: Mapping[str, AgencyKind]) -> None:
    """Give liaison the keys of social services alone (agency id -> kind in `kinds`): links beside the files themselves."""
    folder = data.keys / "liaison"
    folder.mkdir(mode=0o700, exist_ok=True)
    for agency, kind in kinds.items():
        link = folder / f"{agency}.key"
        if kind in SOCIAL_SERVICES_KINDS and not link.is_symlink():
            link.symlink_to(Path("..") / link.name)


def login(data: DataDirectory, role: str) -> str:
    """The address of the running hub's database for one login role, for an operator's errand. Raises Trouble when it never ran."""
    known = remembered(data)
    if "postgres" not in known:
        raise Trouble(f"no hub has run on {data.path}: start it with `make up`, or name its directory with --data DIR")
    return f"postgresql://{role}:{passwords(data)[role]}@{LOOPBACK}:{known['postgres']}/nattljus"
