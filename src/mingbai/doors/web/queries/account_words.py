"""The account in words: items as they are asked at the kitchen table, sources, states. All of them are translated."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

GROUPS: dict[str, tuple[Promise, Promise]] = {
    "A": (_("工资性收入"), _("打工、公益岗挣的钱，拿到手多少记多少")),
    "B": (_("生产经营性收入"), _("种地、养殖、做买卖卖的钱，还没有扣本钱")),
    "C": (_("财产性收入"), _("分红、流转土地、利息、租金")),
    "D": (_("转移性收入"), _("国家发的补贴、低保、养老金，子女给的钱")),
    "E": (_("生产经营性支出"), _("种地、养殖、做买卖花的本钱")),
}
"""By letter: the official word, and what is meant."""

ITEMS: dict[str, tuple[Promise, Promise]] = {
    "A1": (_("务工"), _("谁在外面打工、几个月、在哪里？")),
    "A2": (_("行业部门公益岗"), _("护林员、河道员等")),
    "A3": (_("乡镇公益岗"), _("乡镇安排的岗")),
    "A4": (_("村级公益岗"), _("村里安排的保洁、看护等")),
    "A5": (_("自主采摘"), _("采菌子、药材、野菜卖的钱")),
    "B1": (_("种植"), _("粮食、烤烟、蔬菜卖了多少？")),
    "B2": (_("养殖"), _("今年卖了、吃了的猪牛羊鸡，没出栏的不算")),
    "B3": (_("林果"), _("核桃、花椒、水果卖了多少？")),
    "B4": (_("其他经营"), _("开店、跑车、做工程")),
    "C1": (_("资产收益分红"), _("扶贫资产、合作社分的钱")),
    "C2": (_("土地流转"), _("地租出去收的钱")),
    "C3": (_("金融贷款项目"), _("贷款入股分的钱")),
    "C4": (_("代种代养"), _("替人种、替人养得的钱")),
    "C5": (_("其他财产性"), _("利息、房租等")),
    "D1": (_("计划生育金"), _("独生子女、双女户奖励")),
    "D2": (_("低保金"), _("一年到手多少？")),
    "D3": (_("特困供养金"), _("特困人员领的钱")),
    "D4": (_("养老保险金"), _("老人每月领多少、领了几个月？")),
    "D5": (_("生态补偿"), _("没有分开记的生态补偿")),
    "D5A": (_("退耕还林"), _("退耕还林补助")),
    "D5B": (_("公益林"), _("公益林补偿")),
    "D5C": (_("草原奖补"), _("草原禁牧、草畜平衡")),
    "D5D": (_("移民补助"), _("水库移民后期扶持等")),
    "D5E": (_("其他生态补偿"), _("其他生态补偿的钱")),
    "D6": (_("其他转移性"), _("地力、高龄、残疾补贴，教育扶持，赡养费")),
    "E1": (_("种植支出"), _("种子、化肥、农药、请工")),
    "E2": (_("养殖支出"), _("仔畜、饲料、防疫")),
    "E3": (_("林果支出"), _("苗子、农药、管护")),
    "E4": (_("其他经营支出"), _("进货、油费、房租等")),
}
"""By item of policy.md 5.2: the official word, and what to ask."""

SOURCES: dict[str, Promise] = {
    "said": _("户里说的"), "bureau": _("部门数据"), "receipt": _("票据"), "estimate": _("估算"),
}  # fmt: skip
STATES: dict[str, Promise] = {
    "draft": _("记账中"), "shown": _("待户里确认"), "confirmed": _("户里已确认"), "disputed": _("户里有异议"),
    "replaced": _("已更正"),
}  # fmt: skip
TONES = {"draft": "unknown", "shown": "soon", "confirmed": "met", "disputed": "conflict", "replaced": "unknown"}
WAYS: dict[str, Promise] = {
    "签字": _("签字"), "按手印": _("按手印"), "当面口头": _("当面口头"), "电话": _("电话"),
}  # fmt: skip
RATIOS: dict[str, Promise] = {
    "cost_ratio_grain": _("粮食"), "cost_ratio_tobacco": _("烤烟"), "cost_ratio_other_crops": _("其他经济作物"),
    "cost_ratio_livestock": _("畜禽"), "cost_ratio_fruit": _("林果"),
}  # fmt: skip


def item_word(code: str) -> str:
    """The official word for an item, translated; a longer code takes that of the one it begins with."""
    while code not in ITEMS and code not in GROUPS:
        code = code[:-1]
    return str((ITEMS.get(code) or GROUPS[code])[0])
