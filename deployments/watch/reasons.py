"""What stands against a stay, in short: a label for each code, for the sentences of flags and lists.

A flag keeps codes, not sentences: it is read in both languages, and names no restricted credential, because its readers
differ.
"""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy

from foundation.bilingual import reader_language
from missions.models import CredentialKind, Tongue

Reason = list
"""[code, about, restricted], as JSON keeps it."""

LABELS: dict[str, str | Promise] = {
    "mission_takes_nobody": _lazy("the mission is not active"),
    "before_the_mission": _lazy("the stay begins before the mission"),
    "after_the_mission": _lazy("the stay goes on after the end of the mission"),
    "kind_does_not_fit": _lazy("the kind of deployment does not fit the mission"),
    "position_elsewhere": _lazy("the position belongs to another mission"),
    "relieves_elsewhere": _lazy("the person relieved is elsewhere"),
    "person_elsewhere": _lazy("another deployment on these days"),
    "age_unknown": _lazy("the date of birth is not known"),
    "too_young": _lazy("below the age of the lead organization"),
    "too_old": _lazy("above the age of the lead organization"),
    "language_untested": _lazy("no test of %(language)s"),
    "language_too_low": _lazy("level of %(language)s too low"),
    "language_lapsed": _lazy("test of %(language)s expired"),
    "credential_missing": pgettext_lazy("reason", "missing: %(paper)s"),
    "credential_lapsed": pgettext_lazy("reason", "expired: %(paper)s"),
    "credential_not_met": pgettext_lazy("reason", "not met: %(paper)s"),
    "attestation_missing": _lazy("the attestation is missing"),
    "attestation_lapsed": _lazy("the attestation expired"),
    "attestation_withdrawn": _lazy("the attestation was withdrawn"),
    "service_unknown": _lazy("the start of service is not known"),
    "too_few_years": _lazy("too few years of service"),
    "rank_outside": _lazy("the rank is outside the band of the position"),
    "agreement_missing": _lazy("no agreement with the home service"),
    "agreement_not_approved": _lazy("the province has not approved the agreement"),
    "consent_missing": _lazy("the consent of the home service is missing"),
    "consent_waiting": _lazy("the home service has not answered whether it consents"),
    "consent_too_short": _lazy("the consent of the home service does not cover the whole stay"),
    "consent_recalled": _lazy("the home service withdrew its consent"),
}
"""Code → label. Those for firearms are the same as for other credentials."""


def in_words(reasons: Iterable[Reason]) -> str:
    """The labels of these reasons in the active language, one after the other; the same words once."""
    told = [(code.replace("firearms_", "credential_"), about, restricted) for code, about, restricted in reasons]
    named = {about for code, about, restricted in told if code.startswith("credential_") and not restricted}
    kinds = {kind.code: str(kind) for kind in CredentialKind.objects.filter(code__in=named)} if named else {}
    languages = dict(Tongue.choices)
    labels = [
        str(LABELS.get(code, code))
        % {
            "paper": _("a restricted credential") if restricted else kinds.get(about, about),
            "language": _in_a_sentence(str(languages.get(about, about))),
        }
        for code, about, restricted in told
    ]
    return "; ".join(dict.fromkeys(labels))


def _in_a_sentence(language: str) -> str:
    """The name of a language, which French writes small."""
    return language.lower() if reader_language() == "fr" else language
