"""The wall around NATS (reliability 2.6): what each user may do, and every way past it that was measured, denied."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass

import nats as client
import pytest
import pytest_asyncio
from nats.aio.client import Client

from deploy.local import nats
from deploy.local.data import DataDirectory, open_data
from deploy.local.nats import Nats, seed
from deploy.local.ports import LOOPBACK, choose_ports
from deploy.local.progress import silently
from deploy.local.supervisor import Supervisor
from deploy.nats.permissions import USERS, inbox
from deploy.nats.streams import ensure_streams
from services.kit.streams import wanted

pytestmark = [pytest.mark.real, pytest.mark.asyncio(loop_scope="module")]

READ = json.dumps({"last_by_subj": "nattljus.intake.>"})
CONSUMER = json.dumps({"stream_name": "INTAKE", "config": {"name": "c", "ack_policy": "none", "inactive_threshold": 5_000_000_000}})
STREAM = json.dumps({"name": "NEW", "subjects": ["new"]})
RESHAPED = json.dumps(wanted("INTAKE").as_dict())

CALLS = {
    "$JS.API.STREAM.INFO.INTAKE": "",
    "$JS.API.STREAM.MSG.GET.INTAKE": READ,
    "$JS.API.CONSUMER.CREATE.INTAKE.c": CONSUMER,
    "$JS.API.CONSUMER.INFO.INTAKE.c": "",
    "$JS.API.CONSUMER.DELETE.INTAKE.c": "",
    "$JS.API.CONSUMER.LIST.INTAKE": "",
    "$JS.API.CONSUMER.DURABLE.CREATE.INTAKE.c": CONSUMER,
    "$JS.API.STREAM.CREATE.NEW": STREAM,
    "$JS.API.STREAM.CREATE.INTAKE": RESHAPED,
    "$JS.API.STREAM.UPDATE.INTAKE": RESHAPED,
    "$JS.API.STREAM.DELETE.LIAISON": "",
    "$JS.API.STREAM.PURGE.INTAKE": "",
    "$JS.API.STREAM.MSG.DELETE.INTAKE": '{"seq": 1}',
    "$JS.API.STREAM.LIST": "",
    "$JS.API.STREAM.NAMES": "",
    "$JS.API.STREAM.SNAPSHOT.INTAKE": '{"deliver_subject": "_INBOX_x"}',
    "$JS.API.DIRECT.GET.INTAKE": READ,
    "$JS.API.INFO": "",
    "nattljus.intake.ReferralReceived": "{}",
    "nattljus.liaison.FeedbackSent": "{}",
}
"""Every call that answers, with a body that would do it."""

FOLLOWS = {
    "$JS.API.STREAM.INFO.INTAKE",
    "$JS.API.CONSUMER.CREATE.INTAKE.c",
    "$JS.API.CONSUMER.INFO.INTAKE.c",
    "$JS.API.CONSUMER.DELETE.INTAKE.c",
}
ANSWERED = {
    "relay": {
        "$JS.API.STREAM.INFO.INTAKE",
        "$JS.API.STREAM.MSG.GET.INTAKE",
        "nattljus.intake.ReferralReceived",
        "nattljus.liaison.FeedbackSent",
    },
    "projector": FOLLOWS,
    "policies": FOLLOWS,
    "watchdog": FOLLOWS,
    "reconciler": FOLLOWS | {"$JS.API.STREAM.MSG.GET.INTAKE", "$JS.API.STREAM.CREATE.INTAKE", "$JS.API.STREAM.DELETE.LIAISON"},
    "portal": set[str](),
}
"""What is not listed must stay without an answer."""

HEARD = {user: set[str]() for user in ANSWERED} | {"portal": {"nattljus.changed.>", "nattljus.changed.*"}}
SUBSCRIPTIONS = (">", "nattljus.>", "nattljus.intake.>", "nattljus.changed.>", "nattljus.changed.*", "$JS.>", "_INBOX.>", "_INBOX_deploy.>")


@dataclass
class Visitor:
    """A connected user and what the server refused it."""

    connection: Client
    refused: list[str]

    async def answered(self, subject: str, body: str) -> bool:
        """Whether somebody answers. The server refuses before it answers the ping of `flush`."""
        before = len(self.refused)
        asking = asyncio.create_task(self.connection.request(subject, body.encode(), timeout=2))
        await asyncio.sleep(0)
        await self.connection.flush()
        await asyncio.sleep(0.01)
        if len(self.refused) > before:
            asking.cancel()
            return False
        await asking
        return True

    async def may_hear(self, subject: str) -> bool:
        """Whether the server takes the subscription."""
        before = len(self.refused)
        subscription = await self.connection.subscribe(subject)
        await self.connection.flush()
        await asyncio.sleep(0.02)
        heard = len(self.refused) == before
        if heard:
            await subscription.unsubscribe()
        return heard


@contextlib.asynccontextmanager
async def visitor(broker: Nats, user: str) -> AsyncIterator[Visitor]:
    refused: list[str] = []

    async def note(error: Exception) -> None:
        refused.append(str(error))

    connection = await client.connect(broker.url, nkeys_seed_str=seed(broker.data, user), inbox_prefix=inbox(user), error_cb=note)
    try:
        yield Visitor(connection, refused)
    finally:
        await connection.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def broker(tmp_path_factory: pytest.TempPathFactory, module_port: int) -> AsyncIterator[Nats]:
    """A server with both streams."""
    data: DataDirectory = open_data(tmp_path_factory.mktemp("nats") / "data")
    server = nats.prepare(data, choose_ports(data, None, silently, module_port))
    supervisor = Supervisor(data, silently)
    await supervisor.start([server.program()])
    await ensure_streams(server.url, seed(data, "deploy"))
    yield server
    await supervisor.stop()


@pytest.mark.parametrize("user", [user for user in USERS if user != "deploy"])
async def test_each_user_is_answered_by_exactly_what_it_needs(broker: Nats, user: str) -> None:
    async with visitor(broker, user) as it:
        answered = {subject for subject, body in CALLS.items() if await it.answered(subject, body)}
        assert answered == ANSWERED[user]
    await ensure_streams(broker.url, seed(broker.data, "deploy"))


@pytest.mark.parametrize("user", [user for user in USERS if user != "deploy"])
async def test_each_user_hears_exactly_what_it_needs(broker: Nats, user: str) -> None:
    async with visitor(broker, user) as it:
        assert {subject for subject in SUBSCRIPTIONS if await it.may_hear(subject)} == HEARD[user]


async def test_nothing_was_stored_changed_or_removed_by_those_who_may_not(broker: Nats) -> None:
    async with visitor(broker, "deploy") as it:
        jetstream = it.connection.jetstream()
        assert sorted(info.config.name or "" for info in await jetstream.streams_info()) == ["INTAKE", "LIAISON"]


async def test_the_projector_announces_and_the_portal_hears(broker: Nats) -> None:
    async with visitor(broker, "portal") as portal, visitor(broker, "projector") as projector, visitor(broker, "policies") as policies:
        subscription = await portal.connection.subscribe("nattljus.changed.*")
        await portal.connection.flush()
        await policies.connection.publish("nattljus.changed.forged", b"{}")
        await policies.connection.flush()
        await projector.connection.publish("nattljus.changed.farsta-mottagning", b"{}")
        message = await subscription.next_msg(timeout=2)
        assert message.subject == "nattljus.changed.farsta-mottagning"
        assert "nattljus.changed.forged" in " ".join(policies.refused).lower()


async def test_the_relay_publishes_and_a_follower_reads_it(broker: Nats) -> None:
    async with visitor(broker, "relay") as relay, visitor(broker, "projector") as projector:
        await relay.connection.jetstream().publish("nattljus.intake.ReferralReceived", b"sealed")
        consumer = await projector.connection.jetstream().pull_subscribe("nattljus.intake.>", stream="INTAKE")
        messages = await consumer.fetch(10, timeout=2)
        assert messages[-1].data == b"sealed"


async def test_without_a_key_nobody_comes_in(broker: Nats) -> None:
    reader, writer = await asyncio.open_connection(LOOPBACK, broker.ports.nats)
    await reader.readline()
    writer.write(b'CONNECT {"verbose": false}\r\nPING\r\n')
    assert b"Authorization Violation" in await reader.readline()
    writer.close()
    await writer.wait_closed()
