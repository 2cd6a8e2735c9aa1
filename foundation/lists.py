"""Lists that come by pages: each row stands on exactly one page, and none is shown for a question that is not valid."""

from typing import Any
from urllib.parse import urlencode

import django_filters
from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.choices import flatten_choices
from django.utils.formats import number_format
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation import list_settings
from foundation.converters import is_id

COUNTED_AT_MOST = 10_000
"""Beyond so many rows a list says "more than": to count a million takes longer than to show any page of them."""

LEFT_OUT = "…"
"""What the trail says in the place of words that somebody typed."""

IN_THE_LINE = 4
"""So many filters stand in a line."""

OF_A_PLACE = ("page", "after", "before", "row", "all", "export")
"""What an address asks for beside the list: the place in it, and what is to be done with it."""

FARTHEST_PAGE = 10**9
"""A greater number is no page of anything, and with the rows before it no number that a database holds."""


def totally_ordered(rows: QuerySet) -> QuerySet:
    """The same rows with the id as the last word of their order, in the direction of the word before.

    Rows that tie are in no order for a database: PostgreSQL may show one of them on two pages and another on none. One
    direction, so that an index on the column and the id answers both orders.
    """
    order = rows.query.order_by or (rows.model._meta.ordering if rows.query.default_ordering else ())
    last = order[-1] if order else ""
    if last in {"pk", "-pk", "id", "-id"}:
        return rows
    return rows.order_by(*order, "-pk" if isinstance(last, str) and last.startswith("-") else "pk")


class ListPage(Page):
    """One page of a list; `more` says whether another one follows.

    Where the list is too long to be counted, its links name the row at its edge (`after`, `before`), so that the next
    page is found beside that row and not by counting all rows before it.
    """

    paginator: "Pages"
    sizes = list_settings.SIZES
    """How many rows a page the reader may choose."""

    def __init__(self, rows: QuerySet, number: int, pages: "Pages", ids: list[int], *, more: bool) -> None:
        super().__init__(rows, number, pages)
        self.ids, self.more = ids, more

    def has_next(self) -> bool:
        return self.more

    def next_page_number(self) -> int:
        return self.number + 1

    def previous_page_number(self) -> int:
        return self.number - 1

    @property
    def after(self) -> int | None:
        return self.ids[-1] if self.ids and self.paginator.by_edges else None

    @property
    def before(self) -> int | None:
        return self.ids[0] if self.ids and self.number > 2 and self.paginator.by_edges else None


class Pages(Paginator):
    """The pages of a queryset.

    The ids of a page are looked up first, which an index on the order answers alone, then the rows with all that
    belongs to them: so the rows of the pages before are never read. One row more than fits says whether a page follows.
    """

    object_list: QuerySet

    def __init__(self, rows: QuerySet, size: int) -> None:
        super().__init__(totally_ordered(rows), size)

    @cached_property
    def count(self) -> int:
        """How many rows there are; one more than `COUNTED_AT_MOST` stands for any greater number."""
        return bounded_count(self.object_list)

    @property
    def is_counted(self) -> bool:
        return is_counted(self.count)

    @property
    def how_many(self) -> str:
        return how_many(self.count)

    @property
    def by_edges(self) -> bool:
        return not self.is_counted and bool(self._columns)

    @cached_property
    def _columns(self) -> list[tuple[str, bool]]:
        """The order as (column, whether it descends); none where a page is found by its number alone.

        That is where the order is computed, or where a column may be empty: the two engines put that at different ends.
        """
        order: Any = self.object_list.query.order_by or self.object_list.model._meta.ordering
        if not all(isinstance(word, str) for word in order):
            return []
        columns = [(word.lstrip("-"), word.startswith("-")) for word in order]
        return columns if all(_is_always_filled(self.object_list, name) for name, _descends in columns) else []

    def get_page(self, number: Any, *, after: str = "", before: str = "") -> ListPage:
        """This page; the first one for what is no number, the last one for a number beyond it.

        In a list that is too long to be counted it is looked for `after` or `before` a row, where one is named.
        """
        wanted = max(min(int(number), FARTHEST_PAGE), 1) if is_id(str(number)) else 1
        if wanted > 1 and (after or before) and (page := self._beside(wanted, after, before)):
            return page
        page = self.page(wanted)
        if page.number > 1 and not page.object_list:
            rows = self.object_list.order_by().count()
            page = self.page(max(1, -(-rows // self.per_page)))
        return page

    def page(self, number: Any) -> ListPage:
        start = (number - 1) * self.per_page
        ids = self._ids(self.object_list, start)
        if number == 1 and len(ids) <= self.per_page:
            self.count = len(ids)  # all there are: no need to ask
        return self._page(number, ids[: self.per_page], more=len(ids) > self.per_page)

    def _ids(self, rows: QuerySet, start: int = 0) -> list[int]:
        """The ids of a page, and one more."""
        return list(rows.values_list("pk", flat=True)[start : start + self.per_page + 1])

    def _page(self, number: int, ids: list[int], *, more: bool) -> ListPage:
        rows = self.object_list.filter(pk__in=ids) if ids else self.object_list.none()
        return ListPage(rows, number, self, ids, more=more)

    def _beside(self, number: int, after: str, before: str) -> ListPage | None:
        """The page after or before a row; None where the row is not in the list (any more)."""
        edge = after or before
        if not is_id(edge) or not self.by_edges:
            return None
        names = [name for name, _descends in self._columns]
        values = self.object_list.filter(pk=edge).values_list(*names).first()
        if values is None:
            return None
        beyond = _beyond(self._columns, values, forwards=bool(after))
        if after:
            ids = self._ids(self.object_list.filter(beyond))
            return self._page(number, ids[: self.per_page], more=len(ids) > self.per_page) if ids else None
        ids = self._ids(self.object_list.filter(beyond).reverse())[: self.per_page]
        return self._page(number, ids[::-1], more=True) if ids else None


def _is_always_filled(rows: QuerySet, path: str) -> bool:
    """Whether it is a column, and neither it nor what leads to it may be NULL. A table is in an order of its own."""
    options: Any = rows.model._meta
    field: Any = None
    for name in path.split("__"):
        field = options.pk if name == "pk" else options.get_field(name)
        if field.null:
            return False
        if field.is_relation:
            options = field.related_model._meta
    return not field.is_relation


def _beyond(columns: list[tuple[str, bool]], values: tuple, *, forwards: bool) -> Q:
    """The rows beyond one with these values in the order of the columns.

    The first column is bounded once more by itself: an index can begin there, and cannot with the "or" alone.
    """
    beyond, same = Q(), Q()
    for (name, descends), value in zip(columns, values, strict=True):
        comes_later = "lt" if descends is forwards else "gt"
        beyond |= same & Q((f"{name}__{comes_later}", value))
        same &= Q((name, value))
    (name, descends), value = columns[0], values[0]
    return Q((f"{name}__{'lte' if descends is forwards else 'gte'}", value)) & beyond


def bounded_count(rows: QuerySet) -> int:
    """How many rows there are; one more than `COUNTED_AT_MOST` stands for any greater number."""
    return rows.order_by().values("pk")[: COUNTED_AT_MOST + 1].count()


def is_counted(count: int) -> bool:
    return count <= COUNTED_AT_MOST


def how_many(count: int) -> str:
    """A bounded count as a sentence says it: "146", "1,234", "more than 10,000"."""
    if is_counted(count):
        return number_format(count, force_grouping=True)
    return _("more than %(number)s") % {"number": number_format(COUNTED_AT_MOST, force_grouping=True)}


class CountedPages(Paginator):
    """The pages of rows that are no queryset, of which no more than one beyond `COUNTED_AT_MOST` were looked up."""

    @property
    def is_counted(self) -> bool:
        return is_counted(self.count)

    @property
    def how_many(self) -> str:
        return how_many(self.count)


def page_of(request: HttpRequest, rows: QuerySet, size: int) -> ListPage:
    """The page of a list that the address asks for by `?page=`, and `after` or `before` which row.

    It has as many rows as the reader chose for this list, or else `size`.
    """
    asked = request.GET
    return Pages(rows, list_settings.of(request).size or size).get_page(
        asked.get("page", ""), after=asked.get("after", ""), before=asked.get("before", "")
    )


class ListFilter(django_filters.FilterSet):
    """What narrows and orders a list. Where any of it is not valid, the list is empty and says what is wrong.

    To leave out the invalid part would show, and export, rows that nobody asked for.
    """

    in_line: tuple[str, ...] = ()
    """The filters that stand in the line; all others are folded below it."""

    @property
    def qs(self) -> QuerySet:
        return self.queryset.none() if self.is_bound and not self.is_valid() else super().qs

    @property
    def asked(self) -> dict[str, Any]:
        """What the valid list was asked for, by name; of a row its key."""
        answers = self.form.cleaned_data.items()
        return {name: getattr(value, "pk", value) for name, value in answers if value not in (None, "")}

    @property
    def asked_without_words(self) -> dict[str, Any]:
        """The same for the trail: what somebody typed freely may name people, and is left out there."""
        fields = self.form.fields
        return {
            name: LEFT_OUT if isinstance(fields[name], forms.CharField) else value for name, value in self.asked.items()
        }

    @property
    def in_words(self) -> list[tuple[str, str]]:
        """What narrows the valid list, as labels and words; its order is to be seen in it."""
        return [(label, words) for label, words, _without in self.chips]

    @property
    def chips(self) -> list[tuple[str, str, str]]:
        """What narrows the list, as far as it is valid: labels, words, and what asks for the list without it."""
        self.form.is_valid()
        return [
            (str(capfirst(self.form.fields[name].label)), self._told(name), self._without(name))
            for name in self.asked
            if self.form.fields[name].label
        ]

    def _told(self, name: str) -> str:
        field: Any = self.form.fields[name]
        value = self.form.cleaned_data[name]
        if hasattr(field, "label_from_instance") and value != getattr(field, "null_value", None):
            return str(field.label_from_instance(value))
        # Choices may be grouped, and their keys may be numbers of which the form makes words.
        choices: list[tuple[Any, Any]] = list(flatten_choices(list(getattr(field, "choices", ()))))
        return next((str(label) for key, label in choices if str(key) == str(value)), str(value))

    def _without(self, name: str) -> str:
        left_out = {name, f"{name}_words", f"{name}_found", *OF_A_PLACE}
        return urlencode([(key, value) for key, values in self.data.lists() if key not in left_out for value in values])

    @property
    def first_fields(self) -> list[forms.BoundField]:
        """Those that stand in the line of the filters: `in_line`, or else the first four."""
        visible = self.form.visible_fields()
        return [field for field in visible if field.name in self.in_line] if self.in_line else visible[:IN_THE_LINE]

    @property
    def more_fields(self) -> list[forms.BoundField]:
        shown = {field.name for field in self.first_fields}
        return [field for field in self.form.visible_fields() if field.name not in shown]


class Sorting(django_filters.ChoiceFilter):
    """The orders that the heads of a list offer: `?sort=name` or, the other way round, `?sort=-name`.

    `fields` are pairs of a name in the address and the column behind it.
    """

    def __init__(self, *fields: tuple[str, str]) -> None:
        self.columns = dict(fields)
        self.columns |= {f"-{name}": f"-{column}" for name, column in fields}
        choices = [(name, name) for name in self.columns]
        errors = {"invalid_choice": gettext_lazy("This list has no such order.")}
        super().__init__(label="", choices=choices, widget=forms.HiddenInput, error_messages=errors)

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        return qs.order_by(self.columns[value]) if value else qs
