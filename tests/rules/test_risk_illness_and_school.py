"""Risk rules about illness and school, drawn.

D is 2026-06-30 unless a test says otherwise; see drawing.py for what a drawing stands for.
"""

from datetime import date
from decimal import Decimal

from rules.drawing import finds


def test_medical_burden_has_a_limit_by_class() -> None:
    finds(
        "medical_burden",
        given={
            "户表": """
                户编号 | 户类型         | 风险是否消除 | #
                A      | 脱贫户         |              | registered: 6000 is enough
                B      | 脱贫户         |              | registered: a cent short
                C      | 一般农户       |              | others: a cent short of 10000
                D      | 一般农户       |              | others: 10000
                E      | 边缘易致贫户   | 否           | monitored is registered
                F      | 边缘易致贫户   |              | monitored where the cell is empty
                G      | 边缘易致贫户   | 是           | eliminated: neither, so others
                H      | 脱贫不稳定户   | 是           | eliminated, but still registered by its class
                I      | 脱贫不享受政策户 |            | not registered
                J      | 100A03003      | 0            | 突发严重困难户 by code
                K      | 脱贫人口       |              | unknown class: an error, and neither
            """,
            "医保结算": """
                证件号码 | 结算日期   | 总费用 | 合规自付
                A1       | 2026-01-05 | 9000   | 3500
                A1       | 2026-03-05 | 9000   | 2500
                B1       | 2026-01-05 | 9000   | 5999.99
                C1       | 2026-01-05 | 9000   | 9999.99
                D1       | 2026-01-05 | 9000   | 10000
                E1       | 2026-01-05 | 9000   | 6000
                F1       | 2026-01-05 | 9000   | 6000
                G1       | 2026-01-05 | 9000   | 6000
                H1       | 2026-01-05 | 9000   | 6000
                I1       | 2026-01-05 | 9000   | 6000
                J1       | 2026-01-05 | 9000   | 6000
                K1       | 2026-01-05 | 9000   | 6000
            """,
        },
        expect="A D E F H J",
        shows={
            "A": {
                "clue_key": "2026", "own_pay": 6000, "own_pay_limit": 6000, "bills": 2, "bill_lines": [2, 3],
                "first_settled_on": "2026-01-05", "last_settled_on": "2026-03-05",
            },
            "D": {
                "clue_key": "2026", "own_pay": 10000, "own_pay_limit": 10000, "bills": 1, "bill_lines": [6],
                "first_settled_on": "2026-01-05", "last_settled_on": "2026-01-05",
            },
        },
        bad_cells=1,
    )  # fmt: skip


def test_medical_burden_adds_the_bills_of_a_household_in_twelve_months() -> None:
    finds(
        "medical_burden",
        given={
            "成员表": """
                人编号 | 证件号码 | #
                F1     | F1       | one ID on two rows of a household: its bill counts once
                F2     | F1       |
                G1     | G1       | one ID in two households: counts in each
                H1     | G1       |
            """,
            "死亡注销": """
                证件号码 | 死亡日期   | #
                D1       | 2026-02-01 | the patient has died, another member lives: the bill counts
                E1       | 2026-02-01 | nobody lives: not judged
            """,
            "医保结算": """
                证件号码 | 结算日期   | 总费用 | 合规自付 | #
                A1       | 2025-06-30 | 20000  | 10000    | D − 12 months itself is out
                B1       | 2025-07-01 | 20000  | 10000    | the first day
                C1       | 2026-06-30 | 20000  | 5000     | two members, the last day
                C2       | 20260101   | 20000  | 5000     |
                D1       | 2026-01-01 | 20000  | 10000    |
                D2       | 2025-01-01 | 20000  | 1        |
                E1       | 2026-01-01 | 20000  | 10000    |
                F1       | 2026-01-01 | 20000  | 5000     |
                G1       | 2026-01-01 | 20000  | 10000    |
                I1       | 2026-07-01 | 20000  | 10000    | dated after D: not seen
                J1       | 2026-01-01 | 20000  | 5000     | two equal rows count once
                J1       | 2026/1/1   | 20000  | 5000     |
                K1/15    | 2026-01-01 | 20000  | 10000    | the old ID of 15 digits
                L1/wrong | 2026-01-01 | 20000  | 10000    | an ID that is not valid matches nobody
                X1       | 2026-01-01 | 20000  | 10000    | nobody of the roster
                M1/x     | 2026-01-01 | 20000  | 10000    | blanks and a small x
            """,
        },
        expect="B C D G H K M",
    )


def test_twelve_months_back_from_a_day_that_last_year_did_not_have() -> None:
    finds(
        "medical_burden",
        day=date(2024, 2, 29),
        given={
            "医保结算": """
                证件号码 | 结算日期   | 总费用 | 合规自付
                A1       | 2023-02-28 | 20000  | 10000
                B1       | 2023-03-01 | 20000  | 10000
            """
        },
        expect="B",
    )


SCHOOL_CHILDREN = """
    人编号 | 生日       | #
    A1     | 2010-06-30 | 16 on D
    A2     | 2010-07-01 | 15 on D
    B1     | 2019-08-31 | 6 on 31 August 2025
    B2     | 2019-09-01 | 5 on 31 August 2025
"""


def test_school_dropout_by_age() -> None:
    finds(
        "school_dropout",
        given={"成员表": SCHOOL_CHILDREN},
        expect="A2 B1",
        shows={"B1": {"clue_key": "2025", "age": 6, "statuses": [], "pupil_lines": []}},
    )


def test_school_dropout_asks_on_the_last_31_august() -> None:
    children = """
        人编号 | 生日       | #
        A1     | 2019-08-31 |
        A2     | 2019-09-01 | 6 on 31 August 2026
        A3     | 2020-08-31 | 6 on the day itself
        A4     | 2020-09-01 | 5 on 31 August 2026
    """
    finds("school_dropout", given={"成员表": children}, day=date(2026, 8, 30), expect="A1")
    finds(
        "school_dropout",
        given={"成员表": children},
        day=date(2026, 8, 31),
        expect="A1 A2 A3",
        shows={"A3": {"clue_key": "2026", "age": 6, "statuses": [], "pupil_lines": []}},
    )


def test_school_dropout_by_status() -> None:
    finds(
        "school_dropout",
        given={
            "成员表": """
                人编号 | 生日       | 证件号码 | #
                A1     | 2015-01-01 | A1       |
                A2     | 2015-01-01 | A2       |
                A3     | 2015-01-01 | A3       |
                A4     | 2015-01-01 | A4       |
                A5     | 2015-01-01 | A5       |
                A6     | 2015-01-01 | A6       |
                A7     | 2015-01-01 | A7       |
                A8     | 2015-01-01 | A8       | the pupil's row does not match, for its ID is wrong
                A9     | 2015-01-01 | A9/wrong | judged only where the ID is valid
                B1     | 2015-01-01 | B1       | dead
                B2     | 2015-01-01 | B2       | registered twice: one clue a row
                C2     | 2015-01-01 | B2       |
            """,
            "死亡注销": """
                证件号码 | 死亡日期
                B1       | 2026-06-30
            """,
            "学籍": """
                证件号码 | 学校 | 学段 | 学籍状态 | #
                A1       | 一小 | 小学 | 在读     |
                A2       | 一小 | 小学 | 送教上门 |
                A3       | 一小 | 小学 | 延缓入学 |
                A4       | 一小 | 小学 | 休学     |
                A5       | 一小 | 小学 | 辍学     |
                A5       | 二小 | 小学 | 毕业     |
                A6       | 一小 | 小学 | 辍学     | one row is enough to be at school
                A6       | 二小 | 小学 | 在读     |
                A7       | 一小 | 小学 | 借读     | no status that the text names
                A8/wrong | 一小 | 小学 | 在读     |
            """,
        },
        expect="A4 A5 A7 A8 B2 C2",
        shows={"A5": {"clue_key": "2025", "age": 11, "statuses": ["毕业", "辍学"], "pupil_lines": [6, 7]}},
    )


def test_uninsured() -> None:
    finds(
        "uninsured",
        given={
            "成员表": """
                人编号 | 生日       | 证件号码 | #
                A1     | 1980-05-05 | A1       | insured this year
                A2     | 1980-05-05 | A2       | insured last year
                A3     | 1980-05-05 | A3       | no row
                A4     | 2026-06-30 | A4       | born on D
                A5     | 2026-07-01 | A5       | born after D: the ID is not valid
                A6     | 1980-05-05 |          | no ID
                A7     | 1980-05-05 | A7       | dead on D
                A8     | 1980-05-05 | A8       | dies tomorrow
                A9     | 1980-05-05 | A9       | insured next year: not seen
            """,
            "死亡注销": """
                证件号码 | 死亡日期
                A7       | 2026-06-30
                A8       | 2026-07-01
            """,
            "医保参保": """
                证件号码 | 年度
                A1       | 2026
                A2       | 2025
                A9       | 2027
            """,
        },
        expect="A2 A3 A4 A8 A9",
        shows={"A2": {"clue_key": "2026", "year": 2026, "age": 46}, "A4": {"clue_key": "2026", "year": 2026, "age": 0}},
    )


def test_school_cost() -> None:
    finds(
        "school_cost",
        given={
            "死亡注销": """
                证件号码 | 死亡日期
                B2       | 2026-01-01
            """,
            "学籍": """
                证件号码 | 学校 | 学段 | 学籍状态 | 学年自付费用 | #
                A1       | 一中 | 高中 | 在读     | 10000        | the limit itself
                A2       | 一中 | 高中 | 在读     | 10000.01     |
                A3       | 一中 | 中职 | 在读     | 12000        |
                A4       | 一中 | 高职 | 在读     | 12000        |
                A5       | 一大 | 本科 | 在读     | 12000        |
                A6       | 一中 | 初中 | 在读     | 12000        |
                A7       | 一中 | 高中 | 休学     | 12000        |
                A8       | 一中 | 高中 | 在读     | 6000         | not on one row
                A8       | 二中 | 中职 | 在读     | 6000         |
                A9       | 一中 | 初中 | 在读     | 12000        | one row has the cost, another the stage
                A9       | 二中 | 高中 | 在读     | 5000         |
                B1       | 一中 | 高中 | 休学     | 12000        | one row has the cost, another 在读
                B1       | 二中 | 高中 | 在读     | 5000         |
                B2       | 一中 | 高中 | 在读     | 12000        | dead
                B3       | 一中 | 高中 | 在读     |              | no cost told
                B4       | 一小 | 学前 | 在读     | 12000        |
            """,
        },
        expect="A2 A3 A4 A5",
        shows={
            "A2": {
                "clue_key": "2025", "own_cost": Decimal("10000.01"), "cost_limit": 10000, "stages": ["高中"],
                "pupil_lines": [3],
            }
        },
    )  # fmt: skip
