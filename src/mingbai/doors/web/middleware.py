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


def not_too_large(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Refuses by the announced size what no page takes (two files of an import): the check against forgery would
    write it to the disk first, even for somebody who has not signed in."""

    def answer(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and len(length) < 16 and int(length) <= 2 * settings.UPLOAD_MAX_BYTES + (1 << 20):
            return get_response(request)
        refused = HttpResponse(render_to_string("400.html"), status=413)
        # What was not read must not be taken for the next request.
        refused["Connection"] = "close"
        return refused

    return answer
