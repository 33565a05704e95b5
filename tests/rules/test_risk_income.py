"""Risk rules about income, drawn.

D is 2026-06-30 unless a test says otherwise; see drawing.py for what a drawing stands for.
"""

from decimal import Decimal

from rules.drawing import finds


def test_low_income_is_below_the_line_of_the_account_year() -> None:
    finds(
        "low_income",
        given={
            "户表": """
                户编号 | 人数 | 户类型       | 风险是否消除 | #
                A      | 1    | 一般农户     |              | a cent below the line of 2025
                B      | 1    | 一般农户     |              | at the line
                C      | 3    | 脱贫户       |              | below by a third of a cent a head
                D      | 3    | 一般农户     |              | at three lines
                E      | 1    | 边缘易致贫户 |              | monitored
                F      | 1    | 边缘易致贫户 | 是           | no longer
                G      | 1    | 一般农户     |              | the newest year is above
                H      | 1    | 一般农户     |              | the line of 2024
                I      | 1    | 一般农户     |              | at the line of 2024
                J      | 1    | 一般农户     |              | 2020 has no line: not judged
                K      | 1    | 一般农户     |              | a year after D's is not seen
                L      | 1    | 一般农户     |              | costs are taken off
                M      | 1    | 一般农户     |              | below nothing
                N      | 1    | 一般农户     |              | the line of D's own year
                P      | 2    | 一般农户     |              | no account
                Q      | 1    | 一般农户     |              | four kinds of income add
            """,
            "收入表": """
                户编号 | 年度 | 科目 | 金额
                A      | 2025 | A1   | 8699.99
                B      | 2025 | A1   | 8700
                C      | 2025 | A1   | 26099.99
                D      | 2025 | A1   | 26100
                E      | 2025 | A1   | 1
                F      | 2025 | A1   | 1
                G      | 2024 | A1   | 1
                G      | 2025 | A1   | 8700
                H      | 2024 | A1   | 7999.99
                I      | 2024 | A1   | 8000
                J      | 2020 | A1   | 1
                K      | 2025 | A1   | 8700
                K      | 2027 | A1   | 1
                L      | 2025 | B1   | 10000
                L      | 2025 | e1   | 1300.01
                M      | 2025 | B2   | 100
                M      | 2025 | E2   | 500
                N      | 2026 | A1   | 8799.99
                Q      | 2025 | A1   | 2000
                Q      | 2025 | B1   | 2000
                Q      | 2025 | C1   | 2000
                Q      | 2025 | D5a  | 2700
                C      | 2024 | A1   | 99999
            """,
        },
        expect="A C F H L M N",
        shows={
            "C": {
                "clue_key": "2025", "year": 2025, "net_income": Decimal("26099.99"), "members": 3,
                "line_per_head": 8700,
                "line_total": 26100, "income_lines": [4],
            },
            "M": {
                "clue_key": "2025", "year": 2025, "net_income": -400, "members": 1, "line_per_head": 8700,
                "line_total": 8700, "income_lines": [17, 18],
            },
        },
    )  # fmt: skip


def test_low_income_divides_by_the_living() -> None:
    finds(
        "low_income",
        given={
            "成员表": """
                人编号 | 证件号码 | #
                A1     | A1       |
                A2     | A2       | dead on D
                B1     | B1       |
                B2     |          | has no ID, and lives
                C1     | C1       |
                C2     | C2       | dies tomorrow
                D1     | D1       | dead: nobody lives
                E1     | E1       |
                E2     | E2/wrong | cannot be found among the dead
            """,
            "死亡注销": """
                证件号码 | 死亡日期
                A2       | 2026-06-30
                C2       | 2026-07-01
                D1       | 2026-01-01
                E2       | 2026-01-01
            """,
            "收入表": """
                户编号 | 年度 | 科目 | 金额
                A      | 2025 | A1   | 8700
                B      | 2025 | A1   | 17399.99
                C      | 2025 | A1   | 17399.99
                D      | 2025 | A1   | 1
                E      | 2025 | A1   | 17399.99
            """,
        },
        expect="B C E",
    )


def test_income_drop() -> None:
    finds(
        "income_drop",
        given={
            "户表": """
                户编号 | 人数 | 户类型       | #
                A      | 1    | 一般农户     | down by exactly 30 %
                B      | 1    | 一般农户     | a cent less than that
                C      | 1    | 一般农户     | at 1.5 lines
                D      | 1    | 一般农户     | a cent below 1.5 lines
                E      | 1    | 一般农户     | nothing the year before
                F      | 1    | 一般农户     | less than nothing the year before
                G      | 1    | 一般农户     | a year is missing between
                H      | 1    | 一般农户     | no line in 2020
                I      | 1    | 一般农户     | 2020 need not have one where it is the year before
                J      | 2    | 边缘易致贫户 | two members; the monitored count too
                K      | 1    | 一般农户     | the fall was a year ago
                L      | 0    | 一般农户     | nobody lives
                M      | 1    | 一般农户     | down by 30 % of a sum that has no exact share
            """,
            "收入表": """
                户编号 | 年度 | 科目 | 金额
                A      | 2024 | A1   | 10000
                A      | 2025 | A1   | 7000
                B      | 2024 | A1   | 10000
                B      | 2025 | A1   | 7000.01
                C      | 2024 | A1   | 30000
                C      | 2025 | A1   | 13050
                D      | 2024 | A1   | 30000
                D      | 2025 | A1   | 13049.99
                E      | 2024 | A1   | 0
                E      | 2025 | E1   | 500
                F      | 2024 | E1   | 100
                F      | 2025 | E1   | 500
                G      | 2023 | A1   | 10000
                G      | 2025 | A1   | 100
                H      | 2019 | A1   | 10000
                H      | 2020 | A1   | 100
                I      | 2020 | A1   | 10000
                I      | 2021 | A1   | 7000
                J      | 2024 | A1   | 60000
                J      | 2025 | A1   | 26099.99
                K      | 2023 | A1   | 10000
                K      | 2024 | A1   | 100
                K      | 2025 | A1   | 100
                L      | 2024 | A1   | 10000
                L      | 2025 | A1   | 100
                M      | 2024 | A1   | 9999.99
                M      | 2025 | A1   | 7000
            """,
        },
        expect="A D I J",
        shows={
            "A": {
                "clue_key": "2025", "year": 2025, "net_income": 7000, "net_income_before": 10000, "members": 1,
                "drop_percent": 30, "line_factor": Decimal("1.5"), "ceiling": 13050, "income_lines": [3],
                "income_lines_before": [2],
            }
        },
    )  # fmt: skip


def test_rigid_spending() -> None:
    finds(
        "rigid_spending",
        given={
            "户表": """
                户编号 | 人数 | 户类型       | #
                A      | 2    | 一般农户     | illness and school together bring it a cent below
                B      | 2    | 一般农户     | exactly at the line
                C      | 1    | 一般农户     | below the line before
                D      | 1    | 边缘易致贫户 | monitored
                E      | 1    | 一般农户     | the bill is too old
                F      | 1    | 一般农户     | the pupil has left
                G      | 1    | 一般农户     | spent nothing
                H      | 2    | 一般农户     | the patient has died: the bill counts
                I      | 2    | 一般农户     | the pupil has died: school does not count
                J      | 1    | 脱贫户       | two rows 在读 add, of any stage
                K      | 1    | 一般农户     | 2020 has no line
                L      | 1    | 一般农户     | at the line, and anything spent
                M      | 2    | 一般农户     | one ID twice: the bill counts once
            """,
            "成员表": """
                人编号 | 证件号码
                M1     | M1
                M2     | M1
            """,
            "死亡注销": """
                证件号码 | 死亡日期
                H2       | 2026-01-01
                I2       | 2026-01-01
            """,
            "收入表": """
                户编号 | 年度 | 科目 | 金额
                A      | 2025 | A1   | 20400
                B      | 2025 | A1   | 20400
                C      | 2025 | A1   | 8699.99
                D      | 2025 | A1   | 8700
                E      | 2025 | A1   | 8700
                F      | 2025 | A1   | 8700
                G      | 2025 | A1   | 8700
                H      | 2025 | A1   | 8700
                I      | 2025 | A1   | 8700
                J      | 2025 | A1   | 10000
                K      | 2020 | A1   | 8700
                L      | 2025 | A1   | 8700
                M      | 2025 | A1   | 18000
                A      | 2024 | A1   | 99999
            """,
            "医保结算": """
                证件号码 | 结算日期   | 总费用 | 合规自付
                A1       | 2026-01-10 | 9000   | 1000
                B1       | 2026-01-10 | 9000   | 1000
                C1       | 2026-01-10 | 9000   | 1000
                D1       | 2026-01-10 | 9000   | 1000
                E1       | 2025-06-30 | 9000   | 1000
                H2       | 2025-07-01 | 9000   | 1000
                K1       | 2026-01-10 | 9000   | 1000
                L1       | 2026-01-10 | 9000   | 0.01
                M1       | 2026-01-10 | 9000   | 600
            """,
            "学籍": """
                证件号码 | 学校 | 学段 | 学籍状态 | 学年自付费用
                A2       | 一中 | 高中 | 在读     | 2000.01
                B2       | 一中 | 高中 | 在读     | 2000
                F1       | 一中 | 高中 | 辍学     | 5000
                I2       | 一中 | 高中 | 在读     | 5000
                J1       | 一小 | 小学 | 在读     | 700
                J1       | 二小 | 小学 | 在读     | 600.01
            """,
        },
        expect="A H J L",
        shows={
            "A": {
                "clue_key": "2025", "year": 2025, "net_income": 20400, "members": 2, "line_total": 17400,
                "own_pay": 1000, "school_cost": Decimal("2000.01"), "income_lines": [2], "bill_lines": [2],
                "pupil_lines": [2],
            }
        },
    )  # fmt: skip
