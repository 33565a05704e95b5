"""How one cell becomes a typed value: SQL for DuckDB, made from the declaration of its column.

Set-based, because a county sends tens of millions of cells. Every function returns an SQL expression
over column names that the caller chose; nothing here touches data.
"""

from mingbai.base.lib.resident_id import CHECKS, WEIGHTS
from mingbai.facts.bureaus.tables import Column

# Space, tab, line ends, no-break, ideographic, zero-width, byte-order mark.
BLANKS = " \t\r\n\u000b\u000c\u00a0\u3000\u200b\ufeff"
_BLANK_CLASS = f"[{BLANKS}]"
_FULL_WIDTH = "０１２３４５６７８９"
# Most cells are clean; a cell that matches neither goes the slow way.
_PLAIN_ASCII = r"[!-&(-~]([ -~]*[!-~])?"
_DIRTY = rf"^({_BLANK_CLASS}|'|$)|{_BLANK_CLASS}$|[{_FULL_WIDTH}]"

_PLAIN_NUMBER = r"-?[0-9]+(\.[0-9]+)?"
_TIME = r"([ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?)?"
_DAY = r"[1-9][0-9]{3}([-/])[0-9]{1,2}[-/][0-9]{1,2}" + _TIME


def quoted(text: str) -> str:
    """An SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def cleaned(raw: str) -> str:
    """Surrounding blanks and one leading ' gone, full-width digits made plain; NULL where nothing is left."""
    plain = f"trim(translate({raw}, '{_FULL_WIDTH}', '0123456789'), {quoted(BLANKS)})"
    without_quote = (
        f"CASE WHEN starts_with({plain}, '''') THEN trim(substr({plain}, 2), {quoted(BLANKS)}) ELSE {plain} END"
    )
    return (
        f"CASE WHEN regexp_full_match({raw}, {quoted(_PLAIN_ASCII)}) THEN {raw} "
        f"WHEN NOT regexp_matches({raw}, {quoted(_DIRTY)}) THEN {raw} "
        f"ELSE nullif({without_quote}, '') END"
    )


def steps(column: Column) -> list[dict[str, str]]:
    """New columns, layer by layer, each layer reading those before; the cleaned text is ``t_NAME``.

    Together they make the columns of `Column.typed`; names with one letter and _ are on the way there.
    """
    name, text = column.name, f"t_{column.name}"
    match column.kind:
        case "person":
            return _person(name, text)
        case "certificate":
            return [{f"{name}_tail": f"nullif(substr({_id_text(text)}, 19), '')"}]
        case "money":
            return [{name: _number(text, "DECIMAL(18,2)")}]
        case "number":
            return [{name: _number(text, "DECIMAL(18,4)")}]
        case "date":
            return [{name: _date(text)}]
        case "year":
            year = rf"regexp_full_match({text}, '[1-9][0-9]{{3}}(\.0)?')"
            return [{name: f"CASE WHEN {year} THEN left({text}, 4)::INTEGER END"}]
        case "item":
            pattern = "(A[1-5]|B[1-4]|C[1-5]|D[1-6]|E[1-4])[A-Z]*"
            return [{name: f"CASE WHEN regexp_full_match(upper({text}), '{pattern}') THEN upper({text}) END"}]
        case "choice":
            return [{name: _choice(column, text)}]
        case "choices":
            return [{name: _choices(column, text)}]
        case _:
            return [{name: text}]


def is_bad(column: Column) -> str:
    """True where the cell is a bad one: required and empty, or filled and not what its kind asks for."""
    text = f"t_{column.name}"
    empty = f"{text} IS NULL"
    if column.kind in ("money", "number", "date", "year", "item"):
        unread = f"{column.name} IS NULL"
        return unread if column.required else f"({text} IS NOT NULL AND {unread})"
    if column.closed:
        return f"({empty} OR {column.name} NOT IN ({_list(column.values)}))"
    return empty if column.required else "FALSE"


def problem(column: Column, value: str | None) -> str:
    """The sentence for a bad cell: what is wrong and what to do."""
    if value is None:
        ask = f"「{column.header}」必填，这一格是空的，请补填。"
        return ask + ("本行保留，但不按监测对象或建档立卡户核对。" if column.stays else "本行未采用。")
    left = "本行未采用。" if column.required and not column.stays else "本行保留，这一格按空白处理。"
    match column.kind:
        case "money":
            what = "金额只填普通数字（不超过16位），不带逗号、单位、文字或指数，如 1234.50。"
        case "number":
            what = "只填普通数字，不带单位或文字。"
        case "date":
            what = "不是有效日期，请写成 2026-06-30、20260630 或 2026/6/30；只知道月份的写 202606。"
        case "year":
            what = "年度请写四位数字，如 2026。"
        case "item":
            what = "科目不在收支账目录内，请用 A1—A5、B1—B4、C1—C5、D1—D6、E1—E4（后面可加字母）。"
        case _:
            what = f"不在规定的几类之内，请改为：{'、'.join(column.values)}。"
            left = "本行保留，但不按监测对象或建档立卡户核对。"
    return what + left


def _list(values: tuple[str, ...]) -> str:
    return ", ".join(quoted(v) for v in values)


def _number(text: str, kind: str) -> str:
    # The cast rounds half up from the text itself, so no binary fraction is ever in between.
    return f"CASE WHEN regexp_full_match({text}, '{_PLAIN_NUMBER}') THEN TRY_CAST({text} AS {kind}) END"


def _date(text: str) -> str:
    day = f"regexp_replace({text}, '[ T].*$', '')"
    return (
        f"CASE WHEN regexp_full_match({text}, '[1-9][0-9]{{3}}-[0-9]{{2}}-[0-9]{{2}}') THEN TRY_CAST({text} AS DATE) "
        f"WHEN regexp_full_match({text}, '{_DAY}') THEN TRY_CAST({day} AS DATE) "
        rf"WHEN regexp_full_match({text}, '[1-9][0-9]{{7}}(\.0)?') "
        f"THEN TRY_CAST(left({text}, 4) || '-' || substr({text}, 5, 2) || '-' || substr({text}, 7, 2) AS DATE) "
        rf"WHEN regexp_full_match({text}, '[1-9][0-9]{{5}}(\.0)?') "
        f"THEN TRY_CAST(left({text}, 4) || '-' || substr({text}, 5, 2) || '-01' AS DATE) "
        f"WHEN regexp_full_match({text}, '[1-9][0-9]{{3}}[-/][0-9]{{1,2}}') "
        f"THEN TRY_CAST({text} || substr({text}, 5, 1) || '01' AS DATE) END"
    )


def _choice(column: Column, text: str) -> str:
    if not column.codes:
        return text
    branches = " ".join(f"WHEN {quoted(code)} THEN {quoted(label)}" for code, label in column.codes.items())
    code = f"CASE ltrim({text}, '0') {branches} ELSE {text} END"
    # 0 itself is a code of yes/no, and all its digits are zeros.
    if "0" in column.codes:
        code = f"CASE WHEN {text} IN ('0', '00') THEN {quoted(column.codes['0'])} ELSE {code} END"
    return f"CASE WHEN {text} IN ({_list(column.values)}) THEN {text} ELSE {code} END"


def _choices(column: Column, text: str) -> str:
    part = "p"
    one = _choice(column, part)
    # Excel's full-width comma is what a Chinese keyboard gives for a comma.
    split = f"string_split_regex({text}, '[、,，;；]')"
    trimmed = f"list_transform({split}, lambda {part}: trim({part}, {quoted(BLANKS)}))"
    parts = f"list_filter({trimmed}, lambda {part}: {part} <> '')"
    many = f"'、' || array_to_string(list_transform({parts}, lambda {part}: {one}), '、') || '、'"
    return (
        f"CASE WHEN {text} IS NULL THEN NULL WHEN {text} IN ({_list(column.values)}) THEN '、' || {text} || '、' "
        f"ELSE {many} END"
    )


def _id_text(text: str) -> str:
    squeezed = f"regexp_replace(translate({text}, 'Ｘｘx', 'XXX'), {quoted(_BLANK_CLASS)}, '', 'g')"
    return f"CASE WHEN regexp_full_match({text}, '[0-9X]*') THEN {text} ELSE {squeezed} END"


def _checksum(seventeen: str) -> str:
    """The GB 11643 check character of a 17-digit BIGINT."""
    total = " + ".join(f"({seventeen} // {10 ** (16 - i)} % 10) * {weight}" for i, weight in enumerate(WEIGHTS))
    return f"substr('{CHECKS}', (({total}) % 11)::INTEGER + 1, 1)"


def _birth(seventeen: str) -> str:
    """The birth date in a 17-digit BIGINT; NULL where there is no such day."""
    year, month, day = (
        f"({seventeen} // {unit} % {size})" for unit, size in ((10**7, 10**4), (10**5, 100), (1000, 100))
    )
    # Every month has the first 28 days, so most dates need no text on the way.
    return (
        f"CASE WHEN {year} >= 1900 AND {month} BETWEEN 1 AND 12 AND {day} BETWEEN 1 AND 28 "
        f"THEN make_date({year}, {month}, {day}) "
        f"ELSE TRY_CAST({year}::VARCHAR || '-' || {month}::VARCHAR || '-' || {day}::VARCHAR AS DATE) END"
    )


def _person(name: str, text: str) -> list[dict[str, str]]:
    """GB 11643, by rules.md "IDs": 20 or 22 characters are cut to 18, 15 digits are raised to 18."""
    raw, cut, old, digits = f"i_{name}", f"j_{name}", f"o_{name}", f"n_{name}"
    check, birth, key, valid = f"c_{name}", f"b_{name}", f"{name}_key", f"{name}_valid"
    return [
        {raw: _id_text(text)},
        {cut: f"CASE WHEN length({raw}) IN (20, 22) THEN left({raw}, 18) ELSE {raw} END"},
        {
            # As BIGINT: integer arithmetic is far cheaper than taking the text apart.
            digits: f"CASE WHEN regexp_full_match({cut}, '[0-9]{{17}}[0-9X]') THEN left({cut}, 17)::BIGINT "
            f"WHEN regexp_full_match({cut}, '[0-9]{{15}}') "
            f"THEN (left({cut}, 6) || '19' || right({cut}, 9))::BIGINT END",
            old: f"length({cut}) = 15",
        },
        {check: _checksum(digits), birth: _birth(digits)},
        {
            key: f"CASE WHEN {old} AND {digits} IS NOT NULL THEN {digits}::VARCHAR || {check} ELSE {cut} END",
            valid: f"coalesce({birth} >= DATE '1900-01-01' AND ({old} OR right({cut}, 1) = {check}), FALSE)",
        },
        {
            f"{name}_birth": f"CASE WHEN {valid} THEN {birth} END",
            f"{name}_sex": f"CASE WHEN {valid} THEN CASE WHEN {digits} % 2 = 1 THEN '男' ELSE '女' END END",
        },
    ]
