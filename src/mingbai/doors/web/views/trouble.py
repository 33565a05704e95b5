"""When something broke: a page that says what happened and what is safe, drawn without asking the database."""

import errno
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)


def failed(request: HttpRequest) -> HttpResponse:
    """Django's handler of what no view caught. A database or disk that is gone or full is 503: try again later;
    whatever was being written was rolled back as a whole. Everything else is 500, and stands in the log."""
    error = sys.exc_info()[1]
    unavailable = isinstance(error, (OperationalError, InterfaceError)) or (
        isinstance(error, OSError) and error.errno in _FULL
    )
    status = 503 if unavailable else 500
    if request.path.startswith("/api/"):
        detail = "系统暂时不能存取数据，请稍后再试。" if unavailable else "系统内部出错，已记入日志。"
        return JsonResponse({"detail": [detail]}, status=status)
    return HttpResponse(render_to_string(f"{status}.html"), status=status)
