from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from records.backups import archive


class Command(BaseCommand):
    """Make the key for which backups are encrypted. The secret half is kept where the backups are not."""

    help = "Write a new key of the age format into a file, and print its public half."
    requires_system_checks = ()

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", type=Path, help="a new file, which only its owner will be able to read")

    def handle(self, *args, file: Path, **options) -> None:
        try:
            public = archive.make_key(file)
        except OSError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(public)
        self.stderr.write(f"{file} opens every backup that is encrypted for it: keep it where the backups are not.")
