"""线索清单.xlsx: the clues for people, one sheet a township, with an empty column for what was found."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import duckdb
import xlsxwriter

from mingbai.base.lib.resident_id import masked
from mingbai.findings.screening.clues import Raised, sentence
from mingbai.findings.screening.rule import rules

GROUPS = MappingProxyType({"risk": "风险", "doubt": "疑点", "leak": "资金", "file": "档案"})
COLUMNS = MappingProxyType(
    {
        "序号": 6, "行政村": 13, "村民小组": 9, "户编号": 14, "户主": 9, "户类型": 13, "对象": 9, "证件号码": 20,
        "类别": 6, "线索": 18, "看到的情况": 46, "入户要问": 36, "核实结果": 24,
    }
)  # fmt: skip
"""Header → width in characters; a Chinese one is two."""
_LINE_HEIGHT = 17
_TALLEST = 409  # Excel's limit
_ROWS_A_SHEET = 1_000_000


class _Place(NamedTuple):
    township: str
    village: str
    group: str
    head: str
    household_class: str


def write(con: duckdb.DuckDBPyConnection, raised: Iterable[Raised], day: date, path: Path, *, invented: bool) -> None:
    """Writes the workbook. Every text is written as text, never as a formula; IDs are masked."""
    found = list(raised)
    places, people = _places(con, found), _people(con, found)
    villages = _villages(con)
    by_township: dict[str, list[list[str]]] = defaultdict(list)
    for one in found:
        clue, rule = one.clue, rules()[one.clue.rule]
        if clue.subject_kind == "village":
            place = villages.get(clue.village, _Place("", clue.village, "", "", ""))
        else:
            place = places[clue.household_id]
        name, number = people.get(clue.subject_id, ("", "")) if clue.subject_kind == "person" else ("", "")
        by_township[place.township or "未填乡镇"].append(
            [
                place.village or clue.village, place.group, clue.household_id, place.head, place.household_class,
                name or {"village": "全村"}.get(clue.subject_kind, "全户"), number,
                GROUPS[rule.head["group"]], rule.title, sentence(rule, one.evidence), clue.question, "",
            ]
        )  # fmt: skip
    write_rows(by_township, path, day, invented=invented)


def write_rows(
    by_township: Mapping[str, list[list[str]]], path: Path, day: date, *, invented: bool, what: str = "筛查日"
) -> None:
    """Writes rows that have every column but the first (序号). `what` says of which kind the day is."""
    # The bytes must not depend on the moment of writing.
    book = xlsxwriter.Workbook(
        str(path), {"constant_memory": True, "strings_to_formulas": False, "tmpdir": str(path.parent)}
    )
    book.set_properties({"created": datetime(day.year, day.month, day.day), "title": "线索清单"})
    note = "线索是要入户核实的疑问，不是结论。"
    _sheets(book, by_township, f"线索清单　{what} {day.isoformat()}　{'虚构数据　' if invented else ''}{note}")
    book.close()


def _sheets(book: xlsxwriter.Workbook, by_township: Mapping[str, list[list[str]]], title: str) -> None:
    bold = book.add_format({"bold": True, "font_size": 12})
    head = book.add_format(
        {
            "bold": True,
            "bg_color": "#E8EEF4",
            "border": 1,
            "border_color": "#C8CED4",
            "valign": "vcenter",
            "text_wrap": True,
        }
    )
    cell = book.add_format({"valign": "top", "text_wrap": True, "border": 1, "border_color": "#C8CED4"})
    taken: set[str] = set()
    for township, rows in sorted(by_township.items()) or [("没有线索", [])]:
        # By village and household, so that one visit finds its questions together.
        rows.sort(key=lambda row: (row[0], row[2], row[6], row[8]))
        for start in range(0, len(rows) or 1, _ROWS_A_SHEET):
            sheet = book.add_worksheet(_sheet_name(township, taken))
            for column, width in enumerate(COLUMNS.values()):
                sheet.set_column(column, column, width)
            sheet.write_string(0, 0, title, bold)
            sheet.write_row(1, 0, list(COLUMNS), head)
            for at, row in enumerate(rows[start : start + _ROWS_A_SHEET], start=1):
                sheet.write_number(at + 1, 0, at, cell)
                sheet.set_row(at + 1, min(_TALLEST, _LINE_HEIGHT * _lines(row)))
                for column, text in enumerate(row, start=1):
                    sheet.write_string(at + 1, column, text, cell)
            sheet.freeze_panes(2, 0)
            sheet.autofilter(1, 0, 1 + len(rows[start : start + _ROWS_A_SHEET]), len(COLUMNS) - 1)
            sheet.set_landscape()
            sheet.set_paper(9)
            sheet.fit_to_pages(1, 0)
            sheet.repeat_rows(1)


def _lines(row: list[str]) -> int:
    """How many lines the fullest cell wraps to: not every program finds the height of a row by itself."""
    widths = list(COLUMNS.values())[1:]
    return max(
        -(-sum(2 if ord(character) > 255 else 1 for character in text) // (width - 1))
        for text, width in zip(row, widths, strict=True)
    )


def _sheet_name(township: str, taken: set[str]) -> str:
    """A name that Excel takes: at most 31 characters, none of []:*?/\\, each once."""
    plain = re.sub(r"[\[\]:*?/\\']", " ", township).strip()[:26] or "未填乡镇"
    # Excel keeps this name for itself.
    plain = f"{plain} 表" if plain.lower() == "history" else plain
    name, number = plain, 2
    while name.lower() in taken:
        name, number = f"{plain} ({number})", number + 1
    taken.add(name.lower())
    return name


def _places(con: duckdb.DuckDBPyConnection, raised: Iterable[Raised]) -> dict[str, _Place]:
    rows = con.execute(
        "SELECT household_id, coalesce(township, ''), coalesce(village_name, ''), coalesce(group_name, ''), "
        "coalesce(head_name, ''), coalesce(household_class, '') FROM household "
        "WHERE household_id IN (SELECT unnest($ids))",
        {"ids": sorted({one.clue.household_id for one in raised})},
    ).fetchall()
    return {household: _Place(*place) for household, *place in rows}


def _people(con: duckdb.DuckDBPyConnection, raised: Iterable[Raised]) -> dict[str, tuple[str, str]]:
    rows = con.execute(
        "SELECT person_id, name, coalesce(person_key, '') FROM member WHERE person_id IN (SELECT unnest($ids))",
        {"ids": sorted({one.clue.subject_id for one in raised if one.clue.subject_kind == "person"})},
    ).fetchall()
    return {person: (name, masked(number)) for person, name, number in rows}


def _villages(con: duckdb.DuckDBPyConnection) -> dict[str, _Place]:
    """By village code, the names that its first household gives."""
    rows = con.execute(
        "SELECT village, arg_min(coalesce(township, ''), line), arg_min(coalesce(village_name, ''), line) "
        "FROM household GROUP BY village"
    ).fetchall()
    return {village: _Place(township, name, "", "", "") for village, township, name in rows}
