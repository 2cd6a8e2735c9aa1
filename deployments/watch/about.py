"""Parameters that all sentences of flags about a deployment use."""

from typing import Any

from flags.models import Flag

WITH_PERSON = ("person", "rank", "mission")
"""Relations of a deployment that `with_person` reads, to be fetched with the flags."""


def with_person(flag: Flag, params: dict[str, Any]) -> dict[str, Any]:
    """The parameters of a flag about a deployment, with its mission and the person with the rank of the time added."""
    return {**params, "person": flag.subject.person_as_then, "mission": flag.subject.mission}
