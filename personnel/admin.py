from django.contrib import admin
from django.forms import BooleanField, ModelForm
from django.utils.translation import gettext_lazy as _

from audit.admin import ReadOnlyAdmin, RecordedAdmin
from personnel.forms import check_change_of_service, check_dates
from personnel.models import (
    Attestation,
    Availability,
    Credential,
    FormerName,
    LanguageTest,
    PartnerAgreement,
    Person,
    PoliceService,
    Rank,
    ServiceFormerName,
    TwoPeople,
)


@admin.register(PoliceService)
class PoliceServiceAdmin(RecordedAdmin):
    list_display = ["name_en", "name_fr", "abbreviation_en", "kind", "province", "rank_family", "is_active"]
    list_filter = ["is_active", "kind", "rank_family", "province"]
    search_fields = ["name_en", "name_fr", "abbreviation_en", "abbreviation_fr", "code"]
    autocomplete_fields = ["liaisons"]


@admin.register(ServiceFormerName)
class ServiceFormerNameAdmin(ReadOnlyAdmin):
    """Read only: the page of the service renames it and takes a renaming back."""

    list_display = ["name_en", "name_fr", "last_day", "service", "withdrawn_at"]
    list_filter = ["service"]
    list_select_related = ["service"]
    search_fields = ["name_en", "name_fr", "abbreviation_en", "abbreviation_fr"]


@admin.register(Rank)
class RankAdmin(RecordedAdmin):
    list_display = ["name_en", "name_fr", "abbreviation_en", "abbreviation_fr", "family", "level", "band"]
    list_filter = ["family", "band"]
    search_fields = ["name_en", "name_fr", "code"]


class PersonAdminForm(ModelForm):
    dates_checked = BooleanField(label=_("I have checked these dates"), required=False)

    def clean_service(self) -> PoliceService:
        return check_change_of_service(self.instance, self.cleaned_data["service"])

    def clean(self) -> dict:
        cleaned = super().clean() or self.cleaned_data
        check_dates(self, cleaned)
        return cleaned


@admin.register(Person)
class PersonAdmin(RecordedAdmin):
    """People cannot be deleted: their deployments stay on record."""

    form = PersonAdminForm
    list_display = ["family_name", "given_name", "category", "service", "rank", "state"]
    list_filter = ["state", "category", "service", "gender", "first_language"]
    list_select_related = ["service", "rank"]
    search_fields = ["search_text"]
    autocomplete_fields = ["service", "rank"]
    readonly_fields = ["search_text", "sort_name"]

    def get_search_results(self, request, queryset, search_term):
        return queryset.search(search_term), False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(FormerName)
class FormerNameAdmin(ReadOnlyAdmin):
    list_display = ["family_name", "given_name", "service", "service_number", "person"]
    list_filter = ["service"]
    list_select_related = ["service", "person__rank"]
    search_fields = ["search_text", "person__search_text"]


@admin.register(TwoPeople)
class TwoPeopleAdmin(ReadOnlyAdmin):
    list_display = ["first", "second", "said_by", "said_at"]
    list_filter = ["said_at"]
    list_select_related = ["first__rank", "second__rank", "said_by"]
    search_fields = ["first__search_text", "second__search_text"]


@admin.register(PartnerAgreement)
class PartnerAgreementAdmin(RecordedAdmin):
    list_display = ["reference", "service", "state", "starts_on", "ends_on", "needs_province", "province_approved_on"]
    list_filter = ["state", "needs_province", "service"]
    list_select_related = ["service"]
    search_fields = ["reference", "service__name_en", "service__name_fr"]


@admin.register(Credential)
class CredentialAdmin(ReadOnlyAdmin):
    """Read only, and without the restricted kinds: credentials are edited on the page of the person."""

    list_display = ["person", "kind", "result", "issued_on", "expires_on"]
    list_filter = ["kind", "result"]
    list_select_related = ["person__rank", "kind", "profile"]
    search_fields = ["person__search_text"]

    def get_queryset(self, request):
        return Credential.objects.readable_by(request.user)


@admin.register(LanguageTest)
class LanguageTestAdmin(ReadOnlyAdmin):
    list_display = ["person", "language", "level", "tested_on", "expires_on"]
    list_filter = ["language", "level"]
    list_select_related = ["person__rank"]
    search_fields = ["person__search_text"]


@admin.register(Attestation)
class AttestationAdmin(ReadOnlyAdmin):
    list_display = ["person", "made_on", "expires_on", "withdrawn_on", "made_by"]
    list_filter = ["made_on"]
    list_select_related = ["person__rank", "made_by"]
    search_fields = ["person__search_text"]


@admin.register(Availability)
class AvailabilityAdmin(ReadOnlyAdmin):
    list_display = ["person", "kind", "first_day", "last_day"]
    list_filter = ["kind"]
    list_select_related = ["person__rank"]
    search_fields = ["person__search_text"]
