"""What every process of PeaceOps does once its apps are loaded."""

from django.apps import AppConfig
from django.conf import settings


class PeaceOpsConfig(AppConfig):
    name = "peaceops"

    def ready(self) -> None:
        """Report errors where an address is set; without one, nothing of it is even imported."""
        if settings.SENTRY_DSN:
            from peaceops import error_reports  # noqa: PLC0415

            error_reports.begin(settings.SENTRY_DSN, settings.SENTRY_ENVIRONMENT)
