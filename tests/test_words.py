"""Words that were retired stay out of every sentence of pages, e-mails and the administration, in both languages.

The rule behind them: plain words of a government clerk, subject first, no image that means something else in a police
service, one word for a thing.
"""

import re

import polib
import pytest

from tests.french import CATALOGUE

# Typed by hand: what is not said, and what is said instead.
ENGLISH = {
    r"\bhold(s|ing)? [%\d]": "deployed (people are not held)",
    r"\b(will|may|can) hold\b": "contain, be deployed",
    r"\bholds? [“\"]": "No results for, Results for",
    r"\b(does not|events?) holds?\b": "is not intact, is intact",
    r"\bheld\b": "planned",
    r"\b[Bb]r(ing|ings|ought)\b": "import, imported",
    r"\b[Ll]etters?\b(?! of the home service)": "e-mail, character",
    r"\b[Pp]apers?\b": "credential",
    r"\b[Ll]aps(e|es|ing) (on|during)\b": "expires",
    r"\bJudge\b": "Check eligibility",
    r"\b(Do it|chosen rows)\b": "Apply, With selected",
    r"\b(rows? (was|were)|not|Not) moved\b": "No deployment was approved, Could not be approved",
    r"\bmend\b": "correct",
    r"\b[Cc]andidatures?\b": "nomination",
    r"^(Blocks|Warns)$": "Must be fixed, Warning",
    r"\bwithout changing anything\b": "Cancel",
    r"\b(Take|take|taken|takes) (it |up |the offer )?(back|again)\b": "Withdraw, Reopen",
    r"\b[Pp]ut aside\b": "Archive",
    r"\b[Rr]ecall(s|ed)? (its|the) consent\b|\b[Cc]onsent recalled\b": "withdraw the consent",
    r"\b[Oo]ffers?\b(?!ed)": "request for consent",
    r"\bbeside the missions\b": "These do not count against a cap, specialized posting",
    r"\bEmpty:": "Leave empty",
    r"\b(is|are) no \w+ (of|in)\b|^“[^”]*” is no |^This is no (?!longer)": "is not a",
    r"\bhang(s|ing)? onto\b|\bhung onto\b": "is moved to",
    r"\bthe log tells\b": "see the log",
    r"\bLook (at|for)\b(?! (the|it|both|every|again|what))": "Check, Collect",
    r"\b[Ff]orget\b(?! old)|\bForget old\b": "Delete",
    r"\btakes (nobody|no new approval)\b": "is not accepting deployments",
    r"\bdone anything about it\b": "No action yet",
    r"\bNew password \(again\)": "Repeat new password",
    r"\bneeded more elsewhere\b|\bgreatest worth\b": "ranks higher, total score",
    r"^(is|are) in screening$": "nomination to screen",
    r"\bwaits? for (your|you)\b": "review to write",
    r"\blost (its|their) consent\b": "consent withdrawn",
    r"\bstopped mission\b": "suspended or closed mission",
    r"\bin the form 2027\b": "Enter a date, for example 2027-03-02.",
    r"\bwhat it is about\b": "Open the deployment",
}
FRENCH = {
    r"\b[Ss]tatut\b": "état",
    r"\bReporter\b(?! la candidature)|\b[Rr]eporté au\b": "Mettre en veille, En veille jusqu'au",
    r"\be-mails?\b|\bemails?\b": "courriel",
    r"\bne vous est pas ouverte\b": "Vous n'avez pas accès à cette page",
    r"\bmal tapée\b": "L'adresse comporte peut-être une erreur",
    r"^Page .* de ": "Page 1 sur 87",
    r"\ba franchi l'étape\b|\bont franchi\b": "Aucun déploiement n'a été approuvé",
    r"^Voir le seul$": "Voir l'élément",
    r"\bce dont il s'agit\b": "Voir le déploiement",
    r"\bn'en est encore revenu\b": "Aucun retour pour l'instant.",
    r"^Tout s'exécute": "Toutes les tâches s'exécutent comme prévu.",
    r"\bDénombrement du personnel\b": "Appel du personnel",
    r"\barme à l'époque\b|\bstatut armé\b": "port d'arme pendant le déploiement, port d'arme propre à la mission",
    r"\bcodé\b": "motif (liste)",
    r"^Empêchement$": "À régler",
    r"\bservice d'origine\b|\bcorps policier\b": "service d'attache, service de police",
    r"\brenvoyée?\b|\b[Dd]éclinée?\b": "retournée pour correction, refusée par l'organisation",
    r"\bproposée? à l'organisation\b": "présentée à l'organisation",
    r"\baffectation (habituelle|ordinaire)\b": "période de service habituelle, normale",
    r"\bà l'époque\b": "au moment du déploiement, pendant le déploiement",
    r"\bse connecter\b|\b[Cc]onnexion\b": "ouvrir une session",
    r"^moment d|, le moment\b": "date et heure, l'heure",
    r"\bpour cent\b": "%",
    r"\bL'ajouter à la fiche\b": "Consigner",
    r"\b(une|mission) arrêtée\b": "mission interrompue",
    r"\bapport(er|ez|é|ée|ées|és)\b": "importer",
    r"\bmettre de côté\b|\bmis de côté\b": "archiver",
    r"«\xa0%\(paper\)s\xa0»": "une attestation, sans guillemets",
}
PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w+\}")
"""What a sentence is filled with has a name of the code, which is not read."""
ENTRIES = polib.pofile(str(CATALOGUE))


@pytest.mark.parametrize("retired", ENGLISH)
def test_no_sentence_says_it_in_english(retired):
    said = [text for entry in ENTRIES for text in (entry.msgid, entry.msgid_plural)]

    assert [text for text in said if re.search(retired, PLACEHOLDER.sub("%", text))] == [], f"say: {ENGLISH[retired]}"


@pytest.mark.parametrize("retired", FRENCH)
def test_no_sentence_says_it_in_french(retired):
    of_nominations = "Defer"  # what alone is « reporté »
    said = [
        text
        for entry in ENTRIES
        if entry.msgid != of_nominations
        for text in (entry.msgstr, *entry.msgstr_plural.values())
    ]

    assert [text for text in said if re.search(retired, text)] == [], f"say: {FRENCH[retired]}"


def test_the_words_are_looked_for_where_they_would_stand():
    """Each pattern finds the sentence for which it was written."""
    retired = ["Haiti holds 10 people today.", "Bring a list", "All letters", "2 papers", "Warns", "Offer not answered"]

    assert [text for text in retired if not any(re.search(pattern, text) for pattern in ENGLISH)] == []
    assert any(re.search(pattern, "Page 1 de 87") for pattern in FRENCH)
