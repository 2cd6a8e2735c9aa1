"""Proving that what is stored is the office of which a manifest tells: rows, guards, seals, figures of every day."""

import datetime as dt

from django.db import connection
from django.utils.translation import gettext as _

from audit import chain
from foundation import guards
from records.everything import figures
from records.everything.manifest import Manifest


def differences(told: Manifest) -> list[str]:
    """Everything in which the office that is stored is another one, each in a sentence; none when it is the same."""
    return [*rows_that_differ(told), *contents_that_differ(told)]


def contents_that_differ(told: Manifest) -> list[str]:
    """Beside the number of rows: guards that are missing, seals that do not hold, days with other figures."""
    reasons = []
    if absent := guards.missing():
        reasons.append(_("These guards are missing: %(names)s.") % {"names": ", ".join(sorted(absent))})
    verdict = chain.verify([told.audit_head])
    if verdict.fault:
        reasons.append(chain.sentence(verdict.fault, verdict.number))
        reasons.append(_("The seals can be checked only with the AUDIT_KEY of the installation that wrote the folder."))
    here = figures.of_every_day(today=dt.date.fromisoformat(told.as_of))
    reasons += [
        _("The figures of “%(area)s” are not those that were written.") % {"area": code}
        for code in sorted({*here, *told.figures})
        if here.get(code) != told.figures.get(code)
    ]
    return reasons


def rows_that_differ(told: Manifest) -> list[str]:
    """The tables that have not as many rows as the manifest says; of any version of the program."""
    there = set(connection.introspection.table_names())
    reason = _("%(table)s has %(count)s rows now, and %(wanted)s in the manifest.")
    found = []
    with connection.cursor() as cursor:
        for label, table in told.tables.items():
            count = 0
            if table["table"] in there:
                cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(table['table'])}")  # noqa: S608 (a table that is there)
                [count] = cursor.fetchone()
            if count != table["rows"]:
                found.append(reason % {"table": label, "count": count, "wanted": table["rows"]})
    return found
