"""What stands against a stay, in the few words of a flag."""

import pytest
from django.utils import translation

from deployments.watch.reasons import in_words


@pytest.mark.parametrize(
    ("reason", "english", "french"),
    [
        (["language_untested", "fr", False], "no test of French", "aucun test linguistique (français)"),
        (["language_too_low", "en", False], "level of English too low", "niveau de langue insuffisant (anglais)"),
        (["language_lapsed", "es", False], "test of Spanish expired", "test linguistique expiré (espagnol)"),
        (["attestation_missing", "", False], "the attestation is missing", "la déclaration est manquante"),
        (["attestation_lapsed", "", False], "the attestation expired", "la déclaration a expiré"),
        (["attestation_withdrawn", "", False], "the attestation was withdrawn", "la déclaration a été retirée"),
    ],
)
def test_a_reason_in_few_words(reason, english, french):
    with translation.override("en-ca"):
        assert in_words([reason]) == english
    with translation.override("fr-ca"):
        assert in_words([reason]) == french
