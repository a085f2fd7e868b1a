"""Other signals about a child on its case: counted, opened for a reason, weighed by a person, never merged; and who has the case."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from contracts.agencies import Purpose, Role
from contracts.signals import Bearing
from services.portal.hub import HubRefused
from services.portal.language import Language
from services.portal.pages.board_row import BoardRow
from services.portal.pages.case_forms import ACTS, place_of
from services.portal.pages.colleagues import Colleague, Colleagues
from services.portal.pages.decision_forms import ALL_ACTS, as_written
from services.portal.pages.earlier import REASONS, Signals
from services.portal.pages.files import opened
from services.portal.pages.problems import beside
from services.portal.pages.zones import ACT_NAMES
from tests.fixtures.sample import FOLDER
from tests.portal.pages.hub import Services, portal
from tests.portal.pages.rendered import UNITS, rendered_part, text_of
from tests.portal.pages.rows import NIGHT, REFERRAL, assessed, row, sheltered
from tests.portal.parts import browser

OTHER = UUID(int=9)
ANNA, BO = UUID("a0000000-0000-4000-8000-000000000001"), UUID("b0000000-0000-4000-8000-000000000002")
COLLEAGUES = Colleagues({ANNA: Colleague(ANNA, Role.TEAM_LEAD, "Anna Prov", True), BO: Colleague(BO, Role.DUTY_OFFICER, None, False)})


def earlier(**changed: object) -> BoardRow:
    return assessed(**{"referral": OTHER, "reference": "B2B2-AAAA", "received_at": NIGHT - timedelta(days=9), "zone": "done"} | changed)


def signals(**changed: object) -> Signals:
    known: dict[str, object] = {"earlier": [], "others": 0, "alike": [], "linked": []}
    return Signals(**(known | changed))  # type: ignore[arg-type]


def part(template: str, given: BoardRow, language: Language = Language.EN, **context: object) -> str:
    """A part of the case's page."""
    known = {
        "row": given,
        "form": as_written({}),
        "errors": beside([]),
        "act": "",
        "acts": ACT_NAMES,
        "colleagues": COLLEAGUES,
        "lead": False,
        "signals": signals(),
        "without_reason": "",
    }
    return rendered_part(template, language, **(known | context))


def test_many_signals_ask_for_a_person_who_says_what_they_mean() -> None:
    html = part("case_signals.html", row(signals=3, agencies=2, signals_at=NIGHT))
    assert "3 signals from 2 agencies within 90 days" in html
    assert "practice of the hub, not law" in html
    assert all(f'value="{bearing}"' in html for bearing in Bearing)
    weighed = part("case_signals.html", row(signals=3, agencies=2, signals_at=NIGHT, bearing=Bearing.NO_BEARING, weighed_at=NIGHT))
    assert "<form" not in weighed
    assert "They have no bearing on this referral" in weighed


def test_own_earlier_signals_are_opened_for_a_reason_and_those_of_others_are_counted() -> None:
    html = part("case_signals.html", row(earlier=3), signals=signals(earlier=[earlier()], others=2))
    text = text_of(html)
    assert "3 earlier signals about the same child" in text
    assert "2 are with other units or authorities" in text
    assert all(f'value="{purpose}"' in html for purpose in REASONS)
    assert f'action="/cases/{row().referral}/earlier/{OTHER}"' in html
    assert "required" in html


def test_who_reported_a_child_with_protected_registration_is_named_by_no_list() -> None:
    lists = part("case_signals.html", row(earlier=1), signals=signals(earlier=[sheltered(referral=OTHER)]))
    preview = part("case_offer.html", sheltered(), siblings=[], districts=[], units=UNITS)
    for html in (lists, preview):
        assert "Protected identity" in html
        assert UNITS.name("lpo-farsta") not in html
    assert UNITS.name("lpo-farsta") in part("case_offer.html", assessed(), siblings=[], districts=[], units=UNITS)


def test_a_file_of_an_earlier_signal_is_opened_for_the_same_reason() -> None:
    stands = {"attachment": str(OTHER), "state": "cleared", "addedAt": NIGHT.isoformat()}
    [file] = opened(REFERRAL, {"entries": [], "attachments": [stands]}, Purpose.EARLIER_SIGNALS)
    assert file.address == f"/files/{REFERRAL}/{OTHER}?purpose=earlier_signals"
    assert file.unscanned_address == f"/files/{REFERRAL}/{OTHER}/unscanned?purpose=earlier_signals"
    [usual] = opened(REFERRAL, {"entries": [], "attachments": [stands]})
    assert usual.address == f"/files/{REFERRAL}/{OTHER}"


async def test_an_earlier_signal_is_shown_with_its_files_and_each_is_opened_for_the_reason_that_was_given() -> None:
    sample: dict[str, Any] = json.loads((FOLDER / "ReferralReceived.v1.json").read_text("utf-8"))["data"]
    said = {"child": {"kind": "unknown", "name": "Provbarn"}, "worry": "Ensam hemma.", "reporterName": "Prov"}
    name = {"name": "hall.jpg", "kind": "jpeg", "size": 1000, "digest": "0" * 64}
    file = {"attachment": str(ANNA), "addedAt": NIGHT.isoformat()}
    entries = [
        {"event": event, "recordedAt": NIGHT.isoformat(), "unit": "lpo-farsta", "readable": True, "data": data}
        for event, data in (("ReferralReceived", sample | {"content": said}), ("AttachmentAdded", file | {"content": name}))
    ]
    summary, stands = earlier().model_dump(mode="json", by_alias=True), file | {"state": "cleared", "judgedAt": None}
    path = f"/referrals/{REFERRAL}/earlier-signals/{OTHER}"
    behind = Services({path: {"summary": summary, "entries": entries, "attachments": [stands]}})
    async with browser(portal(behind)) as officer:
        page = await officer.get(f"/cases/{REFERRAL}/earlier/{OTHER}?purpose=comparison")
        await officer.get(f"/files/{OTHER}/{ANNA}?purpose=comparison")
    assert page.status_code == 200
    assert all(each in page.text for each in ("Ensam hemma.", "hall.jpg", f'href="/files/{OTHER}/{ANNA}?purpose=comparison"'))
    assert [url.params["purpose"] for url in behind.asked if "purpose" in url.params] == ["comparison", "comparison"]


def test_without_a_reason_the_page_says_that_one_is_needed_beside_that_very_signal() -> None:
    html = part("case_signals.html", row(earlier=1), signals=signals(earlier=[earlier()]), without_reason=str(OTHER))
    assert f'id="reason-{OTHER}-error"' in html
    assert 'aria-invalid="true"' in html


def test_one_that_nobody_has_opened_is_opened_as_what_it_is_first() -> None:
    html = part("case_signals.html", row(earlier=1), signals=signals(earlier=[earlier(seen_at=None)]))
    assert "<select" not in html
    assert f'href="/cases/{OTHER}"' in html


def test_what_may_be_the_same_is_offered_and_a_person_says_which() -> None:
    html = part("case_signals.html", row(alike=1), signals=signals(alike=[earlier(zone="new")]))
    assert "These may be the same: K7Q2-FX9M and B2B2-AAAA" in html
    assert "Nothing is merged by the hub" in html
    assert [act in html for act in ("/link", "/hold-apart")] == [True, True]


def test_what_may_be_the_same_is_opened_in_one_place_though_it_is_an_earlier_signal_too() -> None:
    html = part("case_signals.html", row(alike=1, earlier=1), signals=signals(alike=[earlier()], earlier=[earlier()]))
    assert html.count(f'id="reason-{OTHER}"') == 1
    assert "see above" in html


def test_the_case_says_who_has_it_and_the_lead_gives_it_to_somebody() -> None:
    taken = row(zone="ours", taken_by=BO, taken_role=Role.DUTY_OFFICER, taken_at=NIGHT)
    lead = part("case_handler.html", taken, lead=True)
    assert "Duty officer has it" in text_of(lead)
    assert f'name="over" value="{BO}"' in lead
    assert "you, team lead" in lead
    assert f'value="{BO}"' not in lead.partition("<select")[2], "who has it already is not a choice"
    assert "<select" not in part("case_handler.html", taken)
    assert "Nobody has taken it" in part("case_handler.html", row())


def test_a_colleague_without_a_name_is_told_apart_by_four_characters() -> None:
    assert "B000, duty officer" in part("case_handler.html", row(), lead=True)


@pytest.mark.parametrize(
    ("act", "code", "field"),
    [
        ("weigh", "no-reasons", "signal_reasons"),
        ("weigh", "already-weighed", "bearing"),
        ("assess", "no-reasons", "reasons"),
    ],
)
def test_a_refusal_stands_beside_the_field_of_its_own_form(act: str, code: str, field: str) -> None:
    ((place, _),) = place_of(HubRefused(code, "English."), ALL_ACTS[act])
    assert place == field


def test_what_is_left_empty_is_not_sent() -> None:
    assert ACTS["open"].body({}) == {}
    assert ACTS["open"].body({"take": "yes"}) == {"take": True}
    assert ACTS["take"].body({"over": ""}) == {}


def test_no_reason_is_offered_that_the_hub_does_not_know() -> None:
    assert set(REASONS) <= set(Purpose)
