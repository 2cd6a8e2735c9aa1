__version__ = "0.9.0"
"""The one place where it is written; CHANGELOG.md says what it brought. Above the import, which needs settings."""

from peaceops.celery import app as celery_app  # noqa: E402

__all__ = ["__version__", "celery_app"]
