"""How somebody is chosen in the forms of every app: found while one types, or by a search when the form is sent."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from foundation.picking import PickField, TypeAhead
from personnel.models import Person


def find_people(rows: QuerySet, words: str) -> QuerySet:
    """Those of the people whose names or service number hold every word."""
    return rows.filter(pk__in=Person.objects.search(words).values("pk"))


def with_service(person: Person) -> str:
    """Somebody as the choices show them, apart from others of the same name."""
    number = f", {person.service_number}" if person.service_number else ""
    return f"{person} – {person.service.abbreviation}{number}"


class PersonField(PickField):
    """One person. `beside` names the fields of the form that tell more of each hit: the position, the first day."""

    def __init__(self, *, beside: tuple[str, ...] = (), **kwargs: Any):
        kwargs.setdefault("label", _("Who"))
        kwargs.setdefault("widget", TypeAhead(suggest=reverse_lazy("person_suggest"), beside=beside))
        super().__init__(find=find_people, told=with_service, **kwargs)
