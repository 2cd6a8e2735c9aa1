"""Forms whose consequences are shown before they can be saved."""

import hashlib
from typing import cast

from django import forms
from django.http import HttpRequest, QueryDict


class PreviewedForm(forms.Form):
    """Carries a fingerprint of the values whose consequences the reader has seen, and of the consequences.

    What was changed since, on the page or in what is stored, is shown again instead of saved.
    """

    previewed = forms.CharField(required=False, widget=forms.HiddenInput)

    beside_the_values = frozenset({"previewed", "seen"})
    """Fields that say what was shown: no value, and spelled anew each time."""

    def fingerprint(self, consequences: object) -> str:
        """A hash of all values of a valid form, and of what they would do."""
        names = [name for name in self.fields if name not in self.beside_the_values]
        values = [(name, str(self.cleaned_data.get(name))) for name in names]
        return hashlib.sha256(repr((values, consequences)).encode()).hexdigest()

    def preview_first(self, request: HttpRequest, consequences: object = None) -> bool:
        """Whether the consequences of a valid form are to be shown now; the form then says that they were.

        Not where it was shown with these very values and consequences, and `save` is pressed.
        """
        fingerprint = self.fingerprint(consequences)
        if "save" in request.POST and self.cleaned_data.get("previewed") == fingerprint:
            return False
        data = cast("QueryDict", self.data).copy()  # the data of a request are immutable
        data["previewed"] = fingerprint
        self.data = data
        return True
