"""What a screening did, for the terminal: read, refused, found, not checked and why. A view of run.json."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from mingbai.facts.bureaus.tables import BY_FILE
from mingbai.findings.screening.clue_list import GROUPS
from mingbai.findings.screening.rule import GROUPS as ORDER
from mingbai.findings.screening.rule import rules

Lang = Literal["zh", "en"]
_GROUPS_EN = {"risk": "Risk: may need help", "doubt": "Doubt: may be listed wrongly", "leak": "Leak: money astray",
              "file": "File: the record contradicts itself"}  # fmt: skip
_GROUPS_ZH = {"risk": "可能需要帮扶", "doubt": "可能不该在册", "leak": "钱发错或没发到", "file": "档案自相矛盾"}


def lines(report: Mapping[str, Any], out: Path, lang: Lang = "zh") -> Iterator[str]:
    """The summary of a run.json, line by line."""
    zh = lang == "zh"
    title = "筛查完成" if zh else "Screening done"
    invented = ("　虚构数据" if zh else "  (invented data 虚构数据)") if report["data"] else ""
    place = report["place"] or ("各地" if zh else "everywhere")
    yield f"{title}　{report['day']}　{'政策数值适用地' if zh else 'numbers of'} {place}{invented}"
    yield ""
    yield from _files(report, zh)
    yield ""
    yield from _rules(report, zh)
    yield ""
    yield from _not_checked(report, zh)
    without = report["accounts"]["households_without_line_of_the_year"]
    if without:
        yield (
            f"有 {without} 户的账所属年度没有监测线，没有按收入核对。"
            if zh
            else f"{without} households have an account of a year without a monitoring line: not judged by income."
        )
    yield f"结果在：{out}" if zh else f"The files are in: {out}"
    if errors := sum(f["bad_cells"] for f in report["files"].values()):
        yield (
            f"有 {errors} 处没有采用，逐格写在 errors.csv 里，改正后可以重跑。"
            if zh
            else f"{errors} cells could not be used: errors.csv names each one. Mend them and run again."
        )


def _files(report: Mapping[str, Any], zh: bool) -> Iterator[str]:
    yield "读了哪些表" if zh else "What was read"
    for name, file in report["files"].items():
        parts = [f"{file['rows']:,} 行" if zh else f"{file['rows']:,} rows"]
        for key, zh_text, en_text in (
            ("rejected", "未采用 {} 行", "{} rejected"),
            ("repeated", "重复 {} 行只算一次", "{} repeated, counted once"),
            ("bad_cells", "有误 {} 格", "{} bad cells"),
            ("invalid_ids", "证件号码无效 {} 行", "{} with an invalid ID"),
            ("not_on_roster", "不在花名册 {} 行", "{} not on the roster"),
        ):
            if file.get(key):
                parts.append((zh_text if zh else en_text).format(f"{file[key]:,}"))
        sender = BY_FILE[file["table"]].sender
        yield f"  {name}（{sender}）　{'，'.join(parts)}" if zh else f"  {name}  {', '.join(parts)}"
        for note in file["notes" if zh else "notes_en"]:
            yield f"    注意：{note}" if zh else f"    note: {note}"
    if report["tables_missing"]:
        missing = ("、" if zh else ", ").join(report["tables_missing"])
        yield f"  没有收到：{missing}" if zh else f"  did not come: {missing}"
    for note in report["notes" if zh else "notes_en"]:
        yield f"  注意：{note}" if zh else f"  note: {note}"


def _rules(report: Mapping[str, Any], zh: bool) -> Iterator[str]:
    counts = report["clues_by_rule"]
    yield (
        f"查了 {len(report['rules_run'])} 条规则，发现 {report['clues']:,} 条线索（线索是要入户核实的疑问，不是结论）"
        if zh
        else f"{len(report['rules_run'])} rules ran and raised {report['clues']:,} clues "
        "(questions to verify at the door, not verdicts)"
    )
    for group in ORDER:
        mine = [rules()[code] for code in counts if rules()[code].head["group"] == group]
        if not mine:
            continue
        total = sum(counts[r.code] for r in mine)
        yield (f"  {GROUPS[group]}（{_GROUPS_ZH[group]}）　{total:,}" if zh else f"  {_GROUPS_EN[group]}  {total:,}")
        for rule in mine:
            name = f"{rule.title}（{rule.code}）" if zh else f"{rule.title_en} ({rule.code})"
            yield f"    {counts[rule.code]:>7,}　{name}"


def _not_checked(report: Mapping[str, Any], zh: bool) -> Iterator[str]:
    left = report["rules_not_checked"]
    if not left:
        return
    yield (
        f"没有核对的规则 {len(left)} 条（没有核对，不等于没有问题）"
        if zh
        else f"{len(left)} rules were not checked (which is not the same as nothing found)"
    )
    for one in left:
        rule = rules()[one["rule"]]
        if zh:
            yield f"    {rule.title}（{rule.code}）：{one['reason']}"
        else:
            yield f"    {rule.title_en} ({rule.code}): {why(one['missing'], report)}"


def why(missing: Sequence[str], report: Mapping[str, Any]) -> str:
    """In English, why a rule was not checked: the tables missing, or lacking the year's rows."""
    if not missing:
        return f"no number in force on {report['day']}"
    if set(missing) <= set(report["tables_missing"]):
        return f"did not come: {', '.join(missing)}"
    if not set(missing) & set(report["tables_missing"]):
        return f"no rows of {report['day'][:4]} in {', '.join(missing)}"
    return f"missing: {', '.join(missing)}"
