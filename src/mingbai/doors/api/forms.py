"""What the API is asked and what it answers: the shapes of its JSON. No ID, phone or health status stands in any."""

from datetime import date
from typing import Annotated, Literal

from ninja import Field, Schema

from mingbai.facts.bureaus.tables import HOUSEHOLD_CLASSES

MOST = 200
"""Items in one part of a list, at most."""

Yuan = Annotated[str, Field(pattern=r"^-?[0-9]+\.[0-9]{2}$", examples=["8800.00"])]
"""Money to the cent, as text, so that no reader's floating point touches it."""


Day = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", json_schema_extra={"format": "date"})]
"""As text: left to the library, a number would be taken for seconds since 1970."""
Mark = Annotated[str, Field(max_length=400, description="上一页答复里的 next，原样填回")]
Size = Annotated[int, Field(ge=1, le=MOST, description="一页最多几条")]
Where = Annotated[
    str,
    Field(
        pattern=r"^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})?$",
        description="区划代码，只要这个地方的；不填为您负责的全部范围",
    ),
]


class AskedPlace(Schema):
    """What is asked of one place."""

    place: Where = ""


class Asked(AskedPlace):
    """What every list takes."""

    after: Mark = ""
    limit: Size = 100


class AskedHouseholds(Asked):
    status: Literal["active", "monitored", "ended", "all"] = "active"
    household_class: Annotated[str, Field(pattern=f"^({'|'.join(HOUSEHOLD_CLASSES)})?$", description="户类型")] = ""


class AskedAccounts(Asked):
    year: Annotated[int | None, Field(ge=2000, le=2100, description="年度")] = None
    status: Annotated[
        Literal["", "draft", "shown", "confirmed", "disputed", "replaced"], Field(description="不填为各年度有效的账")
    ] = ""


class AskedClues(Asked):
    status: Literal["open", "all", "new", "assigned", "confirmed", "dismissed", "cleared", "retracted"] = "open"
    rule: Annotated[str, Field(pattern=r"^[a-z_]{0,40}$", description="规则代码")] = ""
    since: Annotated[Day | None, Field(description="只要这一天或以后发现的")] = None


class AskedProblems(Asked):
    status: Literal["open", "all", "found", "fed_back", "mending", "answered", "closed"] = "open"
    since: Annotated[Day | None, Field(description="只要这一天或以后发现的")] = None


class AskedStandards(AskedPlace):
    day: Annotated[Day | None, Field(description="哪一天生效的；不填为今天")] = None


class Fault(Schema):
    """Why a request was not answered: sentences."""

    detail: list[str]


class Page(Schema):
    """Part of a list. `next` goes into `after` for the following part; null: this was the last."""

    next: str | None


class Household(Schema):
    household_id: str
    village: str
    group_name: str
    head_name: str
    household_class: str
    causes: list[str]
    identified_on: date | None
    monitored_since: date | None
    is_monitored: bool
    eliminated: str
    eliminated_on: date | None
    housing_grade: str
    safe_water: str
    helper: str
    helper_unit: str
    ended_on: date | None
    ended_why: str


class Member(Schema):
    person_id: str
    name: str
    id_masked: str
    relation: str
    sex: str
    age: int | None
    ethnicity: str
    schooling: str
    studying: str
    skill: str
    left_on: date | None
    left_why: str


class HouseholdWithMembers(Household):
    members: list[Member]


class Households(Page):
    items: list[Household]


class AccountLine(Schema):
    item: str
    title: str
    amount: Yuan
    source: str
    disputed: bool


class Account(Schema):
    household_id: str
    village: str
    year: int
    status: str
    entered_on: date
    answered_on: date | None
    is_correction: bool
    members: int
    net_income: Yuan
    per_head: Yuan | None
    lines: list[AccountLine]


class Accounts(Page):
    items: list[Account]


class Clue(Schema):
    id: int
    rule: str
    title: str
    channel: str
    household_id: str
    village: str
    household_class: str
    said: str
    status: str
    rank: int
    found_on: date
    due_on: date
    is_overdue: bool
    decided_on: date | None


class Clues(Page):
    items: list[Clue]


class Problem(Schema):
    id: int
    title: str
    household_id: str
    village: str
    guarantee: str
    status: str
    level: str
    bureau: str
    holder: str
    found_on: date
    since: date
    due_on: date
    is_overdue: bool
    answered_on: date | None
    closed_on: date | None
    times_raised: int
    clue: int | None


class Problems(Page):
    items: list[Problem]


class Figure(Schema):
    place: str
    name: str
    households: int
    monitored: int
    open_clues: int
    overdue_clues: int
    open_problems: int
    overdue_problems: int


class Figures(Schema):
    """Counts by place as of a day: the places right below the one that was asked for."""

    day: date
    items: list[Figure]


class Place(Schema):
    code: str
    name: str
    parent: str
    level: str
    since: date | None
    until: date | None
    successor: str


class Places(Page):
    items: list[Place]


class Standard(Schema):
    name: str
    title: str
    title_en: str
    unit: str
    value: str | list[str]
    since: date
    recorded_on: date
    place: str
    document: str
    document_on: date | None


class Standards(Schema):
    """The policy numbers in force at a place on a day. A number is text, labels are a list."""

    day: date
    place: str
    items: list[Standard]
