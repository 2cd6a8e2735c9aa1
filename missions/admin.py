import copy

from django import forms
from django.contrib import admin
from django.db import IntegrityError, transaction
from django.shortcuts import redirect

from audit.admin import ReadOnlyAdmin, RecordedAdmin
from background.enqueue import after_change_of
from deployments import guards
from missions.models import (
    Area,
    AreaFormerName,
    AreaSuccession,
    Authorization,
    Ceiling,
    CredentialKind,
    FormerArea,
    LeadOrganization,
    Mission,
    MissionFormerName,
    MissionProfile,
    MissionState,
    Position,
    PublicTable,
    Requirement,
    Role,
    Team,
    ThematicArea,
)


class GuardedForm(forms.ModelForm):
    """A form that tries the row on the guards of the database, so that a refusal is shown in the form, not as a 500."""

    def _post_clean(self):
        super()._post_clean()  # type: ignore[misc]  # no stub knows this hook
        if self.errors:
            return
        try:
            with transaction.atomic():
                copy.copy(self.instance).save_base(raw=True)  # raw: writes no version to the history
                transaction.set_rollback(True)
        except IntegrityError as error:
            self.add_error(None, guards.blocker(error).message)


class ReferenceAdmin(RecordedAdmin):
    """Reference data. A change may break a cap, so the jobs that compare strength with caps are enqueued."""

    def was_changed(self):
        after_change_of(self.model, Mission)


@admin.register(Ceiling)
class CeilingAdmin(ReferenceAdmin):
    form = GuardedForm
    list_display = ["cap", "valid_from", "valid_to", "source_en"]
    list_filter = ["valid_from"]
    search_fields = ["reason_en", "reason_fr", "source_en", "source_fr"]

    def has_delete_permission(self, request, obj=None):
        return False  # it is ended: the database refuses more


@admin.register(PublicTable)
class PublicTableAdmin(RecordedAdmin):
    """One switch: who would add another one is led to it."""

    list_display = ["is_open"]
    list_filter = ["is_open"]
    search_fields = ["is_open"]

    def add_view(self, request, *args, **kwargs):
        row = PublicTable.objects.first()
        if row is not None:
            return redirect("admin:missions_publictable_change", row.pk)
        return super().add_view(request, *args, **kwargs)

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Area)
class AreaAdmin(ReferenceAdmin):
    list_display = ["name_en", "name_fr", "code", "kind", "listing_order"]
    list_filter = ["kind"]
    search_fields = ["name_en", "name_fr", "code"]


class FormerNameAdmin(ReadOnlyAdmin):
    """Read only: the page of the row renames it and takes a renaming back."""

    search_fields = ["name_en", "name_fr"]


@admin.register(AreaFormerName)
class AreaFormerNameAdmin(FormerNameAdmin):
    list_display = ["name_en", "name_fr", "last_day", "area", "withdrawn_at"]
    list_filter = ["area"]
    list_select_related = ["area"]


@admin.register(MissionFormerName)
class MissionFormerNameAdmin(FormerNameAdmin):
    list_display = ["name_en", "name_fr", "last_day", "mission", "withdrawn_at"]
    list_filter = ["mission"]
    list_select_related = ["mission"]


@admin.register(AreaSuccession)
class AreaSuccessionAdmin(ReadOnlyAdmin):
    """Read only: the page of an area records it, for it shows first what it means."""

    list_display = ["area", "successor", "from_day", "goes_on", "withdrawn_at"]
    list_filter = ["area", "successor"]
    list_select_related = ["area", "successor"]
    search_fields = ["area__name_en", "area__name_fr", "successor__name_en", "successor__name_fr"]


@admin.register(FormerArea)
class FormerAreaAdmin(ReadOnlyAdmin):
    """Read only: missions move with the succession of their areas."""

    list_display = ["mission", "area", "first_day", "last_day", "withdrawn_at"]
    list_filter = ["area", "mission"]
    list_select_related = ["mission", "area"]
    search_fields = ["mission__name_en", "mission__name_fr", "area__name_en", "area__name_fr"]


@admin.register(Authorization)
class AuthorizationAdmin(ReadOnlyAdmin):
    """Read only: the page of an area records and amends, for it shows first who would exceed the cap."""

    list_display = ["reference", "area", "cap", "valid_from", "valid_to", "state"]
    list_filter = ["state", "area", "language", "armed"]
    list_select_related = ["area"]
    search_fields = ["reference", "area__name_en", "area__name_fr"]


@admin.register(LeadOrganization)
class LeadOrganizationAdmin(ReferenceAdmin):
    list_display = ["name_en", "name_fr", "code", "kind"]
    list_filter = ["kind"]
    search_fields = ["name_en", "name_fr", "code"]


class ShownBeside(admin.TabularInline):
    """Rows beside a row, only shown: each is changed on its own page, where two people do not overwrite each other."""

    can_delete = False
    extra = 0

    def get_readonly_fields(self, request, obj=None):
        return self.fields

    def has_add_permission(self, request, obj=None):
        return False


class PositionInline(ShownBeside):
    model = Position
    fields = ["number", "title_en", "title_fr", "stream", "places", "needed_from"]
    show_change_link = True


class MissionStateInline(ShownBeside):
    model = MissionState
    fields = ["state", "from_day", "reason_en", "reason_fr", "recorded_by", "withdrawn_by"]


@admin.register(Mission)
class MissionAdmin(ReferenceAdmin):
    form = GuardedForm
    list_display = ["name_en", "area", "lead", "kind", "starts_on", "ends_on"]
    list_filter = ["kind", "area", "lead"]
    list_select_related = ["area", "lead"]
    search_fields = ["name_en", "name_fr", "code"]
    autocomplete_fields = ["area", "successor"]
    inlines = [MissionStateInline, PositionInline]


@admin.register(MissionState)
class MissionStateAdmin(ReadOnlyAdmin):
    """Read only: the page of a mission records and withdraws states, for it shows first who is there."""

    list_display = ["mission", "state", "from_day", "recorded_by", "withdrawn_at"]
    list_filter = ["state", "mission"]
    list_select_related = ["mission", "recorded_by"]
    search_fields = ["mission__name_en", "mission__name_fr", "reason_en", "reason_fr"]


@admin.register(CredentialKind)
class CredentialKindAdmin(RecordedAdmin):
    list_display = ["name_en", "name_fr", "code", "needs_verification", "entered_by", "waived_by", "is_active"]
    list_filter = ["is_active", "needs_verification", "entered_by", "waived_by", "for_armed", "is_restricted"]
    search_fields = ["name_en", "name_fr", "code"]


@admin.register(MissionProfile)
class MissionProfileAdmin(RecordedAdmin):
    list_display = ["name_en", "name_fr", "code"]
    list_filter = ["code"]
    search_fields = ["name_en", "name_fr", "code"]


@admin.register(ThematicArea)
class ThematicAreaAdmin(RecordedAdmin):
    list_display = ["name_en", "name_fr", "code"]
    list_filter = ["missions"]
    search_fields = ["name_en", "name_fr", "code"]


@admin.register(Role)
class RoleAdmin(RecordedAdmin):
    list_display = ["name_en", "name_fr", "code"]
    list_filter = ["positions__mission"]
    search_fields = ["name_en", "name_fr", "code"]


@admin.register(Team)
class TeamAdmin(RecordedAdmin):
    list_display = ["name_en", "name_fr", "mission", "first_day", "last_day"]
    list_filter = ["mission"]
    list_select_related = ["mission"]
    search_fields = ["name_en", "name_fr"]
    autocomplete_fields = ["mission"]


@admin.register(Requirement)
class RequirementAdmin(RecordedAdmin):
    list_display = ["kind", "mandatory", "lead", "mission", "position"]
    list_filter = ["mandatory", "kind", "lead", "mission"]
    list_select_related = ["kind", "lead", "mission", "position"]
    search_fields = ["kind__name_en", "kind__name_fr", "kind__code"]
    autocomplete_fields = ["mission", "position"]


@admin.register(Position)
class PositionAdmin(ReferenceAdmin):
    list_display = ["number", "title_en", "title_fr", "mission", "stream", "duty_station"]
    list_filter = ["stream", "mission"]
    list_select_related = ["mission"]
    search_fields = ["number", "title_en", "title_fr", "mission__name_en", "mission__name_fr"]
    autocomplete_fields = ["mission", "team"]
