"""One problem: where it stands, who has it, what was done, and the moves that are open to whoever looks."""

from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from mingbai.base.lib.errors import Changed, Forbidden, Refused
from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.places import queries as places
from mingbai.findings.issues import forms, ladder
from mingbai.findings.issues.actions import assigning, moving
from mingbai.findings.issues.actions.guard import somebody_was_first
from mingbai.findings.issues.models import Issue
from mingbai.findings.issues.queries.issues import history, visible, with_heads
from mingbai.findings.issues.queries.offered import offered, sees_household

MOVES = {
    "mend": (gettext_lazy("开始整改"), forms.Mend), "answer": (gettext_lazy("答复整改结果"), forms.Answer),
    "revisit": (gettext_lazy("回访"), forms.Revisit), "close": (gettext_lazy("销号"), forms.Move),
    "raise": (gettext_lazy("上交一级"), forms.Raise), "assign": (gettext_lazy("反馈、分派"), forms.Assign),
}  # fmt: skip
DONE = {
    "mend": gettext_lazy("已记下整改措施。"), "answer": gettext_lazy("已答复，等别的同事回访。"),
    "revisit": gettext_lazy("回访已记下。"), "close": gettext_lazy("已销号。"), "raise": gettext_lazy("已上交。"),
    "assign": gettext_lazy("已分派。"),
}  # fmt: skip
VERBS = {
    "issues.mending": "mend", "issues.answered": "answer", "issues.revisited": "revisit", "issues.sent_back": "revisit",
    "issues.closed": "close", "issues.raised": "raise", "issues.assigned": "assign",
}  # fmt: skip


@login_required
@require_GET
def issue(request: HttpRequest, number: int) -> HttpResponse:
    """The page of one problem."""
    return _page(request, _found(request, number))


@login_required
@require_POST
def move(request: HttpRequest, number: int, name: str) -> HttpResponse:
    """One move. A refusal shows the page again with what was typed; the same sent twice by one person is one move."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    found = _found(request, number)
    if name not in MOVES:
        raise Http404
    form = _form(name, found, request, request.POST)
    if not form.is_valid():
        return _page(request, found, name, form, status=422)
    version = form.cleaned_data["version"]
    try:
        _act(name, by, found, form, request)
    except Refused as refused:
        fresh = _found(request, number)
        if isinstance(refused, Forbidden):
            if fresh.version == version:
                raise
            # It was theirs to do when they opened the page: say what came between, not that they may not.
            refused = Changed(somebody_was_first(fresh))
        newest = next(iter(history(fresh)), None)
        sent_twice = newest is not None and newest.by == by.name and VERBS.get(newest.verb) == name
        if isinstance(refused, Changed) and sent_twice and fresh.version == version + 1:
            messages.info(request, _("刚才已经提交过了。"))
            return redirect("issues:issue", number=number)
        status = 409 if isinstance(refused, Changed) else 422
        return _page(request, fresh, name, form, refused.reasons, status)
    messages.success(request, str(DONE[name]))
    # What was raised above a bureau's or a village's sight leads back to the list.
    there = visible(by).filter(pk=number).exists()
    return redirect("issues:issue", number=number) if there else redirect("issues:list")


def _found(request: HttpRequest, number: int) -> Any:
    mine: QuerySet[Issue] = visible(request.actor)  # type: ignore[attr-defined]
    return get_object_or_404(with_heads(mine.select_related("clue")), pk=number)


def _act(name: str, by: Actor, found: Issue, form: django_forms.Form, request: HttpRequest) -> None:
    said, day = form.cleaned_data, request.day  # type: ignore[attr-defined]
    every: dict[str, Any] = {"by": by, "issue": found, "day": day, "version": said["version"]}
    acts: dict[str, Callable[[], None]] = {
        "mend": lambda: moving.start_mending(**every, plan=said["plan"]),
        "answer": lambda: moving.answer(**every, text=said["text"]),
        "revisit": lambda: moving.revisit(**every, kept=said["kept"], text=said["text"]),
        "close": lambda: moving.close(**every),
        "raise": lambda: moving.raise_up(**every, reason=said["reason"], bureau=said.get("bureau", "")),
        "assign": lambda: _assign(form, every),
    }
    acts[name]()


def _assign(form: django_forms.Form, every: dict[str, Any]) -> None:
    assert isinstance(form, forms.Assign)
    said = form.cleaned_data
    holder, level = form.people[said["whom"]]
    assigning.assign(**every, holder=holder, level=level, due=said["due"], why=said["why"])


def _form(name: str, found: Issue, request: HttpRequest, data: Any = None) -> django_forms.Form:
    _label, kind = MOVES[name]
    day = request.day  # type: ignore[attr-defined]
    more: dict[str, Any] = {"assign": {"issue": found, "day": day}, "raise": {"issue": found}}.get(name, {})
    form: django_forms.Form = kind(data, initial={"version": found.version}, auto_id=f"{name}-%s", **more)
    return form


def _page(
    request: HttpRequest, found: Any, typed: str = "", form: django_forms.Form | None = None,
    reasons: tuple[str, ...] = (), status: int = 200,
) -> HttpResponse:  # fmt: skip
    by: Actor = request.actor  # type: ignore[attr-defined]
    open_to = offered(by, found)
    if form is not None and status == 409:
        # Sent again after reading what changed, it is meant for the problem as it is now.
        form.data = {**request.POST.dict(), "version": str(found.version)}
    known = places.names([found.village])
    whole = sees_household(by, found)
    context = {
        "issue": found, "status": forms.STATUS[found.status], "place": places.path(found.village, known),
        "has_it": _has_it(found, known), "steps": _steps(found, known), "sees_household": whole,
        "sees_clue": found.clue_id and by.may(Permission.CLUE_READ, at=found.village),
        "guarantee": dict(forms.guarantees()).get(found.guarantee, ""),
        "days": (found.due_on - request.day).days if found.closed_on is None else None,  # type: ignore[attr-defined]
        "forms": [(name, MOVES[name][0], form if name == typed else _form(name, found, request)) for name in open_to],
        "first": next((name for name in open_to if name in ("close", "revisit", "mend", "answer", "assign")), ""),
        "waits": _waits(by, found, open_to), "typed": typed, "reasons": reasons,
        "entries": [_entry(event, by, whole) for event in history(found)],
        "lost": _typed_words(form) if form is not None and typed not in open_to else [],
    }  # fmt: skip
    return render(request, "issues/issue.html", context, status=status)


def _waits(by: Actor, found: Issue, open_to: list[str]) -> str:
    """Whom it waits for, where there is nothing to do for whoever looks."""
    if found.status == "closed" or set(open_to) & {"close", "revisit", "mend", "answer", "assign"}:
        return ""
    if found.status == "answered" and found.answered_by == by.name:
        return _("您已答复，接下来由别的同事回访和销号。")
    return _("这个问题现在不由您这一级办理，可以在这里看进展。")


def _typed_words(form: django_forms.Form) -> list[str]:
    """What was typed into a form that the page offers no more."""
    return [text for name in ("plan", "text", "reason", "why") if (text := str(form.data.get(name, "")).strip())]


def _has_it(found: Issue, known: dict[str, str]) -> str:
    at = {
        "village": known.get(found.village), "township": known.get(found.village[:9]),
        "county": known.get(found.village[:6]), "bureau": found.bureau,
    }[found.level] or str(forms.LEVELS[found.level])  # fmt: skip
    if found.status == "answered":
        return _("已答复，等销号") if found.revisited_by else _("已答复，等别的同事回访")
    if found.status == "closed":
        return _("已销号")
    return found.holder_shown or _("%(place)s（还没有落实到人）") % {"place": at}


def _steps(found: Issue, known: dict[str, str]) -> list[dict[str, str]]:
    here = ladder.LEVELS.index(found.level)
    notes = [
        known.get(found.village, ""),
        known.get(found.village[:9], ""),
        known.get(found.village[:6], ""),
        found.bureau,
    ]
    closed = found.status == "closed"
    return [
        {
            "label": str(forms.LEVELS[level]), "note": notes[at] or "",
            "state": "done" if at < here or (closed and at == here) else "here" if at == here else "ahead",
        }
        for at, level in enumerate(ladder.LEVELS)
    ]  # fmt: skip


def _entry(event: Any, by: Actor, whole: bool) -> dict[str, Any]:
    # A bureau reads who did what when, the reason why it has the problem, and its own words.
    words = event.words if whole or event.by == by.name else ""
    tones = {
        "issues.closed": "met",
        "issues.raised": "overdue",
        "issues.overdue": "overdue",
        "issues.sent_back": "unmet",
    }
    return {
        "at": event.day, "text": event.said, "by": event.by_shown, "tone": tones.get(event.verb, ""),
        "why": "\n".join(part for part in (words, event.why) if part),
    }  # fmt: skip
