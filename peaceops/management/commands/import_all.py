from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from peaceops.management import telling
from records.everything import loading
from records.everything.refused import Refused


class Command(BaseCommand):
    """Load what `export_all` wrote into an empty installation, and prove that it is the same office."""

    help = "Load a folder of export_all into an empty installation: all of it, proven to be the same, or nothing."

    def add_arguments(self, parser) -> None:
        parser.add_argument("folder", type=Path, help="a folder that export_all wrote")

    def handle(self, *args, folder: Path, **options) -> None:
        try:
            told = loading.load(folder.absolute(), tell=telling.each_step(self.stdout))
        except (Refused, OSError) as refusal:
            raise CommandError(f"{refusal}\nNothing was loaded.") from refusal
        self.stdout.write(f"{told.rows} rows of {len(told.tables)} tables and {told.documents} documents are loaded.")
        self.stdout.write(telling.is_the_same(told))
