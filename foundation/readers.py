"""Who reads what is written into a form, said beside its field."""

from django import forms
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

FOR_THE_OFFICE = _("For the office: home services do not read it.")
FOR_THE_SERVICE_TOO = _("The home service reads it too.")


def say_who_reads(field: forms.Field, who: Promise) -> None:
    """Add to the help of a field who reads what stands there: one of the two above."""
    field.help_text = format_lazy("{help} {who}" if field.help_text else "{who}", help=field.help_text, who=who)
