"""Writing down what people report, consents, and how often each rule was right."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mingbai.base.lib.errors import Forbidden, Refused
from mingbai.base.lib.permissions import Permission
from mingbai.base.staff.middleware import Request
from mingbai.base.staff.queries import within
from mingbai.facts.registry.models import Household
from mingbai.findings.screening import ranking
from mingbai.findings.screening.actions import reports as actions
from mingbai.findings.screening.clue_list import GROUPS
from mingbai.findings.screening.forms import ConsentFields, ReportForm
from mingbai.findings.screening.models import Consent
from mingbai.findings.screening.queries import clues as queries
from mingbai.findings.screening.rule import rules
from mingbai.findings.screening.wording import titled


@login_required
@require_http_methods(["GET", "POST"])
def report(request: Request) -> HttpResponse:
    """The form for a self-report, a call, a letter, or what a cadre or a visit found."""
    by = request.actor
    by.must(Permission.CLUE_REPORT)
    if request.method == "GET":
        start = {name: request.GET[name] for name in ("household_id", "channel", "village") if request.GET.get(name)}
        return render(request, "screening/report.html", {"form": ReportForm(by, request.day, **start)})
    form = ReportForm(by, request.day, request.POST)
    reasons: tuple[str, ...] = ()
    if form.is_valid():
        try:
            clue, new = actions.report(
                by=by, report=form.report(), nonce=form.cleaned_data["nonce"], day=request.day, signed=form.signed()
            )
        except Forbidden:
            raise
        except Refused as refused:
            reasons = refused.reasons
        else:
            messages.success(request, _("已登记，开始计时。") if new else _("这张表已经登记过了，没有重复登记。"))
            return redirect("screening:clue", clue.pk)
    return render(request, "screening/report.html", {"form": form, "reasons": reasons}, status=422)


@login_required
@require_http_methods(["GET", "POST"])
def consent(request: Request, household_id: str) -> HttpResponse:
    """A household's consents, and the form for a new one."""
    by = request.actor
    household = get_object_or_404(
        Household.objects.filter(within(by, Permission.CLUE_READ, "village")), household_id=household_id
    )
    form = ConsentFields(request.POST if request.method == "POST" else None, initial={"signed_on": request.day})
    reasons: tuple[str, ...] = ()
    if request.method == "POST":
        by.must(Permission.CONSENT_RECORD, at=household.village)
        if form.is_valid():
            try:
                actions.record_consent(by=by, household=household, signed=form.signed(), day=request.day)
            except Refused as refused:
                reasons = refused.reasons
            else:
                messages.success(request, _("已登记承诺授权。"))
                return redirect("screening:consent", household_id)
    context = {
        "household": household, "form": form, "reasons": reasons, "consents": queries.consents(by, household_id),
        "in_force": queries.consent_in_force(by, household_id, request.day),
        "may": by.may(Permission.CONSENT_RECORD, at=household.village) and not household.ended_on,
    }  # fmt: skip
    return render(request, "screening/consent.html", context, status=422 if request.method == "POST" else 200)


@login_required
@require_POST
def withdraw(request: Request, pk: int) -> HttpResponse:
    """Ends a consent."""
    mine = Consent.objects.filter(within(request.actor, Permission.CLUE_READ, "village"))
    one = get_object_or_404(mine, pk=pk)
    actions.withdraw_consent(by=request.actor, consent=one, why=request.POST.get("reason", ""), day=request.day)
    messages.success(request, _("已撤回承诺授权。"))
    return redirect("screening:consent", one.household_id)


@login_required
@require_GET
def precision(request: Request) -> HttpResponse:
    """How often each rule was right: the worst first."""
    by = request.actor
    by.must(Permission.FIGURE_READ)
    english = get_language() == "en"
    rows: list[dict[str, Any]] = []
    for code, counted in queries.counts_by_rule(by).items():
        group = rules()[code].head["group"] if code in rules() else ""
        found = ranking.precision(counted.confirmed, counted.dismissed)
        rows.append({"code": code, "title": titled(code, english), "group": _(GROUPS[group]) if group else _("人工"),
                     "counted": counted, "verified": counted.confirmed + counted.dismissed,
                     "right": found})  # fmt: skip
    # A rule is bad when even the upper end of its range is low; one that nobody verified yet comes last.
    rows.sort(key=lambda row: (row["right"] is None, row["right"] and row["right"].high, row["code"]))
    verified = [row for row in rows if row["right"]]
    return render(
        request, "screening/precision.html", {"rows": rows, "chart": _chart(verified[:12]) if verified else None}
    )


def _chart(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "kind": "stacked", "across": True, "title": _("核实结果最差的规则"),
        "text": _("每条规则核实过的线索里，有多少属实、多少排除。排除的一段越长，越该检查这条规则。"),
        "columns": [_("规则"), _("属实"), _("排除")], "tones": ["met", "unknown"], "unit": _("条"),
        "rows": [[row["title"], row["counted"].confirmed, row["counted"].dismissed] for row in rows],
    }  # fmt: skip
