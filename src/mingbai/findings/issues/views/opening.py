"""How a problem comes onto the list by hand: a clue confirmed, or found without one."""

from secrets import token_hex

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from mingbai.base.lib.errors import Changed, Forbidden, Refused
from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.places.models import Place
from mingbai.base.staff.queries import within
from mingbai.findings.issues.actions.finding import confirm_clue, open_issue
from mingbai.findings.issues.forms import Opened
from mingbai.findings.screening.models import Clue


@login_required
@require_POST
def confirm(request: HttpRequest, clue: int) -> HttpResponse:
    """From the clue's page: `finding` (required), `title`, `version`. Twice leads to the problem that there is."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    day = request.day  # type: ignore[attr-defined]
    found = get_object_or_404(Clue.objects.filter(within(by, Permission.CLUE_READ, "village")), pk=clue)
    version = request.POST.get("version", "")
    try:
        issue = confirm_clue(
            by=by, clue=found, finding=request.POST.get("finding", ""), title=request.POST.get("title", ""),
            day=day, version=int(version) if version.isdecimal() and len(version) < 10 else None,
        )  # fmt: skip
    except Changed:
        now = Clue.objects.select_related("issue").get(pk=clue)
        if now.status != "confirmed" or not hasattr(now, "issue"):
            if typed := request.POST.get("finding", "").strip()[:1000]:
                # The page that is shown next may have no form any more that could keep it.
                messages.info(request, _("您刚才填写的：") + typed)
            raise
        messages.info(request, _("这条线索已经转为问题，就是这一个。"))
        return redirect("issues:issue", number=now.issue.pk)
    messages.success(request, _("已确认属实，列入问题清单。"))
    return redirect("issues:issue", number=issue.pk)


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form of a problem that a visit or an inspection found."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    day = request.day  # type: ignore[attr-defined]
    finds = Permission.ISSUE_RAISE if by.may(Permission.ISSUE_RAISE) else Permission.ISSUE_REVISIT
    by.must(finds)
    villages = [
        (place.code, place.short)
        for place in Place.objects.filter(within(by, finds, "code"), until=None).order_by("code")
        if place.level == "village"
    ]
    start = {"nonce": token_hex(16), "household_id": request.GET.get("household", ""),
             "village": request.GET.get("village", villages[0][0] if len(villages) == 1 else "")}  # fmt: skip
    form = Opened(request.POST or None, villages=villages, initial=start)
    reasons: tuple[str, ...] = ()
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            issue = open_issue(
                by=by, village=said["village"], title=said["title"], detail=said["detail"], day=day,
                household_id=said["household_id"].strip(), guarantee=said["guarantee"], form_key=said["nonce"],
            )  # fmt: skip
        except Forbidden:
            raise
        except Refused as refused:
            reasons = refused.reasons
        else:
            messages.success(request, _("已列入问题清单。"))
            return redirect("issues:issue", number=issue.pk)
    status = 422 if reasons or form.is_bound else 200
    return render(request, "issues/new.html", {"form": form, "reasons": reasons}, status=status)
