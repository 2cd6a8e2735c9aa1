from django.contrib import admin

from audit.admin import RecordedAdmin
from audit.log import record
from audit.models import Verb
from personnel.models import Person, PoliceService, Rank


@admin.register(PoliceService)
class PoliceServiceAdmin(RecordedAdmin):
    list_display = ["name_en", "name_fr", "abbreviation_en", "kind", "province", "rank_family", "is_active"]
    list_filter = ["is_active", "kind", "rank_family", "province"]
    search_fields = ["name_en", "name_fr", "abbreviation_en", "abbreviation_fr", "code"]
    filter_horizontal = ["liaisons"]


@admin.register(Rank)
class RankAdmin(RecordedAdmin):
    list_display = ["name_en", "name_fr", "abbreviation_en", "abbreviation_fr", "family", "level"]
    list_filter = ["family"]
    search_fields = ["name_en", "name_fr", "code"]


@admin.register(Person)
class PersonAdmin(RecordedAdmin):
    """People are never deleted: their deployments stay on record."""

    list_display = ["family_name", "given_name", "category", "service", "rank", "state"]
    list_filter = ["state", "category", "service", "gender", "first_language"]
    list_select_related = ["service", "rank"]
    search_fields = ["search_text"]
    autocomplete_fields = ["service", "rank"]
    readonly_fields = ["search_text", "sort_name"]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if request.method == "GET" and (row := self.get_object(request, object_id)):
            record(request.user, Verb.LOOKED_AT, row)
        return super().change_view(request, object_id, form_url, extra_context)

    def get_search_results(self, request, queryset, search_term):
        return queryset.search(search_term), False

    def has_delete_permission(self, request, obj=None):
        return False
