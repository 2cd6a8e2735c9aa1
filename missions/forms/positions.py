"""Positions and teams."""

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.conflicts import VersionedForm
from foundation.choices import RowsField, offer_rows
from foundation.days import day_formfield
from missions.forms.reasons import ONE_LANGUAGE_IS_ENOUGH
from missions.models import CredentialKind, Position, Requirement, Team


class PositionForm(VersionedForm):
    """A position with its profile, its call, and the credentials that it requires beyond those of its mission."""

    mandatory = RowsField(
        label=_("Credentials that are mandatory here"),
        queryset=CredentialKind.objects.filter(is_active=True),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    recommended = RowsField(
        label=_("Credentials that are recommended here"),
        queryset=CredentialKind.objects.filter(is_active=True),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    class Meta:
        model = Position
        fields = [
            "number",
            "title_en",
            "title_fr",
            "stream",
            "description_en",
            "description_fr",
            "tasks_en",
            "tasks_fr",
            "roles",
            "team",
            "duty_station",
            "places",
            "needed_from",
            "call_opens",
            "call_closes",
            "rank_from",
            "rank_to",
            "years_of_service",
            "language",
            "language_level",
            "armed",
        ]
        widgets = {
            **{name: forms.Textarea({"rows": 4}) for name in ("description_en", "description_fr")},
            **{name: forms.Textarea({"rows": 4}) for name in ("tasks_en", "tasks_fr")},
            "roles": forms.CheckboxSelectMultiple,
        }
        help_texts = {"description_en": ONE_LANGUAGE_IS_ENOUGH, "tasks_en": _("One task per line.")}
        field_classes = {"roles": RowsField}
        formfield_callback = day_formfield

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        offer_rows(self, "team", Team.objects.filter(mission=self.instance.mission_id))
        if self.instance.pk:
            self._look_up_requirements()

    def _look_up_requirements(self) -> None:
        requirements = list(self.instance.requirements.filter(kind__is_active=True))
        self.fields["mandatory"].initial = [row.kind_id for row in requirements if row.mandatory]
        self.fields["recommended"].initial = [row.kind_id for row in requirements if not row.mandatory]

    def meet(self, row: models.Model) -> None:
        super().meet(row)
        self._look_up_requirements()

    def clean(self) -> dict:
        cleaned = super().clean() or self.cleaned_data
        both = set(cleaned.get("mandatory", [])) & set(cleaned.get("recommended", []))
        if both:
            names = ", ".join(str(kind) for kind in both)
            self.add_error("recommended", _("Mandatory already: %(names)s.") % {"names": names})
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        # The mission is no field of the form, so Django would skip the unique constraint that includes it, and a number
        # that is taken would end in an IntegrityError.
        left_out = super()._get_validation_exclusions()  # type: ignore[misc]  # no stub knows this hook
        return left_out - {"mission"}

    def save(self, commit: bool = True) -> Position:
        position = super().save(commit)
        wanted = {kind.pk: True for kind in self.cleaned_data["mandatory"]}
        wanted |= {kind.pk: False for kind in self.cleaned_data["recommended"]}
        # Kinds out of use are no choices of the form: their requirements stay as they are.
        for existing in position.requirements.filter(kind__is_active=True):
            if existing.kind_id not in wanted:
                existing.delete()
            elif existing.mandatory != wanted.pop(existing.kind_id):
                existing.mandatory = not existing.mandatory
                existing.save()
        for kind, mandatory in wanted.items():
            Requirement.objects.create(position=position, kind_id=kind, mandatory=mandatory)
        return position


class TeamForm(VersionedForm):
    class Meta:
        model = Team
        fields = ["name_en", "name_fr", "first_day", "last_day"]
        formfield_callback = day_formfield
