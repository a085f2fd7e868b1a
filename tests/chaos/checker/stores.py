"""Store against receipts: nothing lost, nothing doubled, nothing reordered."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import asyncpg

from tests.chaos.checker.count import DOUBLED, LOST, REORDERED, Count
from tests.chaos.checker.history import Stored
from tests.chaos.checker.ledger import CREATED, DECISIONS, STEPS, Ledger
from tests.chaos.receipts import Receipt

ONCE = {
    "ReferralReceived",
    "ReferralRegistered",
    "FeedbackSent",
    "ConsultationRequested",
    "ConsultationQueued",
    "ConsultationBecameReferral",
    "SceneCallRequested",
    "SceneCallQueued",
    "QuietSignalRaised",
}
"""Happens once in a stream, if at all; a decision and each numbered offer too."""

NUMBERED = {
    "ReferralSupplemented": "submission",
    "SupplementRegistered": "supplement",
    "AttachmentAdded": "attachment",
    "AttachmentRegistered": "attachment",
    "ReasonsGiven": "of",
    "SceneReferralLinked": "referral",
}
"""Happens once for each value of a field."""
EFFECTS = {
    "ReferralReceived": "ReferralRegistered",
    "ConsultationRequested": "ConsultationQueued",
    "SceneCallRequested": "SceneCallQueued",
    "ReferralSupplemented": "SupplementRegistered",
    "AttachmentAdded": "AttachmentRegistered",
}
"""What intake took in -> what liaison does about it by itself, as often as it was received."""


@dataclass
class Books:
    """The stores, sorted: by position for each store, and each stream's events of both."""

    by_store: dict[str, list[Stored]] = field(default_factory=lambda: defaultdict(list))
    by_stream: dict[str, list[Stored]] = field(default_factory=lambda: defaultdict(list))

    def take(self, event: Stored) -> None:
        """One more, in the order of its store."""
        self.by_store[event.store].append(event)
        self.by_stream[event.stream].append(event)

    def names(self, stream: str) -> Counter[str]:
        """How often each event stands in a stream."""
        return Counter(event.name for event in self.by_stream.get(stream, ()))


def check_acknowledged(ledger: Ledger, books: Books, count: Count) -> None:
    """Every receipt's event stands in the store."""
    for stream, receipt in ledger.created.items():
        if not books.names(stream)[CREATED[receipt.kind]]:
            count.add(LOST, f"store, {stream}", f"{receipt.kind} acknowledged to {receipt.client}, {receipt.position}")
    steps = (receipt for receipt in ledger.steps if receipt.what in STEPS)
    wanted: Counter[tuple[str, str]] = Counter((stream, receipt.what) for receipt in steps for stream in receipt.ids)
    for (stream, what), times in wanted.items():
        found = sum(number for name, number in books.names(stream).items() if name in STEPS[what])
        count.add(LOST, f"store, {stream}", f"{what} acknowledged {times} times, there {found}", times - found)


def check_reactions(books: Books, poison: frozenset[str], count: Count) -> None:
    """Everything that liaison must do by itself is done."""
    for stream, events in books.by_stream.items():
        if stream in poison:
            continue
        names = Counter(event.name for event in events)
        for cause, effect in EFFECTS.items():
            if names[cause] > names[effect]:
                count.add(LOST, f"policies, {stream}", f"{cause} without {effect}", names[cause] - names[effect])
        if DECISIONS & names.keys() and wants_feedback(events) and not names["FeedbackSent"]:
            count.add(LOST, f"policies, {stream}", "a decision without FeedbackSent")


def wants_feedback(events: Iterable[Stored]) -> bool:
    """Whether the reporter is under the duty to report and asked for feedback."""
    registered = next((event.fact for event in events if event.name == "ReferralRegistered"), {})
    return bool(registered.get("mandated") and registered.get("feedbackRequested"))


def check_doubled(ledger: Ledger, books: Books, poison: frozenset[str], count: Count) -> None:
    """Nothing stands twice, and nothing that nobody asked for."""
    for key, answers in ledger.keys.items():
        count.add(DOUBLED, f"key {key}", f"{len(answers)} different receipts", len(answers) - 1)
    for events in books.by_store.values():
        ids = Counter(event.data.get("id") for event in events if event.data and event.stream not in poison)
        for event_id, times in ids.items():
            count.add(DOUBLED, f"store, event {event_id}", f"{times} times", times - 1)
    by_request: Counter[str] = Counter()
    for stream, events in books.by_stream.items():
        if stream not in poison:
            _doubled_in_stream(stream, events, count)
            _unasked(ledger, stream, events, count)
            by_request.update(str(event.data.get("requestdigest")) for event in events if event.name in CREATED.values())
    _doubled_requests(ledger, books, by_request, count)


def _doubled_in_stream(stream: str, events: Sequence[Stored], count: Count) -> None:
    kinds = Counter(_happening(event) for event in events)
    for what, times in kinds.items():
        if what:
            count.add(DOUBLED, f"store, {stream}", f"{what} {times} times", times - 1)


def _unasked(ledger: Ledger, stream: str, events: Sequence[Stored], count: Count) -> None:
    """No step is taken more often than it was asked for."""
    names = Counter(event.name for event in events if not event.fact.get("outOfHours"))  # such an offer is the hub's own
    for what, left in STEPS.items():
        times, asked = sum(names[name] for name in left), ledger.tried[stream, what]
        count.add(DOUBLED, f"store, {stream}", f"{what}: there {times} times, asked for {asked} times", times - asked)


def _happening(event: Stored) -> str:
    """What may happen once in a stream; empty for what may happen again."""
    if event.name in DECISIONS:
        return "a decision"
    if event.name.startswith("Handover"):
        return f"{event.name} {event.fact.get('offer')}"
    if event.name in {"ReferralStalled", "SceneCallStalled"}:
        return f"{event.name} {event.fact.get('step')} {event.fact.get('level')}"
    if event.name in NUMBERED:
        return f"{event.name} {event.fact.get(NUMBERED[event.name])}"
    return event.name if event.name in ONCE else ""


def _doubled_requests(ledger: Ledger, books: Books, by_request: Counter[str], count: Count) -> None:
    """`by_request` counts what was created by the digest of the request that asked for it."""
    asked: dict[str, Receipt] = {}
    for stream, receipt in ledger.created.items():
        asked |= {str(event.data.get("requestdigest")): receipt for event in books.by_stream.get(stream, ())[:1]}
    for digest in asked.keys() & by_request.keys():
        times, wanted = by_request[digest], int(asked[digest].what)
        count.add(DOUBLED, f"key {asked[digest].key}", f"{times} made where {wanted} were asked for", times - wanted)
    unanswered = sum(receipt.kind in CREATED for receipt in ledger.unanswered)
    unasked = len(by_request.keys() - asked.keys())
    count.add(DOUBLED, "store", f"{unasked} submissions without a receipt, {unanswered} were unanswered", unasked - unanswered)


def check_order(ledger: Ledger, books: Books, count: Count) -> None:
    """Revisions without a gap; and what was answered before something else was asked stands before it."""
    for stream, events in books.by_stream.items():
        for store in {event.store for event in events}:
            revisions = [event.revision for event in events if event.store == store]
            if revisions != list(range(1, len(revisions) + 1)):
                count.add(REORDERED, f"{store}, {stream}", f"revisions {revisions[:9]}")
    for store, events in books.by_store.items():
        times = [(event, _when(ledger, event)) for event in events]
        by_agency: dict[str, float] = defaultdict(float)
        for event, receipt in times:
            if receipt is None:
                continue
            if receipt.answered < by_agency[receipt.agency]:
                count.add(
                    REORDERED, f"{store}:{event.position}", f"{receipt.agency} got its answer before it asked for what stands earlier"
                )
            by_agency[receipt.agency] = max(by_agency[receipt.agency], receipt.asked)


def _when(ledger: Ledger, event: Stored) -> Receipt | None:
    created = ledger.created.get(event.stream)
    return created if created and event.name == CREATED[created.kind] else None


async def check_attachments(connection: asyncpg.Connection, books: Books, count: Count) -> None:
    """Every file that an event tells of lies beside it, and no other."""
    kept = {str(row["id"]) for row in await connection.fetch("SELECT id FROM intake.attachment")}
    told = {str(event.fact.get("attachment")) for event in books.by_store["intake"] if event.name == "AttachmentAdded"}
    for what, odd in (("told of and not there", told - kept), ("there and never told of", kept - told)):
        count.add(LOST, "store, files", f"{len(odd)} are {what}, first {sorted(odd)[:1]}", len(odd))
