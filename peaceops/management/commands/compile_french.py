import polib
from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Compile the catalogues of `locale/`; unlike `compilemessages` it needs no gettext on the machine."""

    help = "Compile locale/*/LC_MESSAGES/*.po where the compiled file is missing or older."

    requires_system_checks = []

    def handle(self, *args, **options) -> None:
        for folder in settings.LOCALE_PATHS:
            for source in folder.glob("*/LC_MESSAGES/*.po"):
                compiled = source.with_suffix(".mo")
                if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
                    polib.pofile(source).save_as_mofile(compiled)
                    compiled.chmod(0o644)  # part of the program, which another user may run
                    self.stdout.write(f"{source.name} of {source.parts[-3]} compiled.")
