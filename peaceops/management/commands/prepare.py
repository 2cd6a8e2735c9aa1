from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Everything between installing and starting, each step harmless when it was done before."""

    help = "Migrate, make the cache table, compile French, collect static files, load data. --demonstration adds people."

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "--demonstration", action="store_true", help="fill an empty database with the demonstration world"
        )

    def handle(self, *args, **options) -> None:
        call_command("compile_french", stdout=self.stdout)
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        call_command("load_public_data", stdout=self.stdout)
        if options["demonstration"]:
            call_command("load_demonstration", stdout=self.stdout)
