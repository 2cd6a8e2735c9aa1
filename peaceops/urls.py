"""The addresses of PeaceOps: `/en-ca/…` and `/fr-ca/…`, and some for machines."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path, register_converter
from django.utils.translation import gettext_lazy as _

from accounts.views import sign_out
from foundation.converters import IdConverter
from peaceops import csp_reports, health, metrics, public, views
from peaceops.interrupted import entries_keep

register_converter(IdConverter, "id")

# The admin uses the sign-in and sign-out of the site, which are rate limited and recorded.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.logout = sign_out  # type: ignore[assignment]
admin.site.site_title = _("PeaceOps administration")
admin.site.site_header = _("PeaceOps administration")
admin.site.index_title = _("Reference data and support")

urlpatterns = [
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("csp-report", csp_reports.csp_report, name="csp_report"),
    *i18n_patterns(
        path("", views.home, name="home"),
        path("search/", views.search, name="search"),
        path("public/operations/", public.public_operations, name="public_operations"),
        path("public/operations.<slug:ending>", public.public_operations_file, name="public_operations_file"),
        path("entries/keep/", entries_keep, name="entries_keep"),
        path("days/understood/", views.day_understood, name="day_understood"),
        path("search/suggestions/", views.search_suggestions, name="search_suggestions"),
        path("first-steps/", views.office_set_up, name="office_set_up"),
        path("", include("missions.urls")),
        path("", include("personnel.urls")),
        path("", include("deployments.urls")),
        path("", include("reports.urls")),
        path("", include("records.urls")),
        path("", include("flags.urls")),
        path("", include("outbox.urls")),
        path("", include("background.urls")),
        path("", include("audit.urls")),
        path("account/", include("accounts.urls")),
        path("admin/", admin.site.urls),
    ),
]

if settings.DEBUG_TOOLBAR:
    from debug_toolbar.toolbar import debug_toolbar_urls

    urlpatterns += debug_toolbar_urls()

handler400 = "peaceops.error_pages.not_understood"
handler403 = "peaceops.error_pages.refused"
handler404 = "peaceops.error_pages.not_found"
handler500 = "peaceops.error_pages.broken"
