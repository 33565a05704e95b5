"""Recording what a visit found, and the county's wording of the questions."""

from collections.abc import Mapping
from datetime import date

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from mingbai.base.lib.errors import Changed, Forbidden, Refused
from mingbai.base.lib.permissions import Actor
from mingbai.base.lib.permissions import Permission as P
from mingbai.base.staff.queries import within
from mingbai.facts.assessments import actions, tasks
from mingbai.facts.assessments.forms import RecordForm, WordingForm
from mingbai.facts.assessments.guarantees import ITEMS, Cell, matrix
from mingbai.facts.assessments.models import Wording
from mingbai.facts.assessments.queries import ages_at, people_of, wordings, words_of
from mingbai.facts.bureaus.tables import BY_NAME
from mingbai.facts.registry.models import Household


@require_http_methods(["GET", "POST"])
def record(request: HttpRequest, household_id: str) -> HttpResponse:
    """The questions of a visit to one household; what is left open says nothing."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    day: date = request.day  # type: ignore[attr-defined]
    found = Household.objects.filter(within(by, P.HOUSEHOLD_READ, "village"), household_id=household_id).first()
    if found is None:
        raise Http404(_("没有这一户，或者不在您负责的范围内。"))
    by.must(P.GUARANTEE_RECORD, at=found.village)
    form = RecordForm(request.POST or None, asked=_asked(found, day), day=day)
    reasons: tuple[str, ...] = ()
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            new = actions.record_many(
                by=by, household=found, words=form.words(), source=given["source"], said_on=given["said_on"], day=day
            )
        except Forbidden:
            raise
        except Refused as refusal:
            reasons = refusal.reasons
        else:
            messages.success(request, _recorded(new))
            return HttpResponseRedirect(reverse("web:household", args=[household_id]) + "#guarantees")
    failed = request.method == "POST"
    context = {"form": form, "household": found, "reasons": reasons, "english": get_language() == "en"}
    return render(request, "assessments/record.html", context, status=422 if failed else 200)


@require_http_methods(["GET", "POST"])
def questions(request: HttpRequest) -> HttpResponse:
    """What is asked at the door: the official term, our question, the county's own wording."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    day: date = request.day  # type: ignore[attr-defined]
    place = _place(by)
    form = WordingForm(request.POST or None)
    reasons: tuple[str, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            changed = actions.reword(by=by, place=place, day=day, **form.cleaned_data)
        except Changed as refusal:
            reasons = refusal.reasons
        else:
            messages.success(request, _("已改，从今天起走访时这样问。") if changed else _("问法没有变。"))
            return redirect("assessments:questions")
    now = wordings(place, day)
    typed = form.data.get("item") if form.is_bound else ""
    rows = [
        {
            "item": item,
            "wording": now.get(item.code),
            "table": BY_NAME[item.table].file if item.table else "",
            "form": _typed_again(form, now.get(item.code)) if item.code == typed else _form(item.code, now),
        }
        for item in ITEMS.values()
    ]
    context = {
        "rows": rows, "reasons": reasons, "form": form if reasons or form.errors else None, "typed": typed,
        "may_reword": by.may(P.QUESTION_REWORD, at=place), "may_fill": by.may(P.SCREENING_RUN, at=place),
        "english": get_language() == "en",
    }  # fmt: skip
    return render(
        request, "assessments/questions.html", context, status=409 if reasons else 422 if form.errors else 200
    )


@require_POST
def fill(request: HttpRequest) -> HttpResponse:
    """Takes over what the newest deliveries say, in the background: a county's takes minutes."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    place = _place(by)
    by.must(P.SCREENING_RUN, at=place)
    username = request.user.get_username()
    tasks.fill.enqueue(username, place, request.day.isoformat())  # type: ignore[attr-defined]
    messages.success(request, _("正在按部门最新数据更新，全县要几分钟，可以先做别的。"))
    return redirect("assessments:questions")


def _asked(household: Household, day: date) -> list[tuple[Cell, str]]:
    """Each cell that is asked, the household's first, with the question in the county's words."""
    people = people_of(household.members.filter(left_on=None).order_by("id"))
    rows = matrix(people, words_of(household), day, ages_at(day, household.village))
    ours = wordings(household.village, day)
    english = get_language() == "en"
    cells = [cell for _item, row in rows for cell in row if cell.applies]
    return [
        (
            cell,
            (ours[cell.item.code].question if cell.item.code in ours else "")
            or (cell.item.question_en if english else cell.item.question),
        )
        for cell in sorted(cells, key=lambda c: people.index(c.person) if c.person else -1)
    ]


def _recorded(new: int) -> str:
    if not new:
        return _("这些之前已经记过了，没有重复记。")
    return ngettext("已记下 %(n)s 项。", "已记下 %(n)s 项。", new) % {"n": new}


def _place(by: Actor) -> str:
    """The county, or smaller area, whose wording somebody may see or change. Forbidden to whoever sees none."""
    areas = by.areas(P.QUESTION_REWORD) or by.areas(P.HOUSEHOLD_READ)
    if not areas:
        by.must(P.HOUSEHOLD_READ)
    return areas[0] or str(settings.COUNTY)


def _form(item: str, now: Mapping[str, Wording]) -> WordingForm:
    held = now[item].question if item in now else ""
    return WordingForm(initial={"item": item, "was": held, "question": held}, auto_id=f"id_{item}_%s")


def _typed_again(form: WordingForm, held: Wording | None) -> WordingForm:
    """What was typed, resting now on what stands there meanwhile."""
    data = {name: form.data.get(name, "") for name in form.fields} | {"was": held.question if held else ""}
    return WordingForm(data, auto_id=f"id_{data['item']}_%s")
