"""The rows of one stream in one view, in memory: all that an event may read and change there."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from sqlalchemy import Table

Row = Mapping[str, Any]
"""One row: every column's value by its name. A row is never changed in place; another takes its stand."""


class AlreadyThere(ValueError):
    """A row of this key stands already."""


class NoSuchColumn(ValueError):
    """The view has no column of this name."""


@dataclass(frozen=True)
class Shape:
    """What the rows of a table look like: an empty one, and how to read the key of one."""

    blank: Row
    key: Callable[[Row], Any]

    @classmethod
    def of(cls, table: Table) -> "Shape":
        """The shape of a table's rows."""
        return cls(dict.fromkeys(table.c.keys()), itemgetter(*table.primary_key.columns.keys()))


class Rows:
    """The rows that one stream has in one view, by primary key."""

    __slots__ = ("_by_key", "_shape")

    def __init__(self, shape: Shape, stored: Iterable[Row] = ()) -> None:
        self._shape = shape
        self._by_key = {shape.key(row): row for row in stored}

    def __iter__(self) -> Iterator[Row]:
        return iter(tuple(self._by_key.values()))

    def __len__(self) -> int:
        return len(self._by_key)

    def matching(self, **values: object) -> list[Row]:
        """The rows that hold these values."""
        return [row for row in self._by_key.values() if values.items() <= row.items()]

    def add(self, **values: object) -> None:
        """Adds a row; columns that are not named are empty. Raises AlreadyThere, NoSuchColumn."""
        row = {**self._shape.blank, **values}
        if len(row) != len(self._shape.blank):
            raise NoSuchColumn(", ".join(values.keys() - self._shape.blank.keys()))
        key = self._shape.key(row)
        if key in self._by_key:
            raise AlreadyThere
        self._by_key[key] = row

    def change(self, rows: Iterable[Row], **values: object) -> None:
        """Gives these columns of these rows other values. Raises AlreadyThere, NoSuchColumn."""
        for row in tuple(rows):
            changed, before = {**row, **values}, self._shape.key(row)
            if len(changed) != len(self._shape.blank):
                raise NoSuchColumn(", ".join(values.keys() - self._shape.blank.keys()))
            key = self._shape.key(changed)
            if key != before and key in self._by_key:
                raise AlreadyThere
            del self._by_key[before]
            self._by_key[key] = changed

    def remove(self, rows: Iterable[Row]) -> None:
        """Takes these rows away. Raises KeyError when one is not here."""
        for row in tuple(rows):
            del self._by_key[self._shape.key(row)]

    def standing(self) -> Mapping[object, Row]:
        """What stands here now, to be put back if what follows goes wrong."""
        return dict(self._by_key)

    def put_back(self, standing: Mapping[object, Row]) -> None:
        """Makes everything as it stood."""
        self._by_key = dict(standing)

    def since(self, before: "Rows") -> tuple[list[Row], list[Row]]:
        """What differs from before: the rows to be written, and those that stood there and do not any more, or not so."""
        mine, theirs = self._by_key, before._by_key  # noqa: SLF001  another of its own kind
        written = [row for key, row in mine.items() if theirs.get(key) != row]
        return written, [row for key, row in theirs.items() if mine.get(key) != row]
