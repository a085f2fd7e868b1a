"""What a refusal says to the person who was refused: its code → what is wrong and what to do next, in plain words."""

from dataclasses import replace

from fastapi import Request
from fastapi.responses import Response

from services.portal.errors import REFUSED, trouble_page
from services.portal.hub import HubRefused
from services.portal.language import N_

REFUSALS: dict[str, str] = {
    "refused": N_("This cannot be done now. Load the page again and look at what it says."),
    "stranger": N_("Your unit or your role may not do this. Ask your team lead."),
    "missing": N_("There is nothing here that you may see. Check the address or the code."),
    "malformed": N_("Something in what you sent could not be read. Correct it and send it again."),
    "conflict": N_("Somebody else changed this at the same moment. Look at it again and decide anew."),
    "already-said": N_("This is recorded already, in other words than yours. What you wrote now is not stored: read what stands there."),
    "key-reused": N_("This form has been sent once already, with other words. Open it anew and send what is new."),
    "unknown-unit": N_("There is no such unit any more. Choose one from the list."),
    "unknown-agency": N_("There is no such authority. Register the authority first."),
    "not-opened": N_("Open the referral first. Whoever reads it has seen it, and the reporter is told so."),
    "not-seen": N_("Open the referral and read it before you decide on it."),
    "already-assessed": N_("The immediate safety assessment is made already, and says something else. Correct it, and say why."),
    "already-corrected": N_("A colleague has corrected the assessment meanwhile. Read what stands there now, and decide anew."),
    "no-correction": N_("Write why you correct the assessment. Both stay in the file, and whoever reads them must understand the second."),
    "already-reported": N_(
        "The police report is made, and is not unmade here. If it was recorded by mistake, tell who takes the case over."
    ),
    "meeting-held": N_("The report meeting has been held. What comes after it is no report meeting."),
    "no-mandated-reporter": N_(
        "Who made this referral is not under the duty to report, so there is no report meeting. Choose: is not relevant."
    ),
    "not-happened-yet": N_("The time lies ahead. Write when it happened, or leave it empty if it is just now."),
    "nothing-owed": N_("It is written already why. If the decision was wrong, make a new one that says why."),
    "others-reasons": N_("Another unit decided this, and writes why. It stands in their list of missing reasons."),
    "taken-by-colleague": N_("A colleague has taken it. Ask them, or take it over from them on purpose."),
    "not-yours": N_("It is not you who has it, so you cannot give it back. You can take it over instead."),
    "unknown-colleague": N_("There is no such colleague in your unit. Choose one from the list."),
    "no-signals": N_("There are no signals to weigh: nothing has been pointed out about this child."),
    "already-weighed": N_("Somebody has weighed the signals already and found something else. Read what stands there."),
    "not-alike": N_("These two have not been offered as the same. Only what looks alike can be linked or held apart."),
    "same-referral": N_("A referral cannot be compared with itself. Choose the other one."),
    "no-reasons": N_("Write the reasons. A decision without reasons cannot be reviewed."),
    "not-assessed": N_("Assess the need of immediate protection first. No child is handed over before somebody has asked if it is safe."),
    "offer-pending": N_("The case is offered to another unit already. Wait for its answer, or take the offer back first."),
    "nothing-offered": N_("There is no offer to take back: somebody has answered it already. Load the page again and read the answer."),
    "offer-withdrawn": N_("The offer was taken back before you answered. The case stays with the one who offered it; you need do nothing."),
    "offer-replaced": N_("This offer is over, and a newer one has taken its place. Load the page again and answer that one."),
    "handed-over": N_("Another unit has taken the case over, and only that unit writes in it now. Tell them what you know."),
    "siblings-unsaid": N_("You have brothers or sisters of this child too. Say whether they go together or are split on purpose."),
    "sibling-not-assessed": N_("A brother or sister is not assessed yet. Assess that child first, or split them on purpose."),
    "wrong-period": N_("Choose a period that begins before it ends and is no longer than 31 days."),
    "own-unit": N_("The case is with your own authority already. Choose another district."),
    "no-offer": N_("There is no offer to answer. Somebody may have answered it already."),
    "already-decided": N_("The decision is made already, and is another one. It is not changed here: a new worry is a new referral."),
    "guardian-consent-missing": N_("Without consent there is no plan. Record a guardian's consent; from fifteen years it is not needed."),
    "child-consent-missing": N_("A child of twelve or older consents to its own plan. Record the child's consent."),
    "no-party": N_("Invite at least one unit beside your own. The school comes first in the list."),
    "ends-before-it-starts": N_("The meeting ends before it starts. Correct the times."),
    "no-advice": N_("Write the advice in words, so that the one who asked knows what to do."),
    "no-condition": N_("Write what must happen for a referral to be made, so that they know it when it does."),
    "no-service": N_("Choose the service that they are to turn to."),
    "unknown-service": N_("This service is offered no more. Choose another one."),
    "already-answered": N_("The question has an answer already: read it. They can ask again, and you can write to them."),
    "question-not-read": N_("They have written more since you opened it. Open that first; what you have written is kept."),
    "question-not-opened": N_("Open the question first. The one who asked sees that somebody has."),
    "nothing-asked": N_("Write what you want to ask or tell, without names, numbers, addresses or schools."),
    "became-referral": N_("This question has become a referral. Add what is new about the child there; a new question is a new one."),
    "no-such-consultation": N_("The question that this referral came from is not your unit's. Send once more, without it."),
    "undescribed": N_("Write what the service is called, and what it is and for whom."),
    "unreachable": N_("Write a telephone number or a functional address, so that people can reach it."),
    "strange-period": N_("Choose other days: the last one must not come before the first, and a period is a year at most."),
    "names-somebody": N_(
        "The text holds an identity number, a telephone number or an e-mail address. Take it out, or make a referral instead."
    ),
    "no-question": N_("Write what you want advice about, without names, numbers, addresses or schools."),
    "already-dropped": N_("The event is dropped already. Nothing waits for it any more."),
    "already-proposed": N_("Somebody has proposed already to drop it. Confirm if you agree, or mend the fault and replay."),
    "not-proposed": N_("Nobody has proposed to drop it. Propose it first; another steward confirms."),
    "same-person": N_("Dropping takes two persons, and you proposed it yourself. Ask another steward to confirm."),
    "no-child": N_("Say something that helps to find the child: a number, a name, how the child looks, or where it is."),
    "nothing-added": N_("Write what is new. What your unit sent before stands, and is not sent again."),
    "too-many-files": N_("The referral has twenty files already, and cannot hold more. Put several pictures in one document."),
    "no-room-left": N_("The referral's files would be more than 60 MB together. Send what matters most, or make it smaller."),
    "no-file": N_("Choose a file first."),
    "file-too-large": N_("It is larger than 20 MB. Make it smaller, or send the part that matters."),
    "empty-file": N_("It is empty. Open it and see whether it holds anything, then choose it again."),
    "unknown-kind": N_("Only pictures, PDF, plain text and Word (docx) can be sent. Save it as PDF, or take a picture of it."),
    "damaged-file": N_("It cannot be opened: it is damaged, or was cut off on its way. Open it yourself, save it anew and send that."),
    "locked-file": N_("It is locked with a password, and nobody who receives it could open it. Save it without the password."),
    "macros-inside": N_("It holds macros, which may do harm. Save it as PDF and send that."),
    "unpacks-too-large": N_("It unpacks to more than a computer can hold. Make it smaller, or take a picture of what matters."),
    "not-scanned": N_("Nobody has looked for viruses in this file yet. Go back to the referral: there you can open it all the same."),
    "infected": N_("There is a virus in this file. It is kept, and nobody gets it: ask whoever sent it what it shows."),
    "no-place": N_("Write where you are: an address, or how to find you. Nothing else has to be filled in."),
    "not-in-use": N_("Calls to the scene are not in use in this district. Ring Socialjouren, and make a referral. Danger to life: 112."),
    "no-such-call": N_("The referral does not fit the call any more. Load the call again and make it from there."),
    "call-not-opened": N_("Open the call first. Whoever reads it has seen it, and the patrol is told so."),
    "scene-is-closed": N_("The call is closed. What happens now belongs to each child's referral; a new alarm is a new call."),
    "no-such-child": N_("The call has no such child. Load the page again, or add the child first."),
    "no-arrival": N_("Write who comes, and about when. You can change it afterwards."),
    "nothing-instead": N_("Write what the patrol is to do instead, and whom it can reach."),
    "not-answered": N_("Answer the patrol first: who comes and when, or that nobody can."),
    "not-next-phase": N_("The phases follow one another. Load the page again and look which one it is in."),
    "time-ahead": N_("The time lies ahead. Write when it happened."),
    "before-alarm": N_("That would be before the alarm. Correct the time, or first the time of the alarm."),
    "too-many-children": N_("A call holds twenty children at most. Make another call for the rest."),
    "nothing-changed": N_("Write what is different now, such as where you are. What you leave empty stands as it did."),
    "no-reason-to-withdraw": N_("Write why nobody need come, and where the children are now."),
    "scene-is-withdrawn": N_("The patrol has called it off, and waits for nobody. Read why, and close the call."),
    "not-read": N_("The patrol has written something that nobody has read. Read it first, then close the call."),
    "something-was-done": N_("Something was done for this child. If that was another child, take it back first, then strike the card."),
    "from-the-call": N_("The call has this time from its beginning. Correct it instead."),
    "unknown-task": N_("The checklist has no such task to mark. Load the page again."),
    "no-worry": N_("Write what you are worried about. You need no proof, and nothing else has to be filled in."),
}


def words_of(refused: HubRefused) -> str:
    """The message id for a refusal; for one that this table does not know, the hub's own explanation in English."""
    return REFUSALS.get(refused.code, refused.detail)


async def show_refusal(request: Request, error: Exception) -> Response:
    """The page for a refusal that no form took: an address with something in it that the hub cannot read, for one."""
    meaning = words_of(error) if isinstance(error, HubRefused) else REFUSED.meaning
    return trouble_page(request, 409, replace(REFUSED, meaning=meaning))
