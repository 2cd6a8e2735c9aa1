import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor

from accounts import first_administrator
from peaceops import data_folder, keys


class Command(BaseCommand):
    """All steps between installing and starting; safe to run again."""

    help = "Migrate, make the cache table, collect static files; say how somebody can first sign in."

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
        _refuse_without_french()
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        # An office that has records is told what is done to them, and how far it is; an empty one has nothing to lose.
        is_upgrade = bool(plan and executor.loader.applied_migrations)
        if is_upgrade:
            self.stdout.write("\n".join(["What brings the database up to this version:", *steps_of(plan)]))
        call_command("migrate", verbosity=int(is_upgrade), stdout=self.stdout)
        call_command("createcachetable", verbosity=0)
        _collect_static()
        if options["demonstration"]:
            call_command("load_public_data", stdout=self.stdout)
            call_command("load_demonstration", stdout=self.stdout)
        elif first_administrator.is_wanted():
            self.stdout.write("Nobody can sign in yet. With this link the first administrator makes an account:")
            call_command("first_administrator_link", stdout=self.stdout)


def steps_of(plan: list[tuple[Migration, bool]]) -> list[str]:
    """The migrations of a plan, numbered, each with the first line of its docstring: what it does."""
    names = [f"{number}/{len(plan)} {migration}" for number, (migration, _backwards) in enumerate(plan, start=1)]
    said = [(type(migration).__doc__ or "").strip().partition("\n")[0] for migration, _backwards in plan]
    return [f"{name}: {what}" if what else name for name, what in zip(names, said, strict=True)]


def _refuse_without_french() -> None:
    """French is compiled by the installation (`script/setup`): what runs may write nothing into the program."""
    for source in (path for folder in settings.LOCALE_PATHS for path in folder.glob("*/LC_MESSAGES/*.po")):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            raise CommandError(
                "French is not compiled: whoever installs the program runs script/setup requirements.txt."
            )


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
