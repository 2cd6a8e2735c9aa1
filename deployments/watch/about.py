"""What sentences about a stay have in common."""

from typing import Any

from flags.models import Flag

WITH_PERSON = ("person", "rank", "mission")
"""What `with_person` asks of a deployment."""


def with_person(flag: Flag, params: dict[str, Any]) -> dict[str, Any]:
    """Add the person, with the rank of the time, and the mission of the deployment that a flag is about."""
    return {**params, "person": flag.subject.person_as_then, "mission": flag.subject.mission}
