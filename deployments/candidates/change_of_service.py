"""Whether a person may go to another police service now."""

from django.utils.translation import gettext as _

from deployments.models import Consent, Nomination
from foundation.refusals import Blocker
from personnel.models import Person, PoliceService


def blockers(person: Person, service: PoliceService) -> list[Blocker]:
    """Why a stored person, still of the old service, cannot be of `service` yet.

    Live nominations and unanswered offers stay with the old service, whose liaisons would not see the person any more.
    """
    if service.pk == person.service_id:
        return []
    under_way = Nomination.objects.live().filter(person=person).exists()
    if not under_way and not Consent.objects.waiting().filter(person=person).exists():
        return []
    message = _("Withdraw first what %(service)s has under way for this person.") % {"service": person.service}
    return [Blocker("under_way", message, rule=20, about="service")]
