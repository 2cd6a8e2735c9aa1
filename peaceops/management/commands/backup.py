from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from audit.log import record
from audit.models import Verb
from peaceops import __version__
from records.backups import making
from records.everything.refused import Refused


class Command(BaseCommand):
    """Write a backup of one moment while others work, and prove it by restoring it elsewhere."""

    help = "Write a backup into a folder, restore it into a place of its own, and compare; both engines."

    def add_arguments(self, parser) -> None:
        folder = Path(settings.BACKUP_DIR) if settings.BACKUP_DIR else None
        key_file = Path(settings.BACKUP_KEY_FILE) if settings.BACKUP_KEY_FILE else None
        parser.add_argument("folder", nargs="?", type=Path, default=folder, help="where to (BACKUP_DIR)")
        parser.add_argument("--key-file", type=Path, default=key_file, help="encrypt it for its keys (BACKUP_KEY_FILE)")
        parser.add_argument("--no-check", action="store_true", help="do not restore it to prove it")

    def handle(self, *args, folder, key_file, no_check, **options) -> None:
        if folder is None:
            raise CommandError("Say into which folder, or set BACKUP_DIR.")
        record(None, Verb.EXPORTED, None, what="backup", command="backup")
        try:
            path = making.make(folder.absolute(), version=__version__, key_file=key_file, prove=not no_check)
        except (Refused, OSError) as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{path}: {path.stat().st_size} bytes.")
        if not no_check:
            self.stdout.write("Restored elsewhere: the same rows, guards, documents, seals and figures of every day.")
