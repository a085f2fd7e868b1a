"""Which port each part listens on: chosen once, on the loopback address alone, and remembered."""

import json
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass

from deploy.local.data import DataDirectory
from deploy.local.files import write_whole
from deploy.local.progress import Say
from deploy.local.trouble import Trouble

LOOPBACK = "127.0.0.1"
PARTS = ("portal", "intake", "liaison", "projections", "identity", "postgres", "nats", "nats_monitor")
FIRST = 8100
LAST = 30_000
"""Below the range that Linux gives to outgoing connections (from 32,768), which could take a port while the hub is stopped."""


@dataclass(frozen=True)
class Ports:
    """One port per part."""

    portal: int
    intake: int
    liaison: int
    projections: int
    identity: int
    postgres: int
    nats: int
    nats_monitor: int

    def address(self, part: str) -> str:
        """Base URL of a part that speaks HTTP, without a final slash."""
        return f"http://{LOOPBACK}:{getattr(self, part)}"


def is_free(port: int) -> bool:
    """Whether a server could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def choose_ports(data: DataDirectory, portal: int | None, say: Say, first: int = FIRST) -> Ports:
    """The remembered ports, with a new one for each that was taken; `portal` overrides the portal's.

    Raises Trouble when `portal` is taken, and when the identity provider's is: its address is part of who everybody is.
    """
    known = remembered(data)
    chosen = {part: port for part, port in known.items() if is_free(port)}
    if portal is not None:
        chosen["portal"] = asked_for(portal, chosen)
    if "identity" in known and "identity" not in chosen:
        raise Trouble(
            f"port {known['identity']} is taken by another program. The test identity provider must have it, because its address is "
            f"part of every identity in {data.path}: stop that program, or choose another directory with --data DIR",
            os.EX_TEMPFAIL,
        )
    for part in PARTS:
        if part not in chosen:
            chosen[part] = next_free(first, chosen)
            if part in known:
                say(f"port {known[part]} ({part}) is taken by another program: {part} uses {chosen[part]} from now on")
    if chosen != known:
        write_whole(data.ports, json.dumps(chosen, indent=2) + "\n")
    return Ports(**chosen)


def remembered(data: DataDirectory) -> dict[str, int]:
    """The ports of the last start; empty before the first."""
    try:
        found = json.loads(data.ports.read_text())
        return {part: int(found[part]) for part in PARTS if part in found}
    except FileNotFoundError:
        return {}
    except (ValueError, TypeError) as error:
        raise Trouble(f"{data.ports} is damaged: remove it, and new ports are chosen", os.EX_DATAERR) from error


def asked_for(port: int, chosen: Mapping[str, int]) -> int:
    """The port that was asked for. Raises Trouble when somebody has it."""
    others = {used for part, used in chosen.items() if part != "portal"}
    if port in others or not is_free(port):
        raise Trouble(f"port {port} is taken by another program: choose another with --port N", os.EX_TEMPFAIL)
    return port


def next_free(first: int, chosen: Mapping[str, int]) -> int:
    """The lowest free port from `first` on that no other part has."""
    for port in range(first, LAST):
        if port not in chosen.values() and is_free(port):
            return port
    raise Trouble(f"no port between {first} and {LAST} is free on {LOOPBACK}: stop some programs and start again", os.EX_TEMPFAIL)
