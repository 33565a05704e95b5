"""Loads a county's townships and villages from a list."""

import csv
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from mingbai.base.lib.errors import Refused
from mingbai.base.lib.permissions import system
from mingbai.base.places.actions import load
from mingbai.base.staff.middleware import the_day
from mingbai.doors.web.management.saying import Saying

_COLUMNS = {"township_code", "township", "village_code", "village"}


class Command(Saying):
    """`mingbai places FILE --county 513434 --name 越西县`. What is there already stays; running it again adds nothing."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--county", required=True)
        parser.add_argument("--name", required=True)

    def work(self, **options: Any) -> int | None:
        county, name = options["county"], options["name"].strip()
        if not (county.isascii() and county.isdecimal() and len(county) == 6 and name):
            raise Refused("--county 要写 6 位县级区划代码，--name 写县名。")
        try:
            rows = list(csv.DictReader(options["file"].read_text(encoding="utf-8-sig").splitlines()))
        except (OSError, UnicodeDecodeError):
            raise Refused(f"打不开「{options['file']}」，或不是 UTF-8 的 CSV。") from None
        if not rows or _COLUMNS - rows[0].keys():
            raise Refused(f"第一行要有这些列：{'、'.join(sorted(_COLUMNS))}。")
        added = load(by=system("setup"), county=county, name=name, rows=rows, day=the_day())
        self.say(f"已载入{name}：新增 {added:,} 个地方（名单共 {len(rows):,} 个村）。")
        return None
