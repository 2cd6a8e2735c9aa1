from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from peaceops.management import telling
from records.backups import restoring
from records.everything.refused import Refused


class Command(BaseCommand):
    """Bring a backup back into an empty installation, or only prove that it could be."""

    help = "Bring a backup back into an empty installation, and prove that it is the same office."
    requires_system_checks = ()

    def add_arguments(self, parser) -> None:
        parser.add_argument("backup", type=Path, help="a file that backup wrote")
        parser.add_argument("--key-file", type=Path, help="the secret key of a backup that is encrypted")
        parser.add_argument(
            "--check", action="store_true", help="restore it into a place of its own, and leave this one"
        )

    def handle(self, *args, backup, key_file, check, **options) -> None:
        try:
            if check:
                restoring.check(backup, key_file=key_file)
                self.stdout.write(
                    "Restored elsewhere: the same rows, guards, documents, seals and figures of every day."
                )
                return
            told = restoring.restore(backup.absolute(), key_file=key_file)
        except (Refused, OSError) as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{told.rows} rows of {len(told.tables)} tables and {told.documents} documents are back.")
        self.stdout.write(telling.is_the_same(told))
