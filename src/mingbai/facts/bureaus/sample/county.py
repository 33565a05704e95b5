"""Makes the whole invented county.

Where its margins come from (policy.md of the domain notes):

* classes: about 12 to 15 % 脱贫户, as in counties like this one; monitored classes about 1.5 %, of which 60 % with the
  risk eliminated (§12: "over 60 % eliminated by 2024-09"; §11.1: unstable 4694, marginal 638, sudden 409 households).
* income: median a head about 1.9 times the line, so near the 17 522 yuan of poor areas in 2024 (§12); costs about 34 to
  38 % of gross farm income (§5.2, ratios 40 and 15 %); lines only of the items of §5.2.
* missing cells of general households: 文化程度 96 %, 劳动技能 55 %, 健康状况 21 % (§7.5: 99, 53, 21 %).
* houses, water, schooling and insurance: everybody covered except where a story says otherwise (§6: 98.8 to 100 %).
* clues: 10 to 15 % of households, most of them false alarms when somebody looks (§8.2: 4881 warnings, 105 confirmed).
* family structure, names, bills, vehicles: our own estimate; no microdata may be copied (§12, last line).

A household without a story raises no clue. Each story has households of its own, so what the 44 rules find is exactly
what the side file says.
"""

import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from mingbai.base.lib.errors import Refused
from mingbai.facts.bureaus.files import INVENTED
from mingbai.facts.bureaus.sample import writing
from mingbai.facts.bureaus.sample.bureaus import Facts
from mingbai.facts.bureaus.sample.dirt import soil
from mingbai.facts.bureaus.sample.identity import Issuer
from mingbai.facts.bureaus.sample.income import income_rows, reckon
from mingbai.facts.bureaus.sample.people import GENERAL, Families, Household, Kin
from mingbai.facts.bureaus.sample.places import COUNTY, COUNTY_CODE, Village, settle
from mingbai.facts.bureaus.sample.plan import TALES, Part, cast, place
from mingbai.facts.bureaus.sample.registry import (
    Setting,
    choose_cause,
    classify,
    describe,
    eliminate,
    household_row,
    member_row,
)
from mingbai.facts.bureaus.sample.scene import Claim, Scene, Story
from mingbai.facts.bureaus.sample.water import water
from mingbai.facts.bureaus.tables import BY_NAME

DAY = date(2026, 6, 30)
FIRST_DAY, LAST_DAY = date(2022, 1, 1), date(2027, 12, 31)
"""The account of the year before must have a line."""

HOUSEHOLD_DIGITS = 11
"""A 户编号 is 3434 and a running number; a 人编号 adds two digits to it."""

# Share of general households that have an account of their own, and in which somebody is paid from the budget.
_GENERAL_ACCOUNTS, _PAYROLL = 0.08, 0.015
_CADRES_A_VILLAGE, _POSTS = 7, ("村党支部书记、村委会主任", "村党支部副书记", "村委会委员", "村文书")
_FAMILIES = (
    "户主男38-46 配偶女36-44 之女9",
    "户主男37-44 配偶女35-42 之子男11 之女女7",
    "户主男46-52 配偶女44-50 之子男21-24",
    "户主男31-36 配偶女29-34 之女女4",
)


@dataclass
class Summary:
    """What was written: where, how many, and what did not fit into a very small county."""

    folder: Path
    households: int
    persons: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    """Rows by file."""
    fires: dict[str, int] = field(default_factory=dict)
    """Subjects on which each rule fires."""
    near_misses: dict[str, int] = field(default_factory=dict)
    not_planted: list[str] = field(default_factory=list)
    """`rule: story` for which no household was left."""
    errors: int = 0
    """Cells that a dirty sample expects in the error file."""


def make(
    out: Path, *, households: int, seed: int, dirty: bool = False, file_format: str = "csv", day: date = DAY
) -> Summary:
    """Write an invented county into the folder `out`.

    All tables of tables.py in `file_format` (csv, xlsx or parquet; a dirty one mixes them) and 虚构数据.json, which lists
    every planted clue and near miss. The same arguments give the same bytes. Refused, with nothing written, when `out`
    has something in it already, a number makes no sense, or the day has no account year with a line.
    """
    _check(out, households, file_format, day)
    out.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    try:
        summary, story = _County(beside, households, seed, day).write()
        if dirty:
            told = {c["subject_id"][:HOUSEHOLD_DIGITS] for c in story["planted"] if c["subject_kind"] != "village"}
            story |= soil(beside, seed=seed, day=day, planted=told)
            summary.errors = len(story["errors"])
        else:
            writing.convert(beside, file_format)
        writing.to_json(beside / INVENTED, story)
        if out.exists():
            out.rmdir()
        beside.chmod(0o755)
        beside.rename(out)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    summary.folder = out
    return summary


def _check(out: Path, households: int, file_format: str, day: date) -> None:
    reasons = []
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        reasons.append(f"{out} 已经存在而且不是空文件夹。请换一个文件夹，或先清空它。")
    if households < 1:
        reasons.append(f"户数是 {households}，至少要 1 户。")
    if file_format not in writing.FORMATS:
        reasons.append(f"不认识格式 {file_format}，请用 {'、'.join(writing.FORMATS)} 之一。")
    if file_format == "xlsx" and households > writing.MOST_FOR_XLSX:
        reasons.append(f"{households} 户的表超过 Excel 一张表的行数，请用 csv 或 parquet。")
    if not FIRST_DAY <= day <= LAST_DAY:
        reasons.append(f"筛查日 {day} 没有上一年的监测线，请用 {FIRST_DAY} 到 {LAST_DAY} 之间的一天。")
    if reasons:
        raise Refused(*reasons)


class _County:
    """One county while it is written: households come and go, village by village, and only claims are kept."""

    def __init__(self, folder: Path, households: int, seed: int, day: date) -> None:
        self.households, self.seed, self.day = households, seed, day
        rng = Random(f"mingbai {seed} {households} {day}")
        self.s = Setting(day, rng, Issuer())
        self.families = Families(day, rng, self.s.issuer)
        self.facts = Facts.on(self.s)
        self.villages, self.empty = settle(households, rng)
        self.writers = writing.Writers(folder)
        self.claims: list[Claim] = []
        self.persons = self.serial = self.cadres = 0

    def write(self) -> tuple[Summary, dict[str, Any]]:
        """Write every table as CSV; give the summary and what the side file says."""
        placed, homeless = place(cast(self.households), self.villages, self.s.rng)
        at = 0
        try:
            for village in self.villages:
                at, end, self.cadres = at, at + village.households, 0
                while at < end:
                    part = placed.get(at)
                    at += self._told(village, part) if part else self._plain(village)
            rows, claims = water(self.villages, self.empty, self.day.year, self.s.rng)
            self.writers.add("water", rows)
        finally:
            self.writers.close()
        self.claims += claims
        return self._summary(homeless), self._side(homeless)

    def _new(self, village: Village, kin: list[Kin]) -> Household:
        self.serial += 1
        return self.families.build(f"3434{self.serial:07d}", village, kin)

    def _plain(self, village: Village) -> int:
        """A household without a story."""
        h = self._new(village, self.families.drawn())
        classify(h, self.s)
        h.has_account = h.has_account or self.s.chance(_GENERAL_ACCOUNTS)
        describe(h, self.s)
        self.facts.fill(h)
        if h.klass == GENERAL:
            self._office(h)
        self._finish(h)
        return 1

    def _told(self, village: Village, part: Part) -> int:
        """The households of one story."""
        rule, story = part
        scene = Scene(self.facts, [self._cast(village, story, n) for n in range(story.households)])
        subjects = story.do(scene)
        for subject in subjects if isinstance(subjects, list) else [subjects]:
            scene.claim(rule, subject, story.fires, story.text)
        self.claims += scene.claims
        for h in scene.households:
            self._finish(h)
        return story.households

    def _cast(self, village: Village, story: Story, n: int) -> Household:
        told = story.family.split("|") if story.family else [_FAMILIES[int(len(_FAMILIES) * self.s.rng.random())]]
        h = self._new(village, self.families.told(told[n % len(told)]))
        if story.eliminated:
            eliminate(h, self.s)
        classify(h, self.s, story.klass)
        describe(h, self.s)
        self.facts.fill(h, told=True)
        return h

    def _office(self, h: Household) -> None:
        """Some general households have a cadre, a cadre's kin, or somebody paid from the budget."""
        p = h.people[0]
        if self.cadres < _CADRES_A_VILLAGE and 25 <= p.age < 62:
            self.cadres += 1
            post = _POSTS[self.cadres - 1] if self.cadres <= len(_POSTS) else ""
            kin = "本人" if post else "兄弟"
            h.rows["cadre"] = [[p.true_id, p.name, h.village.code, post, kin, p.name if post else ""]]
        elif 23 <= p.age < 60 and self.s.chance(_PAYROLL):
            h.rows["payroll"] = [[p.true_id, p.name, f"{h.village.township}中心小学校", "教师"]]

    def _finish(self, h: Household) -> None:
        """What depends on how the story left the members; then every row goes out."""
        h.head_name = h.head_name or h.people[0].name
        h.head_id = h.head_id or h.people[0].true_id
        if h.causes is None:
            h.causes = choose_cause(h, self.s)
        if h.has_account and h.accounts is None:
            reckon(h, self.s)
        add = self.writers.add
        add("household", [household_row(h)])
        add("member", [member_row(h, p) for p in h.people])
        if h.accounts:
            add("income_line", income_rows(h))
        for table, rows in h.rows.items():
            add(table, rows)
        self.persons += len(h.people)

    def _summary(self, homeless: list[Part]) -> Summary:
        fires = Counter(c.rule for c in self.claims if c.fires)
        nears = Counter(c.rule for c in self.claims if not c.fires)
        missing = [f"{rule}: {story.text}" for rule, story in homeless]
        for tell in TALES:
            rule = tell().rule
            missing += [f"{rule}: 没有{name}" for name, count in (("命中", fires), ("近似", nears)) if not count[rule]]
        rows = {BY_NAME[name].file: count for name, count in self.writers.counts.items()}
        return Summary(
            Path(),
            self.households,
            self.persons,
            rows,
            dict(sorted(fires.items())),
            dict(sorted(nears.items())),
            missing,
        )

    def _side(self, homeless: list[Part]) -> dict[str, Any]:
        return {
            "虚构数据": "本文件夹中的人、户、号码和事件全部是编造的，只有地名是真的。",
            "county": COUNTY, "county_code": COUNTY_CODE, "seed": self.seed, "day": self.day.isoformat(),
            "households": self.households, "persons": self.persons,
            "planted": [vars(c) for c in sorted(self.claims, key=lambda c: (c.rule, not c.fires, c.subject_id))],
        }  # fmt: skip
