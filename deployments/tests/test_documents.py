"""Documents of nominations: uploaded, told by their content, counted, scanned, fetched, withdrawn and removed."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from audit.models import Event
from background.models import JobRun
from deployments.candidates import documents, quarantine
from deployments.models import Document
from deployments.models.nominations import Stage
from deployments.tasks import scan_documents
from flags.models import News
from flags.news import with_sentences
from foundation.refusals import StepRefused
from foundation.scanning import Verdict
from peaceops import health
from tests import create
from tests.virus_scanner import VIRUS, honest, scanner

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0"
MEGABYTE = 1024 * 1024


@pytest.fixture
def nomination(example_service):
    return put_forward(example_service)


def put_forward(service, stage="submitted"):
    return create.nomination(
        position=create.position(mission=create.mission()), person=create.person(service=service), stage=stage
    )


def send(browser, nomination, content=PDF, name="cv.pdf", **fields):
    file = SimpleUploadedFile(name, content)
    return browser.post(reverse("document_add", args=[nomination.pk]), {"kind": "cv", "file": file, **fields})


def uploaded(browser, nomination, content=PDF):
    send(browser, nomination, content)
    return nomination.documents.latest("pk")


def page(name, row):
    return reverse(name, args=[row.pk])


def codes(response):
    return [blocker.code for blocker in response.context["blockers"]]


# --- Uploading and fetching -----------------------------------------------------------------------------------------


def test_a_document_is_kept_outside_and_served_as_an_attachment(as_user, bob, charlie, nomination):
    browser = as_user(bob)

    send(browser, nomination, name="Évaluation “2026”.pdf")
    document = Document.objects.get()
    response = browser.get(page("document_download", document))

    path = Path(document.file.path)
    assert path.is_relative_to(settings.PRIVATE_FILES)
    assert "valuation" not in path.name
    assert path.stat().st_mode & 0o077 == 0
    assert b"".join(response) == PDF
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''%C3%89valuation%202026.pdf"
    assert response["Cache-Control"] == "no-store"
    assert as_user(charlie).get(page("document_download", document)).status_code == 404
    assert set(Event.objects.filter(verb__in=["uploaded", "downloaded"]).values_list("verb", flat=True)) == {
        "uploaded",
        "downloaded",
    }


@pytest.mark.parametrize(
    ("content", "name", "error"),
    [
        (
            b"MZ\x90\0 not a document",
            "cv.pdf",
            "This is not a PDF, PNG or JPEG file: the content counts, not the name.",
        ),
        (b"<html><script>", "cv.png", "This is not a PDF, PNG or JPEG file: the content counts, not the name."),
        (b"", "cv.pdf", "The submitted file is empty."),
        (PDF + b"x" * (10 * MEGABYTE), "cv.pdf", "The file is larger than 10 MB."),
    ],
    ids=["a renamed program", "a page", "empty", "too large"],
)
def test_what_is_no_document_is_said_beside_the_field(as_user, bob, nomination, content, name, error):
    response = send(as_user(bob), nomination, content, name)

    assert response.context["form"].errors["file"] == [error]
    assert Document.objects.count() == 0


@pytest.mark.parametrize(("more", "kept"), [(0, 1), (1, 0)])
def test_a_document_has_ten_megabytes_at_most(as_user, bob, nomination, more, kept):
    send(as_user(bob), nomination, PDF.ljust(10 * MEGABYTE + more, b" "))

    assert nomination.documents.count() == kept


def test_a_picture_is_told_by_its_content_and_named_after_it(as_user, bob, nomination):
    browser = as_user(bob)
    send(browser, nomination, PNG, name="CV; Noël<script>.pdf.exe")

    document = Document.objects.get()
    response = browser.get(page("document_download", document))
    assert document.media_type == "image/png"
    assert document.name == "CV Noël script.png"
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''CV%20No%C3%ABl%20script.png"


def test_a_file_that_is_gone_is_no_page(as_user, alice, nomination):
    browser = as_user(alice)
    document = uploaded(browser, nomination)
    Path(document.file.path).unlink()

    assert browser.get(page("document_download", document)).status_code == 404


# --- The stages that take documents ---------------------------------------------------------------------------------

TAKES_DOCUMENTS = {
    "draft": True,
    "submitted": True,
    "returned": True,
    "screening": True,
    "assessment": True,
    "qualified": True,
    "nominated": True,
    "accepted": True,
    "deferred": True,
    "deployed": False,
    "not_eligible": False,
    "not_selected": False,
    "declined": False,
    "withdrawn": False,
    "lapsed": False,
}


def test_the_table_names_every_stage():
    assert set(TAKES_DOCUMENTS) == set(Stage.values)


@pytest.mark.parametrize("reader", ["alice", "bob"])
@pytest.mark.parametrize(("stage", "takes"), TAKES_DOCUMENTS.items())
def test_a_nomination_takes_documents_while_it_is_under_way(
    request, as_user, example_service, reader, stage, takes, today
):
    browser, fields = as_user(request.getfixturevalue(reader)), {}
    nomination = put_forward(example_service)
    own = uploaded(browser, nomination)
    if stage == "deployed":
        planned = {"starts_on": today, "ends_on": today, "status": "planned"}
        fields["deployment"] = create.deployment(mission=create.mission(), **planned)
    if stage == "deferred":
        fields["deferred_until"] = today
    if stage in {"not_eligible", "not_selected", "declined"}:
        fields["reason_code"] = "experience"
    type(nomination).objects.filter(pk=nomination.pk).update(stage=stage, **fields)

    shown = browser.get(nomination.get_absolute_url())
    sent = send(browser, nomination)
    withdrawn = browser.post(page("document_withdraw", own))

    closed = "Documents are neither added nor withdrawn any more: the stage is"
    assert (page("document_add", nomination) in shown.content.decode()) is takes
    assert (page("document_withdraw", own) in shown.content.decode()) is takes
    assert (closed in shown.content.decode()) is not takes
    if takes:
        assert (sent.status_code, withdrawn.status_code) == (302, 302)
    else:
        assert (codes(sent), codes(withdrawn)) == (["takes_no_documents"], ["takes_no_documents"])
        assert closed in sent.content.decode()
    assert nomination.documents.count() == (2 if takes else 1)


# --- How many, and how large ----------------------------------------------------------------------------------------


def test_a_nomination_has_so_many_documents_and_says_how_many(as_user, bob, nomination, settings):
    settings.DOCUMENTS_PER_CANDIDATURE = 2
    browser = as_user(bob)
    first = uploaded(browser, nomination)
    send(browser, nomination)

    note = browser.get(page("document_add", nomination)).context["note"]
    third = send(browser, nomination)
    browser.post(page("document_withdraw", first))
    after_one_went = send(browser, nomination)

    assert note.replace("\xa0", " ") == "Used: 2 of 2 documents, 58 bytes of 50.0 MB."
    assert third.status_code == 409
    assert third.context["form"].errors["file"] == ["This nomination has as many documents as it may have: 2 of 2."]
    assert after_one_went.status_code == 302
    assert nomination.documents.current().count() == 2


@pytest.mark.parametrize(("more", "kept"), [(0, 2), (1, 1)])
def test_the_documents_of_a_nomination_are_so_large_together(as_user, bob, nomination, settings, more, kept):
    settings.DOCUMENTS_MB_PER_CANDIDATURE = 2
    browser = as_user(bob)
    send(browser, nomination, PDF.ljust(MEGABYTE, b" "))

    response = send(browser, nomination, PDF.ljust(MEGABYTE + more, b" "))

    assert nomination.documents.count() == kept
    if more:
        [said] = response.context["form"].errors["file"]
        assert said.replace("\xa0", " ") == (
            "The documents of this nomination take up 1.0 MB of 2.0 MB; this one needs 1.0 MB."
        )


def test_the_documents_of_a_service_are_so_large_together(as_user, alice, example_service, other_service, settings):
    settings.DOCUMENTS_MB_PER_SERVICE = 1
    browser = as_user(alice)
    large = PDF.ljust(MEGABYTE, b" ")
    ended = put_forward(example_service)
    send(browser, ended, large)
    refused = send(browser, put_forward(example_service))
    ended.stage = "withdrawn"
    ended.save()

    of_another = send(browser, put_forward(other_service), large)
    once_it_ended = send(browser, put_forward(example_service), large)

    [said] = refused.context["form"].errors["file"]
    assert said.replace("\xa0", " ") == (
        "The documents of all nominations of Example Police under way take up 1.0 MB of 1.0 MB; this one "
        "needs 29 bytes."
    )
    assert (of_another.status_code, once_it_ended.status_code) == (302, 302)


def test_everything_that_is_too_much_is_said_at_once(as_user, bob, nomination, settings):
    settings.DOCUMENTS_PER_CANDIDATURE = settings.DOCUMENTS_MB_PER_CANDIDATURE = settings.DOCUMENTS_MB_PER_SERVICE = 0

    response = send(as_user(bob), nomination)

    assert len(response.context["form"].errors["file"]) == 3


# --- Taking away ----------------------------------------------------------------------------------------------------


def test_whoever_uploaded_a_document_withdraws_it_and_the_row_stays(
    as_user, bob, nomination, django_capture_on_commit_callbacks
):
    browser = as_user(bob)
    document = uploaded(browser, nomination)
    path = Path(document.file.path)

    with django_capture_on_commit_callbacks(execute=True):
        browser.post(page("document_withdraw", document))
    document.refresh_from_db()

    assert not path.exists()
    assert (document.removal, document.removed_by, document.file.name) == ("withdrawn", bob, "")
    event = Event.objects.get(verb="removed")
    assert (event.actor, event.subject) == (bob, nomination)
    assert event.details.items() >= {"kind": "cv", "what": "withdrawn", "document": document.pk}.items()
    for name in ("document_download", "document_withdraw"):
        assert browser.get(page(name, document)).status_code == 404
    assert document.name not in browser.get(nomination.get_absolute_url()).content.decode()


def test_nobody_withdraws_the_document_of_somebody_else(as_user, alice, bob, charlie, example_service, nomination):
    document = uploaded(as_user(bob), nomination)
    anna = create.user(role="liaison")
    example_service.liaisons.add(anna)

    answers = [as_user(reader).post(page("document_withdraw", document)).status_code for reader in (alice, anna)]
    with pytest.raises(StepRefused) as refusal:
        documents.withdraw(document, by=anna)

    assert answers == [403, 403]
    assert as_user(charlie).post(page("document_withdraw", document)).status_code == 404
    assert [blocker.code for blocker in refusal.value.blockers] == ["not_yours"]
    assert Path(document.file.path).exists()


@pytest.mark.parametrize("stage", ["submitted", "withdrawn"])
def test_a_coordinator_removes_a_document_with_a_reason_and_hides_it(
    as_user, alice, bob, dora, emil, example_service, stage, django_capture_on_commit_callbacks
):
    nomination = put_forward(example_service)
    document = uploaded(as_user(bob), nomination)
    nomination.stage = stage
    nomination.save()
    browser = as_user(alice)

    without = browser.post(page("document_remove", document), {"reason": " "})
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(page("document_remove", document), {"reason": "It holds medical contents."})
    document.refresh_from_db()

    assert without.context["form"].errors == {"reason": ["Give a reason."]}
    assert (document.removal, document.removed_by) == ("removed", alice)
    assert Path(document.file.path).exists()
    event = Event.objects.get(verb="removed")
    assert event.actor == alice
    assert "medical" not in str(event.details)
    for reader, is_told in {alice: False, bob: False, dora: True, emil: True}.items():
        shown = as_user(reader).get(nomination.get_absolute_url()).content.decode()
        assert document.name not in shown
        assert ("It holds medical contents." in shown) is is_told
        assert ("Removed by the office" in shown) is is_told
        assert as_user(reader).get(page("document_download", document)).status_code == 404
    assert browser.get(page("document_remove", document)).status_code == 404


def test_a_liaison_removes_no_document(as_user, bob, nomination):
    document = uploaded(as_user(bob), nomination)

    assert as_user(bob).post(page("document_remove", document), {"reason": "Mine."}).status_code == 403


def test_the_home_service_is_told_what_was_removed_and_why(as_user, alice, bob, nomination, today):
    document = uploaded(as_user(bob), nomination)

    documents.remove(document, reason="It holds medical contents.", by=alice)

    news = News.objects.get(kind="document_removed")
    [told] = with_sentences([news], bob, today=today)
    assert news.service == nomination.service
    assert told.sentence == (
        f"{nomination.person}, {nomination.position}: the office removed a document (Curriculum vitae). "
        "Reason: “It holds medical contents.”"
    )
    assert told.page == nomination.get_absolute_url()


def test_a_document_is_taken_away_once(as_user, alice, bob, nomination):
    document = uploaded(as_user(bob), nomination)
    documents.remove(document, reason="It holds medical contents.", by=alice)

    refused = []
    for take_away in (
        lambda: documents.withdraw(document, by=bob),
        lambda: documents.remove(document, reason="Again.", by=alice),
    ):
        with pytest.raises(StepRefused) as refusal:
            take_away()
        refused += [blocker.code for blocker in refusal.value.blockers]

    document.refresh_from_db()
    assert refused == ["taken_away", "taken_away"]
    assert (document.removed_by, document.removal_reason) == (alice, "It holds medical contents.")


# --- The virus scanner ----------------------------------------------------------------------------------------------

INFECTED = PDF + VIRUS


def test_what_the_scanner_finds_clean_is_kept(as_user, bob, nomination, settings):
    browser = as_user(bob)
    with scanner() as settings.CLAMD_ADDRESS:
        document = uploaded(browser, nomination)

    assert b"".join(browser.get(page("document_download", document))) == PDF


def test_an_infected_file_is_never_stored_and_the_office_and_the_service_are_told(
    as_user, alice, bob, nomination, settings, today
):
    before = set(Path(settings.PRIVATE_FILES).rglob("*"))
    with scanner() as settings.CLAMD_ADDRESS:
        response = send(as_user(bob), nomination, INFECTED, name="Émilie Tremblay.pdf")

    assert response.status_code == 409
    assert response.context["form"].errors["file"] == [
        "The virus scanner found this file infected: it was not kept. Have your computer checked."
    ]
    assert nomination.documents.count() == 0
    assert set(Path(settings.PRIVATE_FILES).rglob("*")) == before
    event = Event.objects.get(verb="refused")
    assert (event.actor, event.subject) == (bob, nomination)
    assert event.details.items() >= {"what": "infected", "kind": "cv"}.items()
    news = News.objects.get()
    [told] = with_sentences([news], alice, today=today)
    assert (news.kind, news.by, news.service) == ("document_infected", bob, nomination.service)
    assert told.sentence == (
        f"{nomination.person}, {nomination.position}: the virus scanner found a document (Curriculum vitae) "
        "infected. It was not kept."
    )
    assert told.page == nomination.get_absolute_url()


@pytest.fixture
def waiting(as_user, bob, nomination, settings):
    """A function that uploads while the scanner is away."""

    def upload(content=PDF):
        settings.CLAMD_ADDRESS = "127.0.0.1:1"
        return uploaded(as_user(bob), nomination, content)

    return upload


def counts():
    scan_documents()
    return JobRun.objects.get(job__name="deployments.scan_documents").counts


def test_what_the_scanner_could_not_be_asked_about_waits_for_it(as_user, alice, bob, dora, nomination, settings):
    settings.CLAMD_ADDRESS = "127.0.0.1:1"
    browser = as_user(bob)
    sent = browser.post(
        page("document_add", nomination), {"kind": "cv", "file": SimpleUploadedFile("cv.pdf", PDF)}, follow=True
    )
    document = nomination.documents.get()

    def fetched():
        return {as_user(reader).get(page("document_download", document)).status_code for reader in (alice, bob, dora)}

    assert "It waits to be scanned for viruses; until then nobody can open it." in sent.content.decode()
    shown = browser.get(nomination.get_absolute_url()).content.decode()
    assert "Waits to be scanned for viruses" in shown
    assert f'href="{page("document_download", document)}"' not in shown
    assert fetched() == {404}
    assert counts() == {"clean": 0, "infected": 0, "waiting": 1}
    settings.CLAMD_ADDRESS = ""
    assert counts() == {"clean": 0, "infected": 0, "waiting": 1}
    with scanner() as settings.CLAMD_ADDRESS:
        assert counts() == {"clean": 1, "infected": 0, "waiting": 0}
    assert fetched() == {200}
    assert "Waits to be scanned" not in browser.get(nomination.get_absolute_url()).content.decode()


def test_what_turns_out_infected_is_taken_away_and_told(
    as_user, dora, nomination, waiting, settings, django_capture_on_commit_callbacks
):
    document = waiting(INFECTED)
    path = Path(document.file.path)

    with scanner() as settings.CLAMD_ADDRESS, django_capture_on_commit_callbacks(execute=True):
        found = counts()
    document.refresh_from_db()

    assert found == {"clean": 0, "infected": 1, "waiting": 0}
    assert (document.removal, document.removed_by, document.file.name) == ("infected", None, "")
    assert not path.exists()
    assert Event.objects.filter(verb="removed", actor=None).count() == 1
    assert News.objects.get().by is None
    shown = as_user(dora).get(nomination.get_absolute_url()).content.decode()
    assert "Found infected by the virus scanner" in shown


def test_a_document_withdrawn_while_it_was_scanned_stays_withdrawn(bob, waiting, settings, monkeypatch):
    document = waiting()

    def scan(_file):
        documents.withdraw(document, by=bob)
        return Verdict.INFECTED

    monkeypatch.setattr(quarantine, "scan", scan)
    found = quarantine.scan_waiting()
    document.refresh_from_db()

    assert found == {"clean": 0, "infected": 0, "waiting": 0}
    assert (document.removal, document.removed_by) == ("withdrawn", bob)
    assert not News.objects.exists()


def test_a_file_that_is_gone_or_never_answered_holds_up_no_other(waiting, settings):
    gone, *_others = [waiting(PDF + bytes([number])) for number in range(3)]
    Path(gone.file.path).unlink()

    def never_for_the_second(body):
        return b"" if body.endswith(b"\x01") else honest(body)

    with scanner(never_for_the_second) as settings.CLAMD_ADDRESS:
        assert counts() == {"clean": 1, "infected": 0, "waiting": 2}


def test_a_scanner_that_does_not_answer_is_left_alone_until_the_next_run(waiting, settings):
    for _each in range(5):
        waiting()
    asked = []

    def silent(body):
        asked.append(body)
        return b""

    with scanner(silent) as settings.CLAMD_ADDRESS:
        found = counts()

    assert (found["waiting"], len(asked)) == (5, 3)


def test_readyz_says_that_the_scanner_is_away_and_is_no_less_ready(client, settings, monkeypatch):
    monkeypatch.setattr(health, "STORED", {})
    settings.CLAMD_ADDRESS = "127.0.0.1:1"
    away = client.get("/readyz")
    with scanner() as settings.CLAMD_ADDRESS:
        back = client.get("/readyz")

    assert (away.status_code, away.json()["scanner"]) == (200, "failed")
    assert (back.status_code, back.json()["scanner"]) == (200, "ok")
