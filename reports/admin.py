from django.contrib import admin

from audit.admin import RecordedAdmin
from reports.models import Goal


@admin.register(Goal)
class GoalAdmin(RecordedAdmin):
    """Goals apply to the report at once."""

    list_display = ["fiscal_year", "per_cent", "source_en"]
    list_filter = ["fiscal_year"]
    search_fields = ["source_en", "source_fr"]
