"""One clue: what it rests on, what was done with it, and deciding it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from mingbai.base.lib.errors import Changed, Forbidden, Refused
from mingbai.base.lib.permissions import Permission
from mingbai.base.staff.middleware import Request
from mingbai.findings.screening import clocks, opening
from mingbai.findings.screening.actions import clues as actions
from mingbai.findings.screening.forms import AttachForm, DismissForm, household_of
from mingbai.findings.screening.models import Clue
from mingbai.findings.screening.queries import clues as queries
from mingbai.findings.screening.queries import evidence, listing
from mingbai.findings.screening.ranking import precision
from mingbai.findings.screening.wording import question_of, title_of


@login_required
@require_GET
def clue(request: Request, pk: int) -> HttpResponse:
    """One clue."""
    return _page(request, _seen(request, pk))


@login_required
@require_POST
def dismiss(request: Request, pk: int) -> HttpResponse:
    """Closes a clue that did not hold."""
    one = _seen(request, pk)
    form = DismissForm(request.POST)
    if not form.is_valid():
        return _page(request, one, dismissing=form, status=422)
    typed = form.cleaned_data
    try:
        actions.dismiss(
            by=request.actor, clue=one, finding=typed["finding"], reason=typed["reason"], version=typed["version"],
            day=request.day,
        )  # fmt: skip
    except Forbidden:
        raise
    except Refused as refused:
        return _kept(request, pk, refused, dismissing=form)
    messages.success(request, _("已排除，原因记录在案。"))
    return redirect("screening:clue", pk)


@login_required
@require_POST
def attach(request: Request, pk: int) -> HttpResponse:
    """Says which household a report means."""
    one = _seen(request, pk)
    form = AttachForm(request.POST)
    household = household_of(request.actor, form.cleaned_data["household_id"]) if form.is_valid() else None
    if household is None:
        if form.is_valid():
            form.add_error("household_id", _("您负责的范围内没有这个户编号，请核对。"))
        return _page(request, one, attaching=form, status=422)
    try:
        actions.attach_household(
            by=request.actor, clue=one, household=household, version=form.cleaned_data["version"], day=request.day
        )  # fmt: skip
    except Forbidden:
        raise
    except Refused as refused:
        return _kept(request, pk, refused, attaching=form)
    messages.success(request, _("已对上农户。"))
    return redirect("screening:clue", pk)


def _seen(request: Request, pk: int) -> Clue:
    return get_object_or_404(queries.visible(request.actor).select_related("screening", "last_seen"), pk=pk)


def _kept(request: Request, pk: int, refused: Refused, **forms: Any) -> HttpResponse:
    """The page as it is now, why it was refused, and what was typed."""
    status = 409 if isinstance(refused, Changed) else 422
    return _page(request, _seen(request, pk), status=status, reasons=refused.reasons, **forms)


def _page(
    request: Request, one: Clue, *, dismissing: DismissForm | None = None, attaching: AttachForm | None = None,
    reasons: tuple[str, ...] = (), status: int = 200,
) -> HttpResponse:  # fmt: skip
    by, english = request.actor, get_language() == "en"
    is_open = one.status in queries.OPEN
    may_verify = is_open and by.may(Permission.CLUE_VERIFY, at=one.village)
    may_assign = is_open and by.may(Permission.CLUE_ASSIGN, at=one.village)
    row = listing.rows(by, [one], request.day, english=english)[0]
    shown = {
        "row": row, "clue": one, "question": question_of(one.rule, one.question, english), "reasons": reasons,
        "status": _(Clue.STATUS[one.status]), "channel": _(Clue.CHANNELS[one.channel]), "is_open": is_open,
        "sources": evidence.sources(one), "values": opening.values(one.evidence) if one.evidence else [],
        "numbers": evidence.numbers_used(one, "en" if english else "zh"), "history": evidence.history(by, one),
        "may_verify": may_verify, "may_assign": may_assign, "may_read_delivery": by.may(Permission.DELIVERY_READ),
        "may_consent": by.may(Permission.CONSENT_RECORD, at=one.village),
        "confirm_url": _confirm_url(one) if may_verify else "", "record": _record_of(request, one),
        "receivers": listing.receivers(by, one.village, request.day) if may_assign else [],
    } | _beside(request, one)  # fmt: skip
    known = {"version": one.version}
    if dismissing is not None and not may_verify:
        # Decided by somebody else meanwhile: there is no form any more that could keep it.
        shown["lost"] = str(dismissing.data.get("finding", "")).strip()
    if may_verify:
        shown["dismissing"] = dismissing or DismissForm(initial=known)
    if (
        is_open
        and one.channel != "screening"
        and not one.household_id
        and by.may(Permission.CLUE_REPORT, at=one.village)
    ):
        shown["attaching"] = attaching or AttachForm(initial=known)
    return render(request, "screening/clue.html", shown, status=status)


def _beside(request: Request, one: Clue) -> dict[str, Any]:
    """The household's other clues, the bureaus' beside a self-report, and the timetable."""
    by, english = request.actor, get_language() == "en"
    self_report = one.channel == "self_report"
    beside = queries.bureau_evidence(by, one, request.day) if self_report else None
    others = queries.beside(by, one, reports_only=self_report)
    steps: list[tuple[clocks.Step, int]] = []
    numbers = queries.numbers_at(one.found_on, one.village)
    try:
        steps = [(step, (step.due - request.day).days) for step in clocks.steps(one.found_on, one.channel, numbers)]
    except Refused as refused:
        messages.warning(request, str(refused))
    return {
        "beside": beside,
        "beside_clues": [(other, title_of(other, english)) for other in beside.clues] if beside else [],
        "others": [(other, title_of(other, english), _(Clue.STATUS[other.status])) for other in others],
        "steps": steps, "working_days": one.channel == "letter" and clocks.counts_working_days(numbers),
    }  # fmt: skip


def _record_of(request: Request, one: Clue) -> dict[str, Any] | None:
    """How often the rule was right so far where `by` reads figures: so that a bad rule is seen at the door too."""
    counted = queries.counts_of_rule(request.actor, one.rule)
    found = precision(counted.confirmed, counted.dismissed)
    if found is None:
        return None
    return {"share": found, "verified": counted.confirmed + counted.dismissed, "confirmed": counted.confirmed}


def _confirm_url(one: Clue) -> str:
    # The problem list stands above this room; its page is linked by name.
    try:
        return reverse("issues:confirm", args=[one.pk])
    except NoReverseMatch:
        return ""
