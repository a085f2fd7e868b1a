"""The private keys that machines and the portal log in with. The provider trusts their public halves."""

import json
from pathlib import Path

from joserfc.jwk import ECKey

from deploy.local.files import write_whole
from deploy.local.identity.keys import new_key
from deploy.local.organisation import load

PORTAL_CLIENT = "nattljus-portal"


def key_file(data: Path, client_id: str) -> Path:
    """Where a client's private key (a JWK) lies in the data directory."""
    return data / "machines" / f"{client_id}.jwk"


def ensure_machine_keys(data_dir: Path) -> dict[str, Path]:
    """Make a key for every machine of the organisation, and the portal, that has none; return all their files.

    Each file holds one private EC P-256 key as a JWK with alg ES256 and a kid, mode 0600. Existing keys are kept.
    """
    files = {client_id: key_file(data_dir, client_id) for client_id in (*load().machines_by_client, PORTAL_CLIENT)}
    (data_dir / "machines").mkdir(mode=0o700, parents=True, exist_ok=True)
    for file in files.values():
        if not file.exists():
            write_whole(file, json.dumps(new_key().as_dict(private=True)))
    return files


def private_key(file: Path) -> ECKey:
    """Read a client's private key."""
    return ECKey.import_key(json.loads(file.read_text("utf-8")))


def public_key(data_dir: Path, client_id: str) -> ECKey:
    """The half of a client's key that the provider may know. Read each time, so a replaced key counts at once."""
    key = private_key(key_file(data_dir, client_id))
    return ECKey.import_key(key.as_dict(private=False))
