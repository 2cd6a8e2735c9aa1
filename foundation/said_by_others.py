"""Sentences of the framework and of libraries that read as a machine in French: gathered here, they are said in ours.

Nothing uses the list; a sentence of the catalogue comes before that of a library with the same English.
"""

from django.utils.translation import gettext_lazy as _

SENTENCES = [
    _("%s GB"),
    _("%s KB"),
    _("%s MB"),
    _("Select a valid choice. %(value)s is not one of the available choices."),
    _("Select a valid choice. That choice is not one of the available choices."),
    _("Successfully signed in as %(name)s."),
    _("The submitted file is empty."),
]
