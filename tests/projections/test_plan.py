"""A page costs the same however much there is: the reading logins' own queries walk an index, row-level security and all."""

import json
from datetime import UTC, datetime
from uuid import uuid4

import asyncpg
import pytest

from services.projections.questions import Question
from services.projections.reading import IN_ORDER
from services.projections.routes import night_report
from services.projections.routes.board import SCREEN
from services.projections.routes.receipts import SCREEN as RECEIPTS
from tests.place import Place

MANY = """
INSERT INTO projections.board (referral, kind, agency, unit, relation, reference, receipt_code, submission, from_unit, categories,
    siblings, immediate_danger, age_band, received_at, owner_unit, decision, zone, urgency, stalled, earlier, alike, linked,
    protection, supplements, supplements_seen, attachments, attachments_seen, todo, on_hold, owed)
SELECT gen_random_uuid(), CASE a WHEN 0 THEN 'socialjour' ELSE 'district' END, 'agency-' || a, 'unit-' || a, 'owner', 'TEST', 'TEST',
    gen_random_uuid(), 'lpo-farsta', '{neglect}', 0, false, '7-9', timestamptz '2026-11-22' - n * interval '7 s', 'unit-' || a,
    CASE WHEN n % 50 = 0 THEN NULL ELSE 'investigation_opened' END,
    CASE WHEN n % 50 = 0 THEN (ARRAY['new', 'ours', 'waiting'])[1 + n / 50 % 3] ELSE 'done' END, (n % 50 <> 0)::int,
    '{}', '{}', '{}', '{}', 'none', 0, 0, 0, 0, '{}', false, '{}'
FROM (SELECT n, (50 * power(n % 1000 / 1000.0, 3))::int AS a FROM generate_series(1, 50000) n) made;
ANALYZE projections.board;
"""
"""Fifty agencies; the first has a fifth of all rows, the last a few hundred. One row in fifty waits."""


SENT = """
INSERT INTO projections.receipts
    (referral, agency, kind, unit, reference, receipt_code, submission, to_unit, categories, age_band, received_at, siblings, protection,
    supplements, supplements_seen, attachments, attachments_seen)
SELECT gen_random_uuid(), 'skolan', 'school', 'skolan', 'TEST', 'TEST-' || n, gen_random_uuid(), 'socialjouren-jour', '{neglect}', '7-9',
    timestamptz '2026-11-22' - n * interval '7 s', 0, 'none', 0, 0, 0, 0
FROM generate_series(1, 20000) n;
"""
"""Everything that one unit has sent."""


@pytest.mark.parametrize("kept", ["force_custom_plan", "force_generic_plan"])
@pytest.mark.parametrize(("kind", "agency"), [("socialjour", 0), ("district", 1), ("district", 50)])
async def test_a_page_of_the_board_is_read_from_the_index_in_its_order(place: Place, kind: str, agency: int, kept: str) -> None:
    owner = await asyncpg.connect(place.admin_dsn)
    await owner.execute(MANY)
    await owner.close()
    reader = await asyncpg.connect(place.dsn(f"nattljus_reader_{kind}"), server_settings=IN_ORDER | {"plan_cache_mode": kept})
    given = {
        "agency": f"agency-{agency}",
        "unit": f"unit-{agency}",
        "actor": uuid4(),
        "before": datetime(2030, 1, 1, tzinfo=UTC),
        "before_id": uuid4(),
    }
    try:
        for older in (False, True):
            page = SCREEN.page(limit=25, older=older)
            assert len(await reader.fetch(page.text, *page.values(given))) == 25
            await reader.execute(f"PREPARE page_{older} AS {page.text}")
            asked = ", ".join(f"'{value}'" for value in page.values(given))
            plan = json.loads(await reader.fetchval(f"EXPLAIN (FORMAT JSON) EXECUTE page_{older} ({asked})"))[0]["Plan"]
            assert [plan["Node Type"], plan["Plans"][0]["Node Type"]] == ["Limit", "Index Scan"]
    finally:
        await reader.close()


@pytest.mark.parametrize(
    ("question", "index", "most"),
    [
        (night_report.WAITING, "board_open", 250),
        (night_report.CAME_IN, "board_agency_unit_received", 1001),
        (night_report.NAMED, "board_pkey", 3),
        (night_report.OFFERED, "handovers_agency_unit_offered", 1001),
        (night_report.ENDED, "handovers_agency_unit_ended", 1001),
    ],
)
async def test_a_report_reads_what_it_tells_and_nothing_else(place: Place, question: Question, index: str, most: int) -> None:
    owner = await asyncpg.connect(place.admin_dsn)
    await owner.execute(MANY)
    await owner.close()
    reader = await asyncpg.connect(place.dsn("nattljus_reader_socialjour"), server_settings=IN_ORDER)
    night = {"begins": datetime(2026, 11, 21, tzinfo=UTC), "ends": datetime(2026, 11, 22, tzinfo=UTC)}
    given = {"agency": "agency-0", "unit": "unit-0", "actor": uuid4(), "ids": [uuid4() for _ in range(3)]} | night
    try:
        plan = json.loads(await reader.fetchval(f"EXPLAIN (ANALYZE, FORMAT JSON) {question.text}", *question.values(given)))[0]["Plan"]
    finally:
        await reader.close()
    scan = plan
    while "Plans" in scan:
        (scan,) = scan["Plans"]
    assert (scan["Node Type"], scan["Index Name"]) == ("Index Scan", index)
    assert scan["Actual Rows"] <= most
    assert scan.get("Rows Removed by Filter", 0) <= most


@pytest.mark.parametrize("kept", ["force_custom_plan", "force_generic_plan"])
@pytest.mark.parametrize("zone", ["new", "ours", "mine", "done"])
async def test_a_zone_of_the_board_is_read_from_its_index_in_its_order(place: Place, zone: str, kept: str) -> None:
    owner = await asyncpg.connect(place.admin_dsn)
    await owner.execute(MANY)
    await owner.execute("UPDATE projections.board SET taken_by = gen_random_uuid() WHERE zone = 'ours'")
    await owner.close()
    reader = await asyncpg.connect(place.dsn("nattljus_reader_socialjour"), server_settings=IN_ORDER | {"plan_cache_mode": kept})
    last = {"last_urgency": 1 if zone == "done" else 0, "last_received_at": datetime(2026, 11, 20, tzinfo=UTC), "last_referral": uuid4()}
    given: dict[str, object] = {
        "agency": "agency-0",
        "unit": "unit-0",
        "actor": uuid4(),
        "zone": "ours" if zone == "mine" else zone,
        **last,
    }
    filters: dict[str, object] = {"category": "neglect", "text": "TES"}
    try:
        for number, wanted in enumerate((dict[str, object](), filters)):
            for further in (False, True):
                page = SCREEN.zone(zone, frozenset(wanted), limit=25, further=further)
                values = page.values(given | wanted)
                assert len(await reader.fetch(page.text, *values)) == (0 if zone == "mine" else 25)
                await reader.execute(f"PREPARE zone_{number}_{further} AS {page.text}")
                asked = ", ".join(f"'{value}'" for value in values)
                plan = json.loads(await reader.fetchval(f"EXPLAIN (FORMAT JSON) EXECUTE zone_{number}_{further} ({asked})"))[0]["Plan"]
                assert [plan["Node Type"], plan["Plans"][0]["Node Type"]] == ["Limit", "Index Scan"]
                assert plan["Plans"][0]["Index Name"] == "board_zone"
    finally:
        await reader.close()


async def test_a_receipt_is_found_by_its_code_without_reading_the_others(place: Place) -> None:
    await place.fetch(SENT)
    await place.fetch("ANALYZE projections.receipts")
    reader = await asyncpg.connect(place.dsn("nattljus_reader_school"), server_settings=IN_ORDER)
    try:
        page = RECEIPTS.page("receipt_code", limit=25, older=False)
        given = {"agency": "skolan", "unit": "skolan", "receipt_code": "TEST-7"}
        assert len(await reader.fetch(page.text, *page.values(given))) == 1
        plan = json.loads(await reader.fetchval(f"EXPLAIN (FORMAT JSON) {page.text}", *page.values(given)))[0]["Plan"]["Plans"][0]
    finally:
        await reader.close()
    assert (plan["Node Type"], plan["Index Name"]) == ("Index Scan", "receipts_unit_code_received")
