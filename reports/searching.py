"""What a search finds of each kind, as far as its reader may see it, and the one row that an exact number names."""

import datetime as dt
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.access import Permission
from accounts.models import User
from deployments.candidates.places import positions_seen_by
from deployments.models import Deployment, Nomination
from flags import attention
from flags.kinds import KINDS
from flags.models import Flag
from foundation.picking import by_words
from foundation.text import normalised, number_key, one_line
from missions.models import Area, Authorization, Mission
from missions.picking import find_positions
from personnel.models import PartnerAgreement, Person, PoliceService

LONGEST = 100
"""Characters of a search that are used."""
AT_MOST = 20
SUGGESTED = 8
_find_authorizations = by_words("reference", "reason_en", "reason_fr")
_find_agreements = by_words("reference")


def hit(row: Any, beside: object = "", says: object = None) -> Any:
    """A row that was found, with what a list of hits says of it: its name, and what tells it from others."""
    row.found_as, row.found_beside = str(row if says is None else says), str(beside)
    return row


def words_of(typed: str) -> str:
    """A search as it is looked for: one clean line of no more than `LONGEST` characters."""
    return one_line(typed.replace("\0", "")[:LONGEST])


def exact(words: str, user: User, *, today: dt.date) -> Any:
    """The one row whose number or reference these words are; None where there is none, or more than one."""
    key = number_key(words)
    if not any(sign.isdigit() for sign in key):
        return None
    found: list[Any] = [
        *Person.objects.visible_to(user).current().filter(number_key=key)[:2],
        *PartnerAgreement.objects.visible_to(user).filter(reference__iexact=words).select_related("service")[:2],
        *positions_seen_by(user, today=today).filter(number__iexact=words)[:2],
    ]
    if user.may(Permission.MISSION_SEE):
        found += Authorization.objects.filter(reference__iexact=words).select_related("area")[:2]
    return found[0] if len(found) == 1 else None


def find(words: str, user: User, *, today: dt.date, at_most: int) -> dict[str, list]:
    """Rows of each kind on which every word is written, by the title of the kind; kinds without a hit are left out.

    Stays, nominations and flags are found by whom or what they are about; stays also by their duty station.
    """
    if not normalised(words):
        return {}
    people, positions = _people(words, user), _positions(words, user, today)
    found = {
        _("People"): [_person(one) for one in people.select_related("rank", "service")[:at_most]],
        **_places(words, user, at_most),
        _("Positions"): [hit(one, one.mission.name) for one in positions.select_related("mission")[:at_most]],
        **_papers(words, user, at_most),
        **_of_people(words, user, people, positions, at_most),
        _("Flags"): _flags(words, user, people, positions, today, at_most),
    }
    return {title: rows for title, rows in found.items() if rows}


def suggest(words: str, user: User, *, today: dt.date) -> list[tuple[str, Any]]:
    """The first few hits while somebody types, each with the title of its kind: what has a name, and exact numbers."""
    if len(normalised(words)) < 2:
        return []
    people, positions = _people(words, user), _positions(words, user, today)
    found = {
        _("People"): [_person(one) for one in people.select_related("rank", "service")[: SUGGESTED - 3]],
        **_places(words, user, 2),
        _("Positions"): [hit(one, one.mission.name) for one in positions.select_related("mission")[:2]],
        **_papers(words, user, 1),
    }
    return [(title, row) for title, rows in found.items() for row in rows][:SUGGESTED]


def _people(words: str, user: User) -> Any:
    return Person.objects.visible_to(user).current().search(words)


def _person(person: Person) -> Person:
    number = f", {person.service_number}" if person.service_number else ""
    return hit(person, f"{person.service}{number}")


def _positions(words: str, user: User, today: dt.date) -> QuerySet:
    found = find_positions(positions_seen_by(user, today=today), words)
    return found.order_by("mission__area__listing_order", "number", "pk")


def _places(words: str, user: User, at_most: int) -> dict[str, list]:
    """What has a name in both languages, and had others before."""
    searched = normalised(words).split()
    found = {_("Police services"): _by_name(PoliceService.objects.visible_to(user), searched, at_most)}
    if user.may(Permission.MISSION_SEE):
        found[_("Missions")] = _by_name(Mission.objects.all(), searched, at_most)
        found[_("Countries and regions")] = _by_name(Area.objects.all(), searched, at_most)
    return found


def _papers(words: str, user: User, at_most: int) -> dict[str, list]:
    agreements = _find_agreements(PartnerAgreement.objects.visible_to(user), words).select_related("service")
    found = {_("Partner agreements"): [hit(one, one.service) for one in agreements[:at_most]]}
    if user.may(Permission.MISSION_SEE):
        papers = _find_authorizations(Authorization.objects.all(), words).select_related("area")
        found[_("Authorizations")] = [hit(one, one.area) for one in papers[:at_most]]
    return found


def _of_people(words: str, user: User, people: Any, positions: Any, at_most: int) -> dict[str, list]:
    about = Q(person__in=people) | Q(position__in=positions.order_by())
    nominations = Nomination.objects.visible_to(user).filter(about).select_related("person__rank", "position")
    stays = Deployment.objects.visible_to(user).filter(about | Q(duty_station__icontains=words))
    stays = stays.select_related("person", "rank", "mission")
    return {
        _("Nominations"): [
            hit(one, one.get_stage_display()) for one in nominations.order_by("-stage_since", "-pk")[:at_most]
        ],
        _("Deployments"): [hit(one, one.get_status_display()) for one in stays.order_by("-first_day", "-pk")[:at_most]],
    }


def _flags(words: str, user: User, people: Any, positions: Any, today: dt.date, at_most: int) -> list:
    """Open flags about somebody or something that was found, and those of a kind that is called so."""
    searched = normalised(words).split()
    called = [code for code, kind in KINDS.items() if all(word in normalised(str(kind.label)) for word in searched)]
    stays = Deployment.objects.visible_to(user).filter(person__in=people)
    nominations = Nomination.objects.visible_to(user).filter(person__in=people)
    about = Q(kind__in=called)
    for rows in (people, stays, nominations, positions):
        subject = ContentType.objects.get_for_model(rows.model)
        about |= Q(subject_type=subject, subject_id__in=rows.order_by().values("pk"))
    flags = Flag.objects.visible_to(user).open().filter(about).order_by("severity", "day", "pk")[:at_most]
    return [
        hit(notice.flag, notice.flag.get_kind_display(), notice.sentence)
        for notice in attention.with_sentences(list(flags), today=today)
    ]


def _by_name(rows: QuerySet, searched: list[str], at_most: int) -> list:
    hits = (_called(row, searched) for row in rows.prefetch_related("former_names"))
    return [row for row in hits if row][:at_most]


def _called(row: Any, searched: list[str]) -> Any:
    """The row, as a hit, where its code and its names hold every word: those of today, or those of one time before."""
    if _holds(row, searched, row.code):
        return hit(row)
    for former in row.former_names.all():
        if not former.withdrawn_at and _holds(former, searched):
            until = _("%(name)s until %(day)s") % {"name": former, "day": former.last_day.isoformat()}
            return hit(row, until)
    return None


def _holds(row: Any, searched: list[str], code: str = "") -> bool:
    text = normalised(f"{row.name_en} {row.name_fr} {code}")
    return all(word in text for word in searched)
