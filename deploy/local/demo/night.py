"""One night at Socialjouren, 16.00 to 08.00: the contacts in the order in which they came.

Calibrated by the city's own review of 72 cases (who reports, which reasons, which ages) and by what a night adds: more from the
police and the emergency departments, more teenagers, more that cannot wait. Most children have no identity number, because Skatteverket's
test numbers belong to adults by now; the children who carry one stand in the age band 18+.
"""

from deploy.local.demo.consultations import CONSULTATIONS
from deploy.local.demo.healthcare import HEALTHCARE
from deploy.local.demo.neighbours import NEIGHBOURS
from deploy.local.demo.police import POLICE
from deploy.local.demo.scenes import SCENES
from deploy.local.demo.schools import SCHOOLS
from deploy.local.demo.signals import SIGNALS
from deploy.local.demo.story import Contact

EVENING = "12:00"


def since_evening(contact: Contact) -> tuple[bool, str]:
    """Sorts the clock times of a night: those after midnight come last."""
    return contact.at < EVENING, contact.at


_TOLD = (*POLICE, *HEALTHCARE, *SCHOOLS, *SIGNALS, *NEIGHBOURS, *CONSULTATIONS, *SCENES)
NIGHT: tuple[Contact, ...] = tuple(sorted(_TOLD, key=since_evening))
