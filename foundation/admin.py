"""What the pages of the administration have in common: days and numbers are typed as everywhere, and the filters and
counts of lists do not grow with the rows.
"""

import datetime as dt
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import FieldListFilter, ModelAdmin, RelatedFieldListFilter
from django.contrib.admin.exceptions import NotRegistered
from django.contrib.admin.utils import get_model_from_relation
from django.contrib.admin.views.main import ChangeList
from django.db import models
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from foundation.converters import is_id
from foundation.days import DayField
from foundation.lists import CountedPages, bounded_count, is_counted, totally_ordered
from foundation.numbers import DecimalNumber, WholeNumber
from foundation.picking import FEW, LONGEST_SEARCH


class FewRelated(RelatedFieldListFilter):
    """The filter by rows of another table: all of them where they are few. Of many, the chosen row, and those that are
    found by the search of their own list in the administration.

    It takes the place of Django's own wherever a `list_filter` names such a field.
    """

    are_many = False
    too_many = False
    kept: list[tuple[str, str]]
    """The other questions of the list, which a search among the choices keeps."""

    def __init__(self, field: Any, request: Any, params: dict, model: Any, model_admin: Any, field_path: str) -> None:
        self.words_kwarg = f"{field_path}__words"
        self.words = params.pop(self.words_kwarg, [""])[-1].strip()[:LONGEST_SEARCH]
        super().__init__(field, request, params, model, model_admin, field_path)
        if self.are_many:
            self.template = "admin/filter_by_words.html"

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        model = get_model_from_relation(field)
        rows = model._default_manager.all()
        if ordering := self.field_admin_ordering(field, request, model_admin):
            rows = rows.order_by(*ordering)
        try:
            search = model_admin.admin_site.get_model_admin(model).get_search_results
        except NotRegistered:  # as many as the program has, not as people enter
            return [(row.pk, str(row)) for row in rows]
        few = list(totally_ordered(rows)[: FEW + 1])
        self.are_many = len(few) > FEW
        if self.are_many:
            few = self._chosen_and_found(rows, lambda words: search(request, rows, words)[0])
        return [(row.pk, str(row)) for row in few]

    def _chosen_and_found(self, rows: QuerySet, search: Any) -> list[Model]:
        chosen = [key for key in self.lookup_val or [] if is_id(key)][:FEW]
        shown = list(rows.filter(pk__in=chosen))
        if self.words:
            ids = search(self.words).values("pk")
            found = list(totally_ordered(rows.filter(pk__in=ids))[: FEW + 1])
            self.too_many = len(found) > FEW
            shown += [row for row in found[:FEW] if row not in shown]
        return shown

    @property
    def finds_nothing(self) -> bool:
        return bool(self.words) and not self.lookup_choices

    def has_output(self) -> bool:
        return self.are_many or super().has_output()

    def choices(self, changelist: ChangeList) -> Any:
        questions = changelist.filter_params.items()
        self.kept = [(name, value) for name, values in questions if name != self.words_kwarg for value in values]
        return super().choices(changelist)


FieldListFilter.register(lambda field: field.remote_field, FewRelated, take_priority=True)


class BoundedPages(CountedPages):
    """The pages of a list of the administration, which counts no further than any other list."""

    object_list: QuerySet

    @cached_property
    def count(self) -> int:
        return bounded_count(self.object_list)


class ListedAdmin(ModelAdmin):
    """Whose days and numbers are typed as on all other pages, and whose list does not count all rows: what lies beyond
    is found by a search or a filter.

    Rows are chosen all at once only where they are counted, so that nobody acts on more than the page says.
    """

    formfield_overrides = {
        models.DateField: {"form_class": partial(DayField, earliest=dt.date(1900, 1, 1))},  # dates of birth, too
        models.IntegerField: {
            "form_class": WholeNumber,
            "widget": forms.TextInput({"class": "vIntegerField", "inputmode": "numeric"}),
        },
        models.DecimalField: {
            "form_class": DecimalNumber,
            "widget": forms.TextInput({"class": "vIntegerField", "inputmode": "decimal"}),
        },
    }
    paginator = BoundedPages
    show_full_result_count = False

    def response_action(  # type: ignore[override]  # the stub is of a later Django
        self, request: HttpRequest, queryset: QuerySet
    ) -> HttpResponse | None:
        if request.POST.get("select_across", "0") != "0" and not is_counted(bounded_count(queryset)):
            messages.error(request, _("There are too many rows to choose all of them. Search or filter first."))
            return None
        return super().response_action(request, queryset)
