import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand

from accounts import first_administrator
from peaceops import data_folder, keys


class Command(BaseCommand):
    """All steps between installing and starting; safe to run again."""

    help = "Migrate, make the cache table, compile French, collect static files; say how somebody can first sign in."

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "--demonstration",
            action="store_true",
            help="load Canada's published operations, and into an empty database the demonstration world",
        )

    def handle(self, *args, **options) -> None:
        keys.exit_without_keys()
        if opened := data_folder.protect(settings.DATA_DIR):
            self.stdout.write(f"{opened} files and folders of the data are now for their owner only.")
        call_command("compile_french", stdout=self.stdout)
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        _collect_static()
        if options["demonstration"]:
            call_command("load_public_data", stdout=self.stdout)
            call_command("load_demonstration", stdout=self.stdout)
        elif first_administrator.is_wanted():
            self.stdout.write("Nobody can sign in yet. With this link the first administrator makes an account:")
            call_command("first_administrator_link", stdout=self.stdout)


def _collect_static() -> None:
    """Collect and compress the static files, but only when one of them changed: it takes seconds at every start."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda found: found[0]):
            digest.update(f"{name} {storage.size(name)} {storage.get_modified_time(name)}\n".encode())
    stored = Path(settings.STATIC_ROOT) / "collected.txt"
    if stored.exists() and stored.read_text() == digest.hexdigest():
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    stored.write_text(digest.hexdigest())
