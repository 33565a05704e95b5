"""What the bureaus' tables say was paid in an account year, and under which item it goes."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from mingbai.facts.bureaus.tables import BY_NAME
from mingbai.facts.income.bureau_amounts import Source, Words, amounts

FIRST, LAST = date(2025, 10, 1), date(2026, 6, 30)
PEOPLE = {"k1": "杨一", "k2": "杨二"}
WORDS = Words.of(["电费=D6", "低保=D2", "养老=D4", "护林员=A2", "退耕=D5A"], ["慰问", "危房改造"])


def twin(folder: Path, table: str, rows: list[dict[str, object]], period: date = date(2026, 6, 1)) -> Source:
    path = folder / f"{table}.parquet"
    with duckdb.connect(":memory:") as con:
        typed = BY_NAME[table].typed
        con.execute(f"CREATE TABLE t ({', '.join(f'{name} {kind}' for name, kind in typed)})")
        for row in rows:
            con.execute(f"INSERT INTO t VALUES ({', '.join('?' * len(typed))})", [row.get(n) for n, _ in typed])
        con.execute(f"COPY t TO '{path}' (FORMAT parquet)")
    return Source(table, path, period)


def paid(line: int, key: str, subsidy: str, amount: str, on: str) -> dict[str, object]:
    return {"line": line, "person_key": key, "subsidy": subsidy, "amount": amount, "paid_on": on}


def test_payments_go_under_their_items_with_their_rows(tmp_path: Path) -> None:
    source = twin(tmp_path, "payment", [
        paid(2, "k1", "农村低保金", "330.00", "2025-09-15"),
        paid(3, "k1", "农村低保金", "330.00", "2025-10-15"),
        paid(4, "k1", "农村低保金", "330.50", "2025-11-15"),
        paid(5, "k2", "耕地地力保护补贴", "412.00", "2026-06-20"),
        paid(6, "k2", "春节慰问金", "500.00", "2026-02-01"),
        paid(7, "k9", "农村低保金", "999.00", "2025-11-15"),
        paid(8, "k1", "农村低保金", "330.00", "2026-07-15"),
    ])  # fmt: skip
    found = amounts([source], PEOPLE, FIRST, LAST, WORDS)
    assert [(one.item, str(one.amount), one.what, one.source) for one in found] == [
        ("D2", "660.50", "农村低保金 2025-10 至 2025-11", "一卡通发放 2026-06 第 3、4 行"),
        ("D6", "412.00", "耕地地力保护补贴 2026-06", "一卡通发放 2026-06 第 5 行"),
        ("", "500.00", "春节慰问金 2026-02", "一卡通发放 2026-06 第 6 行"),
    ]


def test_the_lists_speak_where_no_payment_does(tmp_path: Path) -> None:
    dibao = twin(tmp_path, "dibao", [
        {"line": 2, "person_key": "k1", "monthly": "300.00", "starts_on": "2024-01-01", "ends_on": "2025-12-31"},
        {"line": 3, "person_key": "k2", "monthly": "310.00", "starts_on": "2026-05-01"},
        {"line": 4, "person_key": "k2", "monthly": None, "starts_on": "2024-01-01"},
    ])  # fmt: skip
    pension = twin(tmp_path, "pension", [
        {"line": 9, "person_key": "k1", "monthly": "165.00", "starts_on": "2020-01-01"},
    ], date(2026, 3, 1))  # fmt: skip
    found = amounts([dibao, pension], PEOPLE, FIRST, LAST, WORDS)
    # 3 months and 2; the pension list of March says nothing of the months after it.
    assert [(one.item, one.amount) for one in found] == [("D2", Decimal("1520.00")), ("D4", Decimal("990.00"))]
    assert found[0].what == "杨一月保障金额300.00 元 × 3 个月；杨二月保障金额310.00 元 × 2 个月"
    assert found[1].source == "养老待遇 2026-03 第 9 行"


def test_what_was_paid_goes_before_what_a_list_promises(tmp_path: Path) -> None:
    dibao = twin(tmp_path, "dibao", [
        {"line": 2, "person_key": "k1", "monthly": "300.00", "starts_on": "2024-01-01"},
    ])  # fmt: skip
    payment = twin(tmp_path, "payment", [paid(3, "k1", "农村低保金", "280.00", "2025-10-15")])
    found = amounts([dibao, payment], PEOPLE, FIRST, LAST, WORDS)
    assert [(one.item, one.amount) for one in found] == [("D2", Decimal("280.00"))]


def test_nobody_known_is_nothing_found(tmp_path: Path) -> None:
    payment = twin(tmp_path, "payment", [paid(3, "", "农村低保金", "280.00", "2025-10-15")])
    assert amounts([payment], {}, FIRST, LAST, WORDS) == ()
    assert amounts([payment], {"": "杨一"}, FIRST, LAST, WORDS) == ()
    assert amounts([], PEOPLE, FIRST, LAST, WORDS) == ()


@pytest.mark.parametrize(
    ("subsidy", "item"),
    [("低保户电费补贴", "D6"), ("农村低保金", "D2"), ("生态护林员工资", "A2"), ("高龄补贴", "D6"), ("低保慰问金", "")],
)
def test_a_payment_names_its_item(subsidy: str, item: str) -> None:
    assert WORDS.item(subsidy) == item
