"""How missions and positions are found by words, in the forms and filters of every app."""

from foundation.picking import by_words
from missions.models import Position

find_missions = by_words("name_en", "name_fr", "code")
find_positions = by_words("number", "title_en", "title_fr", "mission__name_en", "mission__name_fr")


def with_mission(position: Position) -> str:
    """A position as the choices show it, with its mission."""
    return f"{position.mission.name} – {position}"
