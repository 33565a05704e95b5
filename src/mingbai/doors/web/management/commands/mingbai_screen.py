"""Screens a county of the site at once, for the night."""

from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from mingbai.base.lib.errors import Refused
from mingbai.base.lib.permissions import system
from mingbai.base.staff.middleware import the_day
from mingbai.doors.web.management.saying import Saying
from mingbai.facts.assessments.actions import fill_from_deliveries
from mingbai.findings.screening.actions import running


class Command(Saying):
    """`mingbai screen --site`. Exit status 0 done, 1 done and some delivered cells could not be used, 2 not done.

    A run whose process died is taken over first.
    """

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--day", default="")
        parser.add_argument("--place", default="")

    def work(self, **options: Any) -> int | None:
        place = options["place"] or settings.COUNTY
        if not (place.isascii() and place.isdecimal() and len(place) == 6):
            raise Refused("请用 --place 写明哪个县（6 位区划代码），或设 MINGBAI_COUNTY。")
        by, day = system("night"), _day(options["day"])
        begun = running.start(by=by, place=place, day=day)
        done = running.carry_out(by=by, screening=begun)
        if done.status != "done":
            raise Refused(*done.why.splitlines())
        stored, files = done.report["stored"], done.report["files"].values()
        self.say(f"筛查完成　{day.isoformat()}　{place}")
        self.say(
            f"新线索 {stored['new'] + stored['again']:,} 条，以前发现、还没核实的 {stored['still']:,} 条，"
            f"数据已消除 {stored['cleared']:,} 条"
        )
        words = fill_from_deliveries(by=by, place=place, day=day)
        self.say(f"两不愁三保障和饮水：部门数据新记了 {words:,} 条")
        if left := done.report["rules_not_checked"]:
            self.say(f"没有核对的规则 {len(left)} 条（没有核对，不等于没有问题）")
        bad = sum(file["bad_cells"] for file in files)
        if bad:
            self.say(f"用到的数据里有 {bad:,} 格没有采用，请部门改好再交。")
        return 1 if bad else 0


def _day(text: str) -> date:
    if not text:
        return the_day()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(f"「{text}」不是有效日期，请写成 2026-06-30 这样。") from None
