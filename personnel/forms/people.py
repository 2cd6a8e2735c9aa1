"""People, their emergency contacts, and for what somebody is eligible."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import Permission
from accounts.models import User
from audit.conflicts import VersionedForm
from deployments.candidates import change_of_service, duplicates
from foundation.choices import offer, offer_rows
from foundation.days import DayField
from foundation.picking import PickField
from missions.models import Mission, Position
from missions.picking import find_missions, find_positions, with_mission
from personnel import plausible
from personnel.expiry import last_day
from personnel.models import EmergencyContact, Person, PoliceService, Rank
from personnel.models.services import RankFamily
from personnel.person_fields import PERSON_FIELDS, VALUES


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
    somebody_else = forms.BooleanField(label=_("Different person with the same name and date of birth"), required=False)
    beside_the_row = ("dates_checked", "somebody_else")

    class Meta:
        model = Person
        fields = VALUES

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.possible_duplicates: list[Person] = []
        self.user = user
        visible = PoliceService.objects.filter(pk__in=PoliceService.objects.visible_to(user).values("pk"))
        services = visible.filter(is_active=True) | visible.filter(pk=self.instance.service_id)
        offer_rows(self, "service", services)
        if len(services) == 1:
            self.initial["service"] = services[
                0
            ].pk  # of the form: the empty row of a new person comes before the field
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
            if not self[name].data:  # shown only once there is something to be ticked: an empty box comes along, too
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


class ContactForm(VersionedForm):
    class Meta:
        model = EmergencyContact
        fields = ["name", "relation", "telephone", "language"]


class ContactReasonForm(forms.Form):
    """The reason for which a user looks at emergency contacts; it is recorded."""

    why = forms.ChoiceField(label=_("Why do you need them?"), choices=EmergencyContact.Why, widget=forms.RadioSelect)


class EligibilityForm(forms.Form):
    """For which position or mission, and for which days, a person's eligibility is checked."""

    position = PickField(label=_("Position"), required=False, find=find_positions)
    mission = PickField(label=_("or mission"), required=False, find=find_missions)
    first = DayField(label=_("First day"))
    last = DayField(label=_("Last day"), required=False, help_text=_("Leave empty for the usual tour of the mission."))

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
