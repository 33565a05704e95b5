"""Doubt rules, drawn: registered households only. D is 2026-06-30; see drawing.py for what a drawing stands for."""

import pytest

from rules.drawing import finds

CLASSES = """
    户编号 | 户类型           | 风险是否消除 | #
    A      | 脱贫户           |              | registered
    B      | 一般农户         |              | not registered
    C      | 脱贫不享受政策户 |              | not registered
    D      | 边缘易致贫户     | 否           | monitored, so registered
    E      | 边缘易致贫户     | 是           | no longer
    F      | 脱贫不稳定户     | 是           | registered all the same
    G      | 100A03001        | 1            | 脱贫不稳定户, by codes
    H      | 100A03002        | 1            | 边缘易致贫户 no longer, by codes
    I      | 突发严重困难户   |              | monitored where the cell is empty
    J      | 外星户           |              | an unknown class: neither
"""


@pytest.mark.parametrize(
    ("code", "file", "header", "cells"),
    [
        ("owns_car", "机动车登记", "号牌号码 | 车辆类型", "川W0001 | 小型轿车"),
        ("second_home", "不动产登记", "不动产单元号 | 用途", "51-01 | 商铺"),
        ("runs_firm", "市场主体登记", "统一社会信用代码 | 主体类型 | 经营状态", "91X | 有限责任公司 | 存续"),
        ("public_payroll", "财政供养人员", "单位", "县一中"),
        ("cadre_kin", "村干部及近亲属", "姓名 | 村代码", "某某 | 甲村"),
    ],
)
def test_doubt_is_about_registered_households(code: str, file: str, header: str, cells: str) -> None:
    drawn = "\n".join([f"证件号码 | {header}", *(f"{letter}1 | {cells}" for letter in "ABCDEFGHIJ"), f"A2 | {cells}"])
    died = "证件号码 | 死亡日期\n A2 | 2026-06-30"
    finds(code, given={"户表": CLASSES, file: drawn, "死亡注销": died}, expect="A1 D1 F1 G1 I1", bad_cells=1)


REGISTERED = """
    户编号 | 户类型
    A      | 脱贫户
    B      | 脱贫户
"""


def test_owns_car() -> None:
    finds(
        "owns_car",
        given={
            "户表": REGISTERED,
            "成员表": """
                人编号 | 证件号码
                A1     | A1
                B4     | B4/wrong
                B5     | A1
            """,
            "机动车登记": """
                证件号码 | 号牌号码 | 车辆类型     | 登记日期   | 车辆状态 | #
                A1       | 川W0001  | 小型轿车     | 2020-01-01 | 正常     | two cars
                A1       | 川W0002  | 小型普通客车 | 2024-01-01 | 正常     |
                A2       | 川W0003  | 小型越野客车 |            |          | neither day nor status told
                A3       | 川W0004  | 普通二轮摩托车 | 2020-01-01 | 正常   |
                A4       | 川W0005  | 小型轿车     | 2020-01-01 | 注销     |
                A5       | 川W0006  | 小型轿车     | 2020-01-01 | 达到报废标准 | still registered
                A6       | 川W0007  | 小型轿车     | 2026-07-01 | 正常     | after D
                A7       | 川W0008  | 小型轿车     | 2026-06-30 | 正常     | on D
                A8       | 川W0009  | 轻型普通货车 | 2020-01-01 | 正常     |
                B1       | 川W0010  | 小型轿车     | 2020-01-01 | 注销     | one of two struck off
                B1       | 川W0011  | 小型轿车     | 2021-01-01 | 正常     |
                B2/15    | 川W0012  | 小型轿车     | 2020-01-01 | 正常     | the old ID
                B3/wrong | 川W0013  | 小型轿车     | 2020-01-01 | 正常     | a row's ID that is not valid
                B4/wrong | 川W0014  | 小型轿车     | 2020-01-01 | 正常     | not valid on either side
                X1       | 川W0015  | 小型轿车     | 2020-01-01 | 正常     | nobody of ours
                B6       | 川W0016  | 小型轿车     | 2020-01-01 | 正常     | equal rows are one car
                B6       | 川W0016  | 小型轿车     | 20200101   | 正常     |
            """,
        },
        expect="A1 A2 A5 A7 B1 B2 B5 B6",
        shows={
            "A1": {
                "clue_key": "川W0001+川W0002", "plates": ["川W0001", "川W0002"],
                "vehicle_kinds": ["小型普通客车", "小型轿车"], "registered_on": "2024-01-01", "vehicle_lines": [2, 3],
            },
            "A2": {
                "clue_key": "川W0003", "plates": ["川W0003"], "vehicle_kinds": ["小型越野客车"], "registered_on": None,
                "vehicle_lines": [4],
            },
            "B1": {
                "clue_key": "川W0011", "plates": ["川W0011"], "vehicle_kinds": ["小型轿车"], "registered_on": "2021-01-01",
                "vehicle_lines": [12],
            },
            "B6": {
                "clue_key": "川W0016", "plates": ["川W0016"], "vehicle_kinds": ["小型轿车"], "registered_on": "2020-01-01",
                "vehicle_lines": [17],
            },
        },
    )  # fmt: skip


def test_second_home() -> None:
    finds(
        "second_home",
        given={
            "户表": REGISTERED,
            "不动产登记": """
                证件号码 | 不动产单元号 | 用途     | 来源类型     | 登记日期   | #
                A1       | 51-01        | 商品住房 | 购买         | 2020-01-01 |
                A2       | 51-02        | 商铺     |              |            |
                A3       | 51-03        | 公寓     | 继承         | 2020-01-01 |
                A4       | 51-04        | 商品住房 | 易地搬迁安置 | 2020-01-01 | resettlement
                A5       | 51-05        | 农村宅基地 | 自建       | 2020-01-01 | a farmhouse
                A6       | 51-06        | 商铺     | 购买         | 2026-07-01 | after D
                A7       | 51-07        | 商品住房 | 易地搬迁安置 | 2020-01-01 | one of two
                A7       | 51-08        | 商铺     | 购买         | 2020-01-01 |
                A8       | 51-09        | 农村宅基地 | 购买       | 2020-01-01 | one row has the use, another the origin
                A8       | 51-10        | 商品住房 | 易地搬迁安置 | 2020-01-01 |
            """,
        },
        expect="A1 A2 A3 A7",
        shows={
            "A7": {"clue_key": "51-08", "unit_numbers": ["51-08"], "purposes": ["商铺"], "title_lines": [9]},
        },
    )


def test_runs_firm() -> None:
    finds(
        "runs_firm",
        given={
            "户表": REGISTERED,
            "市场主体登记": """
                证件号码 | 统一社会信用代码 | 名称   | 主体类型       | 注册资本 | 成立日期   | 经营状态     | #
                A1       | 91A1             | 甲公司 | 有限责任公司   |          |            | 存续         | any capital
                A2       | 91A2             | 乙公司 | 有限责任公司   | 1        | 2020-01-01 | 在业         |
                A3       | 91A3             | 丙公司 | 有限责任公司   | 1        | 2020-01-01 | 开业         |
                A4       | 91A4             | 丁公司 | 有限责任公司   | 1        | 2020-01-01 | 存续（在营、开业、在册） | begins with 存续
                A5       | 91A5             | 戊公司 | 有限责任公司   | 1        | 2020-01-01 | 吊销         |
                A6       | 91A6             | 己公司 | 有限责任公司   | 1        | 2020-01-01 | 已注销（原存续） | does not begin with 存续
                A7       | 91A7             | 庚公司 | 有限责任公司   | 1        | 2020-01-01 | 在业中       | not just 在业
                A8       | 91A8             | 辛社   | 农民专业合作社 | 900000   | 2020-01-01 | 存续         | a co-operative
                B1       | 92B1             | 甲店   | 个体工商户     | 100000   | 2020-01-01 | 存续         | at the limit
                B2       | 92B2             | 乙店   | 个体工商户     | 99999.99 | 2020-01-01 | 存续         |
                B3       | 92B3             | 丙店   | 个体工商户     |          | 2020-01-01 | 存续         | no capital told
                B4       | 92B4             | 丁店   | 个体工商户     | 60000    | 2020-01-01 | 存续         | two small ones
                B4       | 92B5             | 戊店   | 个体工商户     | 60000    | 2020-01-01 | 存续         |
                B5       | 92B6             | 己店   | 个体工商户     | 200000   | 2026-07-01 | 存续         | after D
                B6       | 92B7             | 庚店   | 个体工商户     | 200000   | 2020-01-01 | 注销         | not on one row
                B6       | 92B8             | 辛店   | 个体工商户     | 1000     | 2020-01-01 | 存续         |
            """,
        },
        expect="A1 A2 A3 A4 B1",
        shows={
            "A1": {
                "clue_key": "91A1", "firm_codes": ["91A1"], "firm_names": ["甲公司"], "firm_kinds": ["有限责任公司"],
                "statuses": ["存续"], "capital": None, "firm_lines": [2],
            },
            "B1": {
                "clue_key": "92B1", "firm_codes": ["92B1"], "firm_names": ["甲店"], "firm_kinds": ["个体工商户"],
                "statuses": ["存续"], "capital": 100000, "firm_lines": [10],
            },
        },
    )  # fmt: skip


def test_public_payroll() -> None:
    finds(
        "public_payroll",
        given={
            "户表": REGISTERED,
            "财政供养人员": """
                证件号码 | 单位   | 岗位 | #
                A1       | 县一中 | 教师 |
                A1       | 镇政府 |      | a second post
                A2/20    | 镇政府 |      |
                B1/wrong | 镇政府 |      | not a valid ID
            """,
        },
        expect="A1 A2",
        shows={
            "A1": {
                "clue_key": "县一中+镇政府", "employers": ["县一中", "镇政府"], "posts": ["教师"], "payroll_lines": [2, 3],
            }
        },
    )  # fmt: skip


def test_cadre_kin_is_of_the_same_village() -> None:
    finds(
        "cadre_kin",
        given={
            "户表": """
                户编号 | 户类型 | 村代码
                A      | 脱贫户 | 甲村
                B      | 脱贫户 | 乙村
            """,
            "村干部及近亲属": """
                证件号码 | 姓名 | 村代码 | 职务   | 与村干部关系 | #
                A1       | 某某 | 甲村   | 村主任 | 本人         |
                A2       | 某某 | 甲村   |        | 配偶         | twice on the list
                A2       | 某某 | 甲村   |        | 之女         |
                A3       | 某某 | 乙村   |        | 配偶         | kin of another village's cadre
                B1       | 某某 | 甲村   |        | 配偶         |
                B2       | 某某 | 乙村   |        | 配偶         |
                B3       | 某某 | 甲村   |        | 配偶         | one of two is of the village
                B3       | 某某 | 乙村   |        | 之子         |
            """,
        },
        expect="A1 A2 B2 B3",
        shows={
            "A1": {"clue_key": "599999100201", "posts": ["村主任"], "kinships": ["本人"], "cadre_lines": [2]},
            "B3": {"clue_key": "599999100202", "posts": [], "kinships": ["之子"], "cadre_lines": [9]},
        },
    )
