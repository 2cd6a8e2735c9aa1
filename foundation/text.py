"""Searching and sorting that ignore case and accents, the same on every database."""

import unicodedata

from django.db import models

_SPELLED_OUT = {ord("'"): None, ord("\N{RIGHT SINGLE QUOTATION MARK}"): None, ord("œ"): "oe", ord("æ"): "ae"}


def normalised(text: str) -> str:
    """The text without case, accents, marks, ligatures and doubled spaces: « ÉMILIE-ANNE » → "emilie anne"."""
    # NFKD parts a letter from its accent, so that the accent can be dropped as a mark (Mn); œ and æ have no parts.
    letters = unicodedata.normalize("NFKD", text.casefold()).translate(_SPELLED_OUT)
    kept = (
        " " if unicodedata.category(letter)[0] in "PZS" else letter
        for letter in letters
        if unicodedata.category(letter) not in {"Mn", "Cf", "Cc"}
    )
    return " ".join("".join(kept).split())


class NormalisedField(models.TextField):
    """A column that follows other fields of its row, normalised; written on every `save()` and `bulk_create()`."""

    def __init__(self, *args, sources: tuple[str, ...] = (), **kwargs):
        self.sources = sources
        kwargs["editable"] = False
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        kwargs["sources"] = self.sources
        return name, path, args, kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        # Here and not in save(), because bulk_create() calls no save().
        text = normalised(" ".join(getattr(model_instance, source) for source in self.sources))
        setattr(model_instance, self.attname, text)
        return text
