from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "audit"
    verbose_name = _("Audit")

    def ready(self) -> None:
        from audit.chain import begin  # noqa: PLC0415 (models are not loaded when this module is imported)
        from audit.writes import watch  # noqa: PLC0415

        post_migrate.connect(begin, sender=self)
        watch()
