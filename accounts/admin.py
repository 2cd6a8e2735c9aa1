import allauth.account.admin  # noqa: F401 (registers what is unregistered below)
import django.contrib.auth.admin  # noqa: F401 (the same)
from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import link_letters
from accounts.models import User
from audit.admin import ToldByRow
from personnel.models import PoliceService


class LiaisonServices(forms.ModelForm):
    """Adds the police services of a liaison to the form of an account; they are stored at the services."""

    services = forms.ModelMultipleChoiceField(
        PoliceService.objects.all(),
        label=_("police services"),
        required=False,
        help_text=_("Only for liaisons: the services whose people they see."),
    )


class AccountForm(LiaisonServices):
    """An account; its password is for its owner alone to choose."""

    class Meta:
        model = User
        fields = ["email", "name", "role", "language", "services", "is_active"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["services"].initial = self.instance.services.all()


_LINK_AGAIN = _("To send the link once more, tick the account in the list of accounts and choose that action.")

# Permissions come from roles, and an account has one e-mail address: these two have no use here.
admin.site.unregister([Group, EmailAddress])


@admin.register(User)
class UserAdmin(ToldByRow, admin.ModelAdmin):
    """Opening an account sends its owner an invitation; nobody types the password of somebody else."""

    form = AccountForm
    list_display = ["email", "name", "role", "is_active", "has_chosen_a_password", "last_login"]
    list_filter = ["role", "is_active"]
    search_fields = ["email", "name"]
    ordering = ["email"]
    actions = ["send_a_link"]

    def get_fieldsets(self, request, obj=None):
        who = ["email", "name", "role", "language", "services"]
        if obj is None:
            invited = _("Once saved, the owner is sent a link to choose a password.")
            return [(None, {"fields": who, "description": invited})]
        return [
            (None, {"fields": [*who, "is_active"]}),
            (_("Password"), {"fields": ["has_chosen_a_password"], "description": _LINK_AGAIN}),
            (_("Dates"), {"fields": ["last_login", "date_joined"]}),
        ]

    def get_readonly_fields(self, request, obj=None):
        return ["has_chosen_a_password", "last_login", "date_joined"]

    @admin.display(description=_("password chosen"), boolean=True)
    def has_chosen_a_password(self, user):
        return user.has_usable_password()

    @admin.action(description=_("Send a link to choose a password"))
    def send_a_link(self, request, queryset):
        owners = [user for user in queryset if user.is_active]
        for user in owners:
            link_letters.invite(user, by=request.user)
        said = ngettext("%(count)s link was sent.", "%(count)s links were sent.", len(owners))
        self.message_user(request, said % {"count": len(owners)})

    def save_model(self, request, obj, form, change):
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        form.instance.services.set(form.cleaned_data["services"])
        if not change:  # once the services are there: a letter goes out only to whom it was written for
            link_letters.invite(form.instance, by=request.user)

    def has_delete_permission(self, request, obj=None):
        return False
