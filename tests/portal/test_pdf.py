"""The receipt to keep: tagged for those who listen, in the reader's language, with nothing that tells of whom."""

import re
from datetime import UTC, datetime

import pytest
import typst

from services.portal.language import Language
from services.portal.pdf import pdf
from services.portal.pdf.receipt import ReceiptText, receipt_text

NIGHT = datetime(2026, 11, 22, 2, 40, tzinfo=UTC)


def said(language: Language = Language.SV, *references: str, private: bool = False) -> ReceiptText:
    return receipt_text("K7Q2-FX9M", NIGHT, "Socialjouren", references or ["K7Q2-FX9M"], language, private=private)


def test_it_says_the_code_the_time_the_recipient_and_what_happens_next_and_nothing_else() -> None:
    receipt = said()
    assert receipt.code == "K7Q2-FX9M"
    assert receipt.facts == (("Mottagen", "söndag 22 november 2026 03:40"), ("Hos", "Socialjouren"))
    assert len(receipt.next) == 4
    assert set(ReceiptText.model_fields) == {
        *("language", "title", "lead", "code_heading", "code", "aloud", "facts", "next_heading", "next", "closing", "foot"),
    }


def test_several_children_are_counted_by_reference_alone() -> None:
    assert said(Language.EN, "K7Q2-FX9M-1", "K7Q2-FX9M-2").facts[-1] == ("Referrals, one a child", "K7Q2-FX9M-1, K7Q2-FX9M-2")


def test_a_private_person_is_promised_no_feedback() -> None:
    assert "feedback comes" in said(Language.EN).closing
    assert "no feedback" in said(Language.EN, private=True).closing


@pytest.mark.parametrize("language", Language)
def test_it_is_a_tagged_document_with_a_language_and_a_title(language: Language) -> None:
    receipt = said(language)
    made = pdf("receipt", receipt.model_dump(mode="json"))
    assert made.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in made
    assert re.search(rb"/Lang ?\(%s" % language.value.encode(), made)
    assert b"pdfuaid" in made


def test_what_somebody_could_write_is_set_as_text_and_never_as_a_command() -> None:
    receipt = said().model_copy(update={"code": '#panic("x")', "aloud": "*[_$ \\ @ <a>"})
    assert pdf("receipt", receipt.model_dump(mode="json")).startswith(b"%PDF-")


def test_a_template_that_lacks_something_fails_instead_of_leaving_it_out() -> None:
    with pytest.raises(typst.TypstError):
        pdf("receipt", {"code": "K7Q2-FX9M"})
