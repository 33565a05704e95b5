"""四看法, the four looks: at the house, the grain, the labour, and who goes to school.

一看房、二看粮、三看劳动力强不强、四看家中有没有读书郎: found in Yina township (迤那镇), Weining county, Guizhou, in 2014, and taken up
elsewhere. Each look has sub-indicators with points: the house by building, water and power; the grain by land and
stock; labour by hands, health and work away; schooling by pupils and what they cost. Counties set the points:
those below are an example to start from, not anybody's published table, and a county replaces them by its own `Card`.
They say who is worth a visit, never who is poor: that is settled by the villagers' appraisal and the county.

A high score means better off, as for every card here (some villages count the other way round).
"""

from mingbai.oversight.poverty.targeting.scorecards import Answer, Card, Question

HOUSE = (
    Question("housing_grade", "一看房：住房鉴定等级", "house: appraised grade", (
        Answer("D 级，或没有鉴定 grade D or not appraised", 0, ("D", None)), Answer("C 级 grade C", 3, ("C",)),
        Answer("B 级 grade B", 7, ("B",)), Answer("A 级 grade A", 10, ("A",)),
    )),
    Question("floor_area_per_head", "一看房：人均住房面积（平方米）", "house: floor area per head, m²", (
        Answer("不足 10 平方米 less than 10", 0, high=10), Answer("10-20 平方米 10 up to 20", 2, low=10, high=20),
        Answer("20 平方米以上 20 or more", 4, low=20),
    )),
    Question("safe_water", "一看房：解决安全饮用水", "house: safe drinking water", (
        Answer("否 no", 0, (False, "否")), Answer("是 yes", 3, (True, "是")),
    )),
    Question("power", "一看房：通生活用电", "house: household power", (
        Answer("否 no", 0, (False, "否")), Answer("是 yes", 3, (True, "是")),
    )),
)  # fmt: skip
GRAIN = (
    Question("farmland_per_head", "二看粮：人均耕地（亩）", "grain: farmland per head, mu", (
        Answer("不足 0.5 亩 less than 0.5", 0, high=0.5), Answer("0.5-1 亩 0.5 up to 1", 5, low=0.5, high=1),
        Answer("1-2 亩 1 up to 2", 10, low=1, high=2), Answer("2 亩以上 2 or more", 15, low=2),
    )),
    Question("livestock", "二看粮：养殖", "grain: livestock", (
        Answer("没有 none", 0, ("没有",)), Answer("自家吃用 for own use", 4, ("自用",)), Answer("出售 for sale", 8, ("出售",)),
    )),
    Question("grain_months", "二看粮：存粮和收成够吃几个月", "grain: months that stored grain and harvest last", (
        Answer("不足 6 个月 less than 6", 0, high=6), Answer("6-12 个月 6 up to 12", 4, low=6, high=12),
        Answer("12 个月以上 12 or more", 7, low=12),
    )),
)  # fmt: skip
LABOUR = (
    Question("labour_share", "三看劳动力：劳动力占家庭人口的比重", "labour: hands as a share of members", (
        Answer("没有劳动力 none", 0, (0,)), Answer("不到三分之一 less than a third", 4, low=1e-9, high=1 / 3),
        Answer("三分之一到三分之二 a third up to two thirds", 9, low=1 / 3, high=2 / 3),
        Answer("三分之二以上 two thirds or more", 13, low=2 / 3),
    )),
    Question("ill_or_disabled", "三看劳动力：大病、长期慢性病或残疾的人数", "labour: members gravely ill, chronically ill or disabled", (
        Answer("2 人以上 two or more", 0, low=2), Answer("1 人 one", 4, low=1, high=2), Answer("没有 none", 8, low=0, high=1),
    )),
    Question("months_of_work_away", "三看劳动力：全家一年务工月数", "labour: months of paid work in the year, all members", (
        Answer("不足 3 个月 less than 3", 0, low=0, high=3), Answer("3-9 个月 3 up to 9", 4, low=3, high=9),
        Answer("9 个月以上 9 or more", 9, low=9),
    )),
)  # fmt: skip
SCHOOL = (
    Question("pupils_beyond_compulsory", "四看读书郎：高中以上在读人数", "school: members in school beyond compulsory years", (
        Answer("2 人以上 two or more", 0, low=2), Answer("1 人 one", 4, low=1, high=2), Answer("没有 none", 8, low=0, high=1),
    )),
    Question("school_debt", "四看读书郎：因学欠债", "school: debt for schooling", (
        Answer("有 yes", 0, (True, "是")), Answer("没有 no", 5, (False, "否")),
    )),
    Question("highest_schooling", "四看读书郎：家中最高文化程度", "school: highest schooling of an adult at home", (
        Answer("小学及以下 primary or less", 0, ("文盲或半文盲", "小学")), Answer("初中 lower secondary", 3, ("初中",)),
        Answer("高中以上 upper secondary or more", 7, ("高中", "大专及以上")),
    )),
)  # fmt: skip

FOUR_LOOKS = Card(
    "四看法评分卡", "The four looks", (*HOUSE, *GRAIN, *LABOUR, *SCHOOL),
    "分值为示例，各县自定；得分只提示先去谁家看，是否贫困由民主评议和县里认定。"
    "Points are an example; a county sets its own. The score says whom to visit first, not who is poor.",
)  # fmt: skip
LOOKS = {"房 house": HOUSE, "粮 grain": GRAIN, "劳动力 labour": LABOUR, "读书郎 school": SCHOOL}
