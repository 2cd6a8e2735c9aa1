"""No word of another service comes out of any page, header or file, and no form takes a row of another service.

Two services have the same small world; every text of the one is marked. The liaison of the other walks all pages, reads
all files, and sends each form of the own pages with an id of the marked world in each of its fields.
"""

import datetime as dt
import io
import re
import zipfile
from html.parser import HTMLParser
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.db import DatabaseError, models, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from deployments.models import Consent, Deployment, Nomination, Review
from peaceops.asked_for import ROWS
from personnel.models import Credential, EmergencyContact, Person
from personnel.models.people import PersonQuerySet
from records.models import Import
from tests import create
from tests.pages import address, pages_of_the_administration, patterns, small_world

pytestmark = pytest.mark.django_db

MARK, SHORT_MARK = "Zzmarked", "Zz-M"  # no token, which is of letters and figures, holds either by chance
OF_A_SERVICE = ("personnel", "deployments")
NOT_OF_A_SERVICE = {"PoliceService", "Rank", "ScreeningItem", "Criterion", "Excess"}
"""Shared by all services; the name of the marked one is set below."""
FOR_THE_PROGRAM = {"number_key", "search_text", "sort_name", "password", "key", "html", "media_type", "error"}
LANGUAGES = ["en-ca", "fr-ca"]
SIGNING_OUT = {"account_logout", "account_change_password"}


def texts_of(model):
    """The fields of a model that hold a text as somebody typed it, or as it was made of that."""
    return [
        field
        for field in model._meta.get_fields()
        if isinstance(field, models.CharField | models.TextField)
        and not (field.choices or field.unique or field.name in {*FOR_THE_PROGRAM, "code", "file"})
        and (field.max_length or 99) > 24
    ]


def plant(mark=MARK, labels=OF_A_SERVICE, but=NOT_OF_A_SERVICE) -> dict[str, int]:
    """Mark every text that a person could have typed in the rows of these apps: model → how many texts."""
    planted: dict[str, int] = {}
    for model in [model for label in labels for model in apps.get_app_config(label).get_models()]:
        if model.__name__.removeprefix("Historical") in but:
            continue
        rows = model._base_manager.all()
        for field in texts_of(model):
            for some in [rows, *(rows.filter(pk=pk) for pk in rows.values_list("pk", flat=True))]:
                try:
                    with transaction.atomic():
                        number = some.update(**{field.name: f"{mark} {field.name}"})
                except DatabaseError:  # a guard, a word from a list, or another row has this value
                    continue
                planted[model.__name__] = planted.get(model.__name__, 0) + number
                if some is rows:
                    break
    return planted


@pytest.fixture
def worlds(example_service, other_service, bob, charlie):
    """The arguments of the marked world (Bob's), and of Charlie's own."""
    foreign = small_world(example_service)
    type(example_service).objects.filter(pk=example_service.pk).update(
        name_en=f"{MARK} Police", name_fr=f"Police {MARK}", abbreviation_en=SHORT_MARK, abbreviation_fr=SHORT_MARK
    )
    planted = plant()
    assert {"Person", "Nomination", "Document", "EmergencyContact", "Consent", "Waiver", "HistoricalPerson"} <= set(
        planted
    )
    return foreign, small_world(other_service)


def said(response) -> str:
    """All that an answer says: its headers, and its body or what is in its file."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as file:
            body = b"\n".join(file.read(name) for name in file.namelist())
    headers = "\n".join(f"{name}: {value}" for name, value in response.items())
    return headers + body.decode("utf-8-sig", errors="replace")


def marked(text: str) -> bool:
    return MARK.lower() in text.lower() or SHORT_MARK in text


class Forms(HTMLParser):
    """The forms of a page that are sent: (where to, {field: value}), and the fields that choose or carry something.

    A choice without a value has its first one, so that a form is as good as filled in.
    """

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, str]]] = []
        self.choosing: set[str] = set()
        self._named: dict[str, dict[str, str]] = {}
        self._open: dict[str, str] = {}
        self._select = ""
        self._outside: list[tuple[str, str, str]] = []
        self.feed(page)
        for form, name, value in self._outside:  # `form="together"`, in the rows of a table
            self._named.get(form, {})[name] = value

    def handle_starttag(self, tag, attributes):
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            self._open = {}
            if given.get("method", "").lower() == "post":
                self.forms.append((given.get("action", ""), self._open))
                self._named[given.get("id", "")] = self._open
        elif tag in {"input", "select", "textarea"} and given.get("name"):
            name = given["name"]
            if given.get("form"):
                self._outside.append((given["form"], name, given.get("value", "")))
            else:
                self._open[name] = given.get("value", "")
            self._select = name if tag == "select" else ""
            if tag == "select" or given.get("type") in {"hidden", "checkbox", "radio"}:
                self.choosing.add(name)
        elif tag == "option" and self._select and not self._open.get(self._select):
            self._open[self._select] = given.get("value", "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_of_a_liaison_says_a_word_of_another_service(language, worlds, charlie, as_user):
    foreign, own = worlds
    charlie.set_password("correct-horse-battery")
    charlie.save()
    browser = as_user(charlie)
    leaks, broken, opened = [], [], 0
    queries = [""]
    if language == "en-ca":
        asked = {
            name: arguments[f"{name}_id"]
            for arguments in foreign.values()
            for name in ROWS
            if f"{name}_id" in arguments
        }
        queries += ["q=zzmarked", "sort=name", "on=2020-01-01", urlencode(asked)]

    with translation.override(language):
        for name in patterns():
            for arguments in (own, foreign):
                for query in queries:
                    url = address(name, arguments, charlie)
                    url += ("&" if "?" in url else "?") + query if query else ""
                    response = browser.get(url)
                    opened += response.status_code == 200
                    if response.status_code >= 500 and name != "readyz":
                        broken.append(url)
                    if marked(said(response).replace("zzmarked", "")):
                        leaks.append(url)
    led_away, said_there = walked(browser, pages_of_the_administration())

    assert (leaks, broken) == ([], [])
    assert opened > 60
    assert (led_away, marked(said_there)) == ({302}, False)


def walked(browser, pages: dict[str, str]) -> tuple[set[int], str]:
    """With which statuses these pages answer, and all that they say."""
    answers = [browser.get(url) for url in pages.values()]
    return {answer.status_code for answer in answers}, "".join(map(said, answers))


def test_no_page_says_a_word_to_who_is_not_signed_in(worlds, bob, client):
    foreign, _own = worlds
    pages = {name: address(name, foreign, bob) for name in patterns()} | pages_of_the_administration()

    statuses, everything = walked(client, pages)

    assert not marked(everything)
    assert len(pages) > 250
    assert statuses <= {200, 204, 302, 400, 403, 404, 405, 503}  # open pages; all others lead to the sign-in page


def test_the_same_walk_finds_the_marks_where_they_may_be_seen(worlds, bob, as_user):
    """Were the walk blind, the one above could not fail."""
    foreign, _own = worlds
    browser = as_user(bob)

    names = ["home", "person_list", "person_detail", "nomination_detail", "deployment_list", "candidate_export"]

    assert {name: marked(said(browser.get(address(name, foreign, bob)))) for name in names} == dict.fromkeys(
        names, True
    )


def rows_of_the_marked_world(service) -> dict[str, list[str]]:
    """All rows with a mark, and all that belong to its service or to one of its people, as they are stored."""
    people = set(service.people.values_list("pk", flat=True))
    nominations = set(Nomination.objects.filter(person__in=people).values_list("pk", flat=True))

    def is_theirs(row: dict) -> bool:
        return (
            marked(str(row))
            or row.get("service_id") == service.pk
            or row.get("person_id") in people
            or row.get("nomination_id") in nominations
        )

    return {
        model.__name__: [str(row) for row in model._base_manager.order_by("pk").values() if is_theirs(row)]
        for label in OF_A_SERVICE
        for model in apps.get_app_config(label).get_models()
    }


def foreign_ids(service) -> list[str]:
    """The ids of the marked people and of what stands in their name."""
    people = service.people.values("pk")
    of_people = (Nomination, Consent, Deployment, Credential)
    keys = {pk for model in of_people for pk in model.objects.filter(person__in=people).values_list("pk", flat=True)}
    return [str(pk) for pk in sorted(keys | set(service.people.values_list("pk", flat=True)))]


def forms_of(browser, url, own_person):
    """(where to, its fields, which of them choose) for each form of a page, also of the page about a person."""
    for asked in (url, f"{url}{'&' if '?' in url else '?'}person={own_person.pk}"):
        response = browser.get(asked)
        if response.status_code == 200 and not response.streaming:
            page = Forms(response.content.decode(errors="replace"))
            for action, fields in page.forms:
                to = action if action.startswith("/") else asked
                if to != reverse("account_logout"):
                    yield to, fields, page.choosing


def with_each_id(to, fields, choosing, ids):
    """(where to, what is sent) with a foreign id in each field, and as the person that the address asks for."""
    for field in fields.keys() - {"csrfmiddlewaretoken"}:
        for one in ids if field in choosing else ids[-1:]:
            yield to, {**fields, field: one}
    if "person=" in to:
        yield from ((re.sub(r"person=\d+", f"person={one}", to), fields) for one in ids)


def send_forms(charlie, own, service, *, names) -> dict[str, list]:
    """Send each form of these pages with each foreign id in each field; undo it; what went wrong."""
    browser = Client(raise_request_exception=False)
    charlie.set_password("correct-horse-battery")
    charlie.save()
    browser.force_login(charlie)
    own_person = create.person(service=charlie.services.get())
    ids, before = foreign_ids(service), rows_of_the_marked_world(service)
    found: dict[str, list] = {"leaks": [], "broken": [], "changed": [], "sent": []}
    for name in names:
        for form in list(forms_of(browser, address(name, own, charlie), own_person)):
            for to, sent in with_each_id(*form, ids):
                with transaction.atomic():
                    answer = browser.post(to, sent)
                    found["sent"].append(to)
                    if answer.status_code >= 500:
                        found["broken"].append((to, sent))
                    if answer.status_code != 302 and marked(said(answer)):
                        found["leaks"].append((to, sent))
                    if rows_of_the_marked_world(service) != before:
                        found["changed"].append((to, sent))
                    transaction.set_rollback(True)
    return found


def test_no_form_takes_a_row_of_another_service(worlds, charlie, example_service):
    _foreign, own = worlds

    found = send_forms(charlie, own, example_service, names=sorted(patterns().keys() - SIGNING_OUT))

    assert (found["leaks"], found["broken"], found["changed"]) == ([], [], [])
    assert len(found["sent"]) > 250


def test_were_people_not_kept_apart_the_forms_would_tell(worlds, charlie, example_service, monkeypatch):
    """The negative control of the test above."""
    _foreign, own = worlds
    monkeypatch.setattr(PersonQuerySet, "visible_to", lambda people, _user: people)

    found = send_forms(charlie, own, example_service, names=["nomination_add"])

    assert found["leaks"] + found["changed"]


def test_no_auditor_and_no_administrator_reads_what_is_not_for_them(example_service, alice, dora, emil, as_user):
    """Emergency contacts, what a restricted paper says, reviews during the assessment, what lists of others hold."""
    arguments = small_world(example_service)
    person = Person.objects.get(pk=arguments["person_detail"]["person_id"])
    nomination = Nomination.objects.get(pk=arguments["nomination_detail"]["nomination_id"])
    EmergencyContact.objects.update(name="Kinmarked Somebody", telephone="Kinmarked 555")
    paper = create.credential(
        person=person,
        kind=create.kind(code="conduct", name_en="Conduct", is_restricted=True),
        issued_on=dt.date(1999, 12, 30),
        expires_on=dt.date(2077, 7, 7),
        document_seen="Kinmarked letter",
        verified_by=alice,
        verified_on=dt.date(1999, 12, 30),
    )
    Nomination.objects.filter(pk=nomination.pk).update(stage="assessment")
    Review.objects.create(nomination=nomination, reviewer=alice, comment="Kinmarked review", at=timezone.now())
    pages = {
        name: address(name, arguments, alice) for name in patterns() if name not in SIGNING_OUT
    } | pages_of_the_administration()
    Import.objects.update(choices={"tables": {"0": {"kind": "people", "columns": {}, "heading_line": 1}}})
    for row in Import.objects.all():
        row.tables[0]["headings"] = ["Kinmarked", "Given name"]
        row.save()
    pages["record_edit"] = reverse("record_edit", args=["credential", paper.pk])
    pages["admin:personnel_credential_change"] = reverse("admin:personnel_credential_change", args=[paper.pk])

    def found(user, names):
        browser = as_user(user)
        texts = {name: said(browser.get(pages[name])).lower() for name in names}
        words = ("kinmarked", "1999-12-30", "2077-07-07")
        return {(name, word) for name, text in texts.items() for word in words if word in text}

    assert (found(dora, pages), found(emil, pages)) == (set(), set())
    asked = [as_user(user).post(pages["contact_list"], {"why": "welfare"}) for user in (dora, emil, alice)]
    assert ["Kinmarked" in said(answer) for answer in asked] == [False, False, True]
    assert found(alice, ["person_detail", "import_columns"]) == {
        ("person_detail", "kinmarked"),
        ("person_detail", "1999-12-30"),
        ("person_detail", "2077-07-07"),
        ("import_columns", "kinmarked"),
    }


TAG = f"<i>{MARK}"


@pytest.mark.parametrize(("role", "language"), [("alice", "en-ca"), ("emil", "fr-ca")])
def test_no_stored_text_is_a_tag_on_any_page(role, language, request, example_service, as_user):
    arguments, user = small_world(example_service), request.getfixturevalue(role)
    user.set_password("correct-horse-battery")
    user.save()
    planted = plant(TAG, ("accounts", "missions", "personnel", "deployments", "flags", "outbox"), but=())
    browser, tags, escaped = as_user(user), [], 0

    with translation.override(language):
        pages = {name: address(name, arguments, user) for name in patterns()} | pages_of_the_administration()
        for name, url in pages.items():
            answer = browser.get(url)
            if answer["Content-Type"].startswith("text/html"):
                page = said(answer)
                tags += [name] if TAG in page else []
                escaped += f"&lt;i&gt;{MARK}" in page

    assert tags == []
    assert {"User", "Area", "Mission", "Position", "PoliceService", "Person", "Nomination", "Waiver"} <= set(planted)
    assert escaped > 60
