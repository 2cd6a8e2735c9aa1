from collections.abc import Callable

from django.contrib import admin
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from simple_history.admin import SimpleHistoryAdmin
from simple_history.models import SIMPLE_HISTORY_REVERSE_ATTR_NAME

from audit.conflicts import VersionedForm
from audit.models import Event
from audit.writes import one_for_each_row
from background.enqueue import after_change_of
from foundation.admin import ListedAdmin
from foundation.pages import say_what_was_taken_over


class ReadOnlyAdmin(ListedAdmin):
    """For rows that the admin only shows."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class AdministrationForm(VersionedForm):
    """A form of the administration: where both wrote something, the newer value stands beside its field."""

    def clean(self):
        cleaned = super().clean()
        for change in self.changes_by_others:
            self.add_error(change.name, _("The value is now “%(now)s”.") % {"now": change.now})
        return cleaned


class ToldByRow(ListedAdmin):
    """What one form of the admin writes (the row, its relations, rows beside it) leaves one event for each row.

    Two people at one row do not overwrite each other: the form carries its version, as those of the pages do.
    """

    locks_its_row = True
    """Whether a row is locked while its form is saved; not where what saves it locks others before."""

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = kwargs.pop("form", self.form)
        both = form if issubclass(form, AdministrationForm) else type(form.__name__, (AdministrationForm, form), {})
        return super().get_form(request, obj, change, form=both, **kwargs)

    def get_object(self, request, object_id, from_field=None):
        found = super().get_object(request, object_id, from_field)
        if found is None or request.method != "POST" or not self.locks_its_row:
            return found
        return self.model._default_manager.select_for_update(no_key=True).filter(pk=found.pk).first()

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        say_what_was_taken_over(request, form)

    def changeform_view(self, request, *args, **kwargs):
        return _told_by_row(super().changeform_view, request, *args, **kwargs)

    def delete_view(self, request, *args, **kwargs):
        return _told_by_row(super().delete_view, request, *args, **kwargs)

    def changelist_view(self, request, *args, **kwargs):
        return _told_by_row(super().changelist_view, request, *args, **kwargs)


def _told_by_row(view: Callable[..., HttpResponse], request: HttpRequest, *args, **kwargs) -> HttpResponse:
    if request.method != "POST":
        return view(request, *args, **kwargs)
    with transaction.atomic(), one_for_each_row():
        return view(request, *args, **kwargs)


class RecordedAdmin(ToldByRow, SimpleHistoryAdmin):
    """For rows that are edited in the admin, with their history; the jobs that look at them are enqueued.

    An older version is typed into the form of the row as it is now, so that nobody takes back unseen what somebody else
    wrote since.
    """

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        is_older = hasattr(obj, SIMPLE_HISTORY_REVERSE_ATTR_NAME)
        row = self.get_object(request, str(obj.pk)) if is_older else None
        return _of_older_version(form, row) if row else form

    def history_form_view(self, request, *args, **kwargs):
        return _told_by_row(super().history_form_view, request, *args, **kwargs)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        self.was_changed()

    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        self.was_changed()

    def delete_queryset(self, request, queryset):
        super().delete_queryset(request, queryset)
        self.was_changed()

    def was_changed(self):
        """Have the jobs run that look at these rows."""
        after_change_of(self.model)


def _of_older_version(form: type[AdministrationForm], row: Model) -> type[AdministrationForm]:
    """The form of a row that shows an older version of it, and saves what is sent into the row as it is now."""

    class OlderVersionForm(form):  # type: ignore[valid-type, misc]  # made anew for each row
        def __init__(self, data=None, files=None, *, instance):
            super().__init__(data, files, instance=instance if data is None else row)

        def version(self) -> str:
            return super().version() if self.is_bound else form(instance=row).version()

    return OlderVersionForm


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ["at", "actor", "verb", "subject_type", "subject_id", "address"]
    list_filter = ["verb", "subject_type"]
    list_select_related = ["actor", "subject_type"]
    search_fields = ["actor__email", "actor__name", "hash", "request_id"]
    date_hierarchy = "at"
