"""Write the office of this version, on the engine of `DATABASE_URL`: `python -m tests.releases`, once a release."""

import tempfile
from pathlib import Path

import tests.environment  # noqa: F401 (the keys of the tests, before any settings)

if __name__ == "__main__":
    import django

    django.setup()

    from peaceops import __version__
    from records.tests.test_backups import WORLD, backup_of
    from tests.own_database import environment, is_postgresql, run

    with tempfile.TemporaryDirectory() as folder, environment(Path(folder)) as env:
        run(env, "-c", WORLD)
        engine = "postgresql" if is_postgresql() else "sqlite"
        backup_of(env, Path(folder) / "backups").rename(Path(__file__).parent / f"{__version__}.{engine}.zip")
