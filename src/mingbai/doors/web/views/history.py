"""What was done with a household, and how it stood on any day."""

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mingbai.base.events.models import Event
from mingbai.base.events.queries import id_reveals, of_subject
from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.places.queries import names, path
from mingbai.facts.registry.queries.history import household_on
from mingbai.facts.registry.queries.households import household_or_404
from mingbai.facts.registry.snapshot import HOUSEHOLD_LABELS

_PAGE = 40
# What the heading says already, or what is empty for a household that still is.
_NOT_LISTED = ("village", "head_name", "ended_on", "ended_why")


@require_safe
def history(request: HttpRequest, household_id: str) -> HttpResponse:
    """Every event of a household, newest first, in sentences."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    household = household_or_404(by, household_id)
    by.must(Permission.EVENT_READ, at=household.village)
    events = list(of_subject(f"household:{household_id}", _number(request))[: _PAGE + 1])
    shown = {
        "household": household,
        "entries": [_entry(event) for event in events[:_PAGE]],
        "next": events[_PAGE - 1].pk if len(events) > _PAGE else None,
        "paged": _number(request) is not None,
    }
    return render(request, "web/history.html", shown)


@require_safe
def then(request: HttpRequest, household_id: str) -> HttpResponse:
    """A household as it was at the end of a day (?day=); ?known=1 as it was written down by then."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    household = household_or_404(by, household_id)
    by.must(Permission.EVENT_READ, at=household.village)
    today: date = request.day  # type: ignore[attr-defined]
    known = request.GET.get("known") == "1"
    try:
        day, wrong = date.fromisoformat(request.GET.get("day", "") or today.isoformat()), ""
        # The end of a day has to be a moment that can be reckoned with.
        day + timedelta(days=1)
    except (ValueError, OverflowError):
        day, wrong = today, _("日期没看懂，请写成 2026-06-30 这样。下面是今天的情况。")
    found = household_on(household_id, day, known=known)
    listed = [
        (label, found.household[name])
        for name, label in HOUSEHOLD_LABELS.items()
        if name not in _NOT_LISTED and found and found.household.get(name)
    ]
    code = found.household.get("village", "") if found else ""
    shown = {
        "household": household, "asked": day, "known": known, "found": found, "listed": listed, "wrong": wrong,
        "place": path(code, names([code])) if code else "",
    }  # fmt: skip
    return render(request, "web/then.html", shown)


@require_safe
def looks(request: HttpRequest) -> HttpResponse:
    """Who looked at whose ID, newest first, within the area where the history may be read."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    by.must(Permission.EVENT_READ)
    events = list(id_reveals(by, _number(request))[: _PAGE + 1])
    known = names(event.place for event in events)
    rows = [(event, path(event.place, known), event.subject.removeprefix("household:")) for event in events[:_PAGE]]
    more = events[_PAGE - 1].pk if len(events) > _PAGE else None
    return render(request, "web/looks.html", {"rows": rows, "next": more, "paged": _number(request) is not None})


def _entry(event: Event) -> dict[str, object]:
    written = event.at.astimezone().date()
    who = (
        event.by_shown if written == event.day else _("%(who)s，%(day)s 登记") % {"who": event.by_shown, "day": written}
    )
    tone = "conflict" if event.verb == "registry.id_revealed" else ""
    return {"at": event.day, "text": event.said, "why": event.why, "by": who, "tone": tone}


def _number(request: HttpRequest) -> int | None:
    text = request.GET.get("before", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
