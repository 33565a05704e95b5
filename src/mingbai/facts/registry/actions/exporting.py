"""The registry leaves as a file: on record, and with whole ID numbers only for a reason."""

from collections.abc import Iterator
from datetime import date

import duckdb
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from mingbai.base.events.actions import record
from mingbai.base.lib.errors import Refused
from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.lib.resident_id import masked
from mingbai.base.places.queries import names
from mingbai.facts.bureaus.tables import BY_NAME
from mingbai.facts.registry.queries.export import contract_rows

MOST_IN_EXCEL = 100_000
"""Rows that we put into a workbook: more takes minutes, and most programs stumble over it."""
_SHORTEST_REASON = 4


def export(
    *, by: Actor, day: date, place: str, table: str, excel: bool, why: str = ""
) -> tuple[list[str], Iterator[tuple[str | None, ...]]]:
    """The header and rows of 户表 (household) or 成员表 (member) of a place, in the field's columns.

    IDs are masked; with a reason (`why`) they are whole, which needs ID_REVEAL.
    Raises:
        Refused: the reason is too short, or there are too many rows for a workbook.
    """
    by.must(Permission.ROSTER_EXPORT, at=place)
    if table not in ("household", "member"):
        raise Refused(_("请选择户表或成员表。"))
    if why:
        by.must(Permission.ID_REVEAL, at=place)
        if len(why) < _SHORTEST_REASON:
            raise Refused(_("导出完整证件号码，请写明用途（至少 4 个字）。"))
    con = duckdb.connect()
    header, number, rows = contract_rows(place, table, con, settings.KEYS, (lambda clear: clear) if why else masked)
    file = BY_NAME[table].file
    if excel and number > MOST_IN_EXCEL:
        said = _("%(file)s有 %(rows)s 行，超过 %(most)s 行，请改选 CSV，或分乡镇导出。")
        raise Refused(said % {"file": file, "rows": number, "most": MOST_IN_EXCEL})
    shown = names([place]).get(place, place)
    with transaction.atomic():
        record(
            by=by, day=day, verb="registry.exported", subject=f"place:{place}", place=place, why=why,
            said=f"导出{shown}{file} {number} 行，证件号码{'完整' if why else '已遮挡'}。",
            changed={"table": table, "rows": number, "whole_ids": bool(why)},
        )  # fmt: skip
    return header, rows
