"""Files sent to a running hub and fetched from it, by an agency's own system."""

from typing import Any
from uuid import uuid4

import httpx2

from deploy.local.api import Api, after
from tests.place import until


async def attached(api: Api, client: str, referral: str, name: str, content: bytes) -> dict[str, Any]:
    """The hub's answer to a file for a referral that this machine's unit has sent."""
    answer = await offered(api, client, referral, name, content)
    assert answer.status_code == 201, answer.text
    store, _, number = answer.headers["Nattljus-Position"].partition(":")
    api.positions[store] = max(int(number), api.positions.get(store, 0))
    told: dict[str, Any] = answer.json()
    return told


async def offered(api: Api, client: str, referral: str, name: str, content: bytes) -> httpx2.Response:
    """The same, whatever the hub says."""
    headers = {"Authorization": f"Bearer {await api._token(client)}", "Idempotency-Key": str(uuid4())}
    address = f"{api.where['intake']}/intake/v1/referrals/{referral}/attachments"
    return await api.http.post(address, files={"file": (name, content)}, headers=headers)


async def come(api: Api, client: str, referral: str, files: int) -> None:
    """Waits until so many files stand in the case, on the board of who has it: the policies have followed, and the views them."""

    async def stands() -> bool:
        row = (await api.ask(client, "GET", f"/projections/v1/board/{referral}")).body
        return bool(row["attachments"] == files)

    await until(stands)


async def fetched(api: Api, client: str, referral: str, attachment: str, **more: str) -> httpx2.Response:
    """A file's bytes, or why not."""
    headers = {"Authorization": f"Bearer {await api._token(client)}", "Nattljus-After": after(api.positions)}
    address = f"{api.where['projections']}/projections/v1/referrals/{referral}/attachments/{attachment}"
    return await api.http.get(address, params=more, headers=headers)
