"""Keeping a file: what it is, what the antivirus says, sealed under the referral's key, and stored with the event that tells of it."""

import hashlib
import hmac
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from anyio import to_thread

from contracts.attachment import SCANNER, AttachmentAdded, AttachmentContent, FileState, scanning
from contracts.event import REPORTER
from contracts.refusals import Conflict, KeyReused, Missing
from services.intake.antivirus import Clamd
from services.intake.attachment import attach
from services.intake.files.kept import Kept
from services.intake.files.opening import called
from services.intake.supplement import fold
from services.kit.commands import TRIES, recorded
from services.kit.eventstore import EventStore, Position
from services.kit.files import KeptFile, seal_file
from services.kit.groupcommit import NewKeys, VersionConflict
from services.kit.recorded import Provenance, Recorded
from services.kit.register import Caller
from services.kit.sealing import KeyPair

Opener = Callable[[bytes], Awaitable[Kept]]
"""What opens files: in a process of its own where people are served."""


@dataclass(frozen=True)
class Examined:
    """A file that was opened and looked at."""

    content: AttachmentContent
    stored: bytes
    verdict: FileState


@dataclass(frozen=True)
class Examiner:
    """What every file passes before it is stored. Without an antivirus it is stored unscanned, and says so."""

    open: Opener
    antivirus: Clamd | None

    async def examine(self, name: str, sent: bytes) -> Examined:
        """What is kept of a file and what the antivirus says of it. Raises what `files.refusals` lists."""
        kept = await self.open(sent)
        stored = sent if kept.made is None else kept.made
        verdict = await self.antivirus.scan(stored) if self.antivirus else FileState.UNSCANNED
        digest = await to_thread.run_sync(lambda: hashlib.sha256(stored).hexdigest())
        content = AttachmentContent(name=called(name, kept.kind), kind=kept.kind, size=len(stored), digest=digest)
        return Examined(content, stored, verdict)


def request_digest(key: UUID, name: str, sent: bytes) -> str:
    """What an upload under this idempotency key said, without saying it: HMAC-SHA-256 of name and bytes, hex."""
    return hmac.digest(key.bytes, name.encode() + b"\0" + hashlib.sha256(sent).digest(), "sha256").hex()


def attached_before(history: Sequence[Recorded], attachment: UUID, digest: str) -> AttachmentAdded | None:
    """What the same request stored before. Raises KeyReused when the key was used for another file."""
    for each in history:
        if isinstance(each.event, AttachmentAdded) and each.event.attachment == attachment:
            if each.provenance.digest != digest:
                raise KeyReused
            return each.event
    return None


@dataclass(frozen=True)
class Keeper:
    """Stores files in intake's store. Seals to public keys alone: what it has stored it cannot read."""

    store: EventStore

    async def standing(self, places: Mapping[UUID, UUID], digest: str) -> dict[UUID, FileState]:
        """How those of these files (referral → attachment) stand that the same request has stored before. Raises KeyReused, Unavailable."""
        histories = await self.store.histories(list(places))
        return {
            stream: fold([each.event for each in history]).files[places[stream]]
            for stream, history in histories.items()
            if attached_before(history, places[stream], digest)
        }

    async def keep(
        self, stream: UUID, attachment: UUID, file: Examined, caller: Caller, by: Provenance
    ) -> tuple[FileState, list[Position]]:
        """Stores the file with its events, once; a file that waits can also be opened by the antivirus.

        Gives how it stands. Raises Missing, KeyReused, TooManyFiles, NoRoomLeft, Conflict, Unavailable.
        """
        sealed: tuple[KeptFile, KeyPair] | None = None
        for _ in range(TRIES):
            history = await self.store.load(stream)
            handed_over = fold([each.event for each in history])
            if attached_before(history, attachment, by.digest or ""):
                return handed_over.files[attachment], []
            kept = await self.store.octets_kept(stream)
            events = list(attach(handed_over, caller.agency, caller.unit, attachment, file.content, file.verdict, kept, by.at))
            sealed = sealed or await self._sealed(stream, attachment, file.stored)
            new = recorded(stream, len(history), events, replace(by, causation=history[-1].id))
            keys = await self._for_the_antivirus(stream, attachment, sealed[1]) if file.verdict is FileState.UNSCANNED else None
            try:
                return file.verdict, await self.store.save(new, grants=keys, files=(sealed[0],))
            except VersionConflict:
                continue
        raise Conflict

    async def _sealed(self, stream: UUID, attachment: UUID, content: bytes) -> tuple[KeptFile, KeyPair]:
        key = await self.store.keyring.public_key(stream, REPORTER)
        if key is None:
            raise Missing
        return await to_thread.run_sync(seal_file, key, stream, attachment, REPORTER, content)

    async def _for_the_antivirus(self, stream: UUID, attachment: UUID, pair: KeyPair) -> NewKeys:
        """The file's own key for who looks for malware, as a key of the stream: it goes when the file is looked at, or with the stream."""
        audience = scanning(attachment)
        wraps = await self.store.keyring.wraps(stream, {audience: pair.private}, [SCANNER])
        return NewKeys(((stream, audience, pair.public),), wraps)
