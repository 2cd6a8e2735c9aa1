"""The page where users choose their letters."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import Permission, requires
from accounts.requests import SignedInRequest
from flags.forms import LetterChoiceForm
from foundation.pages import form_page, typed


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.FLAG_SEE)
def letter_choice(request: SignedInRequest) -> HttpResponse:
    """Choose about what, how often, and in which language the reader gets letters."""
    form = LetterChoiceForm(typed(request), user=request.user)
    return form_page(
        request,
        form,
        form.save,
        title=_("Your e-mails"),
        lead=_("One e-mail lists all flags and news since the one before. E-mails go to %(address)s.")
        % {"address": request.user.email},
        back="flag_list",
        done=_("Your choice of e-mails was saved."),
    )
