"""What became of consultations and calls: each referral made from one is linked there once, in store and view, and carries the advice."""

from collections import defaultdict
from collections.abc import Mapping

import asyncpg

from tests.chaos.checker.count import DOUBLED, LOST, WRONG_AGENCY, Count
from tests.chaos.checker.ledger import Ledger
from tests.chaos.checker.stores import Books
from tests.chaos.receipts import ADVISED, CONSULTATION, SCENE, Receipt

CONSULTATIONS = "SELECT consultation::text AS origin, relation, became_referral_at, referral_code FROM projections.consultations"
SCENES = "SELECT scene::text AS origin, relation, ARRAY(SELECT r::text FROM unnest(referrals) r) AS referrals FROM projections.scenes"
ASKED = "asked"
Rows = Mapping[str, list[asyncpg.Record]]


async def check_origins(connection: asyncpg.Connection, ledger: Ledger, books: Books, count: Count) -> None:
    """All of them."""
    made: dict[str, dict[str, Receipt]] = defaultdict(dict)
    for stream, receipt in ledger.created.items():
        _check_names(stream, receipt, books, count)
        if receipt.origin:
            made[receipt.origin][stream] = receipt
    asked, called = await _rows(connection, CONSULTATIONS), await _rows(connection, SCENES)
    for origin, receipt in ledger.created.items():
        if receipt.kind == CONSULTATION:
            _check_became(origin, made.get(origin, {}), books, asked, count)
        elif receipt.kind == SCENE:
            _check_linked(origin, made.get(origin, {}), books, called, count)
    _check_advice(ledger, books, count)


async def _rows(connection: asyncpg.Connection, query: str) -> Rows:
    found: dict[str, list[asyncpg.Record]] = defaultdict(list)
    for row in await connection.fetch(query):
        found[row["origin"]].append(row)
    return found


def _check_names(stream: str, receipt: Receipt, books: Books, count: Count) -> None:
    """A referral names what it was made from, and only then."""
    first = next((event.fact for event in books.by_stream.get(stream, ()) if event.name == "ReferralReceived"), None)
    named = (first.get("consultation") or first.get("sceneCall") or "") if first else receipt.origin
    if named != receipt.origin:
        count.add(LOST, f"store, {stream}", f"was made from {receipt.origin or 'nothing'}, and says {named or 'nothing'}")


def _check_became(origin: str, made: Mapping[str, Receipt], books: Books, rows: Rows, count: Count) -> None:
    """The first referral stands as what became of the consultation. Who asked sees its code, who answered only that there is one."""
    codes = {reference[:9] for receipt in made.values() for reference in receipt.references}
    became = [event.fact["referralCode"] for event in books.by_stream.get(origin, ()) if event.name == "ConsultationBecameReferral"]
    if made and not became:
        count.add(LOST, f"policies, {origin}", "a referral was made of it and it does not say so")
    strange = set(became) - codes if made else set()
    count.add(DOUBLED, f"policies, {origin}", f"became {strange}, made of it was {codes}", len(strange))
    for row in rows.get(origin, ()):
        shown = row["became_referral_at"] is not None
        if shown != bool(became):
            count.add(LOST, f"view consultations, {origin}", f"{row['relation']}: became a referral")
        if (code := row["referral_code"]) != (became[0] if became and row["relation"] == ASKED else None):
            column = WRONG_AGENCY if code and row["relation"] != ASKED else LOST
            count.add(column, f"view consultations, {origin}", f"{row['relation']}: code {code}, the store says {became}")


def _check_linked(origin: str, made: Mapping[str, Receipt], books: Books, rows: Rows, count: Count) -> None:
    """Each child's referral stands in the call, at the child's place: they were made about its children in their order."""
    links = {
        event.fact["referral"]: event.fact["child"] for event in books.by_stream.get(origin, ()) if event.name == "SceneReferralLinked"
    }
    wanted = {stream: receipt.ids.index(stream) + 1 for stream, receipt in made.items()}
    for stream, child in wanted.items():
        if links.get(stream) != child:
            count.add(LOST, f"policies, {origin}", f"the referral {stream} about child {child} is linked as {links.get(stream)}")
        for row in rows.get(origin, ()):
            if row["referrals"][child - 1 : child] != [stream]:
                count.add(LOST, f"view scenes, {origin}", f"{row['relation']}: the referral {stream} about child {child}")


def _check_advice(ledger: Ledger, books: Books, count: Count) -> None:
    """Whoever read such a referral as it was sent read the advice too."""
    for reading in ledger.readings:
        created = ledger.created.get(reading.ids[0])
        origin = ledger.created.get(created.origin) if created else None
        advised = origin is not None and origin.kind == CONSULTATION
        if "ReferralReceived" in reading.found and advised != (ADVISED in reading.found):
            count.add(
                LOST, f"casefile, {reading.ids[0]}", f"the advice, as {reading.agency} read it in {len(books.names(reading.ids[0]))} events"
            )
