"""The night's report: what is told, what is counted apart, that no name can stand in it, and that page and PDF say the same."""

import re
from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from contracts.agencies import AgencyKind, Role
from contracts.law import office
from services.portal.language import Language
from services.portal.pages.night_report import Asked, following, in_field, query
from services.portal.pages.night_rows import Offer, Report, asked_by_unit
from services.portal.pages.night_text import NightReportText
from services.portal.pages.night_words import Words
from services.portal.pages.talk import Consultation
from services.portal.pdf import pdf
from tests.portal.pages.hub import Services, portal, refusal
from tests.portal.pages.nights import DECIDED, EARLIER, GIVEN, HOUR, NEW, OFFERED, REFUSED, REPORT, ROWS, offer
from tests.portal.pages.rendered import UNITS, text_of
from tests.portal.pages.rows import NIGHT, assessed, row, sheltered
from tests.portal.parts import browser


def told(report: Report = REPORT, kind: AgencyKind = AgencyKind.SOCIALJOUR, language: Language = Language.SV) -> NightReportText:
    return Words(UNITS, kind, language).report(report, "Socialjouren")


def cells(text: NightReportText, table: str) -> list[tuple[str, ...]]:
    return [row.cells for each in text.tables if each.name == table for row in each.rows]


def test_what_came_in_says_code_age_about_from_and_how_it_stands() -> None:
    new, offered, given, refused, decided = cells(told(), "came-in")
    assert new[:4] == ("NYAA-0001", "Fara nu, Våld i familjen, 4–6 år", "Lokalpolisområde Farsta", "sön 22 nov. 03:40")
    assert new[4:] == ("Inte gjord. Lokalt mål: sön 22 nov. 23:59", "Ingen har öppnat")
    assert offered[4:] == ("sön 22 nov. 03:40: behöver inte omedelbart skydd", "Erbjuden en stadsdel: Farsta mottagning")
    assert given[5] == "Överlämnad: Farsta mottagning"
    assert refused[4:] == ("sön 22 nov. 03:40: behöver omedelbart skydd", "En stadsdel sade nej: Bromma mottagning")
    assert decided[5] == "Beslutad: Ingen utredning har inletts"


def test_what_waits_stands_by_the_boards_zones_with_its_clock_whenever_it_came() -> None:
    text = told()
    waits = {each.name: [row.cells[0] for row in each.rows] for each in text.tables if each.name.startswith("waits")}
    assert waits == {"waits-new": ["NYAA-0001"], "waits-ours": ["NEKA-0004", "TIDI-0005"], "waits-waiting": ["ERBJ-0002"]}
    assert cells(text, "waits-new")[0][3:] == ("Genast; har väntat 4 h 0 min", "Öppna")
    assert cells(text, "waits-ours")[1][3:] == ("8 dagar kvar (Lag: 14 dagar)", "Erbjud en stadsdel")
    assert cells(text, "waits-waiting")[0][3:] == ("1 h 0 min kvar att svara", "Vänta på svaret")


def test_what_was_added_to_a_decided_case_waits_until_somebody_has_read_it() -> None:
    ended = {"decision": "investigation_not_opened", "decided_at": NIGHT - 5 * HOUR, "received_at": NIGHT - 40 * HOUR}
    added = assessed(referral=DECIDED, reference="TILL-0007", zone="new", urgency=0, supplements=1, supplemented_at=NIGHT, **ended)
    filed = assessed(referral=EARLIER, reference="BILD-0008", zone="ours", urgency=0, attachments=1, attached_at=NIGHT, **ended)
    text = told(REPORT.model_copy(update={"referrals": (added, filed)}))
    assert cells(text, "came-in") == []
    (waits,), (taken,) = cells(text, "waits-new"), cells(text, "waits-ours")
    assert (waits[0], waits[2], waits[4]) == ("TILL-0007", "Något nytt: Ingen utredning har inletts", "Läs det tillagda")
    assert (taken[0], taken[4]) == ("BILD-0008", "Läs det tillagda")
    assert {name: number for number, name in text.numbers}["Väntar nu"] == 2


def test_every_offer_says_to_whom_and_what_came_of_it() -> None:
    assert [(row[0], row[2], row[4]) for row in cells(told(), "handovers")] == [
        ("ERBJ-0002", "Farsta mottagning", "Väntar på svar (Lokalt mål: sön 22 nov. 08:40)"),
        ("OVER-0003", "Farsta mottagning", "Övertaget sön 22 nov. 04:40. Ett erbjudande om 2 barn"),
        ("NEKA-0004", "Bromma mottagning", "Nekat sön 22 nov. 04:40"),
        ("TIDI-0005", "Farsta mottagning", "Inget svar när kontoret öppnade"),
    ]


def test_calls_to_the_scene_say_how_they_stand_and_what_is_next_and_a_district_has_none() -> None:
    waits, done = cells(told(), "calls")
    assert waits == (
        *("5N8T-2WQA", "0–3 år, 7–9 år", "Lokalpolisområde Farsta", "sön 22 nov. 03:40"),
        *("Ingen har sett det", "Inget svar på 3 h 55 min", "Öppna larmet"),
    )
    assert done[4:] == ("Avslutat", "barnen talade med efter 1 h 2 min", "Inget mer att göra")
    assert "calls" not in {each.name for each in told(kind=AgencyKind.DISTRICT).tables}


def test_questions_are_counted_apart_and_by_unit() -> None:
    assert asked_by_unit(REPORT.consultations) == [("lpo-farsta", 1, 1), ("sachsska-barnakut", 2, 1)]
    assert cells(told(), "questions") == [("Lokalpolisområde Farsta", "1", "1", "0"), ("Sachsska barnakuten", "2", "1", "1")]
    assert {name: number for number, name in told().numbers} == {
        "Inkom": 5,
        "Av dem skyddsbedömda": 4,
        "Övertagna erbjudanden": 1,
        "Nekade erbjudanden": 1,
        "Erbjudanden utan svar": 2,
        "Larm till platsen": 2,
        "Väntar nu": 4,
        "Rådgörande samtal, räknade för sig": 3,
    }


def test_to_a_district_what_it_is_offered_or_has_taken_over_did_not_come_in_to_it() -> None:
    rows = (
        row(referral=NEW, reference="EGEN-0001"),
        assessed(referral=OFFERED, reference="ERBJ-0002", relation="offered", offered_to="farsta-mottagning", offered_at=NIGHT, offer=1),
        assessed(referral=GIVEN, reference="TAGE-0003", zone="ours", taken_over_at=NIGHT + HOUR),
        assessed(referral=REFUSED, reference="NEKA-0004", relation="refused", zone="done"),
    )
    text = told(
        REPORT.model_copy(update={"referrals": rows, "handovers": (offer(OFFERED, "waiting", relation="asked"),)}), AgencyKind.DISTRICT
    )
    assert [each[0] for each in cells(text, "came-in")] == ["EGEN-0001"]
    assert [each[0] for each in cells(text, "waits-new")] == ["EGEN-0001", "ERBJ-0002"]
    assert [each[0] for each in cells(text, "waits-ours")] == ["TAGE-0003"]
    assert [each[0] for each in cells(text, "handovers")] == ["ERBJ-0002"]


@pytest.mark.parametrize("language", Language)
def test_a_night_when_nothing_happened_says_so(language: Language) -> None:
    empty = REPORT.model_copy(update={"referrals": (), "handovers": (), "consultations": (), "scene_calls": ()})
    text = told(empty, language=language)
    assert all(each.nothing for each in text.tables)
    assert [number for number, _ in text.numbers] == [0] * 8
    assert pdf("night_report", text.model_dump(mode="json")).startswith(b"%PDF-")


@pytest.mark.parametrize("language", Language)
def test_the_file_is_tagged_and_says_its_language(language: Language) -> None:
    made = pdf("night_report", told(language=language).model_dump(mode="json"))
    assert b"/MarkInfo" in made
    assert b"/StructTreeRoot" in made
    assert f"/Lang({language.value}".encode() in made.replace(b" ", b"") or f"/Lang ({language.value}".encode() in made
    assert b"pdfuaid" in made


def test_a_report_has_no_field_for_a_name() -> None:
    fields = {*Report.model_fields, *Offer.model_fields, *type(ROWS[0]).model_fields, *Consultation.model_fields}
    assert not {"name", "number", "worry", "content", "message", "reasons", "child", "reporter_name"} & fields


def test_who_reported_a_child_with_protected_registration_stands_in_no_report() -> None:
    [table] = [each for each in told(REPORT.model_copy(update={"referrals": (row(), sheltered())})).tables if each.name == "came-in"]
    assert [each.cells[2] for each in table.rows] == [UNITS.name("lpo-farsta"), "Skyddade personuppgifter"]


def test_the_next_night_begins_when_this_one_has_ended_and_the_office_has_closed() -> None:
    friday = office().night(datetime(2026, 11, 20, 3, tzinfo=UTC))
    weekend = following(friday)
    assert (in_field(friday.begins), in_field(friday.ends)) == ("2026-11-19T16:00", "2026-11-20T08:00")
    assert (in_field(weekend.begins), in_field(weekend.ends)) == ("2026-11-20T16:00", "2026-11-23T08:00")
    assert office().night(weekend.begins - timedelta(seconds=1)) == friday
    assert query(friday) == "begins=2026-11-19T16%3A00&ends=2026-11-20T08%3A00"


def test_a_period_is_read_by_stockholms_clock() -> None:
    asked = Asked("2026-11-20T16:00", "2026-11-23T08:00")
    assert asked.parameters == {"begins": "2026-11-20T15:00:00+00:00", "ends": "2026-11-23T07:00:00+00:00"}
    assert Asked().parameters == {}
    assert [name for name, _ in Asked("2026-03-29T02:30", "").problems] == ["begins", "ends"], "an hour that there is not, and none"


def services(answer: httpx2.Response | None = None) -> Services:
    return Services({"/night-report": answer or REPORT.model_dump(mode="json", by_alias=True)})


async def test_the_page_shows_it_and_leads_to_the_file_of_the_same_period() -> None:
    behind = services()
    async with browser(portal(behind)) as officer:
        page = (await officer.get("/night-report")).text
        file = re.search(r'href="(/night-report/pdf[^"]+)"', page)
        assert file is not None
        printed = await officer.get(file[1].replace("&amp;", "&"))
    text = text_of(page)
    assert "Nattens rapport" in text
    assert "Lokalpolisområde Farsta" in text
    assert f'href="/cases/{NEW}"' in page
    assert (printed.status_code, printed.headers["content-type"]) == (200, "application/pdf")
    assert "nattrapport-2026-11-21.pdf" in printed.headers["content-disposition"]
    assert printed.content.startswith(b"%PDF-")
    asked = [dict(url.params) for url in behind.asked if url.path.endswith("/night-report")]
    assert asked == [{}, {"begins": (NIGHT - 10 * HOUR).isoformat(), "ends": (NIGHT + 5 * HOUR).isoformat()}]


@pytest.mark.parametrize("period", ["begins=igår&ends=idag", "begins=2026-11-20T16:00"])
async def test_a_period_that_nobody_can_read_is_said_beside_its_field_and_the_night_is_shown(period: str) -> None:
    async with browser(portal(services())) as officer:
        page = await officer.get(f"/night-report?{period}")
        assert (await officer.get(f"/night-report/pdf?{period}")).status_code == 422
    assert page.status_code == 422
    assert "Välj en dag och en tid som finns." in page.text
    assert "NYAA-0001" in page.text


async def test_a_period_that_the_hub_refuses_is_said_too() -> None:
    whole = httpx2.Response(200, json=REPORT.model_dump(mode="json", by_alias=True))
    behind = Services({"/night-report": iter((refusal(422, "wrong-period"), whole))})
    async with browser(portal(behind)) as officer:
        page = await officer.get("/night-report?begins=2026-11-20T16:00&ends=2026-01-01T08:00")
    assert page.status_code == 422
    assert "Välj en period som börjar innan den slutar" in page.text


@pytest.mark.parametrize("role", [Role.REPORTER, Role.STEWARD, Role.INSPECTOR])
async def test_who_works_with_no_cases_gets_none(role: Role) -> None:
    behind = services()
    async with browser(portal(behind, role=role)) as person:
        assert (await person.get("/night-report")).status_code == 403
        assert (await person.get("/night-report/pdf")).status_code == 403
    assert behind.asked == []


def test_the_fields_show_stockholms_time() -> None:
    assert in_field(datetime(2026, 7, 1, 14, tzinfo=UTC)) == "2026-07-01T16:00"
