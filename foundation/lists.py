"""Lists that come by pages: each row stands on exactly one page, and none is shown for a question that is not valid."""

from typing import Any

import django_filters
from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.converters import is_id

COUNTED_AT_MOST = 10_000
"""Beyond so many rows a list says "more than": to count a million takes longer than to show any page of them."""

FARTHEST_PAGE = 10**9
"""A greater number is no page of anything, and with the rows before it no number that a database holds."""


def totally_ordered(rows: QuerySet) -> QuerySet:
    """The same rows with the id as the last word of their order.

    Rows that tie are in no order for a database: PostgreSQL may show one of them on two pages and another on none.
    """
    order = rows.query.order_by or (rows.model._meta.ordering if rows.query.default_ordering else ())
    last = order[-1] if order else ""
    return rows if last in {"pk", "-pk", "id", "-id"} else rows.order_by(*order, "pk")


class ListPage(Page):
    """One page of a list; `more` says whether another one follows."""

    def __init__(self, rows: QuerySet, number: int, pages: "Pages", *, more: bool) -> None:
        super().__init__(rows, number, pages)
        self.more = more

    def has_next(self) -> bool:
        return self.more

    def next_page_number(self) -> int:
        return self.number + 1

    def previous_page_number(self) -> int:
        return self.number - 1

    def start_index(self) -> int:
        return self.paginator.per_page * (self.number - 1) + 1 if self.object_list else 0

    def end_index(self) -> int:
        return self.paginator.per_page * (self.number - 1) + len(self.object_list)


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
        return self.object_list.order_by().values("pk")[: COUNTED_AT_MOST + 1].count()

    @property
    def is_counted(self) -> bool:
        return self.count <= COUNTED_AT_MOST

    @property
    def how_many(self) -> str:
        """The count as a list's caption says it: "146", "More than 10,000"."""
        if self.is_counted:
            return str(self.count)
        return _("More than %(number)s") % {"number": number_format(COUNTED_AT_MOST, force_grouping=True)}

    def get_page(self, number: Any) -> ListPage:
        """This page; the first one for what is no number, the last one for a number beyond it."""
        wanted = min(int(number), FARTHEST_PAGE) if is_id(str(number)) else 1
        page = self.page(max(wanted, 1))
        if page.number > 1 and not page.object_list:
            rows = self.object_list.order_by().count()
            page = self.page(max(1, -(-rows // self.per_page)))
        return page

    def page(self, number: Any) -> ListPage:
        start = (number - 1) * self.per_page
        ids = list(self.object_list.values_list("pk", flat=True)[start : start + self.per_page + 1])
        if number == 1 and len(ids) <= self.per_page:
            self.count = len(ids)  # all there are: no need to ask
        rows = self.object_list.filter(pk__in=ids[: self.per_page]) if ids else self.object_list.none()
        return ListPage(rows, number, self, more=len(ids) > self.per_page)


def page_of(request: HttpRequest, rows: QuerySet, size: int) -> ListPage:
    """The page of a list that the address asks for by `?page=`."""
    return Pages(rows, size).get_page(request.GET.get("page", ""))


class ListFilter(django_filters.FilterSet):
    """What narrows and orders a list. Where any of it is not valid, the list is empty and says what is wrong.

    To leave out the invalid part would show, and export, rows that nobody asked for.
    """

    @property
    def qs(self) -> QuerySet:
        return self.queryset.none() if self.is_bound and not self.is_valid() else super().qs


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
