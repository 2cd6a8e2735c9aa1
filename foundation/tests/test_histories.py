"""Managers of versions have one class, and each knows its own model and row."""

import pytest

from missions.models import Area, Mission
from tests import create

pytestmark = pytest.mark.django_db


def test_the_class_is_made_once():
    assert type(Area.history) is type(Area.history) is type(Mission.history)


def test_each_manager_is_about_its_own_model_and_row():
    area, other = create.area(), create.area(name_en="Graustark")
    mission = create.mission(area=area)
    area.name_en = "Ruritania and Graustark"
    area.save()
    assert [version.name_en for version in area.history.all()] == ["Ruritania and Graustark", "Ruritania"]
    assert [version.name_en for version in other.history.all()] == ["Graustark"]
    assert [version.code for version in mission.history.all()] == [mission.code]
    assert Area.history.count() == 3
    assert Mission.history.count() == 1
