"""A referral goes only where somebody works with cases."""

from uuid import uuid4

from deploy.local.api import open_api
from tests.stack import Hub


async def test_a_unit_without_case_workers_takes_no_referral_and_is_not_proposed(hub: Hub) -> None:
    async with open_api(hub.data.path) as api:
        body = {"recipient": "socialjouren-katalog", "children": [{"kind": "unknown", "name": "Test Testsson"}], "worry": "Oro."}
        refused = await api.send("polisen-farsta", "POST", "/intake/v1/referrals", body, key=uuid4())
        assert refused.status == 422
        assert refused.body["type"].endswith("unknown-unit")
        units = (await api.ask("polisen-farsta", "GET", "/projections/v1/units")).body
        takes = {unit["id"]: unit["takesCases"] for unit in units}
        assert takes["socialjouren-jour"]
        assert takes["farsta-mottagning"]
        assert not takes["socialjouren-katalog"]
