from allauth.account import forms as allauth
from django import forms
from django.contrib.auth.forms import BaseUserCreationForm
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import SavedView, User
from audit.log import sign
from foundation.text import TypedLine


class OurWords(forms.Form):
    """A form of allauth with the labels that our other pages use, and without placeholders that say them twice."""

    labels: dict[str, Promise] = {}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, label in self.labels.items():
            self.fields[name].label = str(label)  # a form is made anew for each page, in its language
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class SignInForm(OurWords, allauth.LoginForm):
    """Address and password. Below the password stands the link for who forgot it (password_reset_help_text.html)."""

    labels = {"login": _("E-mail address")}


class ForgottenForm(OurWords, allauth.ResetPasswordForm):
    """Asks for the address of the account whose password is forgotten."""

    labels = {"email": _("E-mail address")}


class ChangePasswordForm(OurWords, allauth.ChangePasswordForm):
    """Another password for who knows the one that is in force."""

    labels = {
        "oldpassword": _("Current password"),
        "password1": _("New password"),
        "password2": _("Repeat new password"),
    }


class ChoosePasswordForm(OurWords, allauth.ResetPasswordKeyForm):
    """The password that the owner of an account chooses, twice, with what is asked of it."""

    labels = {"password1": _("New password"), "password2": _("Repeat new password")}


class FirstAdministratorForm(BaseUserCreationForm):
    """The account of the first administrator, typed by its owner."""

    class Meta:
        model = User
        fields = ["email", "name", "language"]

    def validate_password_for_user(self, user, password_field_name="password1"):  # noqa: S107 (a field)
        """Django puts the sentence below the second field; it is about the first."""
        super().validate_password_for_user(user, password_field_name)  # type: ignore[misc]  # no stub knows it


class ViewForm(forms.Form):
    """The name of a saved view; `view` is the one that is saved or renamed."""

    name = TypedLine(label=_("Name of the view"), max_length=60)

    def __init__(self, *args, view: SavedView, **kwargs):
        super().__init__(*args, **kwargs)
        self.view = view

    def clean(self) -> dict:
        cleaned = super().clean() or self.cleaned_data
        mine = SavedView.objects.filter(user=self.view.user).exclude(pk=self.view.pk)
        of_this = mine.filter(list=self.view.list, of=self.view.of)
        if cleaned.get("name") and of_this.filter(name=cleaned["name"]).exists():
            self.add_error("name", _("You have a view of this name already."))
        if self.view.pk is None and mine.count() >= SavedView.AT_MOST:
            self.add_error(None, _("You have as many views as one can have: delete one first."))
        if len(self.view.query) > SavedView.LONGEST_QUERY:
            self.add_error(None, _("This filter is too long to be saved."))
        return cleaned

    def save(self, *, by: User) -> SavedView:
        self.view.name = self.cleaned_data["name"]
        sign(self.view, by, "")
        self.view.save()
        return self.view
