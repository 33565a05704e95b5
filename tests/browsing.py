"""A browser without pictures: real HTTP against the live site, cookies kept, forms sent as a page sends them."""

import mimetypes
import re
import urllib.error
import urllib.parse
import urllib.request
import uuid
from http.cookiejar import CookieJar
from typing import NamedTuple

from characters import PASSWORD


class Page(NamedTuple):
    """What came back: status, the address after redirects, text."""

    status: int
    url: str
    text: str

    def hidden(self, name: str) -> str:
        """The value of a hidden field of the page."""
        found = re.search(rf'name="{name}" value="([^"]*)"', self.text) or re.search(
            rf'value="([^"]*)"[^>]*name="{name}"', self.text
        )
        return found[1] if found else ""


class Browser:
    """Somebody at a computer."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.jar = CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def get(self, path: str) -> Page:
        return self._send(urllib.request.Request(self._url(path)))

    def post(self, path: str, file: tuple[str, str, bytes] | None = None, **fields: object) -> Page:
        """Sends a form; `file` is (field, name, content). Lists are several values of one field."""
        token = next((cookie.value or "" for cookie in self.jar if cookie.name == "csrftoken"), "")
        pairs = [("csrfmiddlewaretoken", token)]
        for name, value in fields.items():
            pairs += [(name, str(one)) for one in (value if isinstance(value, list) else [value])]
        headers = {"Referer": self._url(path)}
        if file is None:
            body = urllib.parse.urlencode(pairs).encode()
        else:
            mark = uuid.uuid4().hex
            headers["Content-Type"] = f"multipart/form-data; boundary={mark}"
            body = _multipart(mark, pairs, file)
        return self._send(urllib.request.Request(self._url(path), data=body, headers=headers))

    def sign_in(self, username: str) -> "Browser":
        self.get("/sign-in/login/")
        page = self.post("/sign-in/login/", login=username, password=PASSWORD)
        assert page.status == 200, page.text
        assert "/sign-in/" not in page.url, page.text
        return self

    def _url(self, path: str) -> str:
        return path if path.startswith("http") else self.host + path

    def _send(self, request: urllib.request.Request) -> Page:
        try:
            with self.opener.open(request, timeout=60) as answer:
                return Page(answer.status, answer.url, answer.read().decode(errors="replace"))
        except urllib.error.HTTPError as error:
            return Page(error.code, error.url or "", error.read().decode(errors="replace"))


def _multipart(mark: str, pairs: list[tuple[str, str]], file: tuple[str, str, bytes]) -> bytes:
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in pairs
    ]
    field, name, content = file
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    head = (
        f'--{mark}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\nContent-Type: {kind}\r\n\r\n'
    )
    return b"".join([*parts, head.encode(), content, f"\r\n--{mark}--\r\n".encode()])
