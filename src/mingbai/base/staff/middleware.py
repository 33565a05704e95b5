"""Who is acting and which day it is, on every request; and what becomes of a refusal."""

from collections.abc import Callable
from datetime import date

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect

from mingbai.base.lib.errors import Changed, Forbidden, Refused
from mingbai.base.lib.permissions import ANONYMOUS, Actor
from mingbai.base.staff.models import Official
from mingbai.base.staff.queries import actor_of

Answer = Callable[[HttpRequest], HttpResponse]


class Request(HttpRequest):
    """A request as views get it: with who acts and which day it is."""

    actor: Actor
    day: date


def the_day() -> date:
    """Today in China; in the demo its fixed day."""
    fixed: date | None = settings.FIXED_DAY
    return fixed or timezone.localdate()


# Open to everybody: leaving, and another language. The pages of signing in say so themselves.
_OPEN = frozenset({"account_logout", "set_language"})


class ActorMiddleware:
    """Sets `request.day` and `request.actor`. One query for whoever is signed in.

    Who is not signed in is sent to sign in; whoever has a one-time password is sent to choose another. The API
    knows its callers by their tokens, not by a session.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.day = the_day()  # type: ignore[attr-defined]
        user = request.user
        known = isinstance(user, Official) and user.is_active
        request.actor = actor_of(user, request.day) if known else ANONYMOUS  # type: ignore[attr-defined, arg-type]
        answer = self.get_response(request)
        if known and not answer.has_header("Cache-Control"):
            # A township's computer has many users: "back" after signing out shows nobody's household.
            patch_cache_control(answer, private=True, no_store=True)
        return answer

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], *_arguments: object
    ) -> HttpResponse | None:
        """Where the request has to go first, if anywhere."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in _OPEN or not getattr(view, "login_required", True) or request.path.startswith("/api/"):
            return None
        user = request.user
        if not isinstance(user, Official):
            return _go(
                request, redirect_to_login(request.get_full_path() if request.method in ("GET", "HEAD") else "/").url
            )
        change = reverse("account_change_password")
        return _go(request, change) if user.must_change_password and request.path != change else None


def _go(request: HttpRequest, url: str) -> HttpResponse:
    # A redirect would put a whole page into the part that htmx asked for.
    return HttpResponseClientRedirect(url) if getattr(request, "htmx", False) else HttpResponseRedirect(url)


class RefusedMiddleware:
    """A refusal becomes sentences for the person: a message on the page they came from, or a page of its own.

    Views that keep what was typed catch `Refused` themselves; this is for all the others.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused):
            return None
        status = 403 if isinstance(exception, Forbidden) else 409 if isinstance(exception, Changed) else 422
        if request.path.startswith("/api/"):
            return JsonResponse({"detail": list(exception.reasons)}, status=status)
        back = request.headers.get("referer", "")
        if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
            back = ""
        if request.method == "POST" and status != 403 and not getattr(request, "htmx", False):
            if back:
                for reason in exception.reasons:
                    messages.error(request, reason)
                return HttpResponseRedirect(back)
        return render(request, "refused.html", {"reasons": exception.reasons, "back": back}, status=status)
