"""Two assurances, three guarantees and water (policy.md 6): what is asked, of whom, and what the answers amount to.

Several sources speak of one guarantee: a visit, the household, the roster, a bureau's table. The newest word of each
counts. Of these the newest decides the state (on one day "unmet" does); where they differ, the cell says so. The
roster's columns carry no date, so the roster decides only where nobody else has spoken.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from mingbai.base.lib.dates import age, last_31_august

STATES = MappingProxyType({"met": "有保障", "unmet": "未保障", "unknown": "不清楚"})

SOURCES = MappingProxyType(
    {
        "visit": "入户走访", "household": "户里说的", "roster": "花名册", "pupil": "学籍", "insured": "医保参保",
        "housing": "住房鉴定", "water": "供水监测",
    }
)  # fmt: skip
"""Who can say something about a guarantee: a person at the door, the household, our roster, a bureau's table."""

SPOKEN = ("visit", "household")
"""Sources that people enter; the others come from tables."""

SCHOOL_STAGES = ("小学", "七年级", "八年级", "九年级")
"""在校生状况 of the years of compulsory schooling."""


@dataclass(frozen=True)
class Item:
    """One guarantee: the official term, the short head of a column or row, what is asked at the door, of whom."""

    code: str
    term: str
    short: str
    question: str
    per: str
    """``household``, ``member`` (each of them) or ``pupil`` (members of school age)."""
    look: str
    """What to look at or for at the door."""
    table: str = ""
    """English name of the bureau's table that speaks of it; '' where only a visit can."""


ITEMS: Mapping[str, Item] = MappingProxyType(
    {
        item.code: item
        for item in (
            Item("food", "不愁吃", "吃", "家里吃的愁不愁？米面够不够，平时能不能吃上肉、蛋、奶或豆制品？", "household",
                 "看米缸、灶台，问最近一周吃了什么。"),
            Item("clothing", "不愁穿", "穿", "家里穿的愁不愁？四季有没有换洗衣服，冬天有没有厚被子？", "household",
                 "看衣柜和床铺，有没有应季衣物、御寒被褥。"),
            Item("schooling", "义务教育有保障", "上学", "娃娃在不在学校上学？上学的花费付得起不？", "pupil",
                 "6至15周岁。送教上门、延缓入学不算失学。", "pupil"),
            Item("medical", "基本医疗有保障", "看病", "今年的医保交了没有？平常的病有没有地方看？", "member",
                 "看参保缴费记录；在外地参保的，记下在哪里。", "insured"),
            Item("housing", "住房安全有保障", "住房", "房子住着安不安心？墙裂不裂、屋顶漏不漏？", "household",
                 "看承重墙、屋顶、地基。C、D级要修好，或另有安全住处。", "housing"),
            Item("water_quantity", "饮水安全·水量", "水量", "水够不够用？吃水、做饭、洗漱都够不够？", "household",
                 "每人每天不少于35升，缺水的地方不少于20升。"),
            Item("water_quality", "饮水安全·水质", "水质", "水干不干净？浑不浑，有没有怪味、怪颜色？", "household",
                 "看一看、闻一闻、尝一尝；有化验报告的看报告。", "water"),
            Item("water_convenience", "饮水安全·用水方便", "取水方便", "取水方不方便？水管通到家没有，要挑水的来回走多久？",
                 "household", "供水到户；或一次取水来回不超过20分钟。"),
            Item("water_assurance", "饮水安全·供水保证率", "供水稳定", "一年里停不停水？停过几回，加起来多少天？", "household",
                 "一年累计停水、水不够用不超过36天。", "water"),
        )
    }
)  # fmt: skip


@dataclass(frozen=True)
class Ages:
    """Compulsory schooling: from this age on 31 August, below that age today (numbers schooling_from_age, …until_age)."""

    school_from: int
    school_until: int


@dataclass(frozen=True)
class Person:
    """A member as far as guarantees ask: `birth` None where the ID is not valid."""

    person_id: str
    name: str
    birth: date | None = None
    studying: str = ""


@dataclass(frozen=True)
class Word:
    """What one source says of one item on a day. `person_id` is '' for the household as a whole.

    `number` orders the words of one day: the later entered has the higher.
    """

    item: str
    person_id: str
    state: str
    source: str = ""
    day: date = date.min
    number: int = 0
    said_by: str = ""
    note: str = ""


@dataclass(frozen=True)
class Cell:
    """An item of a member (or of the household): the state, whether sources differ, and each source's newest word,
    newest first. `applies` is false where the item does not ask for this member."""

    item: Item
    person: Person | None
    state: str = "unknown"
    contradicts: bool = False
    words: tuple[Word, ...] = ()
    applies: bool = True

    @property
    def decided_by(self) -> Word | None:
        """The word that the state rests on."""
        return next((word for word in _by_weight(self.words) if word.state == self.state), None)

    @property
    def key(self) -> str:
        """Unique on a page: item and person."""
        return f"{self.item.code}-{self.person.person_id}" if self.person else self.item.code


def of_school_age(person: Person, day: date, ages: Ages) -> bool:
    """Whether compulsory schooling applies on `day`; without a birth date, by what the roster says of school."""
    if person.birth is None:
        return person.studying in SCHOOL_STAGES
    return age(person.birth, day) < ages.school_until and age(person.birth, last_31_august(day)) >= ages.school_from


def applies(item: Item, person: Person | None, day: date, ages: Ages) -> bool:
    """Whether an item is asked of this member, or with None of the household as a whole."""
    if person is None:
        return item.per == "household"
    return item.per == "member" or (item.per == "pupil" and of_school_age(person, day, ages))


def newest(words: Iterable[Word]) -> dict[tuple[str, str, str], Word]:
    """The newest word of each (item, person, source)."""
    found: dict[tuple[str, str, str], Word] = {}
    for word in words:
        key = (word.item, word.person_id, word.source)
        if key not in found or (found[key].day, found[key].number) < (word.day, word.number):
            found[key] = word
    return found


def cell(item: Item, person: Person | None, words: Iterable[Word]) -> Cell:
    """What the words on one item of one person (or household) amount to. Older words of a source are passed over."""
    last = _by_weight(newest(words).values())
    known = [word for word in last if word.state != "unknown"]
    state = known[0].state if known else "unknown"
    return Cell(item, person, state, len({word.state for word in known}) > 1, tuple(last))


def matrix(people: Sequence[Person], words: Iterable[Word], day: date, ages: Ages) -> list[tuple[Item, list[Cell]]]:
    """A row an item: first the household's cell, then one for each person, in order. What does not apply says so,
    unless somebody has spoken of it all the same."""
    said: dict[tuple[str, str], list[Word]] = {}
    for word in words:
        said.setdefault((word.item, word.person_id), []).append(word)
    rows = []
    for item in ITEMS.values():
        row = []
        for person in (None, *people):
            here = said.get((item.code, person.person_id if person else ""), [])
            asked = applies(item, person, day, ages)
            row.append(cell(item, person, here) if asked or here else Cell(item, person, applies=False))
        rows.append((item, row))
    return rows


def asked(people: Sequence[Person], day: date, ages: Ages) -> list[tuple[Item, Person | None]]:
    """The questions of a visit: those of the household, then those of each member."""
    whole = [(item, None) for item in ITEMS.values() if applies(item, None, day, ages)]
    each = [(item, p) for p in people for item in ITEMS.values() if applies(item, p, day, ages)]
    return [*whole, *each]


def is_news(word: Word, before: Word | None) -> bool:
    """Whether a source says something else than its word before: state, day or note."""
    return before is None or (word.state, word.day, word.note) != (before.state, before.day, before.note)


def told(words: Collection[Word], names: Mapping[str, str]) -> str:
    """A finished sentence: what was found, the unmet first. Notes are left out: they may hold what is private."""
    parts = []
    for state in ("unmet", "unknown", "met"):
        found = [
            f"{names[w.person_id]}的{ITEMS[w.item].short}" if w.person_id else ITEMS[w.item].short
            for w in words
            if w.state == state
        ]
        if found:
            parts.append(f"{'、'.join(found)}{STATES[state]}")
    return "；".join(parts)


def _by_weight(words: Iterable[Word]) -> list[Word]:
    # The roster's column has no date, so it stands last; on one day "unmet" stands before the rest.
    return sorted(words, key=lambda w: (w.source != "roster", w.day, w.state == "unmet", w.number), reverse=True)
