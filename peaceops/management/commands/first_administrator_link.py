from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from accounts import first_administrator
from outbox.notices import absolute_url


class Command(BaseCommand):
    """Print the link with which the first administrator of an empty installation makes an account."""

    help = "Print a link that works once, while there is no administrator."

    def handle(self, *args, **options) -> None:
        if not first_administrator.is_wanted():
            raise CommandError("There is an administrator already: administrators invite others.")
        with translation.override("en-ca"):
            self.stdout.write(absolute_url(first_administrator.path()))
