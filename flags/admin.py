from django.contrib import admin

from audit.admin import ReadOnlyAdmin
from flags.models import Flag


@admin.register(Flag)
class FlagAdmin(ReadOnlyAdmin):
    list_display = ["kind", "stage", "severity", "area", "service", "day", "first_seen", "last_seen", "resolved_at"]
    list_filter = ["kind", "severity", "area", "service"]
    list_select_related = ["area", "service"]
    search_fields = ["area__name_en", "area__name_fr", "service__name_en", "service__name_fr"]
