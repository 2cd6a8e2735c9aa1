"""Compile the catalogues of `locale/` where the compiled file is missing or older; it needs no gettext on the machine.

Part of the installation (`script/setup`): what serves pages writes nothing into the program.
"""

from pathlib import Path

import polib

for source in (Path(__file__).resolve().parent.parent / "locale").glob("*/LC_MESSAGES/*.po"):
    compiled = source.with_suffix(".mo")
    if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
        polib.pofile(source).save_as_mofile(compiled)
        compiled.chmod(0o644)  # another user may run the program
