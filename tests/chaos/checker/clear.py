"""Looking for the canaries: in every table, in every file of the servers and in every log, in every spelling that would give them away."""

import base64
import mmap
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import asyncpg

from tests.chaos.checker.count import CANARY, Count

CHUNK_OVERLAP = 64


@cache
def spellings(texts: tuple[str, ...]) -> tuple[bytes, ...]:
    """As it is, in hexadecimal, and in base64 wherever it may begin there."""
    found: list[bytes] = []
    for text in texts:
        raw = text.encode()
        found += [raw, raw.hex().encode(), raw.hex().upper().encode(), text.encode("utf-16-le")]
        found += [base64.b64encode(bytes(before) + raw)[(0, 2, 3)[before] : (before + len(raw)) * 8 // 6] for before in range(3)]
    return tuple(found)


def check_files(folders: Iterable[Path], texts: tuple[str, ...], count: Count) -> int:
    """Every file below the folders; gives how many bytes were looked through."""
    looked = 0
    for path in (path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file() and path.stat().st_size):
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            looked += len(data)
            for each in spellings(texts):
                if data.find(each) != -1:
                    count.add(CANARY, path.name, f"{len(each)} bytes of a canary, in {path.parent.name}")
    return looked


async def check_tables(connection: asyncpg.Connection, texts: tuple[str, ...], count: Count) -> None:
    """Every table, as the server sends it in binary: what it stores compressed is in clear there."""
    tables = await connection.fetch(
        "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema')"
    )
    for schema, table in tables:
        search = Search(f"{schema}.{table}", texts, count)
        await connection.copy_from_table(table, schema_name=schema, output=search.take, format="binary")


class Search:
    """Looks through a table that comes in pieces; a canary may lie across two."""

    def __init__(self, where: str, texts: tuple[str, ...], count: Count) -> None:
        self._where, self._spellings, self._count, self._rest = where, spellings(texts), count, b""

    async def take(self, data: bytes) -> None:
        """The next piece."""
        piece = self._rest + data
        for each in self._spellings:
            if each in piece:
                self._count.add(CANARY, self._where, f"{len(each)} bytes of a canary")
        self._rest = data[-CHUNK_OVERLAP:]
