"""Who may say and hear what on NATS: the least that each process needs, and the wall that keeps the rest out.

JetStream reads are not bound by the permission to subscribe (whoever may ask for a consumer reads the stream), so the API's subjects
themselves are listed, each with its stream's name, and everybody has an inbox of their own. Measured on nats-server 2.15.1.
"""

from dataclasses import dataclass

STREAMS = {"INTAKE": "nattljus.intake.>", "LIAISON": "nattljus.liaison.>"}
"""Stream name -> its subjects."""

CHANGED = "nattljus.changed.>"
"""Plain NATS, nothing stored: something changed for a unit, and the ids of it."""


@dataclass(frozen=True)
class Permissions:
    """Subjects that a user may publish to and subscribe to. None at all is written as an empty tuple."""

    publish: tuple[str, ...]
    subscribe: tuple[str, ...]


def inbox(user: str) -> str:
    """The prefix of this user's replies: give it to the client as `inbox_prefix`."""
    return f"_INBOX_{user}"


def follower(user: str, *also: str) -> Permissions:
    """Reads both streams through consumers of its own, acknowledges nothing and stores nothing."""
    api = [
        f"$JS.API.{call}"
        for stream in STREAMS
        for call in (
            f"STREAM.INFO.{stream}",
            f"CONSUMER.CREATE.{stream}",
            f"CONSUMER.CREATE.{stream}.>",
            f"CONSUMER.INFO.{stream}.*",
            f"CONSUMER.DELETE.{stream}.*",
            f"CONSUMER.MSG.NEXT.{stream}.*",
        )
    ]
    return Permissions((*api, *also), (f"{inbox(user)}.>",))


def relay(user: str) -> Permissions:
    """Fills both streams, and reads their last messages to know where it was."""
    api = [f"$JS.API.{call}.{stream}" for stream in STREAMS for call in ("STREAM.INFO", "STREAM.MSG.GET")]
    return Permissions((*STREAMS.values(), *api), (f"{inbox(user)}.>",))


def reconciler(user: str) -> Permissions:
    """Reads both streams from end to end, and makes a damaged one anew, which the relay refills; says which rows it made right."""
    reading = follower(user, CHANGED)
    api = [f"$JS.API.{call}.{stream}" for stream in STREAMS for call in ("STREAM.MSG.GET", "STREAM.CREATE", "STREAM.DELETE")]
    return Permissions((*reading.publish, *api), reading.subscribe)


USERS = {
    "deploy": Permissions((">",), (">",)),
    "relay": relay("relay"),
    "projector": follower("projector", CHANGED),
    "policies": follower("policies"),
    "watchdog": follower("watchdog"),
    "reconciler": reconciler("reconciler"),
    "portal": Permissions((), (CHANGED,)),
}
"""Everybody on NATS. Only `deploy` makes, changes or removes streams, and the reconciler, which makes these two anew."""
