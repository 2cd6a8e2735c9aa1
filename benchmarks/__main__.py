"""Run one benchmark in a database of its own: `python -m benchmarks sweep 100000 150`.

PostgreSQL where `DATABASE_URL` is one, else SQLite in a temporary folder.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peaceops.settings")

DEFAULTS = {"sweep": ["100000", "150"], "lists": ["30000", "10"], "hostile": ["60"], "strength": ["100000"]}


def main(name: str, *numbers: str) -> int:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DATA_DIR"] = folder
        import tests.environment  # noqa: F401 (keys, as the tests have them)
        from tests.own_database import environment

        with environment(Path(folder)) as env:
            command = [sys.executable, "-m", f"benchmarks.{name}", *(numbers or DEFAULTS[name])]
            return subprocess.run(command, env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
