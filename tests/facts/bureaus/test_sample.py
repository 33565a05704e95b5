"""The invented county: the same again and again, believable, nobody's, and with a story for every rule."""

import csv
import json
import os
import subprocess
import sys
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from mingbai.base.lib import dates
from mingbai.base.lib.errors import Refused
from mingbai.facts.bureaus.sample.county import Summary, make
from mingbai.facts.bureaus.sample.identity import PHONE_PREFIX, PREFIXES
from mingbai.facts.bureaus.sample.places import COUNTY_CODE, all_villages
from mingbai.facts.bureaus.sample.plan import TALES
from mingbai.facts.bureaus.tables import MONITORED_CLASSES, TABLES

DAY = date(2026, 6, 30)
# GB/T 2260, first two digits: all that were ever given to a province, with Taiwan, Hong Kong, Macao and foreigners.
PROVINCES = {
    *range(11, 16),
    *range(21, 24),
    *range(31, 38),
    *range(41, 47),
    *range(50, 55),
    *range(61, 66),
    71,
    81,
    82,
    83,
    91,
}
RULES = {tell().rule for tell in TALES} | {"water_short"}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sample") / "county"
    make(out, households=220, seed=3)
    return out


def rows(folder: Path, file: str) -> list[dict[str, str]]:
    with (folder / f"{file}.csv").open(encoding="utf-8-sig", newline="") as text:
        return list(csv.DictReader(text))


def side(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / "虚构数据.json").read_text(encoding="utf-8"))
    return content


def told(folder: Path, rule: str, *, fires: bool) -> set[str]:
    return {c["subject_id"] for c in side(folder)["planted"] if c["rule"] == rule and c["fires"] is fires}


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.mark.parametrize("more", [["csv"], ["xlsx"], ["parquet"], ["csv", "dirty"]], ids=" ".join)
def test_the_same_arguments_give_the_same_bytes_in_another_process(tmp_path: Path, more: list[str]) -> None:
    make(tmp_path / "one", households=130, seed=8, file_format=more[0], dirty="dirty" in more)
    code = (
        "import sys; from pathlib import Path; from mingbai.facts.bureaus.sample.county import make; "
        "make(Path(sys.argv[1]), households=130, seed=8, file_format=sys.argv[2], dirty='dirty' in sys.argv)"
    )
    env = os.environ | {"PYTHONHASHSEED": "5", "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "two"), *more], check=True, env=env)
    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "two")


def test_another_seed_gives_another_county(tmp_path: Path, small: Path) -> None:
    make(tmp_path / "other", households=220, seed=4)
    for file in ("户表", "成员表", "收入表", "学籍"):
        assert rows(tmp_path / "other", file) != rows(small, file)


def test_every_table_comes_and_every_row_says_that_it_is_invented(small: Path) -> None:
    for table in TABLES:
        content = rows(small, table.file)
        assert content, table.file
        assert list(content[0]) == [*(c.header for c in table.columns), "备注"]
        assert {row["备注"] for row in content} == {"虚构数据"}


def test_a_small_county_has_a_clue_and_a_near_miss_of_every_rule(small: Path) -> None:
    assert len(RULES) == 44
    for rule in RULES:
        assert told(small, rule, fires=True), rule
        assert told(small, rule, fires=False), rule
        assert not told(small, rule, fires=True) & told(small, rule, fires=False), rule


def test_two_thousand_households_have_three_of_each_and_clues_are_few(tmp_path: Path) -> None:
    summary: Summary = make(tmp_path / "county", households=2000, seed=7)
    assert not summary.not_planted
    assert set(summary.fires) == set(summary.near_misses) == RULES
    assert min(summary.fires.values()) >= 3
    assert min(summary.near_misses.values()) >= 3
    planted = side(tmp_path / "county")["planted"]
    households = {c["subject_id"][:11] for c in planted if c["fires"] and c["subject_kind"] != "village"}
    assert 0.10 <= len(households) / 2000 <= 0.16


def test_a_county_too_small_for_all_stories_says_what_is_missing(tmp_path: Path) -> None:
    summary = make(tmp_path / "county", households=30, seed=1)
    assert summary.households == len(rows(tmp_path / "county", "户表")) == 30
    planted = set(summary.fires) | {line.split(":")[0] for line in summary.not_planted}
    assert planted == RULES


def test_ids_are_right_and_belong_to_no_province(small: Path) -> None:
    assert not {int(prefix[:2]) for prefix in PREFIXES} & PROVINCES
    wrong = told(small, "id_invalid", fires=True)
    other_form = told(small, "id_invalid", fires=False)
    odd_sex = told(small, "sex_mismatch", fires=True) | told(small, "sex_mismatch", fires=False)
    seen: dict[str, set[str]] = defaultdict(set)
    for row in rows(small, "成员表"):
        ident, pid = row["证件号码"], row["人编号"]
        if pid in wrong | other_form:
            continue
        assert ident[:6] in PREFIXES
        # GB 11643: the weights are powers of two modulo eleven.
        digits = [10 if d == "X" else int(d) for d in ident]
        assert sum(d * pow(2, 17 - n, 11) for n, d in enumerate(digits)) % 11 == 1
        assert date(int(ident[6:10]), int(ident[10:12]), int(ident[12:14])) <= DAY
        if pid not in odd_sex:
            assert row["性别"] == ("男" if digits[16] % 2 else "女")
        seen[ident].add(pid)
    twice = {pid for pids in seen.values() if len(pids) > 1 for pid in pids}
    assert twice <= told(small, "id_twice", fires=True) | told(small, "id_twice", fires=False)


def test_phones_reach_nobody(small: Path) -> None:
    phones = [r["联系电话"] for file in ("户表", "成员表") for r in rows(small, file) if r["联系电话"]]
    assert phones
    assert all(len(p) == 11 and p.startswith(PHONE_PREFIX) for p in phones)
    # Mobile numbers of the mainland begin 13 to 19.
    assert PHONE_PREFIX[1] not in "3456789"


def test_villages_are_those_of_the_county(small: Path) -> None:
    known = {v.code: v.name for v in all_villages()}
    assert len(known) == 175
    assert all(code.startswith(COUNTY_CODE) and len(code) == 12 for code in known)
    assert all(known[r["村代码"]] == r["行政村"] for r in rows(small, "户表"))


def test_families_make_sense(tmp_path: Path) -> None:
    make(tmp_path / "county", households=1500, seed=11)
    strange = {
        c["subject_id"][:11] for c in side(tmp_path / "county")["planted"]
        if c["rule"] in ("head_count", "kin_age", "id_invalid", "id_twice", "worker_died", "accident", "job_lost")
    }  # fmt: skip
    families: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows(tmp_path / "county", "成员表"):
        families[row["户编号"]].append(row)
    sizes = [len(family) for family in families.values()]
    assert 3.3 <= sum(sizes) / len(sizes) <= 3.9
    for hid, family in families.items():
        if hid in strange:
            continue
        ages = defaultdict(list)
        for row in family:
            ident = row["证件号码"]
            ages[row["与户主关系"]].append(dates.age(date(int(ident[6:10]), int(ident[10:12]), int(ident[12:14])), DAY))
        (head,) = ages["户主"] if len(ages["户主"]) == 1 else [max(ages["户主"], default=60)]
        assert all(age >= 20 for age in ages["配偶"]), hid
        assert all(head - age >= 16 for age in ages["之子"] + ages["之女"]), hid
        assert all(age - head >= 16 for age in ages["之父"] + ages["之母"]), hid
        assert all(head - age >= 38 for age in ages["之孙子"] + ages["之孙女"]), hid


def test_classes_are_near_their_shares(tmp_path: Path) -> None:
    make(tmp_path / "county", households=4000, seed=2)
    classes = [r["户类型"] for r in rows(tmp_path / "county", "户表")]
    assert 0.12 <= classes.count("脱贫户") / 4000 <= 0.16
    assert 0.01 <= sum(classes.count(c) for c in MONITORED_CLASSES) / 4000 <= 0.035


def test_a_parquet_county_says_the_same_as_a_csv_county(tmp_path: Path, small: Path) -> None:
    make(tmp_path / "county", households=220, seed=3, file_format="parquet")
    for table in TABLES:
        found = duckdb.execute(f"SELECT * FROM '{tmp_path}/county/{table.file}.parquet'").fetchall()
        assert [tuple(c or "" for c in row) for row in found] == [tuple(r.values()) for r in rows(small, table.file)]


def test_a_folder_with_something_in_it_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "county").mkdir()
    (tmp_path / "county" / "mine.txt").write_text("x")
    with pytest.raises(Refused, match="不是空文件夹"):
        make(tmp_path / "county", households=10, seed=1)
    assert bytes_of(tmp_path / "county") == {"mine.txt": b"x"}
    assert [path.name for path in tmp_path.iterdir()] == ["county"]


def test_every_reason_for_refusing_is_given_at_once(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        make(tmp_path / "county", households=0, seed=1, file_format="ods", day=date(2035, 1, 1))
    assert len(refused.value.reasons) == 3
    assert not list(tmp_path.iterdir())


def test_an_empty_folder_is_used(tmp_path: Path) -> None:
    (tmp_path / "county").mkdir()
    make(tmp_path / "county", households=5, seed=1)
    assert len(list((tmp_path / "county").iterdir())) == len(TABLES) + 1
