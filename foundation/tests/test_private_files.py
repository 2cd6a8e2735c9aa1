"""Whether a file is missing, or the place of all of them."""

import pytest

from foundation.private_files import FilesAway, is_reachable, reached, stored
from foundation.refusals import StepRefused


@reached()
def opened(path):
    return path.open()


def test_a_file_that_is_missing_is_missing_while_its_folder_is_there(settings, tmp_path):
    settings.FILES_DIR = str(tmp_path)

    with pytest.raises(FileNotFoundError):
        opened(tmp_path / "cv.pdf")
    assert is_reachable()


def test_where_the_folder_of_all_is_not_mounted_they_are_away(settings, tmp_path):
    settings.FILES_DIR = str(tmp_path / "mount")

    with pytest.raises(FilesAway):
        opened(tmp_path / "mount" / "cv.pdf")
    assert not is_reachable()


def test_what_else_the_place_says_is_away_too_and_nothing_is_stored():
    with pytest.raises(FilesAway), reached():
        raise PermissionError
    with pytest.raises(StepRefused) as refused, stored():
        raise PermissionError
    assert [(blocker.code, blocker.about) for blocker in refused.value.blockers] == [("files_away", "file")]


def test_what_is_no_matter_of_files_stays_what_it_is():
    with pytest.raises(ValueError, match="of a form"), stored():
        raise ValueError("of a form")
