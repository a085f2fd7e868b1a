"""The quarantine over HTTP on the running hub: only stewards see it, nothing is decided on what is not there, one alone drops nothing."""

from deploy.local.api import open_api
from tests.stack import Hub

STEWARD = "nattljus-seeder"
LIAISON = "/liaison/v1/quarantine"


async def test_a_steward_replays_and_proposes_and_does_not_confirm_alone(hub: Hub) -> None:
    async with open_api(hub.data.path) as api:
        place = {"follower": "invitations", "store": "liaison", "position": 1}
        listed = await api.ask(STEWARD, "GET", "/projections/v1/quarantine")
        assert isinstance(listed.body, list)
        replayed = await api.send(STEWARD, "POST", f"{LIAISON}/replays", place)
        assert replayed.status == 201
        early = await api.send(STEWARD, "POST", f"{LIAISON}/drop-confirmations", place)
        assert (early.status, early.body["type"]) == (409, "urn:nattljus:problem:not-proposed")
        for _ in range(2):
            proposed = await api.send(STEWARD, "POST", f"{LIAISON}/drop-proposals", place | {"ground": "unreadable"})
            assert proposed.status == 201
        alone = await api.send(STEWARD, "POST", f"{LIAISON}/drop-confirmations", place)
        assert (alone.status, alone.body["type"]) == (409, "urn:nattljus:problem:same-person")


async def test_what_is_not_in_the_store_cannot_be_decided_on(hub: Hub) -> None:
    async with open_api(hub.data.path) as api:
        nowhere = {"follower": "board", "store": "intake", "position": 2**62}
        assert (await api.send(STEWARD, "POST", f"{LIAISON}/replays", nowhere)).status == 404
        for wrong in ({"store": "keyring"}, {"follower": "board; DROP"}, {"position": 0}, {"position": 2**63}):
            assert (await api.send(STEWARD, "POST", f"{LIAISON}/replays", nowhere | wrong)).status == 422


async def test_nobody_but_a_steward_sees_or_decides(hub: Hub) -> None:
    async with open_api(hub.data.path) as api:
        place = {"follower": "board", "store": "intake", "position": 1}
        for client in ("polisen-farsta", "socialjouren", "socialtjanstinspektorerna"):
            assert (await api.send(client, "GET", "/projections/v1/quarantine", None)).status == 403
            for act in ("replays", "drop-proposals", "drop-confirmations"):
                assert (await api.send(client, "POST", f"{LIAISON}/{act}", place | {"ground": "unreadable"})).status in {403, 422}
                if act != "drop-proposals":
                    assert (await api.send(client, "POST", f"{LIAISON}/{act}", place)).status == 403
