"""The account page: the sheet at the kitchen table, the household's answer, the reckoning; and the slip to sign."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from mingbai.base.lib.errors import Changed, Refused
from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.places.queries import names, path
from mingbai.base.standards.queries import own_numbers
from mingbai.base.standards.reading import Number
from mingbai.doors.web.queries import account as pages
from mingbai.doors.web.queries import account_reading as reading
from mingbai.doors.web.queries import account_words as words
from mingbai.doors.web.queries.household import find
from mingbai.facts.income import entry
from mingbai.facts.income.actions import answering, entering
from mingbai.facts.income.models import HouseholdAccount
from mingbai.facts.income.queries import account_of, begins, correction_of, living
from mingbai.facts.registry.models import Household


@dataclass
class Asked:
    """One request about one household's year."""

    request: HttpRequest
    by: Actor
    day: date
    household: Household
    year: int
    own: tuple[Number, ...]
    held: HouseholdAccount | None
    """The account that the page is about: the one in force, or the correction that was asked for."""
    pending: HouseholdAccount | None
    """The correction that is under way."""

    @property
    def address(self) -> str:
        url = reverse("web:account", args=[self.household.household_id, self.year])
        return url + ("?correction=1" if self.held is not None and self.held == self.pending else "")

    @property
    def account(self) -> HouseholdAccount:
        if self.held is None:
            raise Http404
        return self.held


@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest, household_id: str, year: int) -> HttpResponse:
    """The account of a household's year, and all that is done with it (POST: `do` says what)."""
    asked = _asked(request, household_id, year)
    if request.method != "POST":
        return _page(asked)
    do = request.POST.get("do", "save").partition(":")[0]
    if do not in _STEPS:
        return HttpResponseBadRequest(_("没有这一步。"))
    return _STEPS[do](asked)


@require_GET
def slip(request: HttpRequest, household_id: str, year: int) -> HttpResponse:
    """The account on paper, for the household to read, sign or dispute."""
    asked = _asked(request, household_id, year)
    held = asked.account
    members = [one["name"] for one in held.members] or [one.name for one in living(asked.household)]
    before = account_of(asked.by, household_id, year - 1)
    known = names([asked.household.village])
    groups = pages.sheet(held, before, {}, None)
    for group in groups:
        group["items"] = [item for item in group["items"] if item["is_filled"]]
    now = reading.running(held, before, len(members), asked.own)
    context = {
        "household": asked.household, "held": held, "year": year, "members": members, "groups": groups, "now": now,
        "told": reading.told(now) if now.account.members else "", "place": path(asked.household.village, known),
        "township": known.get(asked.household.village[:9], ""), "address": asked.address,
        "state": words.STATES[held.status], "totals": reading.totals(now.account),
    }  # fmt: skip
    return render(request, "web/account_slip.html", context)


def _asked(request: HttpRequest, household_id: str, year: int) -> Asked:
    by: Actor = request.actor  # type: ignore[attr-defined]
    day: date = request.day  # type: ignore[attr-defined]
    household = find(by, household_id)
    if household is None:
        raise Http404
    current, pending = account_of(by, household_id, year), correction_of(by, household_id, year)
    wants = request.GET.get("correction")
    return Asked(
        request, by, day, household, year, own_numbers(household.village), pending if wants and pending else current,
        pending,
    )  # fmt: skip


def _page(
    asked: Asked, typed: pages.Typed | None = None, reasons: tuple[str, ...] = (), *, met: int | None = None,
    answer: dict[str, Any] | None = None,
) -> HttpResponse:  # fmt: skip
    """The page; with what was typed and the reasons where something was not taken (`met`: the version of another)."""
    held, by, village = asked.held, asked.by, asked.household.village
    status = 409 if met is not None else 422 if reasons or (typed and typed.faults) else 200
    before = account_of(by, asked.household.household_id, asked.year - 1)
    context: dict[str, Any] = {
        "household": asked.household, "year": asked.year, "held": held, "pending": asked.pending, "reasons": reasons,
        "met": met, "before": before, "place": path(village, names([village])), "address": asked.address,
        "may_enter": by.may(Permission.ACCOUNT_ENTER, at=village), "may_answer": False,
    }  # fmt: skip
    if held is None:
        if not begins(asked.household, asked.year, asked.day, asked.own):
            raise Http404
        return render(asked.request, "web/account_none.html", context, status=status)
    context |= reading.around(held, before, living(asked.household), asked.day, asked.own)
    context["is_correction"] = held == asked.pending
    if context["may_enter"] and held.status in ("draft", "disputed"):
        ratios = pages.offered_ratios(asked.day, village, asked.own)
        context |= {"groups": pages.sheet(held, before, ratios, typed), "typed": typed, "ratios": ratios}
        return render(asked.request, "web/account_sheet.html", context, status=status)
    context |= reading.to_read(held, context["now"]) | {
        "answer": answer or {"on": asked.day.isoformat()}, "today": asked.day, "is_author": by.name in held.authors,
        "may_answer": held.status == "shown" and by.may(Permission.ACCOUNT_CONFIRM, at=village),
    }  # fmt: skip
    return render(asked.request, "web/account_read.html", context, status=status)


def _begin(asked: Asked) -> HttpResponse:
    entering.begin(by=asked.by, household=asked.household, year=asked.year, day=asked.day, own=asked.own)
    return redirect(reverse("web:account", args=[asked.household.household_id, asked.year]))


def _version(asked: Asked) -> int:
    """The version that the page was made from, or, where somebody insists on their own, the one they were told of."""
    given = asked.request.POST.get("over") or asked.request.POST.get("version", "")
    return int(given) if given.isdecimal() and len(given) < 10 else 0


def _saved(asked: Asked) -> HouseholdAccount | HttpResponse:
    """The account with the sheet saved, or the page again with what keeps it from being saved."""
    typed = pages.read_sheet(asked.request.POST)
    if typed.faults:
        return _again(asked, typed, ())
    try:
        return entering.save(
            by=asked.by, account=asked.account, version=_version(asked), entries=typed.entries, day=asked.day,
            dropped=typed.dropped,
        )  # fmt: skip
    except Changed as changed:
        now = HouseholdAccount.objects.get(pk=asked.account.pk)
        return _again(asked, typed, changed.reasons, met=now.version)
    except Refused as refused:
        if type(refused) is not Refused:
            raise
        return _again(asked, typed, refused.reasons)


def _again(asked: Asked, typed: pages.Typed, reasons: tuple[str, ...], *, met: int | None = None) -> HttpResponse:
    """What was typed stays: on the page by htmx, in the page made anew without it."""
    if not getattr(asked.request, "htmx", False):
        return _page(asked, typed, reasons, met=met)
    return _part(asked, asked.account, typed, reasons, met)


def _part(
    asked: Asked, held: HouseholdAccount, typed: pages.Typed, reasons: tuple[str, ...] = (), met: int | None = None
) -> HttpResponse:
    """The running figure with the warnings, the new version and the faults, for a page that saves itself."""
    fresh = HouseholdAccount.objects.select_related("household").prefetch_related("lines").get(pk=held.pk)
    before = account_of(asked.by, asked.household.household_id, asked.year - 1)
    context = reading.around(fresh, before, living(asked.household), asked.day, asked.own) | {
        "household": asked.household, "year": asked.year, "held": fresh, "reasons": reasons, "met": met, "typed": typed,
        "is_part": True, "address": asked.address, "places": sorted(typed.rows),
        "version": _version(asked) if reasons else fresh.version,
        "followed": [line for line in fresh.lines.all() if line.rests_on_id is not None],
    }  # fmt: skip
    return render(asked.request, "web/account_part.html", context, status=422 if reasons or typed.faults else 200)


def _save(asked: Asked) -> HttpResponse:
    saved = _saved(asked)
    if isinstance(saved, HttpResponse):
        return saved
    if getattr(asked.request, "htmx", False):
        return _part(asked, saved, pages.read_sheet(asked.request.POST))
    messages.success(asked.request, _("存好了。"))
    return redirect(asked.address)


def _row(asked: Asked) -> HttpResponse:
    """One more empty row of an item, after those on the page."""
    item = asked.request.POST.get("do", "").partition(":")[2].upper()
    if not entry.is_item(item) or entry.base(item) != item:
        return HttpResponseBadRequest(_("没有这个科目。"))
    typed = pages.read_sheet(asked.request.POST)
    first = entry.first_place(item)
    taken = [place for place in typed.rows if first <= place < first + entry.PLACES_AN_ITEM]
    stored = [line.position for line in asked.account.lines.all() if entry.base(line.item) == item]
    row = pages.Row(max([first - 1, *taken, *stored]) + 1, item)
    if getattr(asked.request, "htmx", False):
        row.ratios = pages.ratio_buttons(item, pages.offered_ratios(asked.day, asked.household.village, asked.own))
        return render(asked.request, "web/account_row.html", {"row": row})
    typed.rows[row.place] = row
    return _page(asked, typed)


def _refresh(asked: Asked) -> HttpResponse:
    saved = _saved(asked)
    if isinstance(saved, HttpResponse):
        return saved
    _held, given = entering.refresh(by=asked.by, account=saved, version=saved.version, day=asked.day, own=asked.own)
    said = _("部门数据重新取过了，共 %(n)s 笔。") % {"n": given} if given else _("部门数据里没有这一户的发放。")
    messages.success(asked.request, said)
    return redirect(asked.address)


def _estimate(asked: Asked) -> HttpResponse:
    _do, place, ratio = [*asked.request.POST["do"].split(":"), "", ""][:3]
    saved = _saved(asked)
    if isinstance(saved, HttpResponse):
        return saved
    entering.estimate(
        by=asked.by, account=saved, version=saved.version, ratio=ratio, day=asked.day, own=asked.own,
        place=int(place) if place.isdecimal() and len(place) < 6 else -1,
    )  # fmt: skip
    messages.success(asked.request, _("成本按比例估算好了，标着“估算”。户里记得实数的，去掉它另记一笔。"))
    return redirect(asked.address)


def _show(asked: Asked) -> HttpResponse:
    saved = _saved(asked)
    if isinstance(saved, HttpResponse):
        return saved
    answering.show(by=asked.by, account=saved, version=saved.version, day=asked.day)
    messages.success(asked.request, _("账交给户里确认了。请打印账页，念给户里听，签字或写明异议。"))
    return redirect(asked.address)


def _take_back(asked: Asked) -> HttpResponse:
    entering.take_back(by=asked.by, account=asked.account, version=_version(asked), day=asked.day)
    return redirect(asked.address)


def _correct(asked: Asked) -> HttpResponse:
    entering.correct(by=asked.by, account=asked.account, why=asked.request.POST.get("reason", ""), day=asked.day)
    return redirect(reverse("web:account", args=[asked.household.household_id, asked.year]) + "?correction=1")


def _answer(asked: Asked) -> HttpResponse:
    """The household's answer: confirmed, or disputed line by line."""
    posted = asked.request.POST
    reasons = {
        int(key[4:]): str(said) for key, said in posted.items()
        if key.startswith("why-") and key[4:].isdecimal() and len(key) < 22 and str(said).strip()
    }  # fmt: skip
    note, is_dispute = posted.get("missing", ""), posted.get("do") == "dispute"
    try:
        try:
            on = date.fromisoformat(posted.get("on", ""))
        except ValueError:
            raise Refused(_("请填写答复的日期。")) from None
        if not is_dispute and (reasons or note.strip()):
            raise Refused(_("您写了户里的异议，又按了“户里确认”。有异议的请按“户里有异议”；没有的把写的去掉。"))
        name, way, version = posted.get("name", ""), posted.get("way", ""), _version(asked)
        held, by, day = asked.account, asked.by, asked.day
        if is_dispute:
            answering.dispute(
                by=by, account=held, version=version, name=name, way=way, on=on, day=day, reasons=reasons, note=note
            )
        else:
            answering.confirm(by=by, account=held, version=version, name=name, way=way, on=on, day=day)
    except Refused as refused:
        if type(refused) is not Refused:
            raise
        typed = {"name": posted.get("name"), "way": posted.get("way"), "on": posted.get("on"), "missing": note,
                 "reasons": reasons}  # fmt: skip
        return _page(asked, None, refused.reasons, answer=typed)
    messages.success(
        asked.request, _("户里的异议录好了，请记账的人核对后修改。") if is_dispute else _("户里确认录好了。")
    )
    # A confirmed correction is now the account of the year.
    plain = reverse("web:account", args=[asked.household.household_id, asked.year])
    return redirect(asked.address if is_dispute else plain)


_STEPS: dict[str, Callable[[Asked], HttpResponse]] = {
    "begin": _begin, "save": _save, "row": _row, "refresh": _refresh, "estimate": _estimate, "show": _show,
    "take_back": _take_back, "correct": _correct, "confirm": _answer, "dispute": _answer,
}  # fmt: skip
