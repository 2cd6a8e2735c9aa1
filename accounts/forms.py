from allauth.account.forms import LoginForm, ResetPasswordForm, ResetPasswordKeyForm
from django.contrib.auth.forms import BaseUserCreationForm
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class SignInForm(LoginForm):
    """The sign-in form, with the label that the other pages use for an e-mail address."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail address")


class ForgottenForm(ResetPasswordForm):
    """Asks for the address of the account whose password is forgotten."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address")


class ChoosePasswordForm(ResetPasswordKeyForm):
    """The password that the owner of an account chooses, twice, with what is asked of it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, label in (("password1", _("New password")), ("password2", _("New password (again)"))):
            self.fields[name].label = label
            self.fields[name].widget.attrs.pop("placeholder", None)  # it would say the label twice


class FirstAdministratorForm(BaseUserCreationForm):
    """The account of the first administrator, typed by its owner."""

    class Meta:
        model = User
        fields = ["email", "name", "language"]

    def validate_password_for_user(self, user, password_field_name="password1"):  # noqa: S107 (a field)
        """Django puts the sentence below the second field; it is about the first."""
        super().validate_password_for_user(user, password_field_name)  # type: ignore[misc]  # no stub knows it
