from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from records.everything import loading
from records.everything.refused import Refused


class Command(BaseCommand):
    """Load what `export_all` wrote into an empty installation, and prove that it is the same office."""

    help = "Load a folder of export_all into an empty installation: all of it, proven to be the same, or nothing."

    def add_arguments(self, parser) -> None:
        parser.add_argument("folder", type=Path, help="a folder that export_all wrote")

    def handle(self, *args, folder: Path, **options) -> None:
        def tell(done: int, steps: int, what: str) -> None:
            self.stdout.write(f"{done}/{steps} {what}")
            self.stdout.flush()

        try:
            told = loading.load(folder.absolute(), tell=tell)
        except (Refused, OSError) as refusal:
            raise CommandError(f"{refusal}\nNothing was loaded.") from refusal
        rows = sum(table["rows"] for table in told.tables.values())
        self.stdout.write(f"{rows} rows of {len(told.tables)} tables and {told.documents} documents are loaded.")
        self.stdout.write(
            f"The same rows, guards, documents, seals (up to {told.audit_head}) and figures of every day."
        )
