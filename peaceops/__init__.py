__version__ = "0.10.0"
"""The version, written only here; CHANGELOG.md lists its changes. Set before the import below, which needs settings."""

from peaceops.celery import app as celery_app  # noqa: E402

__all__ = ["__version__", "celery_app"]
