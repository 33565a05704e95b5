"""Reading a roster from Excel: ours (open, clean, type, check every cell) against bare fastexcel into a DuckDB table.

`make FOLDER FILE ROWS` writes the roster, as wide as counties send it, IDs as text, with shared strings as Excel saves
them; `ours FILE` and `bare FILE` read it and print one line of JSON.
"""

import json
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import fastexcel

_MORE = ("政治面貌", "是否参加城乡居民养老", "银行卡所属银行", "更新时间", "填报人", "审核人")


def make(folder: Path, target: Path, rows: int) -> None:
    """The first members of a sample, with columns beside those of the contract."""
    import xlsxwriter

    found = duckdb.execute(f"FROM read_parquet('{folder}/成员表.parquet') LIMIT {rows}")
    headers = [c[0] for c in found.description or ()]
    book = xlsxwriter.Workbook(str(target), {"strings_to_formulas": False})
    sheet = book.add_worksheet("Sheet1")
    beside = ("群众", "是", "农村信用社", "2026-06-20", "张三", "李四")
    for at, row in enumerate([(*headers, *_MORE), *((*row, *beside) for row in found.fetchall())]):
        for column, cell in enumerate(row):
            if cell:
                sheet.write_string(at, column, cell)
    book.close()


def ours(target: Path) -> dict[str, float]:
    """`files.open_file` and `read.arrive`; the households the members belong to are there already."""
    from mingbai.facts.bureaus import files, read
    from mingbai.facts.bureaus.tables import BY_NAME
    from mingbai.findings.screening.run import connect

    table = BY_NAME["member"]
    with connect() as con, tempfile.TemporaryDirectory() as scratch:
        columns = ", ".join(f"{name} {kind}" for name, kind in BY_NAME["household"].typed)
        con.execute(f"CREATE SCHEMA arrived; CREATE TABLE arrived.household ({columns})")
        sheet = fastexcel.read_excel(target).load_sheet(0, use_columns=["户编号"], dtypes="string")
        con.execute('INSERT INTO arrived.household (household_id) SELECT DISTINCT "户编号" FROM sheet')
        del sheet
        began = time.perf_counter()
        counts = read.arrive(con, files.open_file(con, table, target, Path(scratch)), [])
        return {"seconds": time.perf_counter() - began, "rows": counts.rows - counts.rejected}


def bare(target: Path) -> dict[str, float]:
    """The sheet as text, into a table of the engine, and nothing else."""
    with duckdb.connect() as con:
        began = time.perf_counter()
        con.register("sheet", fastexcel.read_excel(target).load_sheet(0, dtypes="string"))
        con.execute("CREATE TABLE roster AS FROM sheet")
        seconds = time.perf_counter() - began
        return {"seconds": seconds, "rows": con.execute("SELECT count(*) FROM roster").fetchall()[0][0]}


if __name__ == "__main__":
    which, *rest = sys.argv[1:]
    if which == "make":
        make(Path(rest[0]), Path(rest[1]), int(rest[2]))
    else:
        print(json.dumps({"ours": ours, "bare": bare}[which](Path(rest[0]))))
