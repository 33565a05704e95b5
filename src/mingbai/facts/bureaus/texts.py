"""Opening .csv: which encoding, and into one raw table in which every record keeps its number.

DuckDB reads the regular file. A file that is not (titles, blank lines, ragged rows, line ends inside
quotes) is first rewritten as a regular one by Python's csv module, so that numbers of lines stay right.
"""

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import duckdb

from mingbai.base.lib.errors import Refused
from mingbai.facts.bureaus.cells import BLANKS
from mingbai.facts.bureaus.raw import Raw, literal

_CHUNK = 1 << 20
_LONGEST_FIELD = 1 << 20


@dataclass(frozen=True)
class Text:
    """A file that is UTF-8 now, and how many lines it has; None where they end in more than one way."""

    path: Path
    name: str
    lines: int | None


def inspect(path: Path, scratch: Path) -> Text:
    """Finds the encoding, rewriting GB18030 as UTF-8. Refused: UTF-16, neither encoding, no text, endless line."""
    with path.open("rb") as file:
        start = file.read(4)
    if start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        raise _utf16(path)
    lines = _lines(path)
    if _decodes(path, "utf-8"):
        return Text(path, path.name, lines)
    if not _decodes(path, "gb18030"):
        raise Refused(f"「{path.name}」既不是 UTF-8 也不是 GB18030 编码，请另存为“CSV UTF-8（逗号分隔）”。")
    target = scratch / f"{path.stem}.utf8.csv"
    with path.open(encoding="gb18030", newline="") as source, target.open("w", encoding="utf-8", newline="") as out:
        while part := source.read(_CHUNK):
            out.write(part)
    return Text(target, path.name, lines)


def head(text: Text, rows: int) -> list[list[str]]:
    """The first records, for finding the header. Refused: a quote that is not closed."""
    return list(islice(_records(text), rows))


def load(con: duckdb.DuckDBPyConnection, name: str, text: Text, width: int, scratch: Path) -> Raw:
    """The records as table ``raw_NAME``, as wide as the header. Refused: a quote that is not closed."""
    if text.lines is not None and _read(con, name, text.path, width) == text.lines:
        return Raw(name, width)
    regular, records, overfull = _regular(text, width, scratch)
    if _read(con, name, regular, width) != records:
        raise Refused(f"「{text.name}」的引号不成对，行数对不上，请用 Excel 打开后另存为 CSV UTF-8。")
    return Raw(name, width, overfull=overfull)


def _lines(path: Path) -> int | None:
    """See `Text.lines`; a run of more than a few megabytes without a line end is no table."""
    lines, lone, since, last = 0, 0, 0, b"\n"
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            if b"\0" in chunk:
                raise _utf16(path)
            found, returns = chunk.count(b"\n"), chunk.count(b"\r")
            lines += found
            # A pair of CR and LF may lie across two chunks.
            lone += returns - chunk.count(b"\r\n") - (last == b"\r" and chunk[:1] == b"\n")
            since = 0 if found or returns else since + len(chunk)
            if since > 4 * _CHUNK:
                raise Refused(f"「{path.name}」有一行超过 {since // _CHUNK} MB 没有换行，不是正常的表格，请重新导出。")
            last = chunk[-1:]
    return None if lone else lines + (last != b"\n")


def _utf16(path: Path) -> Refused:
    return Refused(
        f"「{path.name}」是 UTF-16 编码（或不是文本文件），读不了。请在 Excel 里另存为“CSV UTF-8（逗号分隔）”。"
    )


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _read(con: duckdb.DuckDBPyConnection, name: str, path: Path, width: int) -> int:
    """Reads a regular file; the number of records, or -1 where it is not regular."""
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(width))
    try:
        con.execute(
            f"CREATE OR REPLACE TABLE raw_{name} AS SELECT * FROM read_csv({literal(path)}, header = false, "
            f"auto_detect = false, delim = ',', quote = '\"', escape = '\"', max_line_size = {8 * _CHUNK}, "
            f"columns = {{{columns}}})"
        )
    except duckdb.Error:
        return -1
    return con.execute(f"SELECT count(*) FROM raw_{name}").fetchall()[0][0]  # type: ignore[no-any-return]


def _records(text: Text) -> Iterator[list[str]]:
    csv.field_size_limit(_LONGEST_FIELD)
    with text.path.open(encoding="utf-8-sig", newline="") as file:
        # Strict: a quote that is not closed would swallow the rows after it.
        reader = csv.reader(file, strict=True)
        begins = 1
        try:
            for record in reader:
                yield record
                begins = reader.line_num + 1
        except csv.Error:
            raise Refused(
                f"「{text.name}」从第 {begins} 行起引号不成对（或一格长得不正常），分不清后面的行，请改正后再交。"
            ) from None


def _regular(text: Text, width: int, scratch: Path) -> tuple[Path, int, tuple[int, ...]]:
    """The same records, each `width` cells wide; how many, and which have filled cells beyond that."""
    target, overfull, count = scratch / f"{text.path.stem}.regular.csv", [], 0
    with target.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
        for count, record in enumerate(_records(text), start=1):
            if any(cell.strip(BLANKS) for cell in record[width:]):
                overfull.append(count)
            writer.writerow([*record[:width], *[""] * (width - len(record))])
    return target, count, tuple(overfull)
