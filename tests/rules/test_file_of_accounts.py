"""File rules about a household's account, drawn. D is 2026-06-30; see drawing.py."""

from rules.drawing import finds


def test_wage_without_work() -> None:
    finds(
        "wage_without_work",
        given={
            "成员表": """
                人编号 | 务工月数 | 证件号码 | #
                A1     | 0        | A1       | wages, no months
                B1     | 0        | B1       | wages and months
                B2     | 3        | B2       |
                C1     | 3        | C1       | months, no wages
                D1     |          | D1       | empty is none
                E1     | 0        | E1       | neither
                F1     | 3        | F1       | a public-welfare post is a wage, though not A1
                G1     | 0        | G1       | the same without months: not ΣA1
                H1     | 0        | H1       | the months are of one who has died
                H2     | 6        | H2       |
                I1     | 3        |          | months of a member without an ID count
                J1     | 0        | J1       | wages the year before
                K1     | 0        | K1       | A1a is part of A1
                L1     | 6        | L1       | dead: nobody lives
                M1     | 3        | M1       | no account
                N1     | 0        | N1       | only a year after D's: not seen
            """,
            "死亡注销": """
                证件号码 | 死亡日期
                H2       | 2026-01-01
                L1       | 2026-01-01
            """,
            "收入表": """
                户编号 | 年度 | 科目 | 金额
                A      | 2025 | A1   | 5000
                B      | 2025 | A1   | 5000
                C      | 2025 | D5   | 5000
                D      | 2025 | A1   | 5000
                E      | 2025 | D5   | 5000
                F      | 2025 | A2   | 5000
                G      | 2025 | A2   | 5000
                H      | 2025 | A1   | 5000
                I      | 2025 | A1   | 5000
                J      | 2024 | A1   | 5000
                J      | 2025 | D5   | 5000
                K      | 2025 | a1a  | 5000
                L      | 2025 | D5   | 5000
                N      | 2027 | A1   | 5000
                A      | 2024 | D5   | 5000
            """,
        },
        expect="A C D H K",
        shows={
            "A": {
                "clue_key": "2025", "year": 2025, "work": 5000, "wages": 5000, "months_worked": 0, "income_lines": [2],
                "member_lines": [2],
            },
            "C": {"clue_key": "2025", "year": 2025, "work": 0, "wages": 0, "months_worked": 3, "income_lines": [4],
                  "member_lines": [5]},
        },
    )  # fmt: skip


def test_income_without_cost() -> None:
    finds(
        "income_without_cost",
        given={
            "户表": """
                户编号 | 人数
                F      | 0
            """,
            "收入表": """
                户编号 | 年度 | 科目 | 金额 | #
                A      | 2025 | B1   | 5000 |
                B      | 2025 | B1   | 5000 | a little cost is a cost
                B      | 2025 | E1   | 0.01 |
                C      | 2025 | B2   | 5000 | a cost of nothing
                C      | 2025 | E2   | 0    |
                D      | 2025 | A1   | 5000 | no business
                E      | 2024 | B1   | 5000 | the newest year has costs
                E      | 2025 | B1   | 5000 |
                E      | 2025 | E4   | 100  |
                F      | 2025 | B3   | 5000 | nobody lives: judged all the same
                G      | 2024 | E1   | 100  | the costs are of the year before
                G      | 2025 | B4   | 5000 |
            """,
        },
        expect="A C F G",
        shows={"C": {"clue_key": "2025", "year": 2025, "business": 5000, "costs": 0, "income_lines": [5, 6]}},
    )


def test_pension_without_elder() -> None:
    finds(
        "pension_without_elder",
        given={
            "成员表": """
                人编号 | 生日       | 证件号码 | #
                A1     | 1980-05-05 | A1       |
                B1     | 1966-06-30 | B1       | 60 on D
                C1     | 1966-07-01 | C1       | 59
                D1     | 1980-05-05 | D1       | no age is known of one
                D2     | 1940-05-05 |          |
                E1     | 1980-05-05 | E1       |
                E2     | 1980-05-05 | E2/wrong |
                F1     | 1980-05-05 | F1       | the elder has died
                F2     | 1940-05-05 | F2       |
                G1     | 1980-05-05 | G1       | no pension in the newest year
                H1     | 1980-05-05 | H1       | D4b is part of D4
                I1     | 1980-05-05 | I1       | nobody lives
            """,
            "死亡注销": """
                证件号码 | 死亡日期
                F2       | 2026-01-01
                I1       | 2026-01-01
            """,
            "收入表": """
                户编号 | 年度 | 科目 | 金额
                A      | 2025 | D4   | 1440
                B      | 2025 | D4   | 1440
                C      | 2025 | D4   | 1440
                D      | 2025 | D4   | 1440
                E      | 2025 | D4   | 1440
                F      | 2025 | D4   | 1440
                G      | 2024 | D4   | 1440
                G      | 2025 | D5   | 1440
                H      | 2025 | d4b  | 1440
                I      | 2025 | D4   | 1440
                A      | 2024 | A1   | 1440
            """,
        },
        expect="A C F H",
        shows={
            "A": {
                "clue_key": "2025", "year": 2025, "pension": 1440, "members": 1, "pension_age": 60, "income_lines": [2],
            }
        },
    )  # fmt: skip


def test_dibao_in_the_account_and_nobody_on_the_list() -> None:
    finds(
        "dibao_line_mismatch",
        given={
            "成员表": """
                人编号 | 证件号码 | #
                A1     | A1       |
                B1     | B1       | on the list, even if long ago
                C1     | C1       | one ID is not valid: that one may be on the list
                C2     | C2/wrong |
                D1     | D1       | one has no ID
                D2     |          |
                E1     | E1       | only one who has died is on the list
                E2     | E2       |
                F1     | F1       | on the list from tomorrow
                G1     | G1       | D2a is part of D2
                H1     | H1       | D3 is not
                I1     | I1       | nobody lives
            """,
            "死亡注销": """
                证件号码 | 死亡日期
                E2       | 2026-01-01
                I1       | 2026-01-01
            """,
            "低保对象": """
                证件号码 | 起始日期   | 终止日期
                B1       | 2010-01-01 | 2012-12-31
                E2       | 2020-01-01 |
                F1       | 2026-07-01 |
            """,
            "收入表": """
                户编号 | 年度 | 科目 | 金额
                A      | 2025 | D2   | 3600
                B      | 2025 | D2   | 3600
                C      | 2025 | D2   | 3600
                D      | 2025 | D2   | 3600
                E      | 2025 | D2   | 3600
                F      | 2025 | D2   | 3600
                G      | 2025 | D2A  | 3600
                H      | 2025 | D3   | 3600
                I      | 2025 | D2   | 3600
                A      | 2024 | A1   | 3600
            """,
        },
        expect="A E F G",
        shows={
            "A": {
                "clue_key": "2025", "year": 2025, "dibao": 3600, "listed": 0, "whole_year": 0, "dibao_lines": [],
                "income_lines": [2],
            }
        },
    )  # fmt: skip


def test_a_year_on_the_list_and_no_dibao_in_the_account() -> None:
    finds(
        "dibao_line_mismatch",
        given={
            "成员表": """
                人编号 | 证件号码 | #
                A1     | A1       | 1 January to 31 December
                B1     | B1       | from 2 January
                C1     | C1       | to 30 December
                D1     | D1       | no end
                E1     | E1       | has it in the account
                F1     | F1       | two rows, neither the whole year
                G1     | G1       | a line of 0
                H1     | H1       | the newest year is 2024
                I1     | I1       | a member whose ID is not valid does not matter here
                I2     | I2/wrong |
                J1     | J1       | one who has died
                J2     | J2       |
                K1     | K1       | the end lies far ahead
                L1     | L1       | began in the year after
                M1     | M1       | ended on another 31st
                N1     | N1       | ended a year before
                P1     | P1       | from the first of another month
            """,
            "死亡注销": """
                证件号码 | 死亡日期
                J2       | 2026-01-01
            """,
            "低保对象": """
                证件号码 | 起始日期   | 终止日期
                A1       | 2025-01-01 | 2025-12-31
                B1       | 2025-01-02 |
                C1       | 2020-01-01 | 2025-12-30
                D1       | 2020-01-01 |
                E1       | 2020-01-01 |
                F1       | 2025-01-01 | 2025-06-30
                F1       | 2025-07-01 | 2025-12-31
                G1       | 2020-01-01 |
                H1       | 2024-01-01 | 2024-12-31
                I1       | 2020-01-01 |
                J2       | 2020-01-01 |
                K1       | 2020-01-01 | 2029-12-31
                L1       | 2026-01-01 |
                M1       | 2020-01-01 | 2025-10-31
                N1       | 2020-01-01 | 2024-12-31
                P1       | 2025-02-01 |
            """,
            "收入表": """
                户编号 | 年度 | 科目 | 金额
                A      | 2025 | A1   | 5000
                B      | 2025 | A1   | 5000
                C      | 2025 | A1   | 5000
                D      | 2025 | A1   | 5000
                E      | 2025 | D2   | 0.01
                F      | 2025 | A1   | 5000
                G      | 2025 | D2   | 0
                H      | 2024 | A1   | 5000
                I      | 2025 | A1   | 5000
                J      | 2025 | A1   | 5000
                K      | 2025 | A1   | 5000
                L      | 2025 | A1   | 5000
                M      | 2025 | A1   | 5000
                N      | 2025 | A1   | 5000
                P      | 2025 | A1   | 5000
            """,
        },
        expect="A D G H I K",
        shows={
            "A": {
                "clue_key": "2025", "year": 2025, "dibao": 0, "listed": 1, "whole_year": 1, "dibao_lines": [2],
                "income_lines": [2],
            }
        },
    )  # fmt: skip
