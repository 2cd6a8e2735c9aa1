import os
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from peaceops.management import telling
from records.everything import elsewhere, loading
from records.everything.refused import Refused


class Command(BaseCommand):
    """Move an office from its SQLite file into the empty PostgreSQL database of `DATABASE_URL`, losing nothing.

    Who is signed in signs in again. Archives of everything that can still be downloaded stay behind.
    """

    help = "Load all that an SQLite installation has into the empty database of DATABASE_URL, and prove it."

    def add_arguments(self, parser) -> None:
        sqlite = Path(settings.DATA_DIR) / "peaceops.sqlite3"
        parser.add_argument("--from", dest="source", type=Path, default=sqlite, help=f"the file of SQLite ({sqlite})")

    def handle(self, *args, source: Path, **options) -> None:
        if connection.vendor != "postgresql":
            raise CommandError("DATABASE_URL must name the PostgreSQL database that is to be filled.")
        if not source.is_file():
            raise CommandError(f"There is no {source}: give the SQLite file with --from.")
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        try:
            with elsewhere.workplace("move-") as work:
                self._take_out(source.absolute(), work / "office")
                told = loading.load(work / "office", tell=telling.each_step(self.stdout))
        except (Refused, OSError) as refusal:
            raise CommandError(f"{refusal}\nNothing was loaded; the SQLite file is as it was.") from refusal
        self.stdout.write(f"{told.rows} rows of {len(told.tables)} tables and {told.documents} documents have moved.")
        self.stdout.write(telling.is_the_same(told))
        self.stdout.write(f"Keep {source} until you are sure; nothing uses it any more.")

    def _take_out(self, source: Path, folder: Path) -> None:
        """In processes of their own, whose database is the SQLite file."""
        env = {**os.environ, "DATABASE_URL": f"sqlite:///{source}"}
        # First, because the export is an event: with another key its seal would never hold.
        try:
            elsewhere.run(env, "audit_verify")
        except Refused as fault:
            hint = "AUDIT_KEY must be that of the SQLite installation: audit-key.txt beside its file."
            raise Refused(*fault.reasons, hint) from fault
        elsewhere.run(env, "export_all", str(folder))
