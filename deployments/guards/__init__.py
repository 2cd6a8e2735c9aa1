"""The guards of the database, which refuse what would break a rule, and their refusals as sentences.

The SQL beside this file is installed by `foundation.guards`.
"""

from django.db import IntegrityError, models
from django.utils.translation import gettext_lazy as _

from foundation.refusals import Blocker

NEVER_REWRITTEN = _("What was recorded is never rewritten or deleted; what is wrong is withdrawn.")

# Guard → (number of the rule, sentence).
SENTENCES = {
    "guard_within_authorized_cap": (1, _("No place is left under the authorized cap on every day of this stay.")),
    "guard_under_policy_ceiling": (2, _("The policy ceiling would be exceeded.")),
    "guard_person_in_one_place": (6, _("This person has another deployment on some of these days.")),
    "guard_kind_fits_mission": (5, _("Only deployments outside the missions are ancillary.")),
    "guard_roster_takes_nobody": (5, _("Nobody is deployed to a roster.")),
    "guard_entry_on_roster": (0, _("People are put on rosters, and on no other mission.")),
    "guard_roster_fixed": (0, _("There are people on this roster: it must stay a roster.")),
    "guard_mission_fixed": (
        1,
        _("Area and kind of a mission are fixed once somebody was planned for it, but for a move from a day on."),
    ),
    "guard_one_authorization_a_day": (1, _("Another authorization is in force on some of these days.")),
    "guard_waiver_decision_kept": (0, _("The decision about a waiver is never rewritten.")),
    "guard_mission_state_kept": (16, NEVER_REWRITTEN),
    "guard_area_name_kept": (0, NEVER_REWRITTEN),
    "guard_mission_name_kept": (0, NEVER_REWRITTEN),
    "guard_service_name_kept": (0, NEVER_REWRITTEN),
    "guard_ceiling_not_removed": (2, _("A policy ceiling is ended, never deleted.")),
    "guard_authorization_not_removed": (1, _("An authorization is ended or withdrawn, never deleted.")),
    "guard_area_succession_kept": (0, NEVER_REWRITTEN),
    "guard_former_area_kept": (0, NEVER_REWRITTEN),
    "guard_closed_after_last_day": (16, _("A closed mission has its last day on the day before it was closed.")),
    "guard_id_kept": (0, _("The id of a row is never changed.")),
    "guard_excess_kept": (1, _("What was recorded beyond a cap is never rewritten.")),
    "guard_team_of_the_mission": (0, _("This team belongs to another mission.")),
    "guard_team_stays": (0, _("A team stays with its mission.")),
    "guard_one_ceiling_a_day": (2, _("Another policy ceiling is in force on some of these days.")),
}


def name_of(error: IntegrityError) -> str:
    """The name of the guard that raised this error, or "" when it was something else.

    PostgreSQL names the constraint; the triggers of SQLite raise the name as their message.
    """
    diagnosis = getattr(error.__cause__, "diag", None)
    name = diagnosis.constraint_name if diagnosis else str(error)
    return name if name in SENTENCES else ""


def is_broken(constraint: str, model: type[models.Model], error: IntegrityError) -> bool:
    """Whether this unique constraint raised the error. SQLite does not name it, but lists its columns."""
    if diagnosis := getattr(error.__cause__, "diag", None):
        return diagnosis.constraint_name == constraint
    meta = model._meta
    [fields] = [getattr(each, "fields", ()) for each in meta.constraints if each.name == constraint]
    columns = {field.name: f"{meta.db_table}.{field.column}" for field in meta.fields}
    return str(error) == f"UNIQUE constraint failed: {', '.join(columns[name] for name in fields)}"


def blocker(error: IntegrityError) -> Blocker:
    """The error of a guard as a blocker. Raises the error again when no guard raised it."""
    name = name_of(error)
    if not name:
        raise error
    rule, sentence = SENTENCES[name]
    return Blocker(code=name.removeprefix("guard_"), message=str(sentence), rule=rule)
