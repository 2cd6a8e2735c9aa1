from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from flags.models import FlagAct
from peaceops.days import DayField

Act = FlagAct.Act
VERBS = {Act.ACKNOWLEDGE: _("Acknowledge"), Act.SNOOZE: _("Snooze"), Act.ASSIGN: _("Assign")}
"""What people may do about a flag; the rest the ledger does by itself."""


class ActForm(forms.Form):
    """What an act on flags asks for."""

    until = DayField(label=_("Until"))
    to = forms.ModelChoiceField(
        label=_("Assign to"), queryset=User.objects.filter(role="coordinator", is_active=True).order_by("name")
    )
    note = forms.CharField(label=_("Note"), widget=forms.Textarea({"rows": 2}), max_length=1000, required=False)

    def __init__(self, *args, act: Act, **kwargs):
        super().__init__(*args, **kwargs)
        if act != Act.SNOOZE:
            del self.fields["until"]
        else:
            self.fields["note"].label, self.fields["note"].required = _("Reason"), True
        if act != Act.ASSIGN:
            del self.fields["to"]
