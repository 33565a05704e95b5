"""The night's round over the problem list: what is overdue goes up one level."""

from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from mingbai.base.lib.errors import Refused
from mingbai.base.lib.permissions import system
from mingbai.base.staff.middleware import the_day
from mingbai.doors.web.management.saying import Saying
from mingbai.doors.web.queries import county
from mingbai.findings.issues.actions.night import escalate


class Command(Saying):
    """`mingbai escalate`. Running it twice on a day, or twice at once, does what running it once does."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--place", default=settings.COUNTY, help="区划代码（默认本县） · division code")
        parser.add_argument("--day", help="哪一天（默认今天），如 2026-06-30 · as of a day")

    def work(self, **options: Any) -> int | None:
        place = options["place"]
        if not (place and place.isascii() and place.isdecimal()):
            raise Refused("不知道是哪个县：请写 --place 513434，或设 MINGBAI_COUNTY。")
        try:
            day = date.fromisoformat(options["day"]) if options["day"] else the_day()
        except ValueError:
            raise Refused(f"日期要写成 2026-06-30 这样，现在写的是「{options['day']}」。") from None
        night = escalate(by=system("escalate"), place=place, day=day)
        # The morning's figures are those after the night's round.
        county.refresh(place, day)
        self.say(f"{day} 逾期的问题：上交 {night.raised} 个，提示催办 {night.told} 个。")
        return None
