"""What the lists of flags and of what is new hold when they are taken along."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from flags.attention import Notice
from foundation.tables import Column, Table


def _state(notice: Notice) -> Promise:
    flag = notice.flag
    if flag.resolved_at:
        return pgettext_lazy("flag", "Resolved")
    if flag.snoozed_until:
        return pgettext_lazy("flag", "Snoozed")
    return pgettext_lazy("flag", "Acknowledged") if flag.acknowledged_at else _("Open")


FLAGS = Table(
    "flags",
    _("Flags"),
    (
        Column("severity", _("Urgency"), "flag.get_severity_display"),
        Column("kind", _("Kind"), "flag.get_kind_display"),
        Column("sentence", _("What"), "sentence"),
        Column("area", _("Country or region"), "flag.area"),
        Column("service", _("Police service"), "flag.service"),
        Column("day", _("Day"), "flag.day"),
        Column("first_seen", _("First seen"), "flag.first_seen"),
        Column("assignee", _("Assigned to"), "flag.assignee"),
        Column("state", _("State"), _state),
        Column("snoozed_until", _("Snoozed until"), "flag.snoozed_until"),
        Column("resolved_at", _("Resolved at"), "flag.resolved_at"),
    ),
)
NEWS = Table(
    "news",
    _("What is new"),
    (
        Column("at", _("When"), "news.at"),
        Column("kind", _("Kind"), "news.get_kind_display"),
        Column("sentence", _("What"), "sentence"),
        Column("to_do", _("To do"), "to_do"),
    ),
)
