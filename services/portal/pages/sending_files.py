"""Sending files on to the hub, one by one: each says whether it arrived, and none stops another, or the referral."""

import hashlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4, uuid5

from anyio import to_thread
from starlette.exceptions import HTTPException

from contracts.attachment import FileState
from services.kit.multipart import SentFile
from services.portal.errors import HubSilent
from services.portal.hub import Hub, HubRefused, TokenRefused
from services.portal.language import N_
from services.portal.refusals import REFUSALS, words_of
from services.portal.sessions import Session

ARRIVED: dict[FileState, str] = {
    FileState.CLEARED: N_("It has arrived."),
    FileState.UNSCANNED: N_("It has arrived. Nobody has looked for viruses in it yet, and whoever opens it is told so."),
    FileState.UNREADABLE: N_("It has arrived. The antivirus could not look into it, and whoever opens it is told so."),
    FileState.MALWARE: N_(
        "There is a virus in it. It is held, and nobody gets it: tell in words what it shows, and have your computer looked at."
    ),
}
NO_ANSWER = N_("It has not arrived: the hub does not answer. Send it again in a minute; it is stored once.")
LOGGED_OUT = N_("It has not arrived: you are logged out. Log in and send it again from the receipt.")
NOT_YOURS = N_("It has not arrived: your unit cannot add files to this referral.")


@dataclass(frozen=True)
class Outcome:
    """What became of one file; `words` is a message id."""

    name: str
    arrived: bool
    words: str
    position: str | None = None


async def send_files(
    hub: Hub, session: Session, referral: UUID, files: AsyncIterator[SentFile], key: str, *, siblings: bool
) -> list[Outcome]:
    """Each file as it comes, to the referral, or to all children of its submission; what has come before goes on while others come."""
    return [await _send(hub, session, referral, file, key, siblings=siblings) async for file in files]


async def _send(hub: Hub, session: Session, referral: UUID, file: SentFile, key: str, *, siblings: bool) -> Outcome:
    if file.content is None:
        return Outcome(file.name, False, REFUSALS["file-too-large"])
    once = await to_thread.run_sync(_key, key, referral, file.name, file.content)
    try:
        answer = await hub.send_file(session, referral, file.name, file.content, key=str(once), siblings=siblings)
    except HubRefused as refused:
        return Outcome(file.name, False, words_of(refused))  # the portal takes no more than intake does: `too-large` never comes
    except HubSilent:
        return Outcome(file.name, False, NO_ANSWER)
    except TokenRefused:
        return Outcome(file.name, False, LOGGED_OUT)
    except HTTPException:
        return Outcome(file.name, False, NOT_YOURS)
    state = FileState(answer.body["state"])
    return Outcome(file.name, state is not FileState.MALWARE, ARRIVED[state], answer.position)


def _key(form: str, referral: UUID, name: str, content: bytes) -> UUID:
    """The same file from the same form counts once, however often it is sent; another file is another."""
    return uuid5(key_of(form), f"{referral}\0{name}\0{hashlib.sha256(content).hexdigest()}")


def key_of(text: str) -> UUID:
    """The form's key; a new one when it has none."""
    try:
        return UUID(text)
    except ValueError:
        return uuid4()


def position(outcomes: Sequence[Outcome]) -> str | None:
    """How far the hub was with the last file that arrived."""
    return next((each.position for each in reversed(outcomes) if each.position), None)
