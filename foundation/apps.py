from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class FoundationConfig(AppConfig):
    name = "foundation"
    verbose_name = _("Foundation")

    def ready(self) -> None:
        from foundation import guards, histories, required  # noqa: PLC0415 (models are not loaded before)

        histories.install()
        required.install()
        pre_migrate.connect(guards.remove)
        post_migrate.connect(guards.install)
