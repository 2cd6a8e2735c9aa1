from django.core.management.base import BaseCommand, CommandError

from audit import chain
from audit.chain import sentence


class Command(BaseCommand):
    """Ends with 0 when the whole trail stands as it was written, with 1 and a sentence when it does not."""

    help = "Check every seal of the audit trail, up to its head, and against heads from logs or e-mails."

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "--head",
            action="append",
            default=[],
            metavar="NUMBER:SEAL",
            help="a head that was noted down: it must be in the trail still; may be given several times",
        )

    def handle(self, *args, **options) -> None:
        try:
            verdict = chain.verify(options["head"])
        except ValueError as error:
            raise CommandError("A head looks like 1234:0123abcd…, as logs and e-mails have it.") from error
        if verdict.fault:
            raise CommandError(f"{sentence(verdict.fault, verdict.number)} Up to event {verdict.count} all hold.")
        self.stdout.write(f"{sentence('', 0)} Head: {verdict.head}")
