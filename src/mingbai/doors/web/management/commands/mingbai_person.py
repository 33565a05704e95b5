"""People from the shell, for whoever keeps the server: add, give a post, reset, close. Prints one-time passwords."""

from datetime import date
from typing import Any

from django.core.management.base import CommandParser

from mingbai.base.lib.errors import Refused
from mingbai.base.lib.permissions import Actor, system
from mingbai.base.places.models import Place
from mingbai.base.staff import actions
from mingbai.base.staff.middleware import the_day
from mingbai.base.staff.models import Official
from mingbai.base.staff.roles import BUREAUS, TITLES
from mingbai.doors.web.management.saying import Saying


class Command(Saying):
    """`mingbai person`; every change is an event of the system's."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("do", choices=["add", "post", "reset", "close", "reopen"])
        parser.add_argument("--username", required=True, help="登录用的名字")
        parser.add_argument("--name", default="", help="姓名（add）")
        parser.add_argument("--unit", default="", help="单位（add）")
        parser.add_argument("--role", default="", choices=["", *TITLES], help="岗位（add、post）")
        parser.add_argument("--area", default="", help="负责范围的区划代码（add、post）")
        parser.add_argument("--bureau", default="", choices=["", *BUREAUS], help="部门（岗位是 bureau 时）")
        parser.add_argument("--why", default="", help="原因（close、reopen）")

    def work(self, **options: Any) -> int | None:
        by, day, username = system("shell"), the_day(), options["username"].strip().lower()
        if options["do"] == "add":
            given = {key: options[key] for key in ("name", "unit", "role", "bureau")}
            _official, password = actions.add_person(
                by=by, username=username, area=_area(options["area"]), since=day, **given, day=day
            )
            self._password(username, password)
            return None
        official = Official.objects.filter(username=username).first()
        if official is None:
            raise Refused(f"没有用户名为「{username}」的人员。")
        self._change(by, official, day, options)
        return None

    def _change(self, by: Actor, official: Official, day: date, options: dict[str, Any]) -> None:
        why, username = options["why"], official.username
        match options["do"]:
            case "post":
                role, bureau = options["role"], options["bureau"]
                actions.give_post(
                    by=by, official=official, role=role, area=_area(options["area"]), bureau=bureau, since=day, day=day
                )
                self.say(f"已给{official.name}（{username}）设岗位：{TITLES[role]} {options['area']}")
            case "reset":
                self._password(username, actions.reset_password(by=by, official=official, day=day))
            case "reopen":
                self._password(username, actions.reopen_account(by=by, official=official, why=why, day=day))
            case "close":
                actions.close_account(by=by, official=official, why=why, day=day)
                self.say(f"已停用{official.name}（{username}）的账号，岗位和令牌一并结束。")

    def _password(self, username: str, password: str) -> None:
        self.say("一次性密码只显示这一次，登录后必须修改：")
        self.say(f"  用户名 {username}　密码 {password}")


def _area(code: str) -> str:
    """A division code that is a place here, or the beginning of one: a prefecture is no place of ours."""
    known = Place.objects.filter(code=code, until=None).exists()
    above = len(code) in (2, 4) and Place.objects.filter(code__startswith=code).exists()
    if not (known or above):
        raise Refused(f"没有区划代码为「{code}」的地方。先载入乡镇和村的名单，再设岗位。")
    return code
