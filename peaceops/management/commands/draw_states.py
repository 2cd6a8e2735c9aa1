from collections.abc import Mapping

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db.models import TextChoices
from django.utils import translation

from deployments.candidates import pipeline
from deployments.models.nominations import Stage
from deployments.models.statuses import Status
from deployments.stays import steps

PAGE = settings.BASE_DIR / "docs" / "states.md"


class Command(BaseCommand):
    """Draw docs/states.md from the tables that decide; a test holds the page to them."""

    help = "Write the state diagrams of deployments and nominations into docs/states.md."

    def handle(self, *args, **options) -> None:
        PAGE.write_text(page())


def page() -> str:
    with translation.override("en-ca"):
        return (
            "# States\n\nDrawn from the tables by `script/manage draw_states`; do not edit by hand. An arrow that leads"
            " back to its\nstate is an act that changes the row and not its state.\n"
            + _section("Deployments", "deployments/stays/steps.py", Status, steps.TABLE)
            + _section("Nominations", "deployments/candidates/pipeline.py", Stage, pipeline.TABLE)
        )


def _section(title: str, source: str, states: type[TextChoices], table: Mapping) -> str:
    lines = [f"    {state.value}: {state.label}" for state in states]
    lines.append(f"    [*] --> {next(iter(states)).value}")
    for act, (sources, target) in table.items():
        from_here = [state for state in states if state in sources]
        lines += [f"    {state.value} --> {(target or state).value}: {act.label}" for state in from_here]
    leaving = {state for sources, _target in table.values() for state in sources}
    lines += [f"    {state.value} --> [*]" for state in states if state not in leaving]
    drawn = "\n".join(lines)
    return f"\n## {title}\n\nThe table `TABLE` of `{source}`.\n\n```mermaid\nstateDiagram-v2\n{drawn}\n```\n"
