from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from audit.log import record
from audit.models import Verb
from peaceops import __version__
from peaceops.management import telling
from records.everything import manifest, scope, writing
from records.everything.refused import Refused


class Command(BaseCommand):
    """Write all that the office has into a folder, as of one moment."""

    help = "Write everything into a new folder: a workbook, every table, the documents, a manifest."

    def add_arguments(self, parser) -> None:
        parser.add_argument("folder", type=Path, help="a folder that is empty or not there yet")
        languages = [code for code, _name in settings.LANGUAGES]
        parser.add_argument("--language", choices=languages, default="en-ca", help="of the workbook (en-ca)")

    def handle(self, *args, folder: Path, language: str, **options) -> None:
        record(None, Verb.EXPORTED, None, what="everything", command="export_all")
        said, say = "", telling.each_step(self.stdout)

        def tell(done: int, steps: int, what: str) -> None:
            nonlocal said
            if what != said:
                said = what
                say(done, steps, what)

        try:
            told = writing.write(
                folder.absolute(), scope.everything(), version=__version__, language=language, tell=tell
            )
        except (Refused, OSError) as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{folder}: {told.rows} rows of {len(told.tables)} tables, {told.documents} documents.")
        if told.gone:
            self.stdout.write(f"{told.gone} rows say of a file that it is no longer kept.")
        self.stdout.write(f"Seals up to {told.audit_head}; {manifest.NAME} has the SHA-256 of every file.")
