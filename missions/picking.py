"""How areas, missions, positions and teams are found by words, in the forms and filters of every app."""

from foundation.picking import by_words
from missions.models import Position, Team

find_areas = by_words("name_en", "name_fr", "code")
find_missions = by_words("name_en", "name_fr", "code")
find_positions = by_words("number", "title_en", "title_fr", "mission__name_en", "mission__name_fr")
find_teams = by_words("name_en", "name_fr", "mission__name_en", "mission__name_fr")


def with_mission(row: Position | Team) -> str:
    """A position or a team as the choices show it, with its mission."""
    return f"{row.mission.name} – {row}"
