"""Forms of the documents of a nomination: uploading one, and removing one of somebody else."""

from django import forms
from django.utils.translation import gettext_lazy as _

from deployments.candidates.documents import EXTENSIONS, check_content
from deployments.models import Document
from foundation.file_names import safe_name
from foundation.readers import FOR_THE_SERVICE_TOO
from foundation.text import TypedProse


class DocumentForm(forms.ModelForm):
    """A paper: PDF, PNG or JPEG by its content, 10 MB at most."""

    class Meta:
        model = Document
        fields = ["kind", "file"]
        help_texts = {
            "file": _("PDF, PNG or JPEG, 10 MB at most. Never medical, psychological or conduct contents."),
        }

    def clean_file(self):
        file = self.cleaned_data["file"]
        self.instance.media_type = check_content(file)
        self.instance.name = safe_name(file.name, EXTENSIONS[self.instance.media_type])
        self.instance.size = file.size
        return file


class CertificateForm(DocumentForm):
    """The file of a paper that is typed in beside it; a nomination keeps it as a certificate. Most papers have none."""

    class Meta(DocumentForm.Meta):
        fields = ["file"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["file"].required, self.fields["file"].help_text = False, ""  # said once, above all papers
        self.instance.kind = Document.Kind.CERTIFICATE

    def clean_file(self):
        return super().clean_file() if self.cleaned_data["file"] else None


class RemovalForm(forms.Form):
    """Why the office takes away a document of somebody else."""

    reason = TypedProse(
        label=_("Reason"), max_length=2000, widget=forms.Textarea({"rows": 3}), help_text=FOR_THE_SERVICE_TOO
    )
