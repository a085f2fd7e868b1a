"""What an event is: a past-tense fact with a name, a version and, when it holds personal data, an audience."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Generic, TypeVar

from contracts.model import Model

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
Content = TypeVar("Content", bound=Model)


class UnknownEvent(ValueError):
    """No class of this name and version exists here: the writer is newer than the reader."""


class Event(Model):
    """A fact that has happened. The class name is the event's name everywhere; nothing is registered by hand.

    A field with a default may be added at any time. Anything more raises `version` and adds an upcaster from the
    version before, keyed by that version: stored events are never rewritten. An upcaster of a sealed event meets its
    content both sealed (to be left alone) and in clear.
    """

    version: ClassVar[int] = 1
    published_by: ClassVar[str] = "liaison"
    """The store that the event stands in: `intake` for what is handed over, `liaison` for everything that follows."""
    upcasters: ClassVar[dict[int, Upcaster]] = {}
    _known: ClassVar[dict[str, type["Event"]]] = {}

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        is_generic = "[" in cls.__name__ or cls.__pydantic_generic_metadata__["parameters"]  # common parts, such as SealedEvent
        if not is_generic and not cls.__name__.startswith("_"):
            Event._known[cls.__name__] = cls

    @classmethod
    def known(cls) -> Mapping[str, type["Event"]]:
        """Every event class by name, as far as its module is imported (see `contracts.catalogue`)."""
        return cls._known

    @classmethod
    def topic(cls) -> str:
        """The name it is stored under: `ReferralReceived.v1`."""
        return f"{cls.__name__}.v{cls.version}"


class Ciphertext(Model):
    """Personal data under the key of (stream, audience): X25519, HKDF-SHA256 and AES-256-GCM, base64 in JSON."""

    audience: str
    sealed: bytes


class SealedEvent(Event, Generic[Content]):
    """An event with personal data: `content` is readable only to those who hold the key of its audience.

    `audience` says who that is; an event for one named agency overrides `key_audience`.
    """

    audience: ClassVar[str]
    content: Content | Ciphertext

    def key_audience(self) -> str:
        """The audience under whose key the content is sealed."""
        return self.audience


REPORTER = "reporter"
"""Audience: the reporting agency and the social services that hold the case."""
SOCIAL_SERVICES = "social-services"
"""Audience: the social services that hold the case, alone: the first that has it, and each that takes it over."""
PARTIES = "parties"
"""Audience: the invited parties of a plan and the district that leads it."""


def social_services(handovers: int) -> str:
    """Audience: the social services that hold the case after so many handovers, and each that takes it over; not who had it before."""
    return f"{SOCIAL_SERVICES}:{handovers}" if handovers else SOCIAL_SERVICES


def district(agency: str) -> str:
    """Audience: one district alone."""
    return f"district:{agency}"


def offer(number: int) -> str:
    """Audience: the two agencies between which one handover is offered."""
    return f"offer:{number}"


def event_class(topic: str) -> type[Event]:
    """The class that a topic (`Name.v1`) names, whatever its version. Raises UnknownEvent."""
    name, _, version = topic.partition(".v")
    known = Event.known().get(name)
    if known is None or (version != str(known.version) and version not in {str(number) for number in range(1, known.version)}):
        raise UnknownEvent(topic)
    return known


def load_event(topic: str, data: dict[str, Any]) -> Event:
    """The event that `data` of any published version stands for, lifted to today's version. Raises UnknownEvent."""
    known = event_class(topic)
    for version in range(int(topic.rpartition(".v")[2]), known.version):
        data = known.upcasters[version](data)
    return known.model_validate(data)
