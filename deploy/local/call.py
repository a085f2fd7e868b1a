"""`nattljus call`: one request to the running hub as one of its machines, for trying the APIs by hand."""

import json
import os
import sys
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from deploy.local.api import Answer, Positions, open_api
from deploy.local.files import write_whole
from deploy.local.trouble import Trouble

HEARD = "called.json"
"""In the data directory: how far the hub was at the last call, so that the next one sees what this one did."""


async def call(data: Path, client: str, method: str, path: str, body: str | None, key: UUID | None) -> Answer:
    """Send it. `body` is JSON, or `-` for the standard input; without a `key` a command gets a new one. Raises Trouble."""
    async with open_api(data) as api:
        api.positions.update(heard(data))
        answer = await api.send(client, method.upper(), path, content(body), key=key or uuid4())
        write_whole(data / HEARD, json.dumps(api.positions))
    return answer


def heard(data: Path) -> Positions:
    """What earlier calls heard."""
    try:
        known: Positions = json.loads((data / HEARD).read_text())
    except FileNotFoundError:
        return {}
    return known


def content(body: str | None) -> object:
    """The body as JSON. Raises Trouble when it is none."""
    if body is None:
        return None
    try:
        return json.loads(sys.stdin.read() if body == "-" else body)
    except json.JSONDecodeError as error:
        raise Trouble(f"the body is not JSON: {error}", os.EX_DATAERR) from error


def picked(answer: Answer, way: str) -> str:
    """One value of an answer, `referrals.0.id`, as it stands. Raises Trouble when there is none."""
    found: Any = answer.body
    try:
        for step in way.split("."):
            found = found[int(step) if isinstance(found, list) else step]
    except (KeyError, IndexError, ValueError, TypeError):
        raise Trouble(f"there is no {way} in the answer ({answer.status}): {json.dumps(answer.body, ensure_ascii=False)}") from None
    return found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)
