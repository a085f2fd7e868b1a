"""The server's configuration file: JetStream that has every message on the disk before it answers, and the users with their walls."""

import json
from collections.abc import Mapping
from pathlib import Path

from deploy.nats.permissions import USERS, Permissions

MAX_PAYLOAD = 256 * 1024
"""Bytes. Attachments never travel on NATS."""


def configuration(store: Path, host: str, port: int, monitor: int, public_keys: Mapping[str, str]) -> str:
    """The file's text. NATS reads JSON. `public_keys` is the public nkey of each user in `permissions.USERS`."""
    return json.dumps(
        {
            "server_name": "nattljus",
            "host": host,
            "port": port,
            "http": f"{host}:{monitor}",
            # `always`: the default writes to the disk every two minutes, and a power cut then takes acknowledged messages with it.
            "jetstream": {"store_dir": str(store), "sync_interval": "always"},
            "max_payload": MAX_PAYLOAD,
            "authorization": {
                "users": [{"nkey": public_keys[name], "permissions": rules(permissions)} for name, permissions in USERS.items()]
            },
        },
        indent=2,
    )


def rules(permissions: Permissions) -> dict[str, dict[str, list[str]]]:
    """The permissions in the server's words. An empty list of what is allowed would allow everything, so that becomes a denial."""
    return {
        direction: {"allow": list(allowed)} if allowed else {"deny": [">"]}
        for direction, allowed in (("publish", permissions.publish), ("subscribe", permissions.subscribe))
    }
