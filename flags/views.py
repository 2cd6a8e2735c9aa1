"""What needs attention."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import Permission, requires
from flags import attention
from flags.filters import FlagFilter
from flags.models import Flag

PAGE_SIZE = 50


@require_safe
@requires(Permission.FLAG_SEE)
def flag_list(request: HttpRequest) -> HttpResponse:
    """Open flags, the most urgent first; resolved ones on request."""
    rows = Flag.objects.visible_to(request.user).select_related("area", "service")
    filtered = FlagFilter(request.GET, queryset=rows, request=request)
    page = Paginator(filtered.qs, PAGE_SIZE).get_page(request.GET.get("page"))
    notices = attention.told(page.object_list, today=timezone.localdate())
    return render(request, "flags/flag_list.html", {"filter": filtered, "page": page, "notices": notices})
