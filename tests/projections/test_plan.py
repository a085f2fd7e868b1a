"""A page costs the same however much there is: the reading logins' own queries walk an index, row-level security and all."""

import json

import asyncpg
import pytest
from sqlalchemy import Table, select
from sqlalchemy.dialects import postgresql

from services.projections.views import board
from tests.place import Place

MANY = """
INSERT INTO projections.board (referral, kind, agency, unit, relation, reference, receipt_code, submission, from_unit, categories,
    immediate_danger, age_band, received_at, owner_unit)
SELECT gen_random_uuid(), CASE a WHEN 0 THEN 'socialjour' ELSE 'district' END, 'agency-' || a, 'unit-' || a, 'owner', 'TEST', 'TEST',
    gen_random_uuid(), 'lpo-farsta', '{neglect}', false, '7-9', timestamptz '2026-11-22' - n * interval '7 s', 'unit-' || a
FROM (SELECT n, (20 * power(n % 1000 / 1000.0, 3))::int AS a FROM generate_series(1, 20000) n) made;
ANALYZE projections.board;
"""
"""Twenty agencies; the first has a third of all rows, the last a hundredth."""


def page(table: Table, order: str, row_id: str, agency: int) -> str:
    """The first page of a unit, as the query API asks for it."""
    query = select(table).where(table.c.agency == f"agency-{agency}", table.c.unit == f"unit-{agency}")
    ordered = query.order_by(table.c[order].desc(), table.c[row_id].desc()).limit(25)
    return str(ordered.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True}))  # type: ignore[no-untyped-call]


@pytest.mark.parametrize(("kind", "agency"), [("socialjour", 0), ("district", 1), ("district", 20)])
async def test_a_page_of_the_board_is_read_from_the_index_in_its_order(place: Place, kind: str, agency: int) -> None:
    owner = await asyncpg.connect(place.admin_dsn)
    await owner.execute(MANY)
    await owner.close()
    reader = await asyncpg.connect(place.dsn(f"nattljus_reader_{kind}"))
    try:
        asked = page(board.TABLE, "received_at", "referral", agency)
        assert len(await reader.fetch(asked)) == 25
        plan = json.loads(await reader.fetchval(f"EXPLAIN (FORMAT JSON) {asked}"))[0]["Plan"]
    finally:
        await reader.close()
    assert [plan["Node Type"], plan["Plans"][0]["Node Type"]] == ["Limit", "Index Scan"]
