"""Events name the page that somebody looked at, or was refused, in words."""

import pytest
from django.urls import reverse
from django.utils import translation

from audit import pages
from audit.log import record
from audit.models import Verb
from tests.pages import pages_of_the_administration, patterns

pytestmark = pytest.mark.django_db

# Asked by machines and scripts, by nobody who reads: they are told by their names.
NOT_READ = {"csp_report", "day_understood", "entries_keep", "livez", "metrics", "readyz", "session_time"}


def test_every_page_is_called_something():
    named = [name for _words, names in pages.NAMES for name in names.split()]

    assert sorted(named) == sorted(set(patterns()) - NOT_READ)


def test_no_two_groups_of_pages_are_called_the_same_in_either_language():
    for language in ("en-ca", "fr-ca"):
        with translation.override(language):
            called = [str(words) for words, _names in pages.NAMES]
        assert len(set(called)) == len(called)


@pytest.mark.parametrize(
    ("name", "english", "french"),
    [
        ("deployment_list", "Deployments", "Déploiements"),
        ("person_merge", "Two records that look alike", "Deux fiches qui se ressemblent"),
        ("admin:personnel_person_change", "Administration: People", "Administration : Personnes"),
        ("admin:index", "Administration", "Administration"),
        ("admin:gone_row_change", "Administration", "Administration"),
        ("page_of_an_older_version", "page_of_an_older_version", "page_of_an_older_version"),
    ],
)
def test_what_pages_are_called(name, english, french):
    with translation.override("en-ca"):
        assert pages.in_words(name) == english
    with translation.override("fr-ca"):
        assert pages.in_words(name).replace("\N{NO-BREAK SPACE}", " ") == french


def test_every_page_of_rows_of_the_administration_names_its_rows():
    names = set(pages_of_the_administration()) - {"admin:index"}

    assert [name for name in names if pages.in_words(name) == "Administration"] == []


def test_the_list_of_events_shows_words_and_no_names_of_addresses(as_user, alice, dora):
    record(alice, Verb.LOOKED_AT, page="deployment_list")
    record(alice, Verb.REFUSED, page="letter_list", status=403)
    browser = as_user(dora)

    page = browser.get(reverse("event_list"), {"actor": alice.pk}).content.decode()
    file = browser.get(reverse("event_list"), {"actor": alice.pk, "export": "json"})
    taken = b"".join(file.streaming_content).decode()

    assert 'looked at a page <span class="muted">· Deployments</span>' in page
    assert 'was refused a page <span class="muted">403 · E-mails</span>' in page
    assert "deployment_list" not in page.partition("<tbody>")[2].partition("</tbody>")[0]
    assert '"E-mails"' in taken
    assert "letter_list" not in taken
