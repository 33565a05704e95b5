"""What a clue is called: the rule that raised it, or the way in which people told of it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

from mingbai.findings.screening.rule import rules

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "outdated": "数据过时", "wrong_person": "不是本户的人或事", "misread": "数据填错", "allowed": "情况属实，但符合政策",
        "solved": "已经解决", "other": "其他原因",
    }
)  # fmt: skip
"""Why a clue did not hold. What a rule's dismissals have most of tells what is wrong with it."""
REPORTS: Mapping[str, str] = MappingProxyType(
    {
        "self_report": "农户自主申报", "cadre": "干部排查发现", "visit": "入户走访发现", "hotline": "热线电话反映", "letter": "意见箱来信",
    }
)  # fmt: skip
REPORTS_EN: Mapping[str, str] = MappingProxyType(
    {
        "self_report": "The household asked for help", "cadre": "Found by a cadre", "visit": "Found on a visit",
        "hotline": "A call to the hotline", "letter": "A letter from the box",
    }
)  # fmt: skip


QUESTION = "反映的情况是不是真的？家里现在最难的是什么，要什么样的帮助？"
QUESTION_EN = "Is it as it was told? What is hardest for the family now, and what help does it need?"
"""What to ask at the door after a report."""
OF_HEALTH = frozenset({"accident", "medical_burden", "new_disability", "rigid_spending"})
"""Rules whose very title tells of somebody's health: an event names neither title nor code."""


class _Named(Protocol):
    @property
    def rule(self) -> str: ...


def named(clue: _Named) -> str:
    """How an event names a clue: 线索「名下有小汽车」, or 线索 alone where the title would tell of an illness."""
    return "线索" if clue.rule in OF_HEALTH else f"线索「{title_of(clue)}」"


def title_of(clue: _Named, english: bool = False) -> str:
    """名下有小汽车, or 农户自主申报. A rule that is no more goes by its code."""
    return titled(clue.rule, english)


def titled(code: str, english: bool = False) -> str:
    """`title_of` for a rule's code or a channel's name."""
    if code in REPORTS:
        return REPORTS_EN[code] if english else REPORTS[code]
    if (rule := rules().get(code)) is None:
        return code
    return rule.title_en if english else rule.title


def question_of(code: str, stored: str, english: bool = False) -> str:
    """What to ask at the door: as it was asked when the clue was raised, or in English as the rule asks now."""
    if english and code in REPORTS:
        return QUESTION_EN
    rule = rules().get(code)
    return rule.head["ask_en"] if english and rule else stored
