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
        self.fields["password1"].label = _("New password")
        self.fields["password2"].label = _("New password (again)")


class FirstAdministratorForm(BaseUserCreationForm):
    """The account of the first administrator, typed by its owner."""

    class Meta:
        model = User
        fields = ["email", "name", "language"]
