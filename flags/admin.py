from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from audit.admin import ReadOnlyAdmin, RecordedAdmin
from flags.models import Escalation, Flag, FlagAct, Kind, Subscriber, Threshold


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
    """From when on something is flagged; the next look at the data follows what is said here."""

    list_display = ["kind", "value"]
    list_filter = ["kind"]
    search_fields = ["kind"]


@admin.register(Escalation)
class EscalationAdmin(RecordedAdmin):
    list_display = ["kind", "after_days", "to"]
    list_filter = ["kind"]
    list_select_related = ["to"]
    search_fields = ["kind"]


@admin.register(FlagAct)
class FlagActAdmin(ReadOnlyAdmin):
    list_display = ["flag", "act", "at", "by", "to", "until"]
    list_filter = ["act"]
    list_select_related = ["flag", "by", "to"]
    search_fields = ["note"]


class SubscriberForm(forms.ModelForm):
    kinds = forms.MultipleChoiceField(label=_("kinds of flags"), choices=Kind, widget=forms.CheckboxSelectMultiple)

    class Meta:
        model = Subscriber
        fields = ["name", "medium", "address", "language", "kinds", "is_active"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Letters name people, calls do not: what waits for the one must not go to the other.
        self.fields["medium"].disabled = self.instance.pk is not None


@admin.register(Subscriber)
class SubscriberAdmin(RecordedAdmin):
    """Mailboxes and other programs that are told of flags. Whoever adds one vouches for who reads there."""

    form = SubscriberForm
    list_display = ["name", "medium", "address", "is_active"]
    list_filter = ["medium", "is_active"]
    search_fields = ["name", "address"]
    readonly_fields = ["secret"]

    @admin.display(description=_("secret of the signature (webhooks)"))
    def secret(self, row: Subscriber) -> str:
        return row.secret if row.pk and row.medium == Subscriber.Medium.WEBHOOK else "–"

    def has_delete_permission(self, request, obj=None):
        return False
