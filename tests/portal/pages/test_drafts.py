"""The key to drafts: the same for the same person in the same unit, another for everybody else, and nothing of the portal's secret."""

from base64 import b64decode

from services.portal.hub import Answer
from services.portal.pages.drafts import draft_key, mark_of
from services.portal.pages.referral import receipt_address

SECRET = bytes(range(32))
MINE = draft_key(SECRET, "test-sjukskoterska-sachsska", "sachsska-barnakut")


def test_who_logs_in_again_opens_what_they_wrote() -> None:
    assert draft_key(SECRET, "test-sjukskoterska-sachsska", "sachsska-barnakut") == MINE
    assert len(b64decode(MINE.key)) == 32


def test_the_next_person_at_the_same_computer_has_another_key_and_another_name_for_their_drafts() -> None:
    others = [
        draft_key(SECRET, "test-polis-farsta", "sachsska-barnakut"),
        draft_key(SECRET, "test-sjukskoterska-sachsska", "bup-akut"),
        draft_key(SECRET, "test-sjukskoterska-sachsskas", "achsska-barnakut"),
        draft_key(SECRET[::-1], "test-sjukskoterska-sachsska", "sachsska-barnakut"),
    ]
    assert len({MINE.key, *(other.key for other in others)}) == 5
    assert len({MINE.owner, *(other.owner for other in others)}) == 5


def test_neither_who_it_is_nor_the_portals_secret_can_be_read_from_it() -> None:
    assert SECRET not in b64decode(MINE.key)
    assert not [word for word in ("sachsska", "sjuk", SECRET.hex()) if word in f"{MINE.owner} {MINE.key}"]
    assert MINE.owner not in b64decode(MINE.key).hex()


def test_an_address_tells_which_draft_is_done_with_and_not_its_key() -> None:
    """The key is the one under which a digest of what was written stands in the store: it is nobody's to read in an address."""
    key = "0c7b8a52-6a0e-4c1f-9d43-0f3f5a1b2c3d"
    assert mark_of(key) == mark_of(key) != mark_of(key[::-1])
    address = receipt_address(Answer({"placeWithheld": False, "referrals": [], "receiptCode": "K7Q2-FX9M"}, "intake:7"), key)
    assert address == f"/receipts/K7Q2-FX9M?after=intake%3A7&draft={mark_of(key)}"
    assert key not in address
