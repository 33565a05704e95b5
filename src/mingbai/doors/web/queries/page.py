"""What every page shows around its content."""

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from mingbai.base.lib.permissions import ANONYMOUS, Actor
from mingbai.base.lib.permissions import Permission as P
from mingbai.base.places.queries import names, path
from mingbai.base.staff.roles import TITLES

_MENU: tuple[tuple[str, str, str, tuple[P, ...]], ...] = (
    ("web:home", gettext_noop("我的任务"), "list-check", ()),
    ("web:county", gettext_noop("全县"), "chart-bar", (P.FIGURE_READ,)),
    ("screening:desk", gettext_noop("线索"), "search", (P.CLUE_READ,)),
    ("issues:list", gettext_noop("问题清单"), "clipboard-list", (P.ISSUE_READ, P.ISSUE_ANSWER)),
    ("bureaus:deliveries", gettext_noop("部门数据"), "file-import", (P.DELIVERY_SEND, P.DELIVERY_READ)),
    ("screening:screenings", gettext_noop("筛查"), "filter", (P.SCREENING_RUN,)),
    ("registry:imports", gettext_noop("花名册"), "users-group", (P.ROSTER_IMPORT, P.ROSTER_EXPORT)),
    ("indicators:figures", gettext_noop("指标和报表"), "table", (P.FIGURE_READ,)),
    ("web:measures", gettext_noop("统计分析"), "adjustments", (P.FIGURE_READ,)),
    ("web:numbers", gettext_noop("政策数值"), "scale", (P.STANDARD_READ,)),
    ("web:places", gettext_noop("地名和区划"), "map-pin", (P.PLACE_CHANGE,)),
    ("web:people", gettext_noop("人员和岗位"), "user-check", (P.STAFF_MANAGE,)),
)
"""URL name, label, icon, and the permissions of which one is enough (none: everybody)."""


def page_context(request: HttpRequest) -> dict[str, Any]:
    """For the base template: who is here, where they may go, which day it is, whether this is the demo."""
    actor: Actor = getattr(request, "actor", ANONYMOUS)
    around: dict[str, Any] = {"demo": settings.DEMO, "day": getattr(request, "day", None), "actor": actor}
    if actor.kind != "official":
        return around
    areas = sorted({area for held in actor.grants.values() for area in held}, key=len)
    known = names([settings.COUNTY, *areas[:1]])
    return around | {
        "nav": _menu(request, actor),
        "county_name": known.get(settings.COUNTY, ""),
        "person": {
            "name": actor.shown,
            "role": "、".join(str(_(TITLES[role])) for role in actor.roles),
            "area": path(areas[0], known) if areas else "",
            "links": _links(actor),
        },
    }


def _menu(request: HttpRequest, actor: Actor) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for name, label, icon, needed in _MENU:
        url = _url(name)
        if url and (not needed or any(actor.may(one) for one in needed)):
            if name == "web:county":
                url, label = _own_place(actor, url, label)
            found.append({"url": url, "label": _(label), "icon": icon, "active": False})
    # Of two that fit the longer one: the runs lie under the clues.
    fitting = [
        one
        for one in found
        if request.path == one["url"] or (one["url"] != "/" and request.path.startswith(one["url"]))
    ]
    if fitting:
        max(fitting, key=lambda one: len(one["url"]))["active"] = True
    return found


def _own_place(actor: Actor, url: str, label: str) -> tuple[str, str]:
    """Who works in one township or village has its page there instead of the county's."""
    place = actor.areas(P.FIGURE_READ)[0]
    if len(place) <= 6:
        return url, label
    return reverse("web:village", args=[place]), gettext_noop("本村") if len(place) > 9 else gettext_noop("本乡镇")


def _links(actor: Actor) -> list[dict[str, str]]:
    every = ((gettext_noop("谁查看过证件号码"), "web:looks" if actor.may(P.EVENT_READ) else ""),
             (gettext_noop("修改密码"), "account_change_password"), (gettext_noop("两步验证"), "mfa_index"),
             (gettext_noop("接口令牌"), "staff:tokens"))  # fmt: skip
    return [{"label": _(label), "url": url} for label, name in every if (url := _url(name))]


@cache
def _url(name: str) -> str:
    try:
        return reverse(name) if name else ""
    except NoReverseMatch:
        return ""
