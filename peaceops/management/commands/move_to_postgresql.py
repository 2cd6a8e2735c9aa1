import os
import subprocess
import sys
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from records.everything import loading
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
        with tempfile.TemporaryDirectory(dir=Path(settings.PRIVATE_FILES), prefix="move-") as work:
            folder = Path(work) / "office"
            self._take_out(source.absolute(), folder)
            try:
                told = loading.load(folder, tell=self._tell)
            except (Refused, OSError) as refusal:
                raise CommandError(f"{refusal}\nNothing was loaded; the SQLite file is as it was.") from refusal
        rows = sum(table["rows"] for table in told.tables.values())
        self.stdout.write(f"{rows} rows of {len(told.tables)} tables and {told.documents} documents have moved.")
        self.stdout.write(
            f"The same rows, guards, documents, seals (up to {told.audit_head}) and figures of every day."
        )
        self.stdout.write(f"Keep {source} until you are sure; nothing uses it any more.")

    def _take_out(self, source: Path, folder: Path) -> None:
        """In processes of their own, whose database is the SQLite file."""
        env = {**os.environ, "DATABASE_URL": f"sqlite:///{source}"}
        # First, because the export is an event: with another key its seal would never hold.
        try:
            self._run(env, "audit_verify")
        except CommandError as fault:
            hint = "AUDIT_KEY must be that of the SQLite installation: audit-key.txt beside its file."
            raise CommandError(f"{fault}\n{hint}") from fault
        self._run(env, "export_all", str(folder))

    def _run(self, env: dict[str, str], *command: str) -> None:
        manage = str(settings.BASE_DIR / "manage.py")
        done = subprocess.run(  # noqa: S603 (our own program)
            [sys.executable, manage, *command], env=env, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise CommandError(done.stderr.strip())

    def _tell(self, done: int, steps: int, what: str) -> None:
        self.stdout.write(f"{done}/{steps} {what}")
        self.stdout.flush()
