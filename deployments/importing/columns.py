"""What the columns of a list mean: the usual headings in both languages, and what the user chose the last time."""

from dataclasses import dataclass

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from deployments.models import ColumnMeaning
from foundation.text import normalised


@dataclass(frozen=True)
class Column:
    """One field that a list may have; `aliases` are other headings under which it is recognised."""

    field: str
    label: Promise
    aliases: tuple[str, ...]
    required: bool = False
    hint: Promise | str = ""


# Order of the template and of the export.
COLUMNS = [
    Column("service", _("Police service"), ("service", "agency", "service de police", "organisme")),
    Column(
        "service_number",
        _("Service number"),
        ("badge", "employee number", "matricule", "numéro de matricule"),
        hint=_("this or the date of birth tells a person from others"),
    ),
    Column("family_name", _("Family name"), ("last name", "surname", "nom", "nom de famille"), required=True),
    Column("given_name", _("Given name"), ("first name", "prénom"), required=True),
    Column(
        "category", _("Category"), ("category", "type", "catégorie"), hint=_("police or civilian; police when empty")
    ),
    Column("rank", _("Rank"), ("rank", "title", "grade"), hint=_("name or abbreviation; needed for new police")),
    Column(
        "gender",
        _("Gender"),
        ("gender", "sex", "genre", "sexe"),
        hint=_("woman, man, another gender, not said; needed for a new person"),
    ),
    Column(
        "first_language",
        _("First official language"),
        ("language", "langue", "première langue officielle", "first language"),
        hint=_("English or French; needed for a new person"),
    ),
    Column("born_on", _("Date of birth"), ("birth date", "born", "birthday", "date de naissance", "né le")),
    Column("joined_on", _("Start of service"), ("joined", "hired", "début du service", "date d'embauche")),
    Column(
        "position",
        _("Position"),
        ("position", "post", "call", "poste", "appel"),
        hint=_("as its page says, for instance minusma/P-101: the person is put forward as a draft"),
    ),
]
FIELDS = {column.field: column for column in COLUMNS}


def field_for_heading(heading: str) -> str:
    """The field that a heading names in either language, or ""."""
    words = normalised(heading)
    for column in COLUMNS:
        names = [column.field.replace("_", " "), *column.aliases]
        for language in ("en-ca", "fr-ca"):
            with translation.override(language):
                names.append(str(column.label))
        if words in {normalised(name) for name in names}:
            return column.field
    return ""


def guess(headings: list[str], user: User) -> dict[str, str]:
    """Column number, as text for JSON → field: as the user chose the last time for the heading, else by its name.

    A field goes to the first column that names it; further ones are left out, and the user sees them.
    """
    remembered = {
        meaning.heading: meaning.field
        for meaning in ColumnMeaning.objects.filter(by=user, heading__in=[normalised(heading) for heading in headings])
    }
    found: dict[str, str] = {}
    for number, heading in enumerate(headings):
        field = remembered.get(normalised(heading), field_for_heading(heading))
        if field and field not in found.values():
            found[str(number)] = field
    return found


def remember(headings: list[str], columns: dict[str, str], user: User) -> None:
    """Save the user's choice for each heading, also the choice to leave it out."""
    meanings = {
        normalised(heading)[:200]: ColumnMeaning(
            by=user, heading=normalised(heading)[:200], field=columns.get(str(number), "")
        )
        for number, heading in enumerate(headings)
    }
    ColumnMeaning.objects.bulk_create(
        meanings.values(), update_conflicts=True, unique_fields=["by", "heading"], update_fields=["field"]
    )
