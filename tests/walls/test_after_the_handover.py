"""Who has handed a case over reads what it decided itself, and nothing of what is decided after; who reported reads of neither."""

from uuid import UUID

import asyncpg

from contracts.event import SOCIAL_SERVICES, social_services
from deploy.local.api import Api
from tests.stack import Hub
from tests.walls.story import DECIDED, DISTRICT, JOUR, POLICE, Story, word

KEYS = "SELECT audience, agency FROM keyring.wrapped_key WHERE stream = $1 AND audience LIKE 'social-services%'"


async def test_what_a_district_decides_is_not_for_who_handed_it_over(api: Api, story: Story) -> None:
    before = str((await api.ask(JOUR, "GET", f"/projections/v1/referrals/{story.first}")).body)
    after = str((await api.ask(DISTRICT, "GET", f"/projections/v1/referrals/{story.first}")).body)
    assert [each for each in DECIDED if each not in before] == []
    assert [each for each in [*DECIDED, word("lifted")] if each not in after] == []
    assert word("lifted") not in before


async def test_the_key_of_what_is_decided_after_is_the_new_owners_alone(hub: Hub, story: Story) -> None:
    connection = await asyncpg.connect(hub.admin_dsn)
    held = {tuple(row) for row in await connection.fetch(KEYS, UUID(story.first))}
    await connection.close()
    assert held == {(SOCIAL_SERVICES, "socialjouren"), (SOCIAL_SERVICES, "farsta"), (social_services(1), "farsta")}


async def test_the_reporter_sees_the_invitation_and_nothing_of_what_was_decided(api: Api, story: Story) -> None:
    opened = (await api.ask(POLICE, "GET", f"/projections/v1/receipts/{story.first}")).body
    assert (opened["summary"]["meetsAt"], opened["summary"]["calledOffAt"]) == ("2027-01-14T09:00:00Z", None)
    assert opened["summary"]["invitedAt"] is not None
    assert [entry["event"] for entry in opened["entries"]] == ["ReferralReceived", "ReferralSupplemented"]
    assert not {"decision", "outcome", "barnahusConsulted", "owed"} & set(str(opened).replace("'", " ").split())
