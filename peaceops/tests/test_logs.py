"""What a line of the log says, and what it never says."""

import io
import json
import logging
import logging.config

import pytest
from django.conf import settings as real
from django.test import Client

from peaceops import logs


@pytest.fixture
def written(request):
    """The log of a test, in one of its forms."""
    stream = io.StringIO()
    configuration = logs.configuration(getattr(request, "param", "json"), "INFO")
    configuration["handlers"]["console"]["stream"] = stream
    logging.config.dictConfig(configuration)
    yield stream
    logging.config.dictConfig(real.LOGGING)


@pytest.mark.django_db
@pytest.mark.parametrize("written", ["json", "lines"], indirect=True)
def test_nothing_that_people_typed_and_no_word_of_an_exception_is_logged(written, as_user, bob, monkeypatch):
    words = "Failing row contains (Tremblay)"

    def fail(*_args, **_kwargs):
        raise ValueError(words)

    monkeypatch.setattr("reports.searching.find", fail)
    browser = Client(raise_request_exception=False)
    browser.force_login(bob)

    answers = [browser.get("/en-ca/search/?q=Tremblay"), browser.get("/en-ca/missions/?q=Tremblay")]

    said = written.getvalue()
    assert [answer.status_code for answer in answers] == [500, 403]
    assert "Tremblay" not in said
    assert "ValueError" in said
    assert "views.py" in said
    assert all(answer["X-Request-ID"] in said for answer in answers)


@pytest.mark.parametrize("written", ["json", "lines"], indirect=True)
def test_celerys_own_lines_keep_the_class_of_an_exception_only(written):
    words = {"id": "1", "name": "flags.check_caps", "description": "raised unexpected"}
    name = "Tremblay"
    try:
        raise ValueError(name)
    except ValueError as error:
        logging.getLogger("celery.app.trace").exception(
            "Task %(name)s[%(id)s] %(description)s: %(exc)s\n%(traceback)s",
            {**words, "exc": repr(error), "traceback": "…Tremblay"},
        )

    said = written.getvalue()
    assert "Tremblay" not in said
    assert "ValueError" in said


def test_a_line_for_machines_is_json(written):
    logging.getLogger("peaceops").warning("hello", extra={"status_code": 409, "request": "secret"})

    line = json.loads(written.getvalue())
    assert (line["event"], line["level"], line["logger"], line["status_code"]) == ("hello", "warning", "peaceops", 409)
    assert "request" not in line
