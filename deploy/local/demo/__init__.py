"""`nattljus demo`: one night at Socialjouren in the running hub, invented from end to end. Playing it twice is playing it once."""

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import typer

from deploy.local.api import Api, open_api
from deploy.local.demo.calling import play_call
from deploy.local.demo.consulting import play_consultation
from deploy.local.demo.night import NIGHT
from deploy.local.demo.play import play_referral
from deploy.local.demo.standing import KINDS, Outcome, Played, State
from deploy.local.demo.story import ConsultationContact, Contact, PrivateContact, ReferralContact, SceneContact
from deploy.local.progress import to_terminal

Told = tuple[Contact, Outcome]


async def main(data: Path, as_json: bool) -> int:
    """Play it and say what came of it; progress goes to the error stream. Raises Trouble; the next run goes on from there."""
    night: list[Told] = []
    async with open_api(data) as api:
        to_terminal(f"One night at Socialjouren: {len(NIGHT)} contacts, everyone in them invented\n")
        for contact in NIGHT:
            night.append((contact, await play(api, contact)))
            to_terminal(line(*night[-1]))
        typer.echo(json.dumps(summary(night), indent=2, ensure_ascii=False) if as_json else report(night, api.where["portal"]))
    return 0


async def play(api: Api, contact: Contact) -> Outcome:
    """One contact. Raises Trouble."""
    match contact:
        case ReferralContact() | PrivateContact():
            return await play_referral(api, contact)
        case ConsultationContact():
            return await play_consultation(api, contact)
        case SceneContact():
            return await play_call(api, contact)


def line(contact: Contact, outcome: Outcome) -> str:
    """One line of progress."""
    first = outcome.played[0]
    turns = {ConsultationContact: "asks: ", SceneContact: "calls: "}.get(type(contact), "")
    extras = (
        (first.needs_protection, "protection at once"),
        (first.feedback_read, "feedback read"),
        (first.invitation, "SIP"),
        (first.supplements, "added to"),
        (first.signals, "one of several signals"),
        (first.guardians_held, "guardians not told yet"),
        (len({each.id for each in outcome.played}) > 1 and first.state in KINDS["consultations"] + KINDS["calls"], "referred"),
        (not outcome.new and not outcome.taken, "was there"),
    )
    ending = ", ".join([first.state, *(text for holds, text in extras if holds)])
    return f"{contact.at}  {contact.client:<20} {turns + contact.headline:<62} → {ending}"


def summary(night: Iterable[Told]) -> dict[str, object]:
    """The night for a machine. `new` counts contacts made by this run, `stepsTaken` what this run did with all of them."""
    night = list(night)
    return {
        "contacts": len(night),
        "new": sum(outcome.new for _, outcome in night),
        "stepsTaken": sum(outcome.taken for _, outcome in night),
        **{name: {state.name.lower(): number for state, number in counted(night, states).items()} for name, states in KINDS.items()},
        **{name: number for name, _, number in beside(night)},
        "night": [
            {
                "at": contact.at,
                "client": contact.client,
                "items": [{"id": str(each.id), "reference": each.reference, "state": each.state.name.lower()} for each in outcome.played],
            }
            for contact, outcome in night
        ],
    }


def counted(night: Iterable[Told], states: Iterable[State]) -> dict[State, int]:
    """How many stand in each of these states, every one named."""
    found = Counter(each.state for each in everything(night))
    return {state: found[state] for state in states}


def beside(night: Iterable[Told]) -> list[tuple[str, str, int]]:
    """What is counted beside the states: a name for machines, one for people, the number."""
    all_of_it = everything(night)
    return [
        ("needProtection", "children in need of protection at once", sum(each.needs_protection for each in all_of_it)),
        ("feedbackSent", "feedback sent", sum(each.feedback is not None for each in all_of_it)),
        ("feedbackRead", "feedback read by the reporting unit", sum(each.feedback_read for each in all_of_it)),
        ("sips", "SIP meetings with invitations", sum(each.invitation for each in all_of_it)),
        ("supplemented", "referrals with an addition", sum(each.supplements > 0 for each in all_of_it)),
        ("severalSignals", "children with signals from several agencies", sum(each.signals for each in all_of_it)),
        ("guardiansHeld", "guardians not to be told yet", sum(each.guardians_held for each in all_of_it)),
    ]


def everything(night: Iterable[Told]) -> list[Played]:
    """Every referral and consultation."""
    return [each for _, outcome in night for each in outcome.played]


def report(night: list[Told], portal: str) -> str:
    """The night for people: how many stand where, what this run did, where to look."""
    referrals = counted(night, KINDS["referrals"])
    rows = [("referrals, one a child", sum(referrals.values())), *((f"  {state}", number) for state, number in referrals.items())]
    rows += [(f"consultations: {state}", number) for state, number in counted(night, KINDS["consultations"]).items()]
    rows += [(f"calls to the scene: {state}", number) for state, number in counted(night, KINDS["calls"]).items()]
    rows += [(name, number) for _, name, number in beside(night)]
    made = sum(outcome.new for _, outcome in night)
    taken = sum(outcome.taken for _, outcome in night)
    again = "Nothing was made: this night was played before, and playing it again changes nothing."
    done = f"{made} contacts made and {taken} steps taken. Playing it again changes nothing." if made or taken else again
    table = "\n".join(f"  {name:<48}{number:>4}" for name, number in rows)
    return (
        f"\n{table}\n\n{done}\n\nWhere to look: {portal}\n"
        "  Test Jour Ett: a call to the scene that waits for an answer, and Socialjouren's board\n"
        "  Test Farsta, Test Skärholmen: what the districts took over\n"
        "  Test Polis Farsta: the receipts and the feedback    Test Skola Farsta: an invitation, and nothing else of that case"
    )
