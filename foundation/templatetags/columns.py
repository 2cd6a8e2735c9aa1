"""The columns of a list that a reader leaves out: `{% column "area" %}…{% endcolumn %}` around each of its cells."""

from collections.abc import Iterable

from django import template

from foundation import list_settings

register = template.Library()


class Column(template.Node):
    """Cells that are drawn unless the reader left the column out."""

    def __init__(self, name: template.base.FilterExpression, cells: template.NodeList) -> None:
        self.name, self.nodelist = name, cells

    def render(self, context: template.Context) -> str:
        return "" if self.name.resolve(context) in _hidden(context) else self.nodelist.render(context)


@register.tag
def column(parser: template.base.Parser, token: template.base.Token) -> Column:
    name = parser.compile_filter(token.split_contents()[1])
    cells = parser.parse(("endcolumn",))
    parser.delete_first_token()
    return Column(name, cells)


@register.inclusion_tag("_choose_columns.html", takes_context=True)
def choose_columns(context: template.Context, offered: Iterable[tuple[str, str]]) -> dict[str, object]:
    """A form that leaves columns out, or shows them again; `offered` are their names and headings."""
    hidden = _hidden(context)
    return {
        "columns": [(name, label, name not in hidden) for name, label in offered],
        "request": context["request"],
        "csrf_token": context.get("csrf_token"),
    }


def _hidden(context: template.Context) -> frozenset[str]:
    if "hidden columns" not in context.render_context:
        context.render_context["hidden columns"] = list_settings.of(context["request"]).hidden
    return context.render_context["hidden columns"]
