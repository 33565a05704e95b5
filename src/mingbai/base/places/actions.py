"""Places added, renamed, merged: every change dated, nothing taken away."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from mingbai.base.events.actions import record
from mingbai.base.lib.errors import Refused
from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.places.models import Place
from mingbai.base.staff.actions import extend_area


def load(*, by: Actor, county: str, name: str, rows: Iterable[Mapping[str, str]], day: date) -> int:
    """A county's townships and villages from rows with township_code, township, village_code and village.

    Places that are there already stay as they are. Returns how many were added; Refused with every bad row.
    """
    by.must(Permission.PLACE_CHANGE, at=county)
    found: dict[str, tuple[str, str]] = {county: (name, "")}
    faults = []
    for number, row in enumerate(rows, 2):
        town, village = row.get("township_code", ""), row.get("village_code", "")
        if not (town.isdecimal() and village.isdecimal() and len(town) == 9 and len(village) == 12):
            faults.append(f"第 {number} 行：乡镇代码要 9 位、村代码要 12 位数字，现在是「{town}」「{village}」。")
        elif not (town.startswith(county) and village.startswith(town)):
            faults.append(f"第 {number} 行：村代码 {village} 不在乡镇 {town}、县 {county} 之内。")
        else:
            found[town] = (row["township"], county)
            found[village] = (row["village"], town)
    _refuse(*faults)
    with transaction.atomic():
        known = set(Place.objects.filter(code__in=found).values_list("code", flat=True))
        new = [Place(code=c, name=n, parent=p) for c, (n, p) in sorted(found.items()) if c not in known]
        Place.objects.bulk_create(new, batch_size=1000)
        if new:
            record(
                by=by, day=day, verb="places.loaded", subject=f"place:{county}", place=county,
                changed={"codes": len(new)}, said=f"载入{name}的乡镇和村名单，新增 {len(new)} 个。",
            )  # fmt: skip
    return len(new)


def add(*, by: Actor, code: str, name: str, day: date, why: str) -> Place:
    """A township (9 digits) or village (12) that exists from `day`, in the place whose code begins its own."""
    by.must(Permission.PLACE_CHANGE, at=code)
    parent = {9: code[:6], 12: code[:9]}.get(len(code), "")
    _refuse(
        ""
        if code.isascii() and code.isdecimal() and parent
        else _("区划代码要 9 位（乡镇）或 12 位（村），只用数字。"),
        "" if name.strip() else _("请填名称。"),
        "" if why.strip() else _("请写明依据，例如批复文号。"),
    )
    with transaction.atomic():
        above = Place.objects.select_for_update().filter(code=parent).first()
        _refuse(
            "" if above and above.until is None else _("上级 %(code)s 不在这里，或已撤并。") % {"code": parent},
            _("代码 %(code)s 已经有了。") % {"code": code} if Place.objects.filter(code=code).exists() else "",
        )
        place = Place.objects.create(code=code, name=name.strip(), parent=parent, since=day)
        _tell(by, day, "places.added", place, f"新设{place.name}。", why, {"name": place.name})
    return place


def rename(*, by: Actor, code: str, name: str, was: str, day: date, why: str) -> None:
    """A place has another name from `day`; `was` is the name that the person saw."""
    by.must(Permission.PLACE_CHANGE, at=code)
    name = name.strip()
    _refuse(
        "" if name else _("请填名称。"),
        _("名称没有变。") if name == was else "",
        "" if why.strip() else _("请写明依据，例如批复文号。"),
    )
    with transaction.atomic():
        if Place.objects.filter(code=code, name=was, until=None).update(name=name) != 1:
            raise Refused(_("这个地方刚被别人改过，或已撤并，请重新打开。"))
        place = Place.objects.get(code=code)
        _tell(by, day, "places.renamed", place, f"{was}更名为{name}。", why, {"name": name, "was": was})


def merge(*, by: Actor, old: str, into: str, day: date, why: str) -> int:
    """A village is no more from `day` and lies in another one; its people hold their posts there, too.

    Townships are merged village by village. What is kept by village follows by each room's `follow_village`, which the
    door calls in the same transaction. Returns how many posts were given.
    """
    by.must(Permission.PLACE_CHANGE, at=old)
    by.must(Permission.PLACE_CHANGE, at=into)
    with transaction.atomic():
        rows = Place.objects.select_for_update().filter(code__in=[old, into]).order_by("code")
        found = {place.code: place for place in rows}
        gone, stays = found.get(old), found.get(into)
        if gone is None or stays is None or gone is stays:
            raise Refused(_("请选两个不同的村。"))
        _refuse(
            _("只能一个村并入另一个村；乡镇撤并请逐村办理。") if {gone.level, stays.level} != {"village"} else "",
            _("%(name)s已于 %(day)s 撤并。") % {"name": gone.short, "day": gone.until} if gone.until else "",
            _("%(name)s已撤并，不能并入。") % {"name": stays.short} if stays.until else "",
            _("撤并日期要晚于设立日期 %(day)s。") % {"day": gone.since} if gone.since and day <= gone.since else "",
            "" if why.strip() else _("请写明依据，例如批复文号。"),
        )
        if Place.objects.filter(code=old, until=None).update(until=day, successor=into) != 1:
            raise Refused(_("%(name)s刚被别人改过，请重新打开。") % {"name": gone.short})
        posts = extend_area(by=by, old=old, new=into, day=day)
        _tell(
            by, day, "places.merged", gone, f"{gone.name}并入{stays.name}。", why, {"successor": into, "posts": posts}
        )
    return posts


def _refuse(*reasons: str) -> None:
    if found := [reason for reason in reasons if reason]:
        raise Refused(*found)


def _tell(by: Actor, day: date, verb: str, place: Place, said: str, why: str, changed: dict[str, object]) -> None:
    record(
        by=by, day=day, verb=verb, subject=f"place:{place.code}", place=place.code, said=said, why=why.strip(),
        changed=changed,
    )  # fmt: skip
