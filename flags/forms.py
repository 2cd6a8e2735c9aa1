from typing import Any

from django import forms
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.picking import find_users
from flags import digests, news_kinds
from flags import kinds as kinds_of_flags
from flags import news as telling
from flags.models import FlagAct, LetterChoice, Rhythm
from foundation.choices import offer
from foundation.days import DayField
from foundation.picking import PickField
from foundation.readers import FOR_THE_OFFICE, say_who_reads
from foundation.text import TypedProse
from foundation.versions import Versioned, changed_meanwhile

Act = FlagAct.Act
VERBS = {Act.ACKNOWLEDGE: _("Acknowledge"), Act.SNOOZE: _("Snooze"), Act.ASSIGN: _("Assign")}
"""The acts that people take on a flag, with the words of their buttons; the ledger takes the others by itself."""


class ActForm(forms.Form):
    """What an act on flags asks for: a note; a day and a reason to snooze; a coordinator to assign to."""

    until = DayField(label=_("Until"))
    to = PickField(
        User.objects.filter(role="coordinator", is_active=True).order_by("name", "pk"),
        label=_("Assign to"),
        find=find_users,
    )
    note = TypedProse(label=_("Note"), widget=forms.Textarea({"rows": 2}), max_length=1000, required=False)

    def __init__(self, *args, act: Act, **kwargs):
        super().__init__(*args, **kwargs)
        if act != Act.SNOOZE:
            del self.fields["until"]
        else:
            self.fields["note"].label, self.fields["note"].required = _("Reason"), True
        if act != Act.ASSIGN:
            del self.fields["to"]
        say_who_reads(self.fields["note"], FOR_THE_OFFICE)


class LetterChoiceForm(Versioned):
    """How often, about which kinds of flags and news, and in which language a user gets letters."""

    rhythm = forms.ChoiceField(label=_("How often"), choices=Rhythm, widget=forms.RadioSelect)
    kinds = forms.MultipleChoiceField(
        label=_("Kinds of flags"),
        choices=kinds_of_flags.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    news_kinds = forms.MultipleChoiceField(
        label=_("Kinds of news"),
        choices=news_kinds.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    language = forms.ChoiceField(label=_("Language of e-mails"), choices=settings.LANGUAGES, widget=forms.RadioSelect)

    def __init__(self, *args, user: User, **kwargs):
        self.user = user
        kwargs["initial"] = self._what_stands_there()
        super().__init__(*args, **kwargs)
        offer(self, "news_kinds", [(kind.code, kind.label) for kind in news_kinds.for_role(user.role)])
        if not user.sees_every_service:
            # The others are about no service, and a liaison can see none of them.
            visible = kinds_of_flags.for_audiences(*digests.SEEN_BY_LIAISONS)
            offer(self, "kinds", [(code, label) for code, label in kinds_of_flags.choices() if code in visible])
        self.fields["rhythm"].help_text = _(
            "What is assigned to you, and what is urgent, comes at once, unless you choose never."
        )

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        wants_letters = cleaned.get("rhythm") not in {None, Rhythm.NEVER}
        chosen = cleaned.get("kinds") or cleaned.get("news_kinds")
        if wants_letters and not chosen and not {"kinds", "news_kinds"} & set(self.errors):
            self.add_error("kinds", _("Choose at least one kind of flag, or choose never."))
        return cleaned

    @transaction.atomic
    def save(self) -> None:
        """Keep the choice; adds an error instead when another tab was faster."""
        self.user = User.objects.select_for_update(no_key=True).get(pk=self.user.pk)
        there = self._what_stands_there()
        if not self.still_shows(there):
            self.add_error(None, changed_meanwhile().message)
            return
        values = {name: self.cleaned_data[name] for name in ("rhythm", "kinds", "news_kinds")}
        if there["rhythm"] == Rhythm.NEVER:
            values["news_up_to"] = telling.newest_number()  # who wanted no letters gets none about what is past
        LetterChoice.objects.update_or_create(user=self.user, defaults=values)
        User.objects.filter(pk=self.user.pk).update(language=self.cleaned_data["language"])

    @property
    def salt(self) -> str:
        return f"seen letters {self.user.pk}"

    def _what_stands_there(self) -> dict[str, Any]:
        choice = LetterChoice.objects.filter(user=self.user).first() or LetterChoice(user=self.user)
        choice.user = self.user
        rhythm, kinds = digests.effective_choice(choice)
        news = digests.effective_news_kinds(choice)
        return {"rhythm": rhythm, "kinds": kinds, "news_kinds": news, "language": self.user.language}
