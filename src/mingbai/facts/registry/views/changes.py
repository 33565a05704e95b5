"""One page for each kind of change of a household, reached from the household's page."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from mingbai.base.lib.errors import Changed, Refused
from mingbai.base.lib.permissions import Permission
from mingbai.base.places.models import Place
from mingbai.facts.registry.actions.book import HEAD, already
from mingbai.facts.registry.forms import families, people
from mingbai.facts.registry.forms.entry import Change, refusing
from mingbai.facts.registry.models import Household, Member
from mingbai.facts.registry.queries.changed import changed_since, newest_event
from mingbai.facts.registry.queries.households import household_or_404


@dataclass(frozen=True)
class Verb:
    """A kind of change: its form, and whom it asks for first."""

    title: Any
    form: type[Change]
    who: Any = ""
    """The question by which a member is chosen first; '' where none is."""
    head_leaves: bool = False
    """Whether a leaving head needs somebody to follow."""
    heads: bool = True
    """Whether the head may be chosen."""
    permission: Permission = Permission.HOUSEHOLD_CHANGE
    danger: bool = False


VERBS: Mapping[str, Verb] = MappingProxyType(
    {
        "birth": Verb(gettext_lazy("新生儿登记"), people.Birth),
        "marry_in": Verb(gettext_lazy("婚入"), people.Arrival),
        "move_in": Verb(gettext_lazy("成员迁入"), people.MovingIn),
        "add": Verb(gettext_lazy("补登成员"), people.Adding),
        "death": Verb(gettext_lazy("死亡"), people.Leaving, gettext_lazy("谁去世了？"), True),
        "marry_out": Verb(gettext_lazy("婚出"), people.MarryingOut, gettext_lazy("谁婚出？"), True),
        "move_out": Verb(gettext_lazy("成员迁出"), people.MovingOut, gettext_lazy("谁迁出？"), True),
        "mistake": Verb(gettext_lazy("误登成员"), people.Mistake, gettext_lazy("谁登错了？"), True, danger=True),
        "head": Verb(gettext_lazy("更换户主"), families.HeadChange, gettext_lazy("谁当新户主？"), heads=False),
        "split": Verb(gettext_lazy("分户"), families.Split, gettext_lazy("分出去的新户，谁当户主？"), heads=False),
        "join": Verb(gettext_lazy("并户"), families.Join, danger=True),
        "end": Verb(gettext_lazy("整户注销"), families.Ending, danger=True),
        "member": Verb(gettext_lazy("更正成员资料"), people.MemberFields, gettext_lazy("更正谁的资料？")),
        "id": Verb(gettext_lazy("更正证件号码"), people.IdNumber, gettext_lazy("更正谁的证件号码？")),
        "household": Verb(gettext_lazy("更正户资料"), families.HouseholdFields),
        "status": Verb(gettext_lazy("认定户类型和风险"), families.Status, permission=Permission.HOUSEHOLD_STATUS),
    }
)


GROUPS = (
    (gettext_lazy("添人口"), ("birth", "marry_in", "move_in", "add")),
    (gettext_lazy("减人口"), ("death", "marry_out", "move_out", "mistake")),
    (gettext_lazy("户的变动"), ("head", "split", "join", "end")),
    (gettext_lazy("更正和认定"), ("member", "id", "household", "status")),
)
"""The kinds of change as the menu shows them."""


@require_safe
def menu(request: HttpRequest, household_id: str) -> HttpResponse:
    """All that can be changed on a household, for whoever may."""
    by = request.actor  # type: ignore[attr-defined]
    household = household_or_404(by, household_id)
    by.must(Permission.HOUSEHOLD_CHANGE, at=household.village)
    groups = [
        (title, [(verb, VERBS[verb]) for verb in verbs if by.may(VERBS[verb].permission, at=household.village)])
        for title, verbs in GROUPS
    ]
    return render(request, "registry/change_menu.html", {"household": household, "groups": groups})


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, household_id: str, verb: str) -> HttpResponse:
    """Asks whom it is about where that is needed, shows the form, carries it out."""
    if verb not in VERBS:
        raise Http404
    kind, by = VERBS[verb], request.actor  # type: ignore[attr-defined]
    household = household_or_404(by, household_id)
    by.must(kind.permission, at=household.village)
    back = reverse("web:household", args=[household.household_id])
    if request.method == "POST" and already(by, request.POST.get("nonce", "")):
        return _once(request, back)
    if household.ended_on:
        raise Refused(_("这一户已注销，不能再改。"))
    seen = newest_event(household)
    living = sorted(household.members.filter(left_on=None), key=lambda m: (m.relation != HEAD, m.person_id))
    member, head = _chosen(request, living, "member"), _chosen(request, living, "head")
    choices = [m for m in living if kind.heads or m.relation != HEAD]
    if request.method == "POST" and kind.who and member not in choices:
        raise Refused(_("您选的人已不在这一户的现有成员里，可能刚被改过，请重新选。"))
    if kind.who and member not in choices:
        return _ask(request, household, kind, kind.who, choices, "member")
    if kind.head_leaves and member and member.relation == HEAD and len(living) > 1 and head in (None, member):
        return _ask(request, household, kind, _("户主离开后，谁当新户主？"), [m for m in living if m != member], "head")
    day = request.day  # type: ignore[attr-defined]
    form = kind.form(
        request.POST or None, by=by, day=day, household=household, seen=seen, members=living, member=member, head=head
    )
    return _carry_out(request, form, kind, back, household)


@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest, village: str) -> HttpResponse:
    """A household new to the roster of a village."""
    by, day = request.actor, request.day  # type: ignore[attr-defined]
    by.must(Permission.HOUSEHOLD_CHANGE, at=village)
    place = get_object_or_404(Place, code=village)
    if place.level != "village":
        raise Http404
    form = families.Registration(request.POST or None, by=by, day=day, village=village)
    kind = Verb(_("登记新户：%(place)s") % {"place": place.short}, families.Registration)
    return _carry_out(request, form, kind, reverse("web:village", args=[village]), None)


def _carry_out(request: HttpRequest, form: Change, kind: Verb, back: str, household: Household | None) -> HttpResponse:
    shown: dict[str, Any] = {"form": form, "kind": kind, "back": back, "household": household}
    if request.method != "POST" or not form.is_valid():
        return render(request, "registry/change.html", shown, status=422 if form.is_bound else 200)
    try:
        shown["reasons"] = refusing(form)
    except Changed as changed:
        if already(form.by, form.cleaned_data["nonce"]):
            return _once(request, back)
        if household is None:
            raise
        household.refresh_from_db()
        shown |= {"reasons": changed.reasons, "changes": changed_since(household, form.cleaned_data["seen"])}
        form.fresh(household.version, newest_event(household))
        return render(request, "registry/change.html", shown, status=409)
    if shown["reasons"]:
        return render(request, "registry/change.html", shown, status=422)
    messages.success(request, _("已保存，并记入历史。"))
    made = getattr(form, "made", None)
    return redirect(reverse("web:household", args=[made.household_id]) if made else back)


def _once(request: HttpRequest, back: str) -> HttpResponse:
    messages.info(request, _("刚才已经提交过了，只记了一次。"))
    return redirect(back)


def _chosen(request: HttpRequest, living: list[Member], name: str) -> Member | None:
    asked = request.GET.get(name, "")
    return next((m for m in living if m.person_id == asked), None)


def _ask(
    request: HttpRequest, household: Household, kind: Verb, question: Any, choices: list[Member], name: str
) -> HttpResponse:
    shown = {"household": household, "kind": kind, "question": question, "choices": choices, "name": name}
    return render(request, "registry/change_who.html", shown)
