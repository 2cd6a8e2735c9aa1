#!/usr/bin/env python
"""Django's command line."""

import os
import sys

WRITES_BY_HAND = {"shell", "changepassword", "createsuperuser"}
"""Commands in which somebody changes rows: their writes leave events."""


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peaceops.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415 (needs the settings above)

    from audit import requests  # noqa: PLC0415

    if {*sys.argv[1:2]} & WRITES_BY_HAND:
        requests.run(command=sys.argv[1])
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
