from django.contrib import admin

from audit.admin import ReadOnlyAdmin, RecordedAdmin
from flags.models import Escalation, Flag, FlagAct, News, Threshold


@admin.register(Flag)
class FlagAdmin(ReadOnlyAdmin):
    list_display = [
        "kind",
        "shown_stage",
        "severity",
        "area",
        "service",
        "day",
        "first_seen",
        "last_seen",
        "resolved_at",
    ]
    list_filter = ["kind", "severity", "area", "service"]
    list_select_related = ["area", "service"]
    search_fields = ["area__name_en", "area__name_fr", "service__name_en", "service__name_fr"]


@admin.register(Threshold)
class ThresholdAdmin(RecordedAdmin):
    """Thresholds apply from the next sweep on."""

    list_display = ["kind", "value"]
    list_filter = ["kind"]
    search_fields = ["kind"]


@admin.register(Escalation)
class EscalationAdmin(RecordedAdmin):
    list_display = ["kind", "after_days", "to"]
    list_filter = ["kind"]
    list_select_related = ["to"]
    search_fields = ["kind"]
    autocomplete_fields = ["to"]


@admin.register(FlagAct)
class FlagActAdmin(ReadOnlyAdmin):
    list_display = ["flag", "act", "at", "by", "to", "until"]
    list_filter = ["act"]
    list_select_related = ["flag", "by", "to"]
    search_fields = ["note"]


@admin.register(News)
class NewsAdmin(ReadOnlyAdmin):
    list_display = ["kind", "service", "at", "by", "number"]
    list_filter = ["kind", "service"]
    list_select_related = ["service", "by"]
    search_fields = ["kind"]
