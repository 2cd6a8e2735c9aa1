from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpResponse
from django.utils import timezone

from audit.admin import AdministrationForm, ReadOnlyAdmin, RecordedAdmin
from deployments.models import (
    CallOut,
    Consent,
    Correction,
    Criterion,
    Deployment,
    DeploymentTransition,
    Excess,
    Nomination,
    NominationTransition,
    RosterEntry,
    ScreeningItem,
    Waiver,
)
from deployments.stays import lifecycle, steps
from deployments.stays.steps import Act, Step
from foundation.pages import say_what_was_taken_over
from foundation.refusals import Blocker, StepRefused
from foundation.text import TypedProse
from personnel.models import Person


class DeploymentSupportForm(AdministrationForm):
    """Support may correct the plan of a live deployment, through the same door as everybody."""

    beside_the_row = ("reason",)
    refused: list[Blocker] = []
    """What stood against it when it was saved, although nothing did when it was looked at."""

    reason = TypedProse(widget=forms.Textarea({"rows": 2}))

    class Meta:
        model = Deployment
        fields = ["starts_on", "ends_on", "duty_station"]

    def step(self) -> Step:
        return Step(Act.CHANGE, today=timezone.localdate(), still=self._still_holds, **self.given)

    def clean(self):
        cleaned = super().clean()
        for blocker in self.refused:
            self.add_error(None, blocker.message)
        if not self.errors:
            stored = Deployment.objects.get(pk=self.instance.pk)
            for blocker in steps.blockers(stored, self.step()):
                self.add_error(None, blocker.message)
        return cleaned

    def _still_holds(self, row: Deployment) -> bool:
        return self.still_shows(forms.model_to_dict(row, self.versioned_fields))


@admin.register(Deployment)
class DeploymentAdmin(RecordedAdmin):
    """Looked at, and corrected with a reason. Planned on the pages; status by its steps only; never deleted."""

    form = DeploymentSupportForm
    locks_its_row = False  # the area comes before the deployment
    list_display = ["person", "mission", "service", "status", "starts_on", "ends_on", "arrived_on", "departed_on"]
    list_filter = ["status", "kind", "mission__area", "service"]
    list_select_related = ["person__rank", "mission", "service"]
    search_fields = ["person__search_text", "mission__name_en", "mission__name_fr"]
    date_hierarchy = "starts_on"
    readonly_fields = [
        "person",
        "mission",
        "position",
        "roles",
        "team",
        "kind",
        "status",
        "arrived_on",
        "departed_on",
        "end_reason",
        "rank",
        "service",
        "armed",
        "relieves",
    ]

    def get_search_results(self, request, queryset, search_term):
        if search_term:
            queryset = queryset.filter(person__in=Person.objects.search(search_term))
        return queryset, False

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        form.refused = getattr(request, "refused", [])
        return form

    def save_model(self, request, obj, form, change):
        lifecycle.take_step(Deployment.objects.get(pk=obj.pk), form.step(), by=request.user)
        say_what_was_taken_over(request, form)

    def changeform_view(self, request, *args, **kwargs):
        return _shown_again_where_refused(super().changeform_view, request, *args, **kwargs)

    def history_form_view(self, request, *args, **kwargs):
        return _shown_again_where_refused(super().history_form_view, request, *args, **kwargs)

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


def _shown_again_where_refused(view: Callable[..., HttpResponse], request: Any, *args, **kwargs) -> HttpResponse:
    """The form with all that was typed and what stands against it, where somebody was quicker than its save."""
    try:
        return view(request, *args, **kwargs)
    except StepRefused as refusal:
        request.refused = refusal.blockers
        return view(request, *args, **kwargs)


@admin.register(DeploymentTransition)
class DeploymentTransitionAdmin(ReadOnlyAdmin):
    list_display = ["deployment", "act", "from_status", "to_status", "at", "by"]
    list_filter = ["act", "to_status"]
    list_select_related = ["deployment__person", "deployment__rank", "deployment__mission", "by"]
    search_fields = ["deployment__person__search_text", "reason"]
    date_hierarchy = "at"


@admin.register(NominationTransition)
class NominationTransitionAdmin(ReadOnlyAdmin):
    list_display = ["nomination", "act", "from_status", "to_status", "at", "by"]
    list_filter = ["act", "to_status"]
    list_select_related = ["nomination__person__rank", "nomination__position", "by"]
    search_fields = ["nomination__person__search_text", "reason"]
    date_hierarchy = "at"


@admin.register(Nomination)
class NominationAdmin(ReadOnlyAdmin):
    """Only looked at here: nominations move on their pages, through their one door."""

    list_display = ["person", "position", "service", "stage", "starts_on", "ends_on"]
    list_filter = ["stage", "service", "position__mission"]
    list_select_related = ["person__rank", "position__mission", "service"]
    search_fields = ["person__search_text", "position__number"]


@admin.register(Consent)
class ConsentAdmin(ReadOnlyAdmin):
    list_display = ["person", "mission", "service", "state", "starts_on", "ends_on", "answer_by"]
    list_filter = ["state", "service", "mission"]
    list_select_related = ["person__rank", "mission", "service"]
    search_fields = ["person__search_text"]


@admin.register(Excess)
class ExcessAdmin(ReadOnlyAdmin):
    list_display = ["deployment", "first_day", "last_day", "cause", "recorded_by", "confirmed_by"]
    list_filter = ["cause"]
    list_select_related = [
        "deployment__person",
        "deployment__rank",
        "deployment__mission",
        "recorded_by",
        "confirmed_by",
    ]
    search_fields = ["deployment__person__search_text", "reason"]


@admin.register(Correction)
class CorrectionAdmin(ReadOnlyAdmin):
    list_display = ["subject", "state", "needs_second", "asked_by", "asked_at", "decided_by", "decided_at"]
    list_filter = ["state", "needs_second"]
    search_fields = ["deployment__person__search_text", "nomination__person__search_text", "authorization__reference"]

    def get_queryset(self, request):
        return Correction.objects.with_subject()


@admin.register(Waiver)
class WaiverAdmin(ReadOnlyAdmin):
    list_display = ["person", "mission", "code", "state", "ends_on", "asked_by", "decided_by"]
    list_filter = ["state", "code", "mission"]
    list_select_related = ["person__rank", "mission", "asked_by", "decided_by"]
    search_fields = ["person__search_text", "reason"]


@admin.register(RosterEntry)
class RosterEntryAdmin(ReadOnlyAdmin):
    list_display = ["person", "roster", "nominated_on", "certified_on", "certified_until", "taken_off_on"]
    list_filter = ["roster"]
    list_select_related = ["person__rank", "roster"]
    search_fields = ["person__search_text"]


@admin.register(CallOut)
class CallOutAdmin(ReadOnlyAdmin):
    list_display = ["entry", "first_day", "last_day", "place"]
    list_filter = ["entry__roster"]
    list_select_related = ["entry__person__rank", "entry__roster"]
    search_fields = ["entry__person__search_text", "place"]


@admin.register(ScreeningItem)
class ScreeningItemAdmin(RecordedAdmin):
    list_display = ["name_en", "name_fr", "order", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["name_en", "name_fr", "code"]


@admin.register(Criterion)
class CriterionAdmin(RecordedAdmin):
    list_display = ["name_en", "name_fr", "weight", "order", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["name_en", "name_fr", "code"]
