"""Looking for a text in whatever the hub stores: as it is, in hexadecimal, and in base64 wherever it may begin there."""

import base64
import re
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

import asyncpg

BYTEA = re.compile(rb"\\x([0-9a-f]+)")


@cache
def spellings(text: str) -> set[bytes]:
    """The byte strings that give the text away."""
    raw = text.encode()
    sixty_four = {
        encode(bytes(before) + raw)[(0, 2, 3)[before] : (before + len(raw)) * 8 // 6]
        for before in range(3)
        for encode in (base64.b64encode, base64.urlsafe_b64encode)
    }
    return {raw, text.encode("utf-16-le"), raw.hex().encode(), raw.hex().upper().encode(), *sixty_four}


def given_away(data: bytes, texts: tuple[str, ...]) -> set[str]:
    """Which of the texts stand in the data, whatever the spelling and whatever the case of their letters."""
    lower = data.lower()
    return {text for text in texts if any(each in data for each in spellings(text)) or text.lower().encode() in lower}


async def rows(admin_dsn: str) -> Iterator[tuple[str, bytes]]:
    """Every row of every table of the database, as (table, text and binary columns as the bytes they hold)."""
    connection = await asyncpg.connect(admin_dsn)
    try:
        tables = await connection.fetch(
            "SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')"
        )
        return iter([(each["name"], unfolded(row[0])) for each in tables for row in await rows_of(connection, each["name"])])
    finally:
        await connection.close()


async def rows_of(connection: asyncpg.Connection, table: str) -> list[asyncpg.Record]:
    """The rows of a table as text; none when somebody rebuilt it a moment ago."""
    with suppress(asyncpg.UndefinedTableError):
        found: list[asyncpg.Record] = await connection.fetch(f"SELECT t::text FROM {table} t")
        return found
    return []


def unfolded(row: str) -> bytes:
    """A row's text, with what its binary columns hold behind it."""
    text = row.encode()
    return b"\n".join([text, *(bytes.fromhex(found.decode()) for found in BYTEA.findall(text))])


def files(*folders: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below the folders, as (path, content); those that go while we look are gone."""
    for path in (path for folder in folders for path in folder.rglob("*") if path.is_file()):
        with suppress(FileNotFoundError):
            yield str(path), path.read_bytes()
