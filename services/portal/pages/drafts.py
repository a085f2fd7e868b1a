"""The key to a person's drafts: a browser keeps them sealed, and only who logs in as the same person in the same unit opens them."""

import hashlib
import json
from base64 import b64encode

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from fastapi import APIRouter

from contracts.model import Model
from services.portal.pages.reporting import ReportingBackground
from services.portal.portal import PortalParts

router = APIRouter()
KEY_BYTES, OWNER_BYTES = 32, 12
PURPOSE = b"nattljus|drafts|"


class DraftKey(Model):
    """What the browser seals drafts with (AES-256-GCM), and under which name it keeps them: nobody's name, and the same every time."""

    owner: str
    key: str


def draft_key(secret: bytes, subject: str, unit: str) -> DraftKey:
    """The key of a person in a unit, from the portal's own secret: the portal remembers nothing, and knows it again at the next login."""
    who = json.dumps([subject, unit]).encode()
    derived = HKDF(SHA256(), KEY_BYTES + OWNER_BYTES, salt=None, info=PURPOSE + who).derive(secret)
    return DraftKey(owner=derived[KEY_BYTES:].hex(), key=b64encode(derived[:KEY_BYTES]).decode())


def mark_of(key: str) -> str:
    """What an address says of a draft whose receipt is seen: not its key, under which the hub keeps a digest of what was written."""
    return hashlib.sha256(key.encode()).hexdigest()[:16]


@router.get("/drafts/key")
async def key_to_drafts(session: ReportingBackground, portal: PortalParts) -> DraftKey:
    """For the page's script, which keeps it in memory for as long as the page is open."""
    return draft_key(portal.seal.key, session.person.subject, session.person.unit or "")
