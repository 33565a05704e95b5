"""What may be done with people: added, given posts, sent home; their passwords and tokens."""

import re
import secrets
from datetime import date, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from mingbai.base.events.actions import record
from mingbai.base.lib.errors import Changed, Forbidden, Refused
from mingbai.base.lib.permissions import Actor, Permission, system
from mingbai.base.staff.models import Official, Post, Token
from mingbai.base.staff.queries import digest
from mingbai.base.staff.roles import BUREAUS, LEVELS, TITLES, clash

_USERNAME = re.compile(r"[a-z][a-z0-9._-]{1,39}")
# Nothing that is mistaken for another when read out or copied by hand.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
LONGEST_TOKEN = 366
"""Days for which a token may be made."""


def first_administrator(*, username: str, password: str, area: str, day: date) -> Official:
    """The administrator of an empty site, who must choose another password when signing in first."""
    by = system("setup")
    by.must(Permission.STAFF_MANAGE, at=area)
    with transaction.atomic():
        if Official.objects.exists():
            raise Refused("已经有人员账号，不再建立第一个管理员。")
        official = Official(username=username, name="系统管理员", must_change_password=True)
        set_password(official, password)
        official.save()
        Post.objects.create(official=official, role="admin", area=area, since=day)
        record(
            by=by, day=day, verb="staff.person_added", subject=f"official:{username}", place=area,
            said="建立第一个系统管理员账号。",
        )  # fmt: skip
    return official


def set_password(official: Official, password: str) -> None:
    """Sets a password that keeps the rules for passwords; Refused with every reason."""
    try:
        validate_password(password, official)
    except ValidationError as error:
        raise Refused(*error.messages) from None
    official.set_password(password)


def add_person(
    *, by: Actor, username: str, name: str, unit: str = "", phone: str = "", role: str, area: str, bureau: str = "",
    since: date, until: date | None = None, day: date,
) -> tuple[Official, str]:  # fmt: skip
    """A new account with its first post, and its one-time password, which nobody can read again."""
    by.must(Permission.STAFF_MANAGE, at=area)
    username, name = username.strip().lower(), name.strip()
    reasons = _post_faults(role, area, bureau, since, until, day)
    if not _USERNAME.fullmatch(username):
        reasons.append(
            _("用户名用小写字母开头，后面可以有字母、数字、点和横线，2 至 40 个字；不要用手机号或证件号码。")
        )
    if not name:
        reasons.append(_("请填写姓名。"))
    if reasons:
        raise Refused(*reasons)
    password = _one_time_password()
    official = Official(username=username, name=name, unit=unit.strip(), phone=phone.strip(), must_change_password=True)
    set_password(official, password)
    try:
        with transaction.atomic():
            official.save()
            Post.objects.create(official=official, role=role, area=area, bureau=bureau, since=since, until=until)
            said = f"新增人员{name}，岗位：{_titled(role, bureau)}。"
            changed = {"name": name, "phone": settings.KEYS.hide(official.phone), "role": role, "area": area}
            _tell(by, day, official, "person_added", area, said, changed=changed | _term(since, until))
    except IntegrityError:
        # Somebody has it already, or the same form came twice.
        words = _("用户名「%(name)s」已经有人用了，请换一个。刚才已经添加过的，不用再添加。")
        raise Refused(words % {"name": username}) from None
    return official, password


def change_person(
    *, by: Actor, official: Official, version: int, name: str, unit: str, phone: str, day: date
) -> None:  # fmt: skip
    """Name, unit and phone. Changed where somebody else saved them since `version` was shown."""
    _must_over(by, official, day)
    now = {"name": name.strip(), "unit": unit.strip(), "phone": phone.strip()}
    if not now["name"]:
        raise Refused(_("请填写姓名。"))
    with transaction.atomic():
        if not Official.objects.filter(pk=official.pk, version=version).update(**now, version=F("version") + 1):
            held = Official.objects.get(pk=official.pk)
            words = _("别人刚刚改过：现在姓名是%(name)s，单位是%(unit)s，电话是%(phone)s。您填的还在，请核对后再保存。")
            raise Changed(words % {"name": held.name, "unit": held.unit or "—", "phone": held.phone or "—"})
        changed = {key: value for key, value in now.items() if value != getattr(official, key)}
        if "phone" in changed:
            changed["phone"] = settings.KEYS.hide(changed["phone"])
        _tell(
            by, day, official, "person_changed", _home(by, official), f"修改{now['name']}的人员信息。", changed=changed
        )


def give_post(
    *, by: Actor, official: Official, role: str, area: str, bureau: str = "", since: date, until: date | None = None,
    day: date,
) -> Post:  # fmt: skip
    """A post from `since` until the day before `until`. Refused where it clashes with another of those days."""
    by.must(Permission.STAFF_MANAGE, at=area)
    _not_oneself(by, official)
    reasons = _post_faults(role, area, bureau, since, until, day)
    if reasons:
        raise Refused(*reasons)
    with transaction.atomic():
        # Held until the commit: two administrators can not give two halves of a forbidden pair at once.
        held = Official.objects.select_for_update().get(pk=official.pk)
        if not held.is_active:
            raise Refused(_("这个账号已经停用；要重新任用，先恢复账号。"))
        beside = held.posts.filter(Q(until=None) | Q(until__gt=since))
        beside = beside.filter(since__lt=until) if until else beside
        if any((post.role, post.area, post.bureau) == (role, area, bureau) for post in beside):
            raise Refused(_("这段时间里已经有同样的岗位，不用再加。"))
        pair = clash(frozenset({role, *(post.role for post in beside)}))
        if pair:
            words = _("%(one)s和%(other)s不能由同一个人担任：经办的不审批，督查的不经办，管权限的不办业务。")
            raise Refused(words % {"one": _(pair[0]), "other": _(pair[1])})
        post = Post.objects.create(official=held, role=role, area=area, bureau=bureau, since=since, until=until)
        said = f"{held.name}担任{_titled(role, bureau)}，{since.isoformat()} 起。"
        changed = {"role": role, "area": area, "bureau": bureau} | _term(since, until)
        _tell(by, day, held, "post_given", area, said, changed=changed)
    return post


def end_post(*, by: Actor, post: Post, on: date, why: str, day: date) -> None:
    """The post is held no more from `on`, which may lie ahead."""
    by.must(Permission.STAFF_MANAGE, at=post.area)
    _not_oneself(by, post.official)
    why = _reason(why)
    if on < day or on < post.since:
        raise Refused(_("结束日期不能早于今天，也不能早于任职的那天。"))
    with transaction.atomic():
        if not Post.objects.filter(pk=post.pk, until=post.until).exclude(until__lte=on).update(until=on):
            raise Refused(_("这个岗位已经结束，或别人刚刚改过，请刷新看看。"))
        said = f"{post.official.name}不再担任{_titled(post.role, post.bureau)}，{on.isoformat()} 起。"
        changed = {"role": post.role, "area": post.area, "bureau": post.bureau, "until": on}
        _tell(by, day, post.official, "post_ended", post.area, said, why, changed)


def close_account(*, by: Actor, official: Official, why: str, day: date) -> None:
    """Nobody signs in with it any more, from this moment: sessions and tokens end with it, and every post."""
    _must_over(by, official, day)
    _not_oneself(by, official)
    why = _reason(why)
    with transaction.atomic():
        if not Official.objects.filter(pk=official.pk, is_active=True).update(is_active=False):
            raise Refused(_("这个账号已经停用了。"))
        unended = Post.objects.filter(Q(until=None) | Q(until__gt=day), official=official)
        ended = unended.filter(since__lte=day).update(until=day) + unended.filter(since__gt=day).update(
            until=F("since")
        )
        Token.objects.filter(official=official, revoked_on=None).update(revoked_on=day)
        _tell(by, day, official, "account_closed", _home(by, official), f"停用{official.name}的账号。", why,
              {"posts_ended": ended})  # fmt: skip


def reopen_account(*, by: Actor, official: Official, why: str, day: date) -> str:
    """The account of somebody who came back: its new one-time password. Posts are given anew."""
    _must_over(by, official, day)
    _not_oneself(by, official)
    why, password = _reason(why), _one_time_password()
    with transaction.atomic():
        held = Official.objects.select_for_update().get(pk=official.pk)
        if held.is_active:
            raise Refused(_("这个账号正在使用，不用恢复。"))
        held.is_active = held.must_change_password = True
        set_password(held, password)
        held.save()
        _tell(by, day, held, "account_reopened", _home(by, held), f"恢复{held.name}的账号。", why)
    return password


def reset_password(*, by: Actor, official: Official, day: date) -> str:
    """A new one-time password; whoever is signed in with the old one is signed out."""
    _must_over(by, official, day)
    _not_oneself(by, official)
    password = _one_time_password()
    with transaction.atomic():
        held = Official.objects.select_for_update().get(pk=official.pk)
        if not held.is_active:
            raise Refused(_("这个账号已经停用；要重新任用，先恢复账号。"))
        held.must_change_password = True
        set_password(held, password)
        held.save()
        _tell(by, day, held, "password_reset", _home(by, held), f"重置{held.name}的密码。")
    return password


def reset_second_factor(*, by: Actor, official: Official, why: str, day: date) -> None:
    """For a lost phone: the next sign-in asks for the password alone."""
    _must_over(by, official, day)
    _not_oneself(by, official)
    why = _reason(why)
    with transaction.atomic():
        if not Authenticator.objects.filter(user=official).delete()[0]:
            raise Refused(_("这个账号没有开启两步验证。"))
        _tell(by, day, official, "second_factor_reset", _home(by, official), f"取消{official.name}的两步验证。", why)


def change_own_password(*, by: Actor, official: Official, password: str, day: date) -> None:
    """The person's own choice; other sessions of theirs end. The rules for passwords were asked by the form."""
    if by.name != f"official:{official.username}":
        raise Forbidden(_("只能修改自己的密码。"))
    with transaction.atomic():
        official.set_password(password)
        official.must_change_password = False
        official.save(update_fields=["password", "must_change_password"])
        _tell(by, day, official, "password_changed", _home(by, official), f"{official.name}修改了自己的密码。")


def make_token(*, by: Actor, official: Official, name: str, ends_on: date, day: date) -> str:
    """A key for another system, shown once: it reads what the official may read, until `ends_on`."""
    # Every post reads the numbers: whoever holds none has nothing to read.
    by.must(Permission.STANDARD_READ)
    if by.name != f"official:{official.username}":
        raise Forbidden(_("令牌只能由本人建立。"))
    name, reasons = name.strip(), []
    if not name:
        reasons.append(_("请写明令牌给哪个系统用。"))
    if not day <= ends_on <= day + timedelta(days=LONGEST_TOKEN):
        reasons.append(_("令牌的有效期从今天算起，最长一年。"))
    if reasons:
        raise Refused(*reasons)
    secret = "mb_" + secrets.token_urlsafe(32)
    with transaction.atomic():
        # One after the other: a second click would make a second key, and only one of them is ever shown.
        Official.objects.select_for_update().get(pk=official.pk)
        if Token.objects.filter(official=official, name=name, revoked_on=None, ends_on__gte=day).exists():
            raise Refused(_("已有一个叫「%(name)s」的令牌在用。要换新的，先作废它，或换个名称。") % {"name": name})
        Token.objects.create(official=official, name=name, digest=digest(secret), made_on=day, ends_on=ends_on)
        _tell(by, day, official, "token_made", _home(by, official), f"{official.name}建立接口令牌「{name}」。",
              changed={"name": name, "ends_on": ends_on})  # fmt: skip
    return secret


def revoke_token(*, by: Actor, token: Token, day: date) -> None:
    """The key opens nothing any more. By its owner, or by an administrator over the owner."""
    if by.name != f"official:{token.official.username}":
        _must_over(by, token.official, day)
    with transaction.atomic():
        if not Token.objects.filter(pk=token.pk, revoked_on=None).update(revoked_on=day):
            raise Refused(_("这个令牌已经作废了。"))
        _tell(by, day, token.official, "token_revoked", _home(by, token.official),
              f"{token.official.name}的接口令牌「{token.name}」作废。", changed={"name": token.name})  # fmt: skip


def extend_area(*, by: Actor, old: str, new: str, day: date) -> int:
    """Whoever holds a post in `old` (merged into `new`) holds the same in `new` from `day`; returns how many posts.

    Writes no event of its own: the merger's event tells of it.
    """
    by.must(Permission.PLACE_CHANGE, at=new)
    with transaction.atomic():
        held = Post.objects.filter(area=old, since__lte=day, until=None)
        made = [
            Post(official_id=p.official_id, role=p.role, area=new, bureau=p.bureau, since=day)
            for p in held
            if not Post.objects.filter(official_id=p.official_id, role=p.role, area=new, until=None).exists()
        ]
        Post.objects.bulk_create(made)
    return len(made)


def _must_over(by: Actor, official: Official, day: date) -> None:
    """`by` manages people wherever the official still has a post: an account opens all of its posts at once."""
    by.must(Permission.STAFF_MANAGE)
    posts = list(official.posts.order_by("id"))
    unended = [post for post in posts if post.until is None or post.until > day]
    for post in unended or posts[-1:]:
        by.must(Permission.STAFF_MANAGE, at=post.area)


def _not_oneself(by: Actor, official: Official) -> None:
    if by.name == f"official:{official.username}":
        raise Refused(_("自己的岗位和账号不能自己办，请由另一位管理员办理。"))


def _post_faults(role: str, area: str, bureau: str, since: date, until: date | None, day: date) -> list[str]:
    faults = []
    if role not in TITLES:
        return [_("没有这个岗位。")]
    if len(area) not in LEVELS[role]:
        faults.append(
            _("%(role)s的范围选得不对：村级选到村，乡镇选到乡镇，县级和部门选到县。") % {"role": _(TITLES[role])}
        )
    if role == "bureau" and bureau not in BUREAUS:
        faults.append(_("请选择是哪个部门的联络员。"))
    if role != "bureau" and bureau:
        faults.append(_("只有部门联络员才选部门。"))
    if since < day:
        faults.append(_("任职从今天或以后的日期开始，不倒填。"))
    if until and until <= since:
        faults.append(_("结束日期要晚于任职日期。"))
    return faults


def _reason(why: str) -> str:
    why = why.strip()
    if not why:
        raise Refused(_("请写明原因。"))
    return why


def _titled(role: str, bureau: str) -> str:
    return f"{TITLES[role]}（{bureau}）" if bureau else TITLES[role]


def _term(since: date, until: date | None) -> dict[str, date | None]:
    return {"since": since, "until": until}


def _home(by: Actor, official: Official) -> str:
    """Where an event about the person as a whole belongs: the area of the newest post."""
    newest = official.posts.order_by("-id").values_list("area", flat=True).first()
    return newest or next(iter(by.areas(Permission.STAFF_MANAGE)), "")


def _one_time_password() -> str:
    return "-".join("".join(secrets.choice(_LETTERS) for _n in range(4)) for _group in range(3))


def _tell(
    by: Actor, day: date, official: Official, what: str, place: str, said: str, why: str = "",
    changed: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    record(by=by, day=day, verb=f"staff.{what}", subject=f"official:{official.username}", place=place, said=said,
           why=why, changed=changed)  # fmt: skip
