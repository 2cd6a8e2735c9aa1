"""Why something is recorded, or taken back."""

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.text import TypedProse

ONE_LANGUAGE_IS_ENOUGH = _("One language is enough; what is there in both is shown in the reader's.")
IN_ONE_LANGUAGE_AT_LEAST = _(
    "A reason is needed. One language is enough; what is there in both is shown in the reader's."
)


def ask_for_a_reason(form: forms.BaseForm) -> None:
    """A valid form gives a reason in one language at least."""
    if not form.errors and not (form.cleaned_data.get("reason_en") or form.cleaned_data.get("reason_fr")):
        form.add_error("reason_en", _("Give a reason."))


class WithdrawForm(forms.Form):
    """Why something that was recorded is taken back."""

    reason = TypedProse(label=_("Reason"), widget=forms.Textarea({"rows": 3}), max_length=2000)
