from django.contrib import admin

from audit.models import Event


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows that pages show and nobody edits."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ["at", "actor", "verb", "subject_type", "subject_id"]
    list_filter = ["verb", "subject_type"]
    list_select_related = ["actor", "subject_type"]
    search_fields = ["actor__email", "actor__name", "hash"]
    date_hierarchy = "at"
