"""Leak rules about dibao and tekun, drawn.

D is 2026-06-30 unless a test says otherwise; see drawing.py for what a drawing stands for.
"""

from datetime import date

from rules.drawing import finds


def test_paid_twice_by_the_lists() -> None:
    finds(
        "paid_twice",
        given={
            "死亡注销": """
                证件号码 | 死亡日期
                A9       | 2026-01-01
            """,
            "低保对象": """
                证件号码 | 起始日期   | 终止日期   | #
                A1       | 2020-01-01 |            |
                A2       | 2020-01-01 | 2026-06-29 | dibao has ended
                A3       | 2020-01-01 | 2026-06-30 | runs on its last day
                A4       | 2020-01-01 |            | tekun begins after D
                A5       | 2020-01-01 |            | tekun has ended
                A6       | 2026-06-30 |            | begins on D
                A7       | 2020-01-01 |            | each of another person
                A9       | 2020-01-01 |            | dead
                B1       | 2020-01-01 | 2024-12-31 | an old row and a new one
                B1       | 2026-02-01 |            |
                B2       | 2020-01-01 |            | tekun runs on its last day
            """,
            "特困对象": """
                证件号码 | 起始日期   | 终止日期
                A1       | 2026-03-01 |
                A2       | 2026-03-01 |
                A3       | 2026-03-01 |
                A4       | 2026-07-01 |
                A5       | 2025-01-01 | 2026-06-29
                A6       | 2026-03-01 |
                A8       | 2020-01-01 |
                A9       | 2020-01-01 |
                B1       | 2025-01-01 |
                B2       | 2025-01-01 | 2026-06-30
            """,
        },
        expect="A1 A3 A6 B1 B2",
        shows={
            "A1": {
                "clue_key": "2026-03", "since": "2026-03-01", "dibao_lines": [2], "tekun_lines": [2],
                "payment_lines": [],
                "tekun_payment_lines": [],
            },
            "B1": {
                "clue_key": "2026-02", "since": "2026-02-01", "dibao_lines": [11], "tekun_lines": [10],
                "payment_lines": [], "tekun_payment_lines": [],
            },
        },
    )  # fmt: skip


def test_paid_twice_by_payments_of_one_calendar_month() -> None:
    finds(
        "paid_twice",
        day=date(2026, 6, 15),
        given={
            "一卡通发放": """
                证件号码 | 补贴项目       | 金额 | 发放日期   | #
                A1       | 农村低保金     | 300  | 2026-05-01 |
                A1       | 特困人员供养金 | 600  | 2026-05-31 |
                A2       | 农村低保金     | 300  | 2026-04-30 | two months
                A2       | 特困人员供养金 | 600  | 2026-05-01 |
                A3       | 低保特困补贴   | 300  | 2026-05-01 | one and the same subsidy
                A3       | 低保特困补贴   | 300  | 2026-05-02 |
                A4       | 低保特困补贴   | 300  | 2026-05-01 | two that differ, one with each word
                A4       | 低保金         | 300  | 2026-05-02 |
                A5       | 农村低保金     | 300  | 2025-06-15 | one is D − 12 months: out
                A5       | 特困人员供养金 | 600  | 2025-06-16 |
                A6       | 农村低保金     | 300  | 2025-06-16 | both in 12 months
                A6       | 特困人员供养金 | 600  | 2025-06-17 |
                A7       | 农村低保金     | 300  | 2026-06-15 | one is after D
                A7       | 特困人员供养金 | 600  | 2026-06-16 |
                A8       | 农村低保金     | 300  | 2026-05-01 | each to another person
                A9       | 特困人员供养金 | 600  | 2026-05-01 |
                B1       | 农村低保金     | 300  | 2026-05-01 | two of dibao
                B1       | 低保电价补贴   | 10   | 2026-05-01 |
                B2       | 农村低保金     | 300  | 2025-07-01 | the same month of another year
                B2       | 特困人员供养金 | 600  | 2024-07-01 |
                B3       | 特困人员供养金 | 600  | 2026-05-01 | two of tekun
                B3       | 特困护理费     | 60   | 2026-05-01 |
            """
        },
        expect="A1 A4 A6",
        shows={
            "A1": {
                "clue_key": "2026-05", "since": "2026-05-31", "dibao_lines": [], "tekun_lines": [],
                "payment_lines": [2],
                "tekun_payment_lines": [3],
            }
        },
    )  # fmt: skip


def test_dibao_unpaid_by_days() -> None:
    finds(
        "dibao_unpaid",
        given={
            "低保对象": """
                证件号码 | 起始日期   | 终止日期   | #
                A1       | 2026-04-29 |            | a day more than two months
                B1       | 2026-04-30 |            | D − 2 months itself
                C1       | 2020-01-01 |            | paid on D − 2 months: not in 2 months
                D1       | 2020-01-01 |            | paid the day after
                E1       | 2020-01-01 |            | paid on D
                F1       | 2020-01-01 |            | paid after D: not seen
                G1       | 2020-01-01 |            | paid something else
                H1       | 2020-01-01 | 2026-06-29 | ended
                I1       | 2020-01-01 | 2026-06-30 | runs on its last day
                J1       | 2020-01-01 | 2020-12-31 | ended, and began anew
                J1       | 2026-06-01 |            |
            """,
            "一卡通发放": """
                证件号码 | 补贴项目       | 金额 | 发放日期
                C1       | 农村低保金     | 300  | 2026-04-30
                D1       | 农村低保金     | 300  | 2026-05-01
                E1       | 城市最低生活保障（低保）金 | 300  | 2026-06-30
                F1       | 农村低保金     | 300  | 2026-07-01
                G1       | 耕地地力保护补贴 | 300  | 2026-06-01
            """,
        },
        expect="A1 C1 F1 G1 I1",
        shows={"A1": {"clue_key": "2026", "starts_on": "2026-04-29", "months": 2, "dibao_lines": [2]}},
    )


def test_dibao_unpaid_looks_at_every_living_member() -> None:
    finds(
        "dibao_unpaid",
        given={
            "成员表": """
                人编号 | 证件号码 | #
                A1     | A1       | paid to another member
                A2     | A2       |
                B1     | B1       | paid to one who has died
                B2     | B2       |
                C1     | C1       | a member's ID is not valid: who knows what that one was paid
                C2     | C2/wrong |
                D1     | D1       | a member has no ID
                D2     |          |
                E1     | E1       | two on the list: a clue each
                E2     | E2       |
                F1     | F1       | the one on the list has died
                F2     | F2       |
                G1     | G1       | paid to somebody who is not of the household
                H1     | H1       | registered in two households, paid once: both have it
                I1     | H1       |
                J1     | J1       | registered in two households, one of which cannot be judged
                K1     | J1       |
                K2     | K2/wrong |
            """,
            "死亡注销": """
                证件号码 | 死亡日期
                B2       | 2026-06-01
                F1       | 2026-06-01
            """,
            "低保对象": """
                证件号码 | 起始日期   | 终止日期
                A1       | 2020-01-01 |
                B1       | 2020-01-01 |
                C1       | 2020-01-01 |
                D1       | 2020-01-01 |
                E1       | 2020-01-01 |
                E2       | 2021-01-01 |
                F1       | 2020-01-01 |
                G1       | 2020-01-01 |
                H1       | 2020-01-01 |
                J1       | 2020-01-01 |
            """,
            "一卡通发放": """
                证件号码 | 补贴项目   | 金额 | 发放日期
                A2       | 农村低保金 | 300  | 2026-06-10
                B2       | 农村低保金 | 300  | 2026-05-20
                X1       | 农村低保金 | 300  | 2026-05-20
                H1       | 农村低保金 | 300  | 2026-05-20
            """,
        },
        expect="B1 E1 E2 G1 J1",
        shows={"E2": {"clue_key": "2026", "starts_on": "2021-01-01", "months": 2, "dibao_lines": [7]}},
    )
