"""The duty officer's decisions on the page: a short form each, what was written comes back, and what is owed has a place of its own."""

import re
from collections.abc import Sequence
from html.parser import HTMLParser
from typing import Any
from uuid import UUID

import httpx2
import pytest

from contracts.agencies import AgencyKind, Role
from services.portal.language import Language
from tests.portal.pages.hub import Services, portal, refusal
from tests.portal.pages.officers import CASE, officers_hub, opened
from tests.portal.pages.rows import REFERRAL, row
from tests.portal.pages.test_case import received
from tests.portal.pages.test_duties import HELD, OWED, assessed, reported
from tests.portal.parts import browser

OWED_FOR = UUID(int=7)
ROW = row(seen_at="2026-11-22T02:40:00Z").model_dump(mode="json", by_alias=True)
ASSESSED = ROW | {"assessedAt": "2026-11-22T02:41:00Z", "needsProtection": True}
RECEIVED = opened(received())
MISSING = {
    "event": str(OWED_FOR),
    "referral": str(REFERRAL),
    "reference": "K7Q2-FX9M",
    "what": "police_report",
    "since": "2026-11-22T02:42:00Z",
}


def at_work(missing: Sequence[dict[str, str]] = (), **changed: str) -> Services:
    """A case that is assessed, without a police report and its reasons."""
    return officers_hub(ASSESSED | changed, [RECEIVED, opened(assessed()), opened(reported(owed=OWED), OWED_FOR)], missing)


class Page(HTMLParser):
    """Ids, labels' targets and forms' addresses of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids, self.labelled, self.forms, self.open = list[str](), list[str](), list[str](), 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.ids += [found["id"] or ""] if "id" in found else []
        self.labelled += [found["for"] or ""] if tag == "label" else []
        self.forms += [found["action"] or ""] if tag == "form" else []
        self.open += tag == "details" and "open" in found


async def shown(services: Services, address: str = CASE, language: Language = Language.SV, **who: Any) -> str:
    """The page's text, after a look at its ids."""
    async with browser(portal(services, **who), **{"accept-language": language.value}) as officer:
        answer = await officer.get(address)
    assert answer.status_code == 200
    page = Page(answer.text)
    assert len(set(page.ids)) == len(page.ids)
    assert set(page.labelled) <= set(page.ids)
    return answer.text


async def sent(services: Services, address: str, form: dict[str, str]) -> httpx2.Response:
    async with browser(portal(services)) as officer:
        return await officer.post(address, data=form)


def acts(text: str) -> set[str]:
    """What can be done on a case's page."""
    return {form.removeprefix(f"{CASE}/") for form in Page(text).forms if form.startswith(f"{CASE}/")}


async def test_a_case_that_is_only_opened_asks_for_all_of_it_in_order() -> None:
    text = await shown(officers_hub(ROW, [RECEIVED]))
    assert acts(text) == {"take", "assess", "police", "meeting", "notify", "consult", "hold"}
    now = text[text.index("Det som ska göras nu") : text.index("Det som är gjort")]
    assert [now.index(each) for each in ("Omedelbar skyddsbedömning", "Besluta om polisanmälan", "Säg hur det är med")] == sorted(
        now.index(each) for each in ("Omedelbar skyddsbedömning", "Besluta om polisanmälan", "Säg hur det är med")
    )
    assert "också när en utredning redan pågår" in now
    assert Page(text).open == 0


@pytest.mark.parametrize("language", Language)
async def test_what_is_decided_says_who_and_when_and_what_it_lacks(language: Language) -> None:
    text = await shown(at_work(), language=language)
    assert acts(text) == {"take", "offer", "police", "meeting", "notify", "consult", "hold", "correct", "say-why"}
    for words in {
        Language.SV: (
            "Omedelbar skyddsbedömning:",
            "Görs inte",
            "Socialsekreterare i jour, Socialjouren",
            "Varför ingen polisanmälan görs",
        ),
        Language.EN: ("Immediate safety assessment:", "No report is made", "Duty officer, Socialjouren", "Why no police report is made"),
    }[language]:
        assert words in text, words


async def test_a_private_persons_referral_asks_for_no_report_meeting() -> None:
    text = await shown(officers_hub(ROW, [opened(received(mandated=False))]))
    assert "meeting" not in acts(text[: text.index("Det som är gjort")])


async def test_while_the_guardians_are_held_back_the_page_says_so() -> None:
    text = await shown(officers_hub(ASSESSED, [RECEIVED, opened(assessed()), opened(HELD)]))
    assert "Underrätta inte vårdnadshavarna än" in text
    assert {"lift"} == acts(text) & {"lift", "hold"}


async def test_who_has_handed_it_over_decides_nothing_more_and_writes_what_it_owes() -> None:
    services = at_work(relation="handed_over", ownerUnit="farsta-mottagning")
    assert acts(await shown(services)) == {"say-why"}
    assert acts(await shown(services, kind=AgencyKind.DISTRICT, role=Role.DISTRICT_OFFICER)) == set(), "another unit's reasons"


async def test_what_a_closed_district_has_not_assessed_says_so_and_can_be_accepted_though_nobody_has_opened_it() -> None:
    escalated = officers_hub(
        ROW | {"seenAt": None, "relation": "offered", "offeredTo": "socialjouren-jour", "ownerUnit": "farsta-mottagning"}
    )
    text = await shown(escalated)
    assert acts(text) == {"accept", "refuse"}
    assert "Ingen har bedömt barnets behov av skydd, och stadsdelen har stängt" in text


async def test_what_is_decided_and_lacks_something_is_almost_done_and_says_what_is_left() -> None:
    left = {
        "decision": "investigation_not_opened",
        "decidedAt": "2026-11-22T02:50:00Z",
        "todo": ["police", "meeting"],
        "signals": 3,
        "agencies": 2,
    }
    hub = officers_hub(ASSESSED | left, [RECEIVED, opened(assessed())])
    hub.given[f"/referrals/{REFERRAL}/earlier-signals"] = {"earlier": [], "others": 2, "alike": [], "linked": []}
    text = await shown(hub)
    now = text[text.index("Det som ska göras nu") : text.index("Det som är gjort")]
    assert 'href="#signals">Säg vad signalerna betyder tillsammans' in now
    assert "Nästan klart: se det som är kvar nedanför" in text


FORMS = [
    (
        "police",
        {"police_report": "made", "barnahus": "yes", "basis": "crime_against_child", "police_reasons": "Slag."},
        "police-report-decisions",
        {"decision": "made", "barnahusConsulted": True, "basis": "crime_against_child", "reasons": "Slag."},
    ),
    (
        "police",
        {"police_report": "not_made", "barnahus": "no", "basis": "", "police_reasons": ""},
        "police-report-decisions",
        {"decision": "not_made", "barnahusConsulted": False},
    ),
    (
        "meeting",
        {"meeting": "offered", "invited": "yes", "meets_at": "2026-11-26T10:00", "meeting_reasons": ""},
        "report-meetings",
        {"outcome": "offered", "reporterInvited": True, "meetsAt": "2026-11-26T09:00:00+00:00"},
    ),
    (
        "notify",
        {"notified": "jouraklagaren", "notified_at": "", "note": "Förhör?"},
        "prosecutor-notices",
        {"toUnit": "jouraklagaren", "note": "Förhör?"},
    ),
    (
        "consult",
        {"consulted": "jouraklagaren", "guardian_notice": "wait", "answer": "Vänta."},
        "prosecutor-consultations",
        {"toUnit": "jouraklagaren", "guardian": "wait", "answer": "Vänta."},
    ),
    ("hold", {"hold_reasons": "Vänta."}, "guardian-holds", {"reasons": "Vänta."}),
    ("lift", {"lift_reasons": ""}, "guardian-hold-endings", {}),
    (
        "correct",
        {"corrects": "1", "correction": "Nytt.", "corrected_protection": "no", "corrected_reasons": "", "corrected_contacted": "yes"},
        "immediate-safety-assessments",
        {"corrects": 1, "correction": "Nytt.", "needsImmediateProtection": False, "guardianContacted": True},
    ),
    (
        "assess",
        {"needs_protection": "yes", "reasons": "", "guardian_contacted": "no"},
        "immediate-safety-assessments",
        {"needsImmediateProtection": True, "guardianContacted": False},
    ),
    (
        "say-why",
        {"owed_for": str(OWED_FOR), "owed": "Barnahus rådde oss."},
        "reasons",
        {"of": str(OWED_FOR), "reasons": "Barnahus rådde oss."},
    ),
]


@pytest.mark.parametrize(("act", "form", "path", "body"), FORMS)
async def test_each_form_sends_its_command_and_goes_on_at_the_list(act: str, form: dict[str, str], path: str, body: dict[str, Any]) -> None:
    services = at_work()
    answer = await sent(services, f"{CASE}/{act}", form)
    assert services.sent == [(f"/liaison/v1/referrals/{REFERRAL}/{path}", body)]
    place = "" if act == "assess" else "#duties"
    assert (answer.status_code, answer.headers["location"]) == (303, f"{CASE}?after=liaison:7{place}")


@pytest.mark.parametrize(
    ("act", "form", "wrong"),
    [
        ("police", {"barnahus": "yes", "police_reasons": "Lång text"}, ["police_report"]),
        ("police", {"police_report": "made", "police_reasons": "Lång text"}, ["barnahus"]),
        ("meeting", {"meeting": "offered", "meets_at": "i morgon", "meeting_reasons": "Lång text"}, ["meets_at"]),
        ("correct", {"corrected_reasons": "Lång text"}, ["correction", "corrected_protection"]),
        ("consult", {"answer": "Lång text"}, ["consulted"]),
    ],
)
async def test_what_cannot_be_sent_comes_back_open_with_everything_that_was_written(
    act: str, form: dict[str, str], wrong: list[str]
) -> None:
    services = at_work()
    answer = await sent(services, f"{CASE}/{act}", form)
    assert (answer.status_code, services.sent) == (422, [])
    summary = answer.text[answer.text.index("ds-error-summary") :].partition("</ul>")[0]
    assert re.findall(r'href="#([a-z_]+)"', summary) == wrong
    assert "Lång text" in answer.text
    assert Page(answer.text).open == 1
    assert set(wrong) <= set(Page(answer.text).ids)


@pytest.mark.parametrize(
    ("act", "form", "code", "place"),
    [
        ("police", {"police_report": "no_suspicion", "barnahus": "no"}, "already-reported", "police_report"),
        ("meeting", {"meeting": "declined"}, "meeting-held", "meeting"),
        ("notify", {"notified": "jouraklagaren", "notified_at": "2026-11-22T09:00"}, "not-happened-yet", "notified_at"),
        ("correct", {"corrects": "1", "correction": "x", "corrected_protection": "no"}, "already-corrected", "step"),
        ("say-why", {"owed_for": str(OWED_FOR), "owed": "x"}, "others-reasons", "step"),
    ],
)
async def test_a_refusal_stands_beside_its_field(act: str, form: dict[str, str], code: str, place: str) -> None:
    services = at_work()
    services.answer = refusal(409, code)
    answer = await sent(services, f"{CASE}/{act}", form)
    assert answer.status_code == 409
    assert f'href="#{place}"' in answer.text


async def test_the_queue_has_a_field_for_each_and_no_names() -> None:
    services = at_work([MISSING, MISSING | {"event": str(UUID(int=8)), "what": "safety_assessment", "since": "2026-11-22T02:41:00Z"}])
    text = await shown(services, "/missing-reasons", role=Role.TEAM_LEAD)
    assert text.index("Varför skyddsbedömningen blev som den blev") < text.index("Varför ingen polisanmälan görs"), "the longest owed first"
    assert Page(text).forms.count("/missing-reasons") == 2
    assert "Alva" not in text
    assert "Inget saknas" in await shown(officers_hub(), "/missing-reasons")


async def test_writing_why_in_the_queue_sends_it_to_its_case() -> None:
    services = at_work()
    form = {"owed_for": str(OWED_FOR), "referral": str(REFERRAL), "owed": "Barnahus rådde oss."}
    answer = await sent(services, "/missing-reasons", form)
    assert services.sent == [(f"/liaison/v1/referrals/{REFERRAL}/reasons", {"of": str(OWED_FOR), "reasons": "Barnahus rådde oss."})]
    assert (answer.status_code, answer.headers["location"]) == (303, "/missing-reasons?after=liaison:7")


@pytest.mark.parametrize(("words", "code", "status"), [("", "", 422), ("Lång text", "nothing-owed", 409)])
async def test_what_the_queue_cannot_take_comes_back(words: str, code: str, status: int) -> None:
    services = at_work([MISSING])
    if code:
        services.answer = refusal(409, code)
    answer = await sent(services, "/missing-reasons", {"owed_for": str(OWED_FOR), "referral": str(REFERRAL), "owed": words})
    assert answer.status_code == status
    assert f">{words}</textarea>" in answer.text


async def test_a_hidden_field_that_somebody_changed_leads_nowhere() -> None:
    services = at_work()
    answer = await sent(services, "/missing-reasons", {"owed_for": str(OWED_FOR), "referral": "../board", "owed": "x"})
    assert (answer.status_code, services.sent) == (404, [])


async def test_the_board_counts_what_is_missing() -> None:
    assert "saknar fortfarande skäl" not in await shown(officers_hub(ASSESSED), "/board")
    assert "1 beslut saknar fortfarande skäl" in await shown(officers_hub(ASSESSED, missing=[MISSING]), "/board")


async def test_a_reporter_has_no_business_there() -> None:
    async with browser(portal(officers_hub(), AgencyKind.POLICE, Role.REPORTER)) as patrol:
        assert (await patrol.get("/missing-reasons")).status_code == 403
