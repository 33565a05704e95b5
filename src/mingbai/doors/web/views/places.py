"""Townships and villages of the county: added, renamed, merged; and a household that moves to another village."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models.functions import Length
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from mingbai.base.lib.errors import Changed, Forbidden, Refused
from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.places import actions
from mingbai.base.places.models import Place
from mingbai.base.staff.queries import in_place, within
from mingbai.doors.web.actions.merging import merge_village, move_household
from mingbai.doors.web.forms.places import Adding, Merging, Moving, Renaming
from mingbai.facts.registry.actions.book import Entry, already
from mingbai.facts.registry.queries.households import household_or_404


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """The townships, or with ?in= what lies in one place; the ended ones too, with what became of them."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    by.must(Permission.PLACE_CHANGE)
    asked = request.GET.get("in", "")
    mine = Place.objects.filter(within(by, Permission.PLACE_CHANGE, "code"))
    above = mine.filter(code=asked).first()
    if asked and above is None:
        raise Http404
    lying = mine.alias(length=Length("code"))
    rows = lying.filter(parent=asked) if asked else lying.filter(length__lt=12)
    shown = {"rows": sorted(rows, key=lambda one: (one.until is not None, one.code)), "above": above}
    return render(request, "web/places.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """A new township or village."""
    by, day = request.actor, request.day  # type: ignore[attr-defined]
    by.must(Permission.PLACE_CHANGE)
    within_code = request.GET.get("in", "")
    form = Adding(request.POST or None, day=day, initial={"code": within_code})

    def act() -> str:
        given = form.cleaned_data
        place = actions.add(by=by, code=given["code"], name=given["name"], day=given["on"], why=given["why"])
        return _("已新设%(name)s。") % {"name": place.name}

    return _page(request, form, act, _("新设乡镇或村"), _list(within_code))


@require_http_methods(["GET", "HEAD", "POST"])
def rename(request: HttpRequest, code: str) -> HttpResponse:
    """Another name for a place."""
    by, day = request.actor, request.day  # type: ignore[attr-defined]
    place = _place(by, code)
    form = Renaming(request.POST or None, day=day, initial={"was": place.name, "name": place.name})

    def act() -> str:
        given = form.cleaned_data
        actions.rename(by=by, code=code, name=given["name"], was=given["was"], day=given["on"], why=given["why"])
        return _("已更名为%(name)s。") % {"name": given["name"]}

    return _page(request, form, act, _("%(name)s更名") % {"name": place.name}, _list(place.parent))


@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest, code: str) -> HttpResponse:
    """A village is merged into another."""
    by, day = request.actor, request.day  # type: ignore[attr-defined]
    place = _place(by, code)
    form = Merging(request.POST or None, day=day)

    def act() -> str:
        given = form.cleaned_data
        moved = merge_village(by=by, old=code, into=given["into"], day=given["on"], why=given["why"])
        return _("%(name)s已撤并，%(n)s 户转到新村。") % {"name": place.short, "n": moved}

    villages = Place.objects.filter(in_place(code[:9], "code"), until=None).exclude(code__in=[code, code[:9]])
    title = _("%(name)s并入另一个村") % {"name": place.short}
    return _page(request, form, act, title, _list(place.parent), villages=villages, danger=True)


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, household_id: str) -> HttpResponse:
    """A household moves to another village."""
    by, day = request.actor, request.day  # type: ignore[attr-defined]
    household = household_or_404(by, household_id)
    by.must(Permission.HOUSEHOLD_CHANGE, at=household.village)
    back = reverse("web:household", args=[household_id])
    if request.method == "POST" and already(by, request.POST.get("nonce", "")):
        messages.info(request, _("刚才已经提交过了，只记了一次。"))
        return redirect(back)
    form = Moving(request.POST or None, day=day, version=household.version)

    def act() -> str:
        given = form.cleaned_data
        entry = Entry(given["on"], given["why"], day, given["version"], given["nonce"])
        move_household(
            by=by, household=household, village=given["village"], group_name=given["group_name"], entry=entry
        )
        return _("已保存，并记入历史。")

    near = within(by, Permission.HOUSEHOLD_CHANGE, "code")
    villages = Place.objects.alias(length=Length("code")).filter(near, length=12, until=None)
    title = _("%(head)s户迁到另一个村") % {"head": household.head_name}
    others = villages.exclude(code=household.village).order_by("code")[:600]
    return _page(request, form, act, title, back, villages=others)


def _page(
    request: HttpRequest, form: Form, act: Callable[[], str], title: str, back: str, **around: Any
) -> HttpResponse:
    """Shows the form; carries out and goes back, or says why not and keeps what was typed."""
    shown = {"form": form, "title": title, "back": back} | around
    if request.method != "POST" or not form.is_valid():
        return render(request, "web/place_form.html", shown, status=422 if form.is_bound else 200)
    try:
        messages.success(request, act())
    except Forbidden:
        raise
    except Refused as refusal:
        status = 409 if isinstance(refusal, Changed) else 422
        return render(request, "web/place_form.html", shown | {"reasons": refusal.reasons}, status=status)
    return redirect(back)


def _place(by: Actor, code: str) -> Place:
    place = Place.objects.filter(within(by, Permission.PLACE_CHANGE, "code"), code=code).first()
    if place is None:
        by.must(Permission.PLACE_CHANGE)
        raise Http404
    return place


def _list(code: str) -> str:
    return reverse("web:places") + (f"?in={code}" if code.isdecimal() else "")
