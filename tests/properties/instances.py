"""Any instance of a contract's model, made from the types of its fields: a new event is covered without a line here."""

import types
from collections.abc import Callable, Sequence
from datetime import UTC, date, timedelta, timezone
from enum import Enum
from typing import Any, TypeVar, Union, get_args, get_origin
from uuid import UUID

from hypothesis import strategies as some
from pydantic import AwareDatetime

from contracts.event import Ciphertext
from contracts.model import Model

Made = TypeVar("Made", bound=Model)

ZONES = some.sampled_from((UTC, timezone(timedelta(hours=2)), timezone(timedelta(hours=-9, minutes=-30)), timezone(timedelta(hours=14))))
TEXTS = some.text(max_size=30) | some.sampled_from(("", "Å ö", "\x00", "\u202e", "🧒", '"\\', "200510162381"))
PLAIN: dict[object, Callable[[Sequence[object]], some.SearchStrategy[Any]]] = {
    bool: lambda _: some.booleans(),
    int: lambda limits: some.integers(_limit(limits, "ge"), _limit(limits, "le")),
    str: lambda limits: _texts(_limit(limits, "pattern"), _limit(limits, "max_length")),
    bytes: lambda _: some.binary(max_size=80),
    UUID: lambda _: some.uuids(),
    date: lambda _: some.dates(),
    AwareDatetime: lambda _: some.datetimes(timezones=ZONES),
    type(None): lambda _: some.none(),
}
"""Type → strategy, within the limits that stand with the field."""


def instances(model: type[Made], *, sealed: bool | None = None) -> some.SearchStrategy[Made]:
    """Instances of the model. `sealed` says whether contents come as ciphertext, in clear, or (None) either."""
    fields: dict[str, Any] = {f.alias or name: _type(f.annotation, f.metadata, sealed) for name, f in model.model_fields.items()}
    return some.builds(model, **fields)


def _type(annotation: Any, limits: Sequence[object], sealed: bool | None) -> some.SearchStrategy[Any]:
    if annotation in PLAIN:
        return PLAIN[annotation](limits)
    if get_origin(annotation) is tuple:
        return some.lists(_type(get_args(annotation)[0], (), sealed), max_size=3).map(tuple)
    if get_origin(annotation) in {Union, types.UnionType}:
        return some.one_of(*[_type(each, limits, sealed) for each in _wanted(get_args(annotation), sealed)])
    if issubclass(annotation, Enum):
        return some.sampled_from(annotation)
    return instances(annotation, sealed=sealed)


def _texts(pattern: str | None, longest: int | None) -> some.SearchStrategy[str]:
    if pattern is not None:
        return some.from_regex(pattern, fullmatch=True)
    return TEXTS.map(lambda text: text[:longest])


def _limit(limits: Sequence[object], name: str) -> Any:
    """What a field's limits say under this name. Pydantic keeps several in one object, those that are not set as None."""
    return next((getattr(each, name) for each in limits if getattr(each, name, None) is not None), None)


def _wanted(options: Sequence[Any], sealed: bool | None) -> list[Any]:
    """A content is either sealed or in clear."""
    return [each for each in options if Ciphertext not in options or sealed is None or (each is Ciphertext) is sealed]
