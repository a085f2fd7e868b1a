"""An answer leaves in one packet, and nothing that was written waits for anything but the loop's next turn."""

import asyncio
from typing import cast

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState

from deploy.whole_answers import Joining, WholeAnswers


class Wire:
    """What is written, packet by packet."""

    def __init__(self) -> None:
        self.packets: list[bytes] = []
        self.closed = False

    def write(self, data: bytes) -> None:
        assert not self.closed
        self.packets.append(data)

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True


def joining(wire: Wire) -> Joining:
    return Joining(cast("asyncio.Transport", wire))


async def test_head_and_body_are_one_packet_and_the_rest_follows_in_order() -> None:
    wire = Wire()
    transport = joining(wire)
    for piece in (b"head", b"body", b"more", b"and more", b"end"):
        transport.write(piece)
    assert wire.packets == [b"headbody", b"moreand more"]
    await asyncio.sleep(0)
    assert b"".join(wire.packets) == b"headbodymoreand moreend"


async def test_a_head_whose_body_comes_later_does_not_wait_for_it() -> None:
    wire = Wire()
    joining(wire).write(b"head")
    await asyncio.sleep(0)
    assert wire.packets == [b"head"]


async def test_what_was_written_goes_out_before_the_connection_closes() -> None:
    wire = Wire()
    transport = joining(wire)
    transport.write(b"bye")
    transport.close()
    await asyncio.sleep(0)
    assert (wire.packets, wire.closed) == ([b"bye"], True)


async def test_what_nobody_can_receive_any_more_is_let_go() -> None:
    wire = Wire()
    joining(wire).write(b"late")
    wire.closed = True
    await asyncio.sleep(0)
    assert wire.packets == []


@pytest.mark.real
async def test_uvicorn_answers_over_it_whole_and_in_parts() -> None:
    async def parts(_: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for part in (b"one ", b"two ", b"three"):
            await send({"type": "http.response.body", "body": part, "more_body": True})
            await asyncio.sleep(0.01)
        await send({"type": "http.response.body"})

    config = uvicorn.Config(parts, log_config=None)
    config.load()
    server = await asyncio.get_running_loop().create_server(lambda: WholeAnswers(config, ServerState(), {}), "127.0.0.1", 0)
    async with server, asyncio.timeout(10):
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(b"GET / HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n")
        heard = await reader.read()
        writer.close()
    assert heard.startswith(b"HTTP/1.1 200 OK\r\n")
    assert heard.endswith(b"4\r\none \r\n4\r\ntwo \r\n5\r\nthree\r\n0\r\n\r\n")
