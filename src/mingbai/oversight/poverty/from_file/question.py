"""What `mingbai measure` was asked, read from the words of the command line; exact numbers as fractions."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from pathlib import Path
from typing import Literal

from mingbai.oversight.poverty.design import Lonely
from mingbai.oversight.poverty.from_file.faults import Faults, Said, short
from mingbai.oversight.poverty.measures import FAMILIES, MEASURES, named

Missing = Literal["refuse", "drop"]
OF_DEPRIVATIONS = ("H", "A", "M0")
BY_INDICATOR = ("censored", "uncensored", "contribution")
LARGEST = 1e50
"""No income, weight or line is beyond this; their squares and products are still numbers."""
WITH_LINE = ("headcount", "gap", "severity", "gini")
WITHOUT_LINE = ("gini",)
_PART = re.compile(r'(?:"(?:[^"]|"")*"|[^,，])+')
_THOUSANDS = re.compile(r"\d{1,3}([,，]\d{3})+(\.\d*)?")
_QUOTED = re.compile(r'"((?:[^"]|"")*)"')
_FRACTION = re.compile(r"\d{1,40}(\.\d{0,40})?|\.\d{1,40}|\d{1,40}/\d{1,40}")


@dataclass(frozen=True)
class Words:
    """The options as typed.

    Lists are separated by commas, of ASCII or full width. A name that has one stands in double quotes: '"a,b",c' or
    '"a,b"=1/2,c=1/2'; a quote within them is doubled.
    """

    welfare: str | None = None
    deprivations: str | None = None
    weights: str | None = None
    cutoff: str | None = None
    weight: str | None = None
    strata: str | None = None
    psu: str | None = None
    fpc: str | None = None
    line: str | None = None
    by: str | None = None
    measures: str | None = None
    lonely: Lonely = "refuse"
    missing: Missing = "refuse"
    level: float = 0.95


@dataclass(frozen=True)
class Question:
    """The options as understood. Exactly one of `welfare` and `deprivations` is there.

    line: a number, or a column's name. weights: by indicator, adding up to 1. measures: names, in the order asked.
    """

    welfare: str | None
    deprivations: tuple[str, ...]
    weights: dict[str, Fraction]
    cutoff: Fraction
    weight: str | None
    strata: str | None
    psu: str | None
    fpc: str | None
    line: float | str | None
    by: str | None
    measures: tuple[str, ...]
    lonely: Lonely
    missing: Missing
    level: float


def understood(words: Words, file: Path) -> Question:
    """The question. Faults: every option that makes no sense, each with what would."""
    question, faults = heard(words, file)
    if question is None or faults:
        raise Faults(*faults)
    return question


def heard(words: Words, file: Path) -> tuple[Question | None, list[Said]]:
    """The question as far as it makes sense (None: there is none), and what does not."""
    faults: list[Said] = []
    if (words.welfare is None) == (words.deprivations is None):
        faults.append(
            Said(
                f"请给 --welfare 或 --deprivations 其中一个。例：mingbai measure {file} --welfare 人均纯收入 --line 8800",
                f"Give --welfare or --deprivations, such as: mingbai measure {file} --welfare income --line 8800",
            )
        )
        return None, faults
    if not 0 < words.level < 1:
        faults.append(Said("--level 应在 0 和 1 之间，如 0.95。", "--level must lie between 0 and 1, such as 0.95."))
    deprivations = _list(words.deprivations)
    line = _line(words.line, faults)
    weights, cutoff = dict[str, Fraction](), Fraction(1, 3)
    if words.welfare is None:
        weights, cutoff = _weights(words, deprivations, faults), _cutoff(words.cutoff, faults)
        measures = _of_deprivations(words, deprivations, faults)
    else:
        measures = _of_welfare(words, line, faults)
    question = Question(words.welfare, deprivations, weights, cutoff, words.weight, words.strata, words.psu, words.fpc,
                        line, words.by, measures, words.lonely, words.missing, words.level)  # fmt: skip
    return question, faults


def nearest(name: str, known: Sequence[str]) -> Said:
    """ "; perhaps X is meant", or nothing."""
    close = get_close_matches(name, known, n=1, cutoff=0.6) or [k for k in known if k.lower() == name.lower()]
    return Said(f"，是不是「{close[0]}」？", f"; is {close[0]} meant?") if close else Said("", "")


def _list(text: str | None) -> tuple[str, ...]:
    if text is None:
        return ()
    parts = (part.strip() for part in _PART.findall(text))
    return tuple(_QUOTED.sub(lambda found: found[1].replace('""', '"'), part) for part in parts if part)


def _as_typed(name: str) -> str:
    """As it stands in a list."""
    return '"' + name.replace('"', '""') + '"' if re.search('[,，"]', name) else name


def _line(text: str | None, faults: list[Said]) -> float | str | None:
    if text is None:
        return None
    if _THOUSANDS.fullmatch(text.strip()):
        plain = text.replace(",", "").replace("，", "").strip()
        faults.append(
            Said(f"--line 的「{text}」请不写逗号：--line {plain}。", f"--line: write {plain}, without commas.")
        )
        return 1.0
    try:
        number = float(text)
    except ValueError:
        return text
    if not 0 < number <= LARGEST:
        faults.append(
            Said(
                f"--line 是 {text}，贫困线应当是大于零的数，如 8800。",
                f"--line is {text}, but a poverty line is a number above zero, such as 8800.",
            )
        )
        return 1.0
    return number


def _fraction(text: str) -> Fraction | None:
    """A fraction or a decimal without a sign or an exponent: 1e999999999 would be worked out to the last digit."""
    plain = text.replace("／", "/").replace(" ", "")
    try:
        return Fraction(plain) if _FRACTION.fullmatch(plain) else None
    except ZeroDivisionError:
        return None


def _cutoff(text: str | None, faults: list[Said]) -> Fraction:
    cutoff = Fraction(1, 3) if text is None else _fraction(text)
    if cutoff is None or not 0 < cutoff <= 1:
        faults.append(
            Said(
                f"--cutoff 是「{text}」，应当大于 0、不大于 1，如 1/3 或 0.4。",
                f"--cutoff is {text}, but must be above 0 and at most 1, such as 1/3 or 0.4.",
            )
        )
        return Fraction(1, 3)
    return cutoff


def _weights(words: Words, deprivations: tuple[str, ...], faults: list[Said]) -> dict[str, Fraction]:
    """Equal weights where none are given; else one for each indicator, above zero, 1 in all."""
    if twice := sorted({name for name in deprivations if deprivations.count(name) > 1}):
        listed = "、".join(twice)
        faults.append(Said(f"--deprivations 里重复了：{listed}。", f"Twice in --deprivations: {', '.join(twice)}."))
    if words.weights is None:
        return {name: Fraction(1, len(deprivations)) for name in deprivations}
    found: dict[str, Fraction] = {}
    for part in _list(words.weights):
        name, _, text = part.rpartition("=")
        weight = _fraction(text)
        if not name or weight is None or weight <= 0:
            faults.append(
                Said(
                    f"--weights 的「{part}」看不懂，应当是 列名=正数，如 school=1/6。",
                    f"--weights: {part} is not COLUMN=positive number, such as school=1/6.",
                )
            )
        elif name.strip() in found:
            faults.append(
                Said(f"--weights 里「{name.strip()}」写了两次。", f"--weights has {name.strip()} more than once.")
            )
        else:
            found[name.strip()] = weight
    return _whole(found, deprivations, faults)


def _whole(found: dict[str, Fraction], deprivations: tuple[str, ...], faults: list[Said]) -> dict[str, Fraction]:
    for name in sorted(found.keys() - set(deprivations)):
        hint = nearest(name, deprivations)
        faults.append(
            Said(f"--weights 的「{name}」不在 --deprivations 里{hint.zh or '。'}",
                 f"--weights: {name} is not in --deprivations{hint.en or '.'}")
        )  # fmt: skip
    lacking = [name for name in deprivations if name not in found]
    if lacking:
        listed = "、".join(lacking)
        faults.append(Said(f"--weights 里没有：{listed}。", f"--weights does not have: {', '.join(lacking)}."))
    total = sum(found.values(), Fraction())
    if not faults and total != 1:
        exact = ",".join(f"{_as_typed(name)}={weight / total}" for name, weight in found.items())
        faults.append(
            Said(
                f"--weights 加起来是 {total}（{float(total):.6g}），应当正好是 1。"
                f"请核对；若只是比例，写成 --weights {exact}",
                f"--weights add up to {total} ({float(total):.6g}), but must be exactly 1. "
                f"Check them; if they are proportions, write --weights {exact}",
            )
        )
    return {name: found.get(name, Fraction(1)) for name in deprivations}


def _of_welfare(words: Words, line: float | str | None, faults: list[Said]) -> tuple[str, ...]:
    for option in ("weights", "cutoff"):
        if getattr(words, option) is not None:
            faults.append(
                Said(f"--{option} 只和 --deprivations 一起用。", f"--{option} goes with --deprivations only.")
            )
    names = _list(words.measures) or (WITH_LINE if line is not None else WITHOUT_LINE)
    needing, unknown = [], []
    for name in names:
        try:
            needing += [name] if named(name).needs_line else []
        except ValueError:
            unknown.append(name)
    _unknown(unknown, [*MEASURES, *(f"{family}NUMBER" for family in FAMILIES)], faults)
    if line is None and needing:
        faults.append(
            Said(
                f"{'、'.join(needing)} 要知道贫困线，请加 --line 数值或列名。",
                f"{', '.join(needing)} need a line: add --line NUMBER or COLUMN.",
            )
        )
    return names


def _of_deprivations(words: Words, deprivations: tuple[str, ...], faults: list[Said]) -> tuple[str, ...]:
    if not deprivations:
        faults.append(Said("--deprivations 里没有列名。", "--deprivations names no column."))
    if words.line is not None:
        faults.append(Said("--line 只和 --welfare 一起用。", "--line goes with --welfare only."))
    every = [*OF_DEPRIVATIONS, *(f"{kind}:{name}" for kind in BY_INDICATOR for name in deprivations)]
    names = _list(words.measures) or tuple(every)
    _unknown([name for name in names if name not in every], every, faults)
    return names


def _unknown(names: Sequence[str], known: Sequence[str], faults: list[Said]) -> None:
    """Each measure that there is not, and once those that there are."""
    for at, name in enumerate(dict.fromkeys(names)):
        hint = nearest(name, known)
        every = Said("", "")
        if not at:
            every = Said(
                f"可以用的有：{'、'.join(map(short, known))}。", f" There are: {', '.join(map(short, known))}."
            )
        faults.append(
            Said(
                f"没有指标「{short(name)}」{hint.zh or '。'}{every.zh}",
                f"There is no measure {short(name)}{hint.en or '.'}{every.en}",
            )
        )
