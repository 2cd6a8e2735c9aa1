import os
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.models import User
from deployments.models import Deployment
from peaceops import demonstration
from personnel.models import Person

ACCOUNTS_FILE = "demo-accounts.txt"


class Command(BaseCommand):
    """Fill an empty database with the demonstration world; leave any other database alone."""

    help = "Load the demonstration world into a database without accounts, people and deployments."

    def handle(self, *args, **options) -> None:
        if any(model.objects.exists() for model in (User, Person, Deployment)):
            self.stdout.write("The database is in use: no demonstration world is loaded.")
            return
        world = demonstration.load(today=timezone.localdate())
        path = Path(settings.DATA_DIR) / ACCOUNTS_FILE
        lines = [f"{account.role}\t{account.email}\t{account.password}\n" for account in world.accounts]
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.writelines(lines)
        self.stdout.write(
            f"Demonstration world: {world.people} people, {world.deployments} deployments; accounts in {path}."
        )
