import datetime as dt
from typing import TypeVar

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import Permission
from accounts.models import User
from audit.conflicts import VersionedForm
from deployments.candidates import change_of_service, duplicates
from foundation.choices import offer, offer_rows
from foundation.days import DayField, day_formfield
from foundation.picking import PickField
from foundation.text import TypedLine
from missions.models import CredentialKind, Mission, Position
from missions.picking import find_missions, find_positions, with_mission
from personnel import plausible
from personnel.expiry import last_day
from personnel.models import (
    Attestation,
    Availability,
    Credential,
    EmergencyContact,
    LanguageTest,
    PartnerAgreement,
    Person,
    PoliceService,
    Rank,
)
from personnel.models.services import RankFamily
from personnel.person_fields import PERSON_FIELDS

Day = TypeVar("Day", dt.date, dt.date | None)


def not_in_future(day: Day) -> Day:
    """Raises `ValidationError` for a day after today: a paper is recorded once it exists."""
    if day and day > timezone.localdate():
        raise forms.ValidationError(_("This day has not come yet."))
    return day


def check_change_of_service(person: Person, service: PoliceService) -> PoliceService:
    """Return the service chosen for a person. Raises `ValidationError` when the old one has something under way."""
    stored = Person.objects.select_related("service").filter(pk=person.pk).first()
    found = change_of_service.blockers(stored, service) if stored else []
    if found:
        raise forms.ValidationError([blocker.message for blocker in found])
    return service


def check_dates(form: forms.ModelForm, cleaned: dict) -> bool:
    """Add an error for each new date of a person that is odd and not ticked as checked; whether a tick is needed."""
    if form.instance.pk and not {"born_on", "joined_on"} & set(form.changed_data):
        return False
    found = plausible.doubts(cleaned.get("born_on"), cleaned.get("joined_on"), today=timezone.localdate())
    to_tick = [doubt for doubt in found if not doubt.impossible and not cleaned.get("dates_checked")]
    for doubt in found:
        if doubt.impossible or doubt in to_tick:
            form.add_error(doubt.about, str(doubt.message))
    if to_tick:
        form.add_error("dates_checked", _("Tick the box when the dates are right all the same."))
    return bool(to_tick)


class PersonForm(VersionedForm):
    """A person, with today's service and rank; deployments keep those of their time.

    A liaison chooses among the own services. A new person with the name and date of birth of another record is refused
    until the box `somebody_else` is ticked, and odd dates until `dates_checked` is.
    """

    born_on = PERSON_FIELDS["born_on"]
    joined_on = PERSON_FIELDS["joined_on"]
    dates_checked = forms.BooleanField(label=_("I have checked these dates"), required=False)
    somebody_else = forms.BooleanField(label=_("This is somebody else"), required=False)
    beside_the_row = ("dates_checked", "somebody_else")

    class Meta:
        model = Person
        fields = [
            "category",
            "given_name",
            "family_name",
            "service",
            "service_number",
            "rank",
            "gender",
            "first_language",
            "born_on",
            "joined_on",
            "state",
        ]

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.possible_duplicates: list[Person] = []
        self.user = user
        visible = PoliceService.objects.filter(pk__in=PoliceService.objects.visible_to(user).values("pk"))
        services = visible.filter(is_active=True) | visible.filter(pk=self.instance.service_id)
        offer_rows(self, "service", services)
        if len(services) == 1:
            self.fields["service"].initial = services[0]
        families = set(RankFamily) if user.sees_every_service else {service.rank_family for service in services}
        ranks = Rank.objects.filter(family__in=families).order_by("family", "level")
        offer_rows(self, "rank", ranks)
        grouped = [
            (family.label, [(rank.pk, rank.name) for rank in ranks if rank.family == family])
            for family in RankFamily
            if family in families
        ]
        offer(self, "rank", [("", "---------"), *grouped])
        for name in ("dates_checked", "somebody_else"):
            if name not in self.data:  # shown only once there is something to be ticked
                self.fields[name].widget = forms.HiddenInput()

    def clean_service(self) -> PoliceService:
        return check_change_of_service(self.instance, self.cleaned_data["service"])

    def clean(self) -> dict:
        cleaned = super().clean() or self.cleaned_data
        if check_dates(self, cleaned):
            self.fields["dates_checked"].widget = forms.CheckboxInput()
        if self.errors or self.instance.pk or cleaned.get("somebody_else"):
            return cleaned
        candidate = Person(**{name: cleaned.get(name) for name in ("given_name", "family_name", "born_on")})
        self.possible_duplicates = list(
            duplicates.same_name_and_birth(candidate, among=Person.objects.visible_to(self.user))
        )
        if self.possible_duplicates:
            self.fields["somebody_else"].widget = forms.CheckboxInput()
            names = ", ".join(
                f"{person} ({person.service_number or person.service})" for person in self.possible_duplicates
            )
            message = _(
                "There is a record with this name and date of birth: %(names)s. Tick the box if it is not theirs."
            )
            self.add_error("somebody_else", message % {"names": names})
        return cleaned


class CredentialForm(VersionedForm):
    """One period of a credential. An empty `expires_on` is filled in by the usual validity of its kind."""

    class Meta:
        model = Credential
        fields = ["kind", "profile", "result", "issued_on", "expires_on"]
        formfield_callback = day_formfield
        help_texts = {
            "expires_on": _("Empty: as long as this credential usually holds."),
            "profile": _("For fitness that is certified for one mission profile."),
        }

    document_seen = TypedLine(
        label=_("Document seen"),
        required=False,
        max_length=100,
        help_text=_("Which document you have seen; empty: it is still to be verified. Never what it says."),
    )
    beside_the_row = ("document_seen",)

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        kinds = CredentialKind.objects.filter(is_active=True)
        if not user.may(Permission.CREDENTIAL_VERIFY):
            kinds = kinds.exclude(entered_by=CredentialKind.EnteredBy.OFFICE)
            del self.fields["document_seen"]
        offer_rows(self, "kind", kinds)

    def clean_issued_on(self) -> dt.date:
        return not_in_future(self.cleaned_data["issued_on"])

    def clean(self) -> dict:
        cleaned = super().clean() or self.cleaned_data
        kind, issued = cleaned.get("kind"), cleaned.get("issued_on")
        if kind and kind.by_profile and not cleaned.get("profile"):
            self.add_error("profile", _("Say for which mission profile it was certified."))
        if kind and not kind.by_profile:
            cleaned["profile"] = None
        if kind and issued:
            _set_and_check_end(self, kind, issued, cleaned)
        return cleaned


def _set_and_check_end(form: CredentialForm, kind: CredentialKind, issued: dt.date, cleaned: dict) -> None:
    """Fill in an empty `expires_on`; add an error when it is beyond the legal limit of the kind."""
    if kind.validity_months and not cleaned.get("expires_on") and "expires_on" not in form.errors:
        cleaned["expires_on"] = last_day(issued, kind.validity_months)
    expires = cleaned.get("expires_on")
    if kind.longest_months and expires and expires > last_day(issued, kind.longest_months):
        message = _("%(kind)s holds %(months)s months at most: until %(day)s.")
        params = {"kind": kind, "months": kind.longest_months, "day": last_day(issued, kind.longest_months).isoformat()}
        form.add_error("expires_on", message % params)


class VerificationForm(forms.Form):
    """What a coordinator says of the papers that were seen."""

    NOTHING_CHOSEN = _("Choose at least one paper.")

    document = TypedLine(
        label=_("Document seen"),
        max_length=100,
        help_text=_("For instance: original, certified copy. Never what it says."),
        error_messages={"required": _("Say which document was seen.")},
    )
    on = DayField(label=_("Seen on"))

    def clean_on(self) -> dt.date | None:
        return not_in_future(self.cleaned_data["on"])


class LanguageForm(VersionedForm):
    class Meta:
        model = LanguageTest
        fields = ["language", "level", "tested_on", "expires_on"]
        formfield_callback = day_formfield

    def clean_tested_on(self) -> dt.date:
        return not_in_future(self.cleaned_data["tested_on"])


class AttestationForm(forms.ModelForm):
    """The home service attests that nothing is pending against a person; the box must be ticked."""

    agreed = forms.BooleanField(
        label=_("The home service declares that no criminal or disciplinary matter is pending against this person.")
    )

    class Meta:
        model = Attestation
        fields = ["made_on"]
        formfield_callback = day_formfield

    def clean_made_on(self) -> dt.date:
        return not_in_future(self.cleaned_data["made_on"])

    def clean(self) -> dict:
        cleaned = super().clean() or self.cleaned_data
        if made_on := cleaned.get("made_on"):
            self.instance.expires_on = last_day(made_on, settings.ATTESTATION_MONTHS)
        return cleaned


class AvailabilityForm(VersionedForm):
    class Meta:
        model = Availability
        fields = ["kind", "first_day", "last_day"]
        formfield_callback = day_formfield
        help_texts = {"last_day": _("Empty: until further notice.")}


class ContactForm(VersionedForm):
    class Meta:
        model = EmergencyContact
        fields = ["name", "relation", "telephone", "language"]


class ContactReasonForm(forms.Form):
    """The reason for which a user looks at emergency contacts; it is recorded."""

    why = forms.ChoiceField(label=_("Why do you need them?"), choices=EmergencyContact.Why, widget=forms.RadioSelect)


class AgreementForm(VersionedForm):
    class Meta:
        model = PartnerAgreement
        fields = ["reference", "state", "starts_on", "ends_on", "needs_province", "province_approved_on"]
        formfield_callback = day_formfield

    def clean_province_approved_on(self) -> dt.date | None:
        return not_in_future(self.cleaned_data["province_approved_on"])


class ServiceForm(VersionedForm):
    """The redline of a service: how many people it can spare. Beyond it there is a warning, no refusal."""

    class Meta:
        model = PoliceService
        fields = ["officers", "redline_heads", "redline_percent"]


class EligibilityForm(forms.Form):
    """For which position or mission, and for which days, a person's eligibility is checked."""

    position = PickField(label=_("Position"), required=False, find=find_positions)
    mission = PickField(label=_("or mission"), required=False, find=find_missions)
    first = DayField(label=_("First day"))
    last = DayField(label=_("Last day"), required=False, help_text=_("Empty: after the usual tour of the mission."))

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        # A liaison sees no missions, and positions only while their call is open.
        positions = Position.objects.select_related("mission").filter(mission__in=Mission.objects.active(today))
        if user.may(Permission.MISSION_SEE):
            offer_rows(self, "mission", Mission.objects.not_closed(today).taking_deployments())
        else:
            positions = positions.with_open_call(today)
            del self.fields["mission"]
        positions = positions.order_by("mission__area__listing_order", "number")
        offer_rows(self, "position", positions, told=with_mission)

    def clean(self) -> dict:
        cleaned = super().clean() or self.cleaned_data
        position, first = cleaned.get("position"), cleaned.get("first")
        mission = position.mission if position else cleaned.get("mission")
        if mission is None and "position" not in self.errors:
            self.add_error("position", _("Choose a position or a mission."))
        if mission and first and not cleaned.get("last") and "last" not in self.errors:
            cleaned["last"] = last_day(first, mission.tour_months)
        if first and cleaned.get("last") and cleaned["last"] < first:
            self.add_error("last", _("The last day cannot be before the first."))
        cleaned["mission"] = mission
        return cleaned
