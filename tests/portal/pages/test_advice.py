"""The duty officer's advice: the longest waiting first, opened by a person before it is answered, and nothing half-written lost."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.advice import Advice
from contracts.consultation import Side
from services.portal.pages.advice import queue
from services.portal.pages.advice_form import answer
from services.portal.pages.talk import PATIENCE, Consultation
from tests.portal.talking import ASKED, NURSE, OFFICER, QUESTION, Services, answered, at, row

NIGHT = datetime(2026, 11, 22, 2, 40, tzinfo=UTC)
ONE, COMMAND = f"/advice/{QUESTION}", f"/consultations/{QUESTION}"
KEY = {"idempotency_key": "0c7b8a52-6a0e-4c1f-9d43-0f3f5a1b2c3d"}
SEEN = {"relation": "to_answer", "seenAt": "2026-11-22T02:43:00Z"}


def asked(hours: int, *, waits_for: str | None = "to_answer", relation: str = "to_answer") -> Consultation:
    at = (NIGHT + timedelta(hours=hours)).isoformat()
    waiting = {"waitsFor": waits_for, "waitingSince": at if waits_for else None, "answeredAt": None if waits_for else at}
    return Consultation.model_validate(row(relation=relation, requestedAt=at, **waiting))


def test_who_has_waited_longest_is_answered_first_and_answers_stand_newest_first() -> None:
    waiting, theirs, done = queue(
        [asked(2), asked(1), asked(0, relation="asked"), asked(3, waits_for="asked"), asked(4, waits_for=None), asked(5, waits_for=None)]
    )
    assert [each.requested_at.hour for each in waiting] == [3, 4]
    assert [each.waits_for for each in theirs] == [Side.ASKED]
    assert [each.requested_at.hour for each in done] == [7, 6]


def test_waiting_ends_with_the_answer_and_begins_anew_with_the_next_question() -> None:
    now = NIGHT + timedelta(hours=9)
    assert asked(1).waited(now) == timedelta(hours=8)
    assert asked(1, waits_for=None).waited(now) == timedelta(0)
    again = Consultation.model_validate(row(waitingSince=(now - PATIENCE).isoformat()))
    assert (again.waited(now), again.too_long(now), again.too_long(now + timedelta(seconds=1))) == (PATIENCE, False, True)
    assert not asked(1, waits_for="asked").too_long(now)


def test_the_hub_gets_a_condition_and_a_service_only_with_the_advice_that_they_belong_to() -> None:
    texts = {"text": "Råd.", "condition": "Om.", "service": "bup"}
    assert answer(texts | {"advice": Advice.REFER_IF}) == {"advice": "refer_if", "text": "Råd.", "condition": "Om."}
    assert answer(texts | {"advice": Advice.OTHER_SERVICE}) == {"advice": "other_service", "text": "Råd.", "service": "bup"}
    assert answer(texts | {"advice": Advice.REFER_NOW}) == {"advice": "refer_now", "text": "Råd."}


async def test_what_nobody_has_opened_shows_no_words_until_somebody_opens_it() -> None:
    services = Services(row=row(relation="to_answer"))
    async with at(services, OFFICER) as officer:
        before = (await officer.get(ONE)).text
        assert "Ingen har öppnat den" in before
        assert "Ska vi anmäla?" not in before
        assert COMMAND not in services.read
        opened = await officer.post(f"{ONE}/open", data={})
        assert (opened.status_code, opened.headers["location"]) == (303, f"{ONE}?after=x:7")
        assert "Ska vi anmäla?" in (await officer.get(ONE)).text
    assert services.sent == [("POST", f"{COMMAND}/openings", None)]


@pytest.mark.parametrize(
    ("form", "body"),
    [
        ({"advice": "refer_now", "text": "Anmäl nu."}, {"advice": "refer_now", "text": "Anmäl nu."}),
        (
            {"advice": "refer_if", "text": "Vänta.", "condition": "Om det händer igen."},
            {"advice": "refer_if", "text": "Vänta.", "condition": "Om det händer igen."},
        ),
    ],
)
async def test_an_answer_is_sent_and_the_page_waits_for_it(form: dict[str, str], body: dict[str, str]) -> None:
    services = Services(row=row(**SEEN))
    async with at(services, OFFICER) as officer:
        sent = await officer.post(ONE, data=KEY | form)
    assert services.sent == [("POST", f"{COMMAND}/answers", body)]
    assert (sent.status_code, sent.headers["location"]) == (303, f"{ONE}?after=x:7")


@pytest.mark.parametrize(
    ("refusal", "form", "place"),
    [
        ("no-condition", {"advice": "refer_if", "text": "Vänta."}, "condition"),
        ("no-service", {"advice": "other_service", "text": "Ring dem."}, "service"),
        ("no-advice", {"advice": "refer_now", "text": ""}, "text"),
        ("names-somebody", {"advice": "refer_if", "text": "Vänta.", "condition": "070-123 45 67"}, "condition"),
    ],
)
async def test_what_is_refused_is_said_beside_its_field_and_kept(refusal: str, form: dict[str, str], place: str) -> None:
    services = Services(row=row(**SEEN), refusal=refusal)
    async with at(services, OFFICER) as officer:
        answer = await officer.post(ONE, data=KEY | form)
    assert answer.status_code == 409
    assert f'id="{place}-error"' in answer.text
    assert [text for text in form.values() if text not in answer.text] == []


async def test_without_scripts_the_answer_too_is_looked_at_once_more() -> None:
    services = Services(row=row(**SEEN))
    async with at(services, OFFICER) as officer:
        form = KEY | {"advice": "refer_now", "text": "Fråga om mamman, Anna Ek, är där."}
        first = await officer.post(ONE, data=form)
        assert (first.status_code, services.sent) == (422, [])
        assert "”Anna Ek” kan vara ett namn." in first.text
        assert (await officer.post(ONE, data=form | {"text_looked": '["Anna Ek"]'})).status_code == 303


async def test_an_answer_to_what_has_grown_meanwhile_waits_until_that_is_read() -> None:
    services = Services(row=row(**SEEN) | {"seenAt": None, "messages": 2}, refusal="question-not-read")
    form = KEY | {"advice": "refer_now", "text": "Anmäl nu."}
    async with at(services, OFFICER) as officer:
        refused = await officer.post(ONE, data=form)
        assert "De har skrivit mer" in refused.text
        assert 'name="text" value="Anmäl nu."' in " ".join(refused.text.split())
        services.refusal = ""
        opened = await officer.post(f"{ONE}/open", data=form)
    assert opened.status_code == 200
    assert "Anmäl nu." in opened.text
    assert "Ska vi anmäla?" in opened.text


async def test_a_question_back_is_sent_and_a_begun_answer_comes_back() -> None:
    services = Services(row=row(**SEEN))
    async with at(services, OFFICER) as officer:
        alone = await officer.post(f"{ONE}/back", data=KEY | {"back": "Hur länge?"})
        begun = await officer.post(f"{ONE}/back", data=KEY | {"back": "Hur länge?", "text": "Halvfärdigt"})
    assert services.sent == [("POST", f"{COMMAND}/counter-questions", {"text": "Hur länge?"})] * 2
    assert (alone.status_code, begun.status_code) == (303, 200)
    assert "Halvfärdigt" in begun.text
    assert "Hur länge?" not in begun.text


async def test_the_open_page_tells_that_they_have_written_more() -> None:
    async with at(Services(row=row(**SEEN)), OFFICER) as officer:
        assert "Det finns mer" not in (await officer.get(f"{ONE}/news?known=1")).text
    more: dict[str, Any] = row(**SEEN) | {"seenAt": None, "messages": 2}
    async with at(Services(row=more), OFFICER) as officer:
        news = (await officer.get(f"{ONE}/news?known=1")).text
    assert "Det finns mer" in news
    assert f'formaction="{ONE}/open"' in news


async def test_an_answered_question_stands_with_its_answer_and_can_still_be_written_to() -> None:
    done = row(**SEEN, waitsFor=None, waitingSince=None, messages=2, advice="refer_now")
    async with at(Services(row=done, entries=[ASKED, answered("refer_now")]), OFFICER) as officer:
        page = (await officer.get(ONE)).text
    assert "Tala med barnet." in page
    assert 'name="advice"' not in page
    assert 'name="back"' in page


async def test_which_referral_it_became_is_not_shown_to_who_answered() -> None:
    became = row(**SEEN, becameReferralAt="2026-11-22T03:10:00Z")
    async with at(Services(row=became), OFFICER) as officer:
        page = (await officer.get(ONE)).text
    assert "Blev en orosanmälan" in page
    assert "/receipts/" not in page


async def test_where_a_form_was_sent_to_is_no_page() -> None:
    async with at(Services(row=row(**SEEN)), OFFICER) as officer:
        for form in ("open", "back"):
            assert (await officer.get(f"{ONE}/{form}?language=en")).headers["location"] == f"{ONE}?language=en"


async def test_only_those_who_give_advice_have_business_here() -> None:
    async with at(Services(), NURSE) as nurse:
        for path in ("/advice", ONE):
            assert (await nurse.get(path)).status_code == 403
