"""The read log: no reading without its row."""

from collections import Counter
from uuid import NAMESPACE_URL, uuid5

import asyncpg

from tests.chaos.checker.count import UNLOGGED, Count
from tests.chaos.checker.ledger import Ledger

LOGGED = "SELECT actor::text, stream::text, count(*) FROM keyring.read_log WHERE action = $1 GROUP BY 1, 2"


def actor(issuer: str, client: str) -> str:
    """The opaque id under which a token's subject stands in the log."""
    return str(uuid5(NAMESPACE_URL, f"{issuer}#{client}"))


async def check_reads(connection: asyncpg.Connection, ledger: Ledger, issuer: str, count: Count) -> None:
    """For every reading that was answered there is a row of that reader about that stream; for every handover one of the grant."""
    opened = {(row[0], row[1]): row[2] for row in await connection.fetch(LOGGED, "open")}
    readings = Counter((actor(issuer, receipt.client), receipt.ids[0]) for receipt in ledger.readings if receipt.found)
    for (who, stream), times in readings.items():
        logged = opened.get((who, stream), 0)
        count.add(UNLOGGED, stream, f"read {times} times by {who}, logged {logged}", times - logged)
    granted = {(row[0], row[1]): row[2] for row in await connection.fetch(LOGGED, "grant")}
    acceptances = [receipt for receipt in ledger.steps if receipt.what == "handover-acceptances"]
    for accepted, stream in ((receipt, stream) for receipt in acceptances for stream in receipt.ids):
        if not granted.get((actor(issuer, accepted.client), stream)):
            count.add(UNLOGGED, stream, f"keys handed to {accepted.agency} without a row")
