from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from audit.log import record
from audit.models import Event, Verb
from background.enqueue import after_change_of


class ReadOnlyAdmin(admin.ModelAdmin):
    """For rows that the admin only shows."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class RecordedAdmin(SimpleHistoryAdmin):
    """For rows that are edited in the admin: additions and edits are recorded as events, with their history, and the
    jobs that look at them are enqueued."""

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        after_change_of(type(obj))

    def log_addition(self, request, obj, message):
        record(request.user, Verb.ADDED, obj)
        return super().log_addition(request, obj, message)

    def log_change(self, request, obj, message):
        record(request.user, Verb.EDITED, obj)
        return super().log_change(request, obj, message)


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ["at", "actor", "verb", "subject_type", "subject_id", "address"]
    list_filter = ["verb", "subject_type"]
    list_select_related = ["actor", "subject_type"]
    search_fields = ["actor__email", "actor__name", "hash", "request_id"]
    date_hierarchy = "at"
