"""What the measures of guarantees and the rules for the unknown are called, and what a table of them says."""

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from mingbai.doors.web.queries.guarantee_measures import Choice, Row, Rule, Table, bounded
from mingbai.doors.web.queries.measure_words import GROUPS, scaled, written
from mingbai.doors.web.queries.picture_words import NAMES

LABELS: Mapping[str, str] = MappingProxyType(
    {
        "H": gettext_noop("缺保障发生率（H）"), "A": gettext_noop("平均缺失份额（A）"),
        "M0": gettext_noop("综合缺失指数（M0）"), "uncensored": gettext_noop("%(item)s没有保障的占比"),
        "censored": gettext_noop("算缺保障、又缺%(item)s的占比"), "contribution": gettext_noop("%(item)s在综合指数里的份额"),
    }
)  # fmt: skip
SAYS: Mapping[str, str] = MappingProxyType(
    {
        "H": gettext_noop("六样里缺够样数的占多少。"), "A": gettext_noop("算缺保障的，平均缺六样里的多大一份。"),
        "M0": gettext_noop("H 乘以 A：缺的人多、缺的样数多，都会变大。"),
        "uncensored": gettext_noop("不管别的样，单看这一样没有保障的占多少。"),
        "censored": gettext_noop("六样里缺够样数、又缺这一样的占多少；缺一样就算时，和单看这一样相同。"),
        "contribution": gettext_noop("综合指数里，这一样占几成；六样加起来是全部。"),
    }
)  # fmt: skip
RULE_NAMES: Mapping[Rule, str] = MappingProxyType(
    {
        "bounds": gettext_noop("给出最少和最多"), "not_deprived": gettext_noop("当作有保障（最少）"),
        "deprived": gettext_noop("当作没有保障（最多）"), "drop": gettext_noop("有不清楚的户不算"),
        "reweight": gettext_noop("只看清楚的几样"),
    }
)  # fmt: skip
RULE_SAYS: Mapping[Rule, str] = MappingProxyType(
    {
        "bounds": gettext_noop("不清楚的全当有保障，是最少；全当没有保障，是最多；真数在两头之间。"),
        "not_deprived": gettext_noop("不清楚的全当有保障，只会少算。"),
        "deprived": gettext_noop("不清楚的全当没有保障，只会多算。"),
        "drop": gettext_noop("只要有一样不清楚，整户就不算在内；剩下的户未必像全部的户。"),
        "reweight": gettext_noop("不清楚的那样，分量让给同类里清楚的；六样都不清楚的户不算在内。"),
    }
)  # fmt: skip


def label(measure: str) -> str:
    """What a measure is called."""
    kind, _dots, item = measure.partition(":")
    return _(LABELS[kind]) % {"item": _(NAMES[item])} if item else _(LABELS[kind])


def kind_of(measure: str) -> str:
    """How its numbers are written, as `measure_words.written` has it."""
    return "index" if measure == "M0" else "percent"


def span(row: Row) -> str:
    """The value, or the least and the most, as people read it."""
    kind = kind_of(row.measure)
    if row.value is None and row.most is None:
        return "—"
    first, last = written(kind, row.value), written(kind, row.most)
    if row.most is None or first == last:
        return first
    if not bounded(row.measure):
        return _("%(met)s／%(unmet)s") % {"met": first, "unmet": last}
    return _("%(least)s…%(most)s") % {"least": first, "most": last}


def interval(row: Row) -> str:
    """Both ends of the interval; '' where there is none."""
    if row.lower is None or row.upper is None:
        return ""
    kind = kind_of(row.measure)
    return f"{written(kind, row.lower)}—{written(kind, row.upper)}"


def drawn(row: Row) -> tuple[float | None, float | None, float | None]:
    """Dot and whisker: the interval of a value, or the least with a whisker up to the most."""
    kind = kind_of(row.measure)
    ends = (row.lower, row.upper)
    if row.most is not None:
        ends = (row.value, row.most) if bounded(row.measure) else (None, None)
    return scaled(kind, row.value), scaled(kind, ends[0]), scaled(kind, ends[1])


def title(choice: Choice, place: str) -> str:
    """越西县缺保障发生率（H），按乡镇 —— of the picture and of files."""
    said = {"place": place, "measure": label(choice.measure)}
    if not choice.by:
        return _("%(place)s%(measure)s") % said
    return _("%(place)s%(measure)s，按%(group)s") % (said | {"group": _(GROUPS[choice.by])})


def words(choice: Choice, made: Table, place: str, few: int) -> list[str]:
    """What the table says, in sentences: the whole, what is lacking most, then the highest and the lowest group."""
    total = made.total
    if total is None:
        return []
    said = [] if total.blank else [_whole(choice, total, place)]
    said += _most(made)
    every = [row for row in made.rows if row.value is not None]
    many = [row for row in every if row.households >= few]
    rows = many if len(many) > 1 else every
    if len(rows) < 2:
        return said
    high, low = max(rows, key=_reach), min(rows, key=_reach)
    if _reach(high) == _reach(low):
        return [*said, _("各组都一样。")]
    told = {"high": high.label, "top": span(high), "low": low.label, "bottom": span(low)}
    left_out = _("不满 %(n)d 户的组没有参加比较。") % {"n": few} if len(rows) < len(every) else ""
    lowest = sum(_reach(row) == _reach(low) for row in rows)
    if lowest == 1:
        one = _("最高的是%(high)s（%(top)s），最低的是%(low)s（%(bottom)s）。") % told
    else:
        one = _("最高的是%(high)s（%(top)s）；%(low)s等 %(n)d 个最低（%(bottom)s）。") % (told | {"n": lowest})
    return [*said, one + _sure(high, low) + left_out]


def _reach(row: Row) -> tuple[float, float]:
    return row.value or 0.0, row.most or 0.0


def _whole(choice: Choice, total: Row, place: str) -> str:
    said = {"place": place, "measure": label(choice.measure), "how": _("按人") if choice.people else _("按户")}
    said |= {"least": written(kind_of(choice.measure), total.value), "interval": interval(total)}
    said |= {"most": written(kind_of(choice.measure), total.most)}
    if total.most is None or said["least"] == said["most"]:
        one = _("%(place)s%(measure)s（%(how)s）是 %(least)s") % said
    elif bounded(choice.measure):
        one = _("%(place)s%(measure)s（%(how)s）最少 %(least)s，最多 %(most)s") % said
    else:
        one = _("%(place)s%(measure)s（%(how)s）：不清楚的当作有保障是 %(least)s，当作没有保障是 %(most)s") % said
    return one + (_("，95%% 区间 %(interval)s。") % said if total.lower is not None else _("。"))


def _most(made: Table) -> list[str]:
    """Which of the six is lacking most often, and which is least known."""
    rows = [row for name, row in made.whole.items() if name.startswith("uncensored:") and not row.blank]
    said = []
    for of, sentence in (
        ("unmet", gettext_noop("六样里，缺得最多的是%(item)s，%(n)d 户没有保障。")),
        ("unknown", gettext_noop("最不清楚的是%(item)s，还有 %(n)d 户不知道。")),
    ):
        top = max(rows, key=lambda row: getattr(row, of), default=None)
        if top is not None and getattr(top, of):
            item = _(NAMES[top.measure.partition(":")[2]])
            said.append(_(sentence) % {"item": item, "n": getattr(top, of)})
    return said


def _sure(high: Row, low: Row) -> str:
    """Whether the difference holds whatever the unknown turns out to be, and whatever chance did."""
    if high.lower is not None and low.upper is not None:
        if high.lower > low.upper:
            return _("两头的区间不相交，差别不像是偶然。")
        if high.most is None or (high.value or 0.0) > (low.most or 0.0):
            return _("两头的区间有重叠，差别可能只是偶然，排名次要慎重。")
    if bounded(high.measure) and high.most is not None and (high.value or 0.0) <= (low.most or 0.0):
        return _("不清楚的还多，弄清楚以前，谁高谁低说不准。")
    return ""


def notes(choice: Choice, made: Table) -> list[str]:
    """What must be known to read the table."""
    lines = [
        _("六样一样重，各占六分之一：吃饭、穿衣、义务教育、基本医疗、住房安全、饮水安全。"),
        _("家里有一个人没有，就算这户没有；没有人要上学的户，上学这样不算缺。按人时，全户的人都跟着户算。"),
        _("不清楚的怎么算：%(rule)s") % {"rule": _(RULE_SAYS[choice.rule])},
        _("区间表示：情况稍有不同时（好比换一批条件差不多的户），这个数大概会落在什么范围。"),
    ]
    if choice.cutoff == 1:
        lines.insert(1, _("缺一样就算缺保障：政策要求样样都有，不能拿一样补另一样。"))
    else:
        lines.insert(1, _("缺 %(n)d 样及以上才算缺保障：看哪些户几样一起缺。") % {"n": choice.cutoff})
    if not bounded(choice.measure) and choice.rule == "bounds":
        lines.append(_("这个指标的两头不是最少和最多：不清楚的怎么算，它可大可小。"))
    if made.dropped:
        lines.append(_("因为不清楚没有算在内的有 %(n)d 户。") % {"n": made.dropped})
    if made.clusters:
        lines.append(_("同村的户彼此相像，区间按 %(n)d 个村为整群来算。") % {"n": made.clusters})
    else:
        lines.append(_("区间按一户一户算，没有顾及同村的户彼此相像，会偏窄。"))
    return lines
