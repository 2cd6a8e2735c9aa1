import shutil
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from foundation import guards, private_files
from outbox import mail_files
from peaceops.demonstration import mark
from peaceops.management.commands.load_demonstration import ACCOUNTS_FILE


class Command(BaseCommand):
    """Empty a database that holds the demonstration world, and the files that belong to it; no other database."""

    help = "Remove everything from a demonstration world, so that an office can start. Refuses any other database."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--yes", action="store_true", help="do not ask whether everything is to be removed")

    def handle(self, *args, **options) -> None:
        if not mark.is_there():
            raise CommandError("This is no demonstration world: nothing is removed.")
        if not options["yes"] and _typed("Everything in this world is removed. Type “empty” to go on: ") != "empty":
            raise CommandError("Nothing was removed.")
        with guards.lifted():
            call_command("flush", interactive=False, verbosity=0)
        mail_files.delete_older_than(timezone.now())
        private_files.remove_all()
        shutil.rmtree(settings.PRIVATE_FILES, ignore_errors=True)
        (Path(settings.DATA_DIR) / ACCOUNTS_FILE).unlink(missing_ok=True)
        self.stdout.write("The demonstration world is gone. From now on start with --empty, or it is loaded again.")
        self.stdout.write("With this link the first administrator makes an account:")
        call_command("first_administrator_link", stdout=self.stdout)


def _typed(question: str) -> str:
    try:
        return input(question)
    except EOFError as end:
        raise CommandError("Nothing was removed: nobody can be asked here. Give --yes to remove everything.") from end
