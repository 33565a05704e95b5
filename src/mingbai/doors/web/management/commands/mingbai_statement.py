"""Reckons a statement again from what it kept, and says whether it is the same to the byte."""

from typing import Any

from django.core.management.base import CommandParser

from mingbai.base.lib.errors import Refused
from mingbai.doors.web.management.saying import Saying
from mingbai.oversight.indicators.models import Statement
from mingbai.oversight.indicators.queries.statements import reproduce


class Command(Saying):
    """Exit status 0: every one the same; 1: one is not; 2: there is none."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", type=int, help="报表编号；不给就核对所有冻结的")

    def work(self, **options: Any) -> int | None:
        found = Statement.objects.order_by("id")
        number = options["check"]
        found = found.filter(status="frozen") if number is None else found.filter(pk=number)
        if number is not None and not found.exists():
            raise Refused(f"没有第 {number} 号报表。")
        wrong = 0
        for one in found:
            told = f"第 {one.pk} 号报表（{one.place}，{one.since} 至 {one.until}）"
            compared = reproduce(one)
            if compared.same:
                self.say(f"{told}：一致，校验值 {one.sha256}")
                continue
            wrong += 1
            self.say(f"{told}：不一致。{''.join(compared.reasons)}")
        self.say(f"共核对 {found.count()} 份，不一致 {wrong} 份。")
        return 1 if wrong else 0
