"""Estimates as CSV for programs, and as a table for people."""

import csv
from collections.abc import Iterator, Sequence
from math import isnan
from typing import Any, Literal, TextIO

from rich.console import Console
from rich.table import Table

from mingbai.oversight.poverty.estimates import Estimate, Estimates

HEADER = ("measure", "group", "value", "se", "lower", "upper", "n")
HEADS = {"zh": ("指标", "组", "数值", "标准误", "下限", "上限", "行数"), "en": HEADER}
NAMES = {
    "headcount": "贫困发生率", "gap": "贫困缺口率", "severity": "贫困强度", "watts": "瓦茨指数", "sen": "森指数",
    "sen1976": "森指数（1976）", "sst": "森-肖罗克斯-桑指数", "gini": "基尼系数", "ge0": "平均对数偏差",
    "ge1": "泰尔指数", "ge2": "广义熵（2）", "atkinson0.5": "阿特金森（0.5）", "atkinson1": "阿特金森（1）",
    "atkinson2": "阿特金森（2）", "qsr": "五分位份额比", "palma": "帕尔马比值", "mean": "平均数", "median": "中位数",
    "H": "多维贫困发生率", "A": "平均剥夺强度", "M0": "多维贫困指数",
    "censored": "贫困者中的剥夺率", "uncensored": "全体的剥夺率", "contribution": "贡献率",
}  # fmt: skip
"""What the field calls a measure; one without a name here goes by its own."""


def _rows(estimates: Sequence[Estimates]) -> Iterator[Estimate]:
    for one in estimates:
        yield from one


def _exact(value: Any) -> str:
    if value is None or (isinstance(value, float) and isnan(value)):
        return ""
    return repr(value) if isinstance(value, float) else str(value)


def write(estimates: Sequence[Estimates], out: TextIO, form: Literal["csv", "zh", "en"]) -> None:
    """As CSV, or as a table in a language."""
    if form == "csv":
        write_csv(estimates, out)
    else:
        write_table(estimates, out, form)


def write_csv(estimates: Sequence[Estimates], out: TextIO) -> None:
    """One row a measure and group; every number reads back as the same float, what is not to be had is empty."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows([_exact(cell) for cell in row] for row in _rows(estimates))


def write_table(estimates: Sequence[Estimates], out: TextIO, lang: str) -> None:
    """The same rows with four significant digits, as wide as they need to be."""
    grouped = any(one.groups != (None,) for one in estimates)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for place, head in enumerate(HEADS["zh" if lang == "zh" else "en"]):
        if place != 1 or grouped:
            table.add_column(head, justify="left" if place < 2 else "right", no_wrap=True)
    for row in _rows(estimates):
        cells = [_named(row.measure, lang), _exact(row.group), *map(_short, row[2:6]), f"{row.n:,}"]
        table.add_row(*(cells if grouped else [cells[0], *cells[2:]]))
    Console(file=out, width=1000 if not out.isatty() else None, markup=False, highlight=False).print(table)


def _named(measure: str, lang: str) -> str:
    name = NAMES.get(measure.partition(":")[0]) if lang == "zh" else None
    return measure if name is None else f"{measure} {name}"


def _short(value: float) -> str:
    return "" if isnan(value) else f"{value:.4g}"
