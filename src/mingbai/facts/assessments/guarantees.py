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
STATES_EN = MappingProxyType({"met": "met", "unmet": "not met", "unknown": "not clear"})

SOURCES = MappingProxyType(
    {
        "visit": "入户走访", "household": "户里说的", "roster": "花名册", "pupil": "学籍", "insured": "医保参保",
        "housing": "住房鉴定", "water": "供水监测",
    }
)  # fmt: skip
"""Who can say something about a guarantee: a person at the door, the household, our roster, a bureau's table."""
SOURCES_EN = MappingProxyType(
    {
        "visit": "visit", "household": "the household", "roster": "roster", "pupil": "school register",
        "insured": "medical insurance", "housing": "house appraisal", "water": "water monitoring",
    }
)  # fmt: skip

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
    look: str
    """What to look at or for at the door."""
    term_en: str
    question_en: str
    look_en: str
    per: str = "household"
    """``household``, ``member`` (each of them) or ``pupil`` (members of school age)."""
    table: str = ""
    """English name of the bureau's table that speaks of it; '' where only a visit can."""


_EVERY = (
    Item(
        "food", "不愁吃", "吃", "家里吃的愁不愁？米面够不够，平时能不能吃上肉、蛋、奶或豆制品？",
        "看米缸、灶台，问最近一周吃了什么。",
        "Enough to eat", "Is there enough to eat? Grain all year, and some meat, eggs, milk or beans?",
        "Look at the rice jar and the stove; ask what was eaten this week.",
    ),
    Item(
        "clothing", "不愁穿", "穿", "家里穿的愁不愁？四季有没有换洗衣服，冬天有没有厚被子？",
        "看衣柜和床铺，有没有应季衣物、御寒被褥。",
        "Enough to wear", "Are there clothes for every season to change into, and warm quilts for winter?",
        "Look into the wardrobe and at the beds.",
    ),
    Item(
        "schooling", "义务教育有保障", "上学", "娃娃在不在学校上学？上学的花费付得起不？", "送教上门、延缓入学不算失学。",
        "Compulsory schooling", "Is the child in school, and can the family pay what school costs?",
        "Teaching at home and a delayed start do not count as dropping out.", "pupil", "pupil",
    ),
    Item(
        "medical", "基本医疗有保障", "看病", "今年的医保交了没有？平常的病有没有地方看？",
        "看参保缴费记录；在外地参保的，记下在哪里。",
        "Basic medical care", "Is this year's medical insurance paid? Is there somewhere to go when ill?",
        "Look at the record of payment; who is insured elsewhere: note where.", "member", "insured",
    ),
    Item(
        "housing", "住房安全有保障", "住房", "房子住着安不安心？墙裂不裂、屋顶漏不漏？",
        "看承重墙、屋顶、地基。C、D级要修好，或另有安全住处。",
        "A safe house", "Is the house safe to live in? Do walls crack, does the roof leak?",
        "Look at walls, roof, foundation. Grades C and D must be repaired, or the family lives safely elsewhere.",
        table="housing",
    ),
    Item(
        "water_quantity", "饮水安全·水量", "水量", "水够不够用？吃水、做饭、洗漱都够不够？", "多问一句：天旱的时候够不够。",
        "Water: enough", "Is there enough water for drinking, cooking and washing?", "Ask about the dry season too.",
    ),
    Item(
        "water_quality", "饮水安全·水质", "水质", "水干不干净？浑不浑，有没有怪味、怪颜色？",
        "看一看、闻一闻、尝一尝；有化验报告的看报告。",
        "Water: clean", "Is the water clean? Cloudy, an odd smell or colour?",
        "Look, smell, taste; read the laboratory's report where there is one.", table="water",
    ),
    Item(
        "water_convenience", "饮水安全·用水方便", "取水方便", "取水方不方便？水管通到家没有，要挑水的来回走多久？",
        "供水到户最好；要挑水的，记下来回走多少分钟。",
        "Water: near", "Is water easy to fetch? Piped to the house, or how long is the way there and back?",
        "Piped is best; where it is carried, note the minutes.",
    ),
    Item(
        "water_assurance", "饮水安全·供水保证率", "供水稳定", "一年里停不停水？停过几回，加起来多少天？",
        "停水和水不够用的天数加在一起算。",
        "Water: all year", "Is the water ever cut? How often in a year, how many days altogether?",
        "Days without water and with too little are added up.", table="water",
    ),
)  # fmt: skip

ITEMS: Mapping[str, Item] = MappingProxyType({item.code: item for item in _EVERY})
"""By code, in the order of the page. The limits of each (litres, minutes, days) are policy numbers, not words here."""


@dataclass(frozen=True)
class Ages:
    """Compulsory schooling: this age reached on 31 August, that age not reached today (numbers schooling_*_age)."""

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
    """A row an item: first the household's cell, then one for each person, in order. What is not asked of somebody
    says so, even where an old word on it is kept (a pupil who has grown up)."""
    said: dict[tuple[str, str], list[Word]] = {}
    for word in words:
        said.setdefault((word.item, word.person_id), []).append(word)
    rows = []
    for item in ITEMS.values():
        row = []
        for person in (None, *people):
            here = said.get((item.code, person.person_id if person else ""), [])
            asks = applies(item, person, day, ages)
            row.append(cell(item, person, here) if asks else Cell(item, person, applies=False))
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
