"""The keys that a person gives to other systems."""

from datetime import date, timedelta

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from mingbai.base.lib.errors import Forbidden, Refused
from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.staff import actions
from mingbai.base.staff.forms import TokenForm
from mingbai.base.staff.models import Official, Token

_SHOWN_ONCE = "token_shown_once"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """One's own tokens; a new one (POST) is shown once, on the page after."""
    by, day = _who(request)
    by.must(Permission.STANDARD_READ)
    official: Official = request.user  # type: ignore[assignment]
    form = TokenForm(request.POST or None, initial={"ends_on": (day + timedelta(days=180)).isoformat()})
    reasons: tuple[str, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            secret = actions.make_token(by=by, official=official, **form.cleaned_data, day=day)
        except Forbidden:
            raise
        except Refused as refusal:
            reasons = refusal.reasons
        else:
            # The redirect must not lose it, and a session lies in the database: hidden until it was shown.
            request.session[_SHOWN_ONCE] = settings.KEYS.hide(secret)
            return redirect("staff:tokens")
    secret = settings.KEYS.open(request.session.pop(_SHOWN_ONCE, ""))
    held = Token.objects.filter(official=official).order_by("-id")
    context = {
        "form": form, "reasons": reasons, "secret": secret, "tokens": held, "longest": actions.LONGEST_TOKEN,
        "latest": day + timedelta(days=actions.LONGEST_TOKEN),
    }  # fmt: skip
    return render(request, "staff/tokens.html", context, status=422 if form.errors or reasons else 200)


@require_POST
def revoke(request: HttpRequest, number: int) -> HttpResponse:
    """A token of one's own opens nothing any more."""
    by, day = _who(request)
    token = get_object_or_404(Token.objects.select_related("official"), pk=number, official=request.user)
    actions.revoke_token(by=by, token=token, day=day)
    messages.success(request, _("令牌「%(name)s」已作废。") % {"name": token.name})
    return redirect("staff:tokens")


def _who(request: HttpRequest) -> tuple[Actor, date]:
    return request.actor, request.day  # type: ignore[attr-defined]
