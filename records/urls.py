from django.urls import path, register_converter

from records.kinds import KINDS
from records.kinds.base import Kind
from records.views import everything, files, lists, long_exports


class EndingConverter:
    """A form in which lists are given out; anything else is no page."""

    regex = "csv|xlsx"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class KindConverter:
    """One kind of records; anything else is no page."""

    regex = "|".join(KINDS)

    def to_python(self, value: str) -> Kind:
        return KINDS[value]

    def to_url(self, value: Kind | str) -> str:
        return value if isinstance(value, str) else value.code


register_converter(EndingConverter, "ending")
register_converter(KindConverter, "kind")

urlpatterns = [
    path("everything/", everything.everything_export, name="everything_export"),
    path("exports/", long_exports.long_export_list, name="long_export_list"),
    path("exports/progress/", long_exports.long_export_progress, name="long_export_progress"),
    path("exports/<id:export_id>/cancel/", long_exports.long_export_cancel, name="long_export_cancel"),
    path("exports/<id:export_id>/download/", long_exports.long_export_download, name="long_export_download"),
    path("everything/progress/", everything.everything_progress, name="everything_progress"),
    path("everything/<id:export_id>.zip", everything.everything_download, name="everything_download"),
    path("lists/", lists.import_list, name="import_list"),
    path("lists/new/", lists.import_add, name="import_add"),
    path("lists/published/", lists.published_data, name="published_data"),
    path("lists/<id:import_id>/", lists.import_detail, name="import_detail"),
    path("lists/<id:import_id>/columns/", lists.import_columns, name="import_columns"),
    path("lists/<id:import_id>/progress/", lists.import_progress, name="import_progress"),
    path("lists/<id:import_id>/accept/", lists.import_accept, name="import_accept"),
    path("lists/<id:import_id>/tick/", lists.import_tick, name="import_tick"),
    path("lists/<id:import_id>/undo/", lists.import_undo, name="import_undo"),
    path("lists/<id:import_id>/refused.<ending:ending>", files.import_refused, name="import_refused"),
    path("lists/<id:import_id>/cancel/", lists.import_cancel, name="import_cancel"),
    path("lists/template.xlsx", files.import_template, name="import_template"),
    path("lists/template/<kind:kind>.csv", files.sheet_template, name="sheet_template"),
    path("lists/people.<ending:ending>", files.candidate_export, name="candidate_export"),
]
