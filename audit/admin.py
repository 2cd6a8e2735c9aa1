from collections.abc import Callable

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from simple_history.admin import SimpleHistoryAdmin

from audit.models import Event
from audit.writes import one_for_each_row
from background.enqueue import after_change_of


class ReadOnlyAdmin(admin.ModelAdmin):
    """For rows that the admin only shows."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class ToldByRow(admin.ModelAdmin):
    """What one form of the admin writes (the row, its relations, rows beside it) leaves one event for each row."""

    def changeform_view(self, request, *args, **kwargs):
        return _told_by_row(super().changeform_view, request, *args, **kwargs)

    def delete_view(self, request, *args, **kwargs):
        return _told_by_row(super().delete_view, request, *args, **kwargs)

    def changelist_view(self, request, *args, **kwargs):
        return _told_by_row(super().changelist_view, request, *args, **kwargs)


def _told_by_row(view: Callable[..., HttpResponse], request: HttpRequest, *args, **kwargs) -> HttpResponse:
    if request.method != "POST":
        return view(request, *args, **kwargs)
    with transaction.atomic(), one_for_each_row():
        return view(request, *args, **kwargs)


class RecordedAdmin(ToldByRow, SimpleHistoryAdmin):
    """For rows that are edited in the admin, with their history; the jobs that look at them are enqueued."""

    def history_form_view(self, request, *args, **kwargs):
        return _told_by_row(super().history_form_view, request, *args, **kwargs)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        self.was_changed()

    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        self.was_changed()

    def delete_queryset(self, request, queryset):
        super().delete_queryset(request, queryset)
        self.was_changed()

    def was_changed(self):
        """Have the jobs run that look at these rows."""
        after_change_of(self.model)


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ["at", "actor", "verb", "subject_type", "subject_id", "address"]
    list_filter = ["verb", "subject_type"]
    list_select_related = ["actor", "subject_type"]
    search_fields = ["actor__email", "actor__name", "hash", "request_id"]
    date_hierarchy = "at"
