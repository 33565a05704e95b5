"""The API's addresses and how it says no: always JSON with sentences in ``detail``."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.renderers import JSONRenderer

from mingbai.base.lib.errors import Changed, Forbidden, Refused
from mingbai.doors.api.middleware import Bearer
from mingbai.doors.api.views import router


class Readable(JSONRenderer):
    """Chinese as it is written."""

    json_dumps_params = {"ensure_ascii": False}


api = NinjaAPI(
    title="明白账",
    version="1",
    urls_namespace="api-v1",
    description="只读。谁的令牌，就看得到谁负责的范围。证件号码只给掩码，电话和健康状况不给。",
    auth=Bearer(),
    renderer=Readable(),
    # Its pages load scripts from elsewhere; /api/v1/openapi.json opens in any reader of OpenAPI.
    docs_url=None,
)
api.add_router("", router)


def _say(status: int, *sentences: str) -> HttpResponse:
    return api.create_response(None, {"detail": list(sentences)}, status=status)  # type: ignore[arg-type]


def _faults(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    return _say(422, *(f"{one['loc'][-1]}：{one['msg']}" for one in error.errors))


def _refused(_request: HttpRequest, error: Refused) -> HttpResponse:
    status = 403 if isinstance(error, Forbidden) else 409 if isinstance(error, Changed) else 422
    return _say(status, *error.reasons)


def _http(_request: HttpRequest, error: HttpError) -> HttpResponse:
    sentence = "令牌不对、已过期或已作废。请求头要写 Authorization: Bearer 令牌。"
    return _say(error.status_code, sentence if error.status_code == 401 else str(error))


def _missing(_request: HttpRequest, _error: Http404) -> HttpResponse:
    return _say(404, "没有这一条，或不在您负责的范围内。")


_ANSWERS: dict[type[Exception], Any] = {
    ValidationError: _faults, Refused: _refused, HttpError: _http, Http404: _missing,
}  # fmt: skip
for _kind, _answer in _ANSWERS.items():
    api.add_exception_handler(_kind, _answer)

urlpatterns = [path("v1/", api.urls)]
