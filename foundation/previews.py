"""Forms whose consequences are shown before they can be saved."""

import hashlib

from django import forms
from django.http import HttpRequest


class PreviewedForm(forms.Form):
    """Carries a fingerprint of the values whose consequences the reader has seen.

    Values that were changed since are shown again instead of saved.
    """

    previewed = forms.CharField(required=False, widget=forms.HiddenInput)

    @property
    def fingerprint(self) -> str:
        """A hash of all values of a valid form."""
        values = [(name, str(self.cleaned_data.get(name))) for name in self.fields if name != "previewed"]
        return hashlib.sha256(repr(values).encode()).hexdigest()

    def preview_first(self, request: HttpRequest) -> bool:
        """Whether the consequences of a valid form are to be shown now; the form then says that they were.

        Not where it was shown with these very values, and `save` is pressed.
        """
        if "save" in request.POST and self.cleaned_data.get("previewed") == self.fingerprint:
            return False
        data = request.POST.copy()  # the data of a request are immutable
        data["previewed"] = self.fingerprint
        self.data = data
        return True
