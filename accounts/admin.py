import allauth.account.admin  # noqa: F401 (registers what is unregistered below)
from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import BaseUserCreationForm
from django.contrib.auth.forms import UserChangeForm as DjangoUserChangeForm
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _

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


class UserCreationForm(LiaisonServices, BaseUserCreationForm):
    class Meta:
        model = User
        fields = ["email", "name", "role", "language"]


class UserChangeForm(LiaisonServices, DjangoUserChangeForm):
    class Meta:
        model = User
        fields = ["email", "password", "name", "role", "language", "services", "is_active"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["services"].initial = self.instance.services.all()


# Permissions come from roles, and an account has one e-mail address: these two have no use here.
admin.site.unregister([Group, EmailAddress])


@admin.register(User)
class UserAdmin(ToldByRow, DjangoUserAdmin):
    form = UserChangeForm
    add_form = UserCreationForm
    list_display = ["email", "name", "role", "is_active", "last_login"]
    list_filter = ["role", "is_active"]
    search_fields = ["email", "name"]
    ordering = ["email"]
    filter_horizontal = []
    readonly_fields = ["last_login", "date_joined"]
    fieldsets = [
        (None, {"fields": ["email", "password", "name", "role", "language", "services", "is_active"]}),
        (_("Dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [(None, {"fields": ["email", "name", "role", "language", "services", "password1", "password2"]})]

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        form.instance.services.set(form.cleaned_data["services"])

    def has_delete_permission(self, request, obj=None):
        return False
