"""Households, their members, and families whose ages and kinship make sense."""

import re
from dataclasses import dataclass, field
from datetime import date
from random import Random

from mingbai.base.lib import dates
from mingbai.facts.bureaus.sample import names
from mingbai.facts.bureaus.sample.days import next_day, years_before
from mingbai.facts.bureaus.sample.identity import Issuer
from mingbai.facts.bureaus.sample.places import TIBETAN, VALLEY, Village

GENERAL, LIFTED, LIFTED_NO_POLICY = "一般农户", "脱贫户", "脱贫不享受政策户"
UNSTABLE, MARGINAL, SUDDEN = "脱贫不稳定户", "边缘易致贫户", "突发严重困难户"

# Who brings a family name of their own; everybody else bears the head's.
_OWN_NAME = frozenset(["配偶", "之儿媳", "之女婿", "之母", "之岳父", "之岳母", "之外孙子", "之外孙女", "之祖母"])


@dataclass(slots=True)
class Person:
    """A member. `ident` is what the roster says, `true_id` what the bureaus know."""

    pid: str
    ident: str
    true_id: str
    name: str
    relation: str
    sex: str
    birth: date
    age: int
    ethnicity: str
    schooling: str = ""
    studying: str = ""
    health: str = ""
    skill: str = ""
    months: str = ""
    work_place: str = ""
    phone: str = ""
    dead: bool = False
    sex_said: str | None = None
    """What the roster says, where that is not the sex."""


@dataclass(slots=True)
class Household:
    """A household with all that any table says of it; bureau rows wait in `rows` until it is finished."""

    hid: str
    village: Village
    group: str
    people: list[Person]
    klass: str = GENERAL
    causes: str | None = None
    """None: chosen to fit the members when the household is finished."""
    identified: str = ""
    since: date | None = None
    eliminated: str = ""
    eliminated_on: date | None = None
    way: str = ""
    housing: str = "A"
    water: str = "是"
    phone: str = ""
    helper: str = ""
    unit: str = ""
    head_name: str = ""
    head_id: str = ""
    has_account: bool = False
    accounts: dict[int, dict[str, int]] | None = None
    """Year → item → cents; None: reckoned when the household is finished."""
    rows: dict[str, list[list[str]]] = field(default_factory=dict)

    @property
    def living(self) -> list[Person]:
        return [p for p in self.people if not p.dead]

    @property
    def monitored(self) -> bool:
        return self.klass in (UNSTABLE, MARGINAL, SUDDEN) and self.eliminated != "是"

    @property
    def registered(self) -> bool:
        return self.monitored or self.klass in (LIFTED, UNSTABLE)


_WORD = re.compile(r"(户主|配偶|之子|之女|之父|之母|其他)(男|女)?(\d+)(?:-(\d+))?([!?st]?)")
_SEX = {"之子": "男", "之女": "女", "之父": "男", "之母": "女"}

Kin = tuple[str, str, date]
"""Relation, sex, birth."""


class Families:
    """Draws families, and builds those that a story describes."""

    def __init__(self, day: date, rng: Random, issuer: Issuer) -> None:
        self.day, self.rng, self.issuer = day, rng, issuer
        # The first and last birth date of everybody of an age.
        self._births = [
            (next_day(years_before(day, age + 1)).toordinal(), years_before(day, age).toordinal()) for age in range(105)
        ]

    def born(self, age: int) -> date:
        """A birth date of somebody who is `age` on the day."""
        first, last = self._births[age]
        return date.fromordinal(first + int((last - first + 1) * self.rng.random()))

    def told(self, story: str) -> list[Kin]:
        """The family of a story, such as `户主男38-46 配偶女39 之女9`: an age, or a range to draw it from.

        A mark after the age sets the birthday: ``!`` is today, ``?`` is tomorrow (so a year older then), ``s`` was
        the last 31 August, ``t`` was the day after it.
        """
        kin = []
        for word in story.split():
            relation, sex, low, high, mark = _WORD.fullmatch(word).groups()  # type: ignore[union-attr]
            age = _between(self.rng, int(low), int(high or low))
            kin.append((relation, sex or _SEX[relation], self._marked(age, mark)))
        return kin

    def _marked(self, age: int, mark: str) -> date:
        match mark:
            case "!":
                return years_before(self.day, age)
            case "?":
                return years_before(next_day(self.day), age + 1)
            case "s":
                return years_before(dates.last_31_august(self.day), age)
            case "t":
                return years_before(next_day(dates.last_31_august(self.day)), age)
        return self.born(age)

    def build(self, hid: str, village: Village, kin: list[Kin]) -> Household:
        """People with names and IDs for this kinship."""
        rng = self.rng
        yi = rng.random() < (0.55 if village.township in VALLEY else 0.96)
        ethnicity = "彝族" if yi else "藏族" if village.township == TIBETAN else "汉族"
        dotted = yi and rng.random() < 0.35
        family = names.surname(rng, ethnicity)
        people = []
        for n, (relation, sex, birth) in enumerate(kin, 1):
            known_as = names.surname(rng, ethnicity) if relation in _OWN_NAME else family
            ident = self.issuer.resident_id(birth, sex, 0 if relation != "配偶" or rng.random() < 0.8 else 1)
            name = names.full_name(rng, known_as, sex, birth.year, dotted)
            age = dates.age(birth, self.day)
            people.append(Person(f"{hid}{n:02d}", ident, ident, name, relation, sex, birth, age, ethnicity))
        return Household(hid, village, f"{1 + int(6 * rng.random())}组", people)

    def drawn(self) -> list[Kin]:
        """A family by chance: single elders, couples, children, three generations, children left with grandparents."""
        rng = self.rng
        r = rng.random()
        if r < 0.06:
            return self._kin([("户主", _either(rng), _between(rng, 62, 86))])
        if r < 0.14:
            return self._couple(_between(rng, 60, 80))
        if r < 0.18:
            return self._kin([("户主", "男" if rng.random() < 0.7 else "女", _between(rng, 30, 58))])
        if r < 0.26:
            return self._couple(_between(rng, 45, 59))
        if r < 0.56:
            head = _between(rng, 27, 50)
            return self._couple(head) + self._children(head, "之子", "之女")
        if r < 0.83:
            head = _between(rng, 28, 48)
            return self._couple(head) + self._children(head, "之子", "之女") + self._parents(head)
        if r < 0.93:
            return self._elder_heads()
        if r < 0.96:
            head = _between(rng, 56, 72)
            return self._couple(head) + self._children(head - 24, "之孙子", "之孙女")
        head = _between(rng, 28, 50)
        return self._kin([("户主", _either(rng), head)]) + self._children(head, "之子", "之女")

    def _kin(self, ages: list[tuple[str, str, int]]) -> list[Kin]:
        return [(relation, sex, self.born(age)) for relation, sex, age in ages]

    def _couple(self, head: int) -> list[Kin]:
        rng = self.rng
        male = rng.random() < 0.88
        other = max(21, head - int(6 * rng.random()) if male else head + int(6 * rng.random()))
        return self._kin([("户主", "男" if male else "女", head), ("配偶", "女" if male else "男", other)])

    def _children(self, parent: int, son: str, daughter: str) -> list[Kin]:
        """One to three children, born when the younger parent was 20 to 36; the grown-up mostly live elsewhere."""
        rng = self.rng
        wanted = 1 + (rng.random() < 0.60) + (rng.random() < 0.20)
        age, kin = parent - 25 - int(5 * rng.random()), []
        for _ in range(wanted):
            if age < 0:
                break
            if age < 24 or rng.random() < 0.25:
                sex = _either(rng)
                kin.append((son if sex == "男" else daughter, sex, self.born(min(age, 29))))
            age -= 2 + int(4 * rng.random())
        return kin

    def _parents(self, head: int) -> list[Kin]:
        rng = self.rng
        age = head + 21 + int(10 * rng.random())
        both = [("之父", "男", age), ("之母", "女", max(head + 19, age - int(5 * rng.random())))]
        return self._kin(both if rng.random() < 0.55 else [both[rng.random() < 0.6]])

    def _elder_heads(self) -> list[Kin]:
        rng = self.rng
        head = _between(rng, 54, 74)
        son = head - 23 - int(5 * rng.random())
        kin = self._couple(head) if rng.random() < 0.7 else self._kin([("户主", _either(rng), head)])
        kin += self._kin([("之子", "男", son), ("之儿媳", "女", max(22, son - int(4 * rng.random())))])
        return kin + self._children(son, "之孙子", "之孙女")


def _either(rng: Random) -> str:
    return "男" if rng.random() < 0.51 else "女"


def _between(rng: Random, low: int, high: int) -> int:
    return low + int((high - low + 1) * rng.random())
