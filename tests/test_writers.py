"""Only the module that a model names writes its rows, and only the rules write where a row stands.

The code is read, not run: what is assigned to `.status`, `.stage` or `.state`, what `update()` is given, and which rows
are made by the name of their class. The demonstration world, which plays the past, is left out.
"""

import ast
import re

import pytest
from django.apps import apps
from django.conf import settings

from tests.own_database import BASE_DIR

MAY_WRITE = {
    "status": {"deployments.stays", "deployments.corrections"},
    "stage": {"deployments.stays", "deployments.candidates", "deployments.corrections"},
    "state": {"deployments.stays", "deployments.candidates", "deployments.corrections", "records"},
}
LEFT_OUT = ("tests", "migrations", "demonstration")
BEGINS_WITH = {"Authorization": {"peaceops.management.commands.load_public_data"}}
"""What is published is loaded into an area that has no authorization yet."""

MAKES = {"create", "bulk_create", "get_or_create", "update_or_create"}


def _trees():
    for app in settings.OUR_APPS:
        for path in sorted((BASE_DIR / app).rglob("*.py")):
            parts = path.relative_to(BASE_DIR).with_suffix("").parts
            if not set(parts) & set(LEFT_OUT):
                yield ".".join(parts), ast.parse(path.read_text())


TREES = dict(_trees())


def _is_in(module, names):
    return any(module == name or module.startswith(f"{name}.") for name in names)


def _written_words(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr, node.lineno
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "update":
            yield from ((keyword.arg, node.lineno) for keyword in node.keywords)


def _made_rows(tree):
    """Names of classes of which something is made: `X(…)`, `X.objects.create(…)` and the like."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = re.fullmatch(r"(?:\w+\.)*([A-Z]\w+)(?:\.objects\.(\w+))?", ast.unparse(node.func))
            if name and (name[2] is None or name[2] in MAKES):
                yield name[1], node.lineno


def _named_writers():
    for model in apps.get_models():
        said = " ".join((model.__doc__ or "").split())
        if found := re.search(r"Written by ((?:`[\w.]+`(?:, | and )?)+) only", said):
            yield model.__name__, set(re.findall(r"`([\w.]+)`", found[1]))


@pytest.mark.parametrize("word", MAY_WRITE)
def test_where_a_row_stands_is_written_by_the_rules_only(word):
    places = [
        f"{module}:{line}"
        for module, tree in TREES.items()
        for name, line in _written_words(tree)
        if name == word and not _is_in(module, MAY_WRITE[word])
    ]

    assert places == []


@pytest.mark.parametrize(("model", "writers"), list(_named_writers()))
def test_rows_are_made_by_the_module_that_their_model_names(model, writers):
    makers = {module for module, tree in TREES.items() for name, _line in _made_rows(tree) if name == model}

    allowed = writers | BEGINS_WITH.get(model, set())
    assert [writer for writer in writers if not any(_is_in(module, {writer}) for module in TREES)] == [], (
        "no such module"
    )
    assert [module for module in makers if not _is_in(module, allowed)] == []
