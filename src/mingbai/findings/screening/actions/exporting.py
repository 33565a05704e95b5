"""The list of clues as an Excel file. Who took which list along is on record."""

import tempfile
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from mingbai.base.events.actions import record
from mingbai.base.lib.errors import Refused
from mingbai.base.lib.permissions import Actor, Permission
from mingbai.findings.screening import clue_list
from mingbai.findings.screening.models import Clue
from mingbai.findings.screening.queries.listing import MOST, sheets


def export(*, by: Actor, found: QuerySet[Clue], filters: str, day: date) -> bytes:
    """线索清单.xlsx of the clues found (by `queries.clues.filtered`). Refused where there are none, or more than MOST."""
    by.must(Permission.CLUE_READ)
    if found.order_by()[: MOST + 1].count() > MOST:
        raise Refused(f"符合条件的线索超过 {MOST} 条，请先按乡镇或类别筛选，再分次导出。")
    by_township = sheets(by, found)
    rows = sum(map(len, by_township.values()))
    if not rows:
        raise Refused("没有符合条件的线索，没有可导出的内容。")
    with tempfile.TemporaryDirectory(prefix="mingbai-clues-") as folder:
        path = Path(folder) / "clues.xlsx"
        clue_list.write_rows(by_township, path, day, invented=settings.DEMO, what="导出日")
        content = path.read_bytes()
    area = by.areas(Permission.CLUE_READ)[0]
    with transaction.atomic():
        record(
            by=by, day=day, verb="screening.clues_exported", subject=f"place:{area}", place=area,
            said=f"导出线索清单 {rows} 条。", changed={"rows": rows, "filters": filters[:300]},
        )  # fmt: skip
    return content
