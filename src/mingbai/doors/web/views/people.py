"""People and their posts: who may do what, where, since when. One list, one page a person."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mingbai.base.lib.errors import Forbidden, Refused
from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.staff import actions
from mingbai.base.staff.models import Official, Post, Token
from mingbai.base.staff.queries import Filters, managed
from mingbai.base.staff.queries import people as people_page
from mingbai.base.staff.roles import TITLES
from mingbai.doors.web.actions.handing_over import hand_everything
from mingbai.doors.web.forms.people import HandoverForm, NewPersonForm, PersonForm, PostForm
from mingbai.doors.web.queries import people as pages

_SHOWN_ONCE = "password_shown_once"


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Who has an account here; narrowed by role, name or state, in pages."""
    by, day = _who(request)
    asked = {key: request.GET.get(key, "").replace("\x00", "") for key in ("q", "role", "state", "place", "after")}
    after = asked.pop("after")
    found, after_next = people_page(by, Filters(**asked), day, after)
    context = {
        "rows": pages.rows(list(found), day), "after": after_next, "asked": asked, "is_first": not after,
        "roles": [(key, _(title)) for key, title in TITLES.items()],
    }  # fmt: skip
    return render(request, "web/people.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def person_new(request: HttpRequest) -> HttpResponse:
    """Somebody new, with the first post; the one-time password is shown on the page after."""
    by, day = _who(request)
    form = NewPersonForm(request.POST or None, by=by, day=day)
    reasons: tuple[str, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            official, password = actions.add_person(by=by, **form.cleaned_data, day=day)
        except Forbidden:
            raise
        except Refused as refusal:
            reasons = refusal.reasons
        else:
            _show_once(request, official, password)
            return redirect("web:person", official.pk)
    status = 422 if form.errors or reasons else 200
    return render(request, "web/person_new.html", {"form": form, "reasons": reasons}, status=status)


@never_cache
@require_safe
def person(request: HttpRequest, number: int) -> HttpResponse:
    """One person: posts, state of the account, open work, tokens, what was done with it."""
    by, _day = _who(request)
    return _page(request, _official(by, number))


@require_POST
def person_do(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """One change of a person's account or posts; the page says what became of it."""
    by, day = _who(request)
    official, why = _official(by, number), request.POST.get("reason", "")
    if verb in ("change", "post"):
        return _with_form(request, by, official, day, verb)
    if verb not in _STEPS:
        raise Http404
    said = _STEPS[verb](request, by, official, day, why)
    messages.success(request, said % {"name": official.name})
    return redirect("web:person", official.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def handover(request: HttpRequest, number: int) -> HttpResponse:
    """The person's open work goes to a colleague in one step."""
    by, day = _who(request)
    leaving = _official(by, number)
    form = HandoverForm(request.POST or None, by=by, leaving=leaving)
    reasons: tuple[str, ...] = ()
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            issues, clues = hand_everything(by=by, leaving=leaving, to=given["to"], why=given["why"], day=day)
        except Forbidden:
            raise
        except Refused as refusal:
            reasons = refusal.reasons
        else:
            words = _("已移交给%(name)s：问题 %(issues)s 个，线索 %(clues)s 条。")
            messages.success(request, words % {"name": given["to"].name, "issues": issues, "clues": clues})
            return redirect("web:person", leaving.pk)
    context = {"official": leaving, "form": form, "reasons": reasons, "work": pages.open_work(by, leaving)}
    return render(request, "web/handover.html", context, status=422 if form.errors or reasons else 200)


def _page(
    request: HttpRequest, official: Official, change: forms.Form | None = None, post: forms.Form | None = None,
    reasons: tuple[str, ...] = (), status: int = 200,
) -> HttpResponse:  # fmt: skip
    """The page, with what was typed into one of its two forms where that was not taken."""
    by, day = _who(request)
    now = {"name": official.name, "unit": official.unit, "phone": official.phone}
    once = request.session.pop(_SHOWN_ONCE, {}) if request.method == "GET" else {}
    context = {
        "official": official, "posts": pages.posts(by, official, day), "work": pages.open_work(by, official),
        "tokens": pages.living_tokens(official, day), "history": pages.history(official),
        "change": change or PersonForm(initial=now), "post_form": post or PostForm(None, by=by, day=day),
        "reasons": reasons, "is_oneself": by.name == f"official:{official.username}",
        "password": settings.KEYS.open(once.get("password", "")) if once.get("who") == official.pk else "",
        "address": request.get_host(),
    }  # fmt: skip
    return render(request, "web/person.html", context, status=status)


def _with_form(request: HttpRequest, by: Actor, official: Official, day: date, verb: str) -> HttpResponse:
    form: forms.Form = PersonForm(request.POST) if verb == "change" else PostForm(request.POST, by=by, day=day)
    reasons: tuple[str, ...] = ()
    if form.is_valid():
        try:
            if verb == "change":
                actions.change_person(
                    by=by, official=official, version=_number(request, "version"), **form.cleaned_data, day=day
                )
            else:
                actions.give_post(by=by, official=official, **form.cleaned_data, day=day)
        except Forbidden:
            raise
        except Refused as refusal:
            # After Changed the page carries the newest version: what the other wrote was said, saving again is meant.
            reasons = refusal.reasons
        else:
            messages.success(request, _("已保存。") if verb == "change" else _("岗位已设好，马上生效或到日子生效。"))
            return redirect("web:person", official.pk)
    typed: dict[str, Any] = {"change": form} if verb == "change" else {"post": form}
    return _page(request, official, **typed, reasons=reasons, status=422)


def _end_post(request: HttpRequest, by: Actor, official: Official, day: date, why: str) -> str:
    post = get_object_or_404(Post.objects.select_related("official"), official=official, pk=_number(request, "post"))
    try:
        on = date.fromisoformat(request.POST["on"]) if request.POST.get("on") else day
    except ValueError:
        raise Refused(_("请填写结束的日期。")) from None
    actions.end_post(by=by, post=post, on=on, why=why, day=day)
    return _("%(name)s的这个岗位到日子就结束。") if on > day else _("%(name)s的这个岗位已结束。")


def _close(request: HttpRequest, by: Actor, official: Official, day: date, why: str) -> str:
    actions.close_account(by=by, official=official, why=why, day=day)
    return _("%(name)s的账号已停用，正在用的登录和令牌都已失效。")


def _reopen(request: HttpRequest, by: Actor, official: Official, day: date, why: str) -> str:
    _show_once(request, official, actions.reopen_account(by=by, official=official, why=why, day=day))
    return _("%(name)s的账号已恢复，请给他设岗位。")


def _password(request: HttpRequest, by: Actor, official: Official, day: date, why: str) -> str:
    _show_once(request, official, actions.reset_password(by=by, official=official, day=day))
    return _("%(name)s的密码已重置，原来的登录已失效。")


def _factor(request: HttpRequest, by: Actor, official: Official, day: date, why: str) -> str:
    actions.reset_second_factor(by=by, official=official, why=why, day=day)
    return _("%(name)s的两步验证已取消。")


def _revoke(request: HttpRequest, by: Actor, official: Official, day: date, why: str) -> str:
    held = Token.objects.select_related("official")
    actions.revoke_token(by=by, token=get_object_or_404(held, official=official, pk=_number(request, "token")), day=day)
    return _("%(name)s的令牌已作废。")


_STEPS: dict[str, Callable[[HttpRequest, Actor, Official, date, str], str]] = {
    "end": _end_post, "close": _close, "reopen": _reopen, "password": _password, "factor": _factor, "token": _revoke,
}  # fmt: skip


def _show_once(request: HttpRequest, official: Official, password: str) -> None:
    """Kept, hidden, until the next page has shown it."""
    request.session[_SHOWN_ONCE] = {"who": official.pk, "password": settings.KEYS.hide(password)}


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    if not (text.isdecimal() and len(text) < 19):
        raise Http404
    return int(text)


def _official(by: Actor, number: int) -> Official:
    """One of the people managed, with second factor; 404 for anybody else."""
    by.must(Permission.STAFF_MANAGE)
    return get_object_or_404(managed(by), pk=number)


def _who(request: HttpRequest) -> tuple[Actor, date]:
    by: Actor = request.actor  # type: ignore[attr-defined]
    by.must(Permission.STAFF_MANAGE)
    return by, request.day  # type: ignore[attr-defined]
