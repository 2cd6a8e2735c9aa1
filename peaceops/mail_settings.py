"""Who e-mails are from, and where their links lead: nothing starts with what no mail server and no reader can use."""

import sys
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import Error, register
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from peaceops.keys import EXIT_CODE

THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}


def problem(sender: str, site_url: str, mail_server: str) -> str | None:
    """What is wrong with these settings, as one sentence; None when they are fine.

    `mail_server` is empty where e-mails are files. With one elsewhere, neither may name this machine only.
    """
    _name, address = parseaddr(sender)
    try:
        validate_email(address)
    except ValidationError:
        return f"DEFAULT_FROM_EMAIL is not a sender: “{sender}”. Write it as PeaceOps <peaceops@example.ca>."
    try:
        site = urlsplit(site_url)
        host, _port = site.hostname, site.port
    except ValueError:
        host = None
    if not host or site.scheme not in {"http", "https"} or site.query or site.fragment:
        return f"SITE_URL is not the address of a site: “{site_url}”. Write it as https://peaceops.example.ca."
    if not mail_server or mail_server in THIS_MACHINE:
        return None
    if address.rpartition("@")[2] in THIS_MACHINE:
        return f"E-mails go out by {mail_server}: DEFAULT_FROM_EMAIL needs a sender elsewhere, not “{sender}”."
    if host in THIS_MACHINE:
        return f"E-mails go out by {mail_server}: SITE_URL needs an address for readers, not “{site_url}”."
    return None


def _problem_here() -> str | None:
    to_files = settings.EMAIL_BACKEND == "outbox.mail_files.EmailBackend"
    return problem(settings.DEFAULT_FROM_EMAIL, settings.SITE_URL, "" if to_files else settings.EMAIL_HOST)


@register()
def check_mail_settings(app_configs, **_kwargs) -> list[Error]:
    found = _problem_here()
    return [Error(found, id="peaceops.E002")] if found else []


def exit_without_sender(**_kwargs) -> None:
    """Exit with one sentence on stderr when these settings are unusable; called where web, worker and beat start."""
    if found := _problem_here():
        sys.stderr.write(f"{found}\n")
        sys.exit(EXIT_CODE)
