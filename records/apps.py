from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    name = "records"
    verbose_name = _("Records that come in and go out")

    def ready(self) -> None:
        from audit import exporting  # noqa: PLC0415 (models are not loaded when this module is imported)
        from records import long_exports  # noqa: PLC0415

        exporting.LONG.append(long_exports.ask)
