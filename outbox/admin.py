from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from audit.admin import RecordedAdmin
from flags import kinds
from outbox.models import Subscriber


class SubscriberForm(forms.ModelForm):
    kinds = forms.MultipleChoiceField(
        label=_("kinds of flags"), choices=kinds.choices, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Subscriber
        fields = ["name", "medium", "address", "language", "kinds", "is_active"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # E-mails name people, webhook requests do not: an e-mail that waits must not be sent to a web address.
        self.fields["medium"].disabled = self.instance.pk is not None


@admin.register(Subscriber)
class SubscriberAdmin(RecordedAdmin):
    """Mailboxes and webhooks that are notified of flags. Whoever adds one answers for who reads there."""

    form = SubscriberForm
    list_display = ["name", "medium", "address", "is_active"]
    list_filter = ["medium", "is_active"]
    search_fields = ["name", "address"]
    readonly_fields = ["secret"]

    @admin.display(description=_("secret of the signature (webhooks, Standard Webhooks format)"))
    def secret(self, row: Subscriber) -> str:
        return row.secret if row.pk and row.medium == Subscriber.Medium.WEBHOOK else "–"

    def has_delete_permission(self, request, obj=None):
        return False
