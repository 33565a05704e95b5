"""A household's income account of one year, as a tree that explains itself down to the line.

Net income = A 工资性 + B 生产经营性 + C 财产性 + D 转移性 − E 生产经营性支出 (policy.md 5.1).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from mingbai.base.lib.money import per_head

ITEMS = MappingProxyType(
    {
        "A": "工资性收入", "A1": "务工", "A2": "行业部门公益岗", "A3": "乡镇公益岗", "A4": "村级公益岗", "A5": "自主采摘",
        "B": "生产经营性收入", "B1": "种植", "B2": "养殖", "B3": "林果", "B4": "其他经营",
        "C": "财产性收入", "C1": "资产收益分红", "C2": "土地流转", "C3": "金融贷款项目", "C4": "代种代养", "C5": "其他财产性",
        "D": "转移性收入", "D1": "计划生育金", "D2": "低保金", "D3": "特困供养金", "D4": "养老保险金", "D5": "生态补偿",
        "D5A": "退耕还林", "D5B": "公益林", "D5C": "草原奖补", "D5D": "移民补助", "D5E": "其他生态补偿", "D6": "其他转移性",
        "E": "生产经营性支出", "E1": "种植支出", "E2": "养殖支出", "E3": "林果支出", "E4": "其他经营支出",
    }
)  # fmt: skip
"""Item codes of policy.md 5.2 in the field's words."""


@dataclass(frozen=True)
class Line:
    """One line as it was handed in: its number in the file, item code, yuan, and what was said about it."""

    line: int
    item: str
    amount: Decimal
    note: str = ""


@dataclass(frozen=True)
class Node:
    """A sum with the sums or lines it is made of. `sign` is −1 for costs: they are taken off."""

    code: str
    title: str
    amount: Decimal
    sign: int = 1
    parts: "tuple[Node, ...]" = ()
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Account:
    """The reckoning of one household-year. Money in yuan; `members` are the living on the screening day."""

    year: int
    tree: Node
    members: int

    @property
    def net_income(self) -> Decimal:
        return self.tree.amount

    @property
    def per_head(self) -> Decimal | None:
        """Half up to the cent, for showing; None without members."""
        return per_head(self.net_income, self.members)


def reckon(year: int, lines: Iterable[Line], members: int) -> Account:
    """The account of a year from its lines, whose item codes are upper-cased and known."""
    every = sorted(lines, key=lambda line: (line.item, line.line))
    groups = tuple(_node(letter, every) for letter in "ABCDE")
    net = sum((g.sign * g.amount for g in groups), Decimal("0.00"))
    return Account(year, Node("", "家庭纯收入", net, parts=groups), members)


def title(code: str) -> str:
    """The field's word for a code; a longer code takes that of the one it begins with."""
    while code not in ITEMS:
        code = code[:-1]
    return ITEMS[code]


def _node(code: str, every: list[Line]) -> Node:
    mine = [line for line in every if line.item.startswith(code)]
    amount = sum((line.amount for line in mine), Decimal("0.00"))
    own = tuple(line for line in mine if line.item == code)
    # A, then A1, then D5A: each level takes one more character of the code.
    deeper = sorted({line.item[: len(code) + 1] for line in mine if line.item != code})
    return Node(
        code, title(code), amount, -1 if code.startswith("E") else 1, tuple(_node(c, every) for c in deeper), own
    )
