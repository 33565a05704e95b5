"""Chinese first: English only for whoever switched to it. And no more is read than any page takes."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.template.loader import render_to_string
from django.utils import translation


class ChineseFirst(LocaleMiddleware):
    """The language is the one chosen by the switch (a cookie), and Chinese before anything was chosen: a browser
    bought in English does not decide for the officer who uses it."""

    def process_request(self, request: HttpRequest) -> None:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE


def readable(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Keeps from the pages what none of them could take.

    By its announced size, more than the two files of an import: the check against forgery would write it to the disk
    first, even for somebody who has not signed in. And NULs, which nobody types and PostgreSQL does not take: a form
    or an address with one is refused, in a query it becomes the mark of an unknown character, so that a filter still
    names nothing. The API answers for itself.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not (length.isdecimal() and len(length) < 16 and int(length) <= 2 * settings.UPLOAD_MAX_BYTES + (1 << 20)):
            refused = HttpResponse(render_to_string("400.html"), status=413)
            # What was not read must not be taken for the next request.
            refused["Connection"] = "close"
            return refused
        if not request.path.startswith("/api/"):
            if "\x00" in request.path or _form_has_nul(request, int(length)):
                return HttpResponse(render_to_string("400.html"), status=400)
            request.META["QUERY_STRING"] = request.META.get("QUERY_STRING", "").replace("%00", "%EF%BF%BD")
        return get_response(request)

    return answer


def _form_has_nul(request: HttpRequest, length: int) -> bool:
    # With a file it may be longer, and is read later: those forms are read by fields that take no NUL.
    if request.method != "POST" or length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        return False
    return any("\x00" in name or "\x00" in "".join(values) for name, values in request.POST.lists())
