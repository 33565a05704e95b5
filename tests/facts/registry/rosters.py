"""Rosters for the tests of importing: rows in Chinese columns, as CSV."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from characters import COUNTY, DAY, VILLAGE, Person, invented_id
from mingbai.facts.registry.actions import importing, writing
from mingbai.facts.registry.models import Import

Row = Mapping[str, Any]


def a_household(code: str = "3434900", **more: Any) -> dict[str, Any]:
    """A row of 户表."""
    return {
        "户编号": code, "村代码": VILLAGE, "村民小组": "3组", "户主姓名": "杨光", "户主证件号码": an_id(1), "户类型": "脱贫户",
        "致贫原因": "因病、因残", "识别时间": "2015-10-01", "住房等级": "A", "联系电话": "10900000001",
    } | more  # fmt: skip


def a_member(person: str = "343490001", number: int = 1, code: str = "3434900", **more: Any) -> dict[str, Any]:
    """A row of 成员表; person number 1 is a head."""
    return {
        "户编号": code, "人编号": person, "姓名": "杨光" if number == 1 else f"杨{number}", "证件号码": an_id(number),
        "与户主关系": "户主" if number == 1 else "之子", "性别": "男", "民族": "彝族", "健康状况": "健康", "务工月数": "6.5",
    } | more  # fmt: skip


def an_id(number: int) -> str:
    """A valid ID, the same for the same number."""
    return invented_id(date(1970 + number % 40, 3, 5), "男", number)


def as_csv(rows: Sequence[Row]) -> bytes:
    """Rows as a CSV file with every column that some row names."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def staged(
    who: Person, households: Sequence[Row] | None, members: Sequence[Row] | None = None, place: str = COUNTY
) -> Import:
    """The rows received and staged as an import."""
    files = {}
    if households is not None:
        files["household"] = ("户表.csv", as_csv(households))
    if members is not None:
        files["member"] = ("成员表.csv", as_csv(members))
    roster = importing.receive(by=who.actor, day=DAY, place=place, files=files)
    importing.stage(by=who.actor, number=roster.pk)
    roster.refresh_from_db()
    return roster


def imported(who: Person, households: Sequence[Row] | None, members: Sequence[Row] | None = None) -> Import:
    """The rows received, staged and confirmed."""
    roster = staged(who, households, members)
    assert roster.status == "staged", roster.reasons
    return writing.confirm(by=who.actor, day=DAY, number=roster.pk)
