"""The contracts of imports cover every app: a new one cannot escape them."""

import tomllib

from django.conf import settings

from tests.own_database import BASE_DIR

LINTER = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["tool"]


def _contract(beginning):
    return next(contract for contract in LINTER["importlinter"]["contracts"] if contract["name"].startswith(beginning))


def test_every_app_is_looked_at_and_has_its_floor():
    ours = set(settings.OUR_APPS)

    assert set(LINTER["importlinter"]["root_packages"]) == ours
    assert set(_contract("The floors")["layers"]) == ours
    assert set(_contract("Nobody imports pages")["source_modules"]) == ours
    assert set(LINTER["mypy"]["files"]) == ours
    assert LINTER["mypy"]["exclude"] == ["/tests/", "/migrations/"]


def test_the_floors_are_stacked_as_the_settings_list_them():
    assert _contract("The floors")["layers"] == list(reversed(settings.OUR_APPS))


def test_every_package_of_ours_is_an_app():
    packages = {path.parent.name for path in BASE_DIR.glob("*/apps.py")} | {"peaceops"}

    assert packages == set(settings.OUR_APPS)
    for name in LINTER["importlinter"]["root_packages"]:
        assert (BASE_DIR / name / "__init__.py").exists()
