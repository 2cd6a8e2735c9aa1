from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class FlagsConfig(AppConfig):
    name = "flags"
    verbose_name = _("Flags")

    def ready(self) -> None:
        from flags import kinds  # noqa: PLC0415 (models are not loaded when this module is imported)
        from flags.models.thresholds import create_defaults  # noqa: PLC0415

        kinds.discover()
        post_migrate.connect(create_defaults, sender=self)
