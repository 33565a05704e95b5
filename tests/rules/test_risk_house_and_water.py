"""Risk rules about house, water and mishap, drawn.

D is 2026-06-30 unless a test says otherwise; see drawing.py for what a drawing stands for.
"""

from rules.drawing import finds


def test_unsafe_house_by_the_newest_appraisal() -> None:
    finds(
        "unsafe_house",
        given={
            "住房鉴定": """
                户编号 | 鉴定等级 | 鉴定日期   | 改造竣工日期 | #
                A      | C        | 2026-01-10 |              |
                B      | D        | 202601     |              | a month is its first day
                C      | B        | 2026-01-10 |              |
                D      | D        | 2024-01-10 |              | newer: A
                D      | A        | 2025-01-10 |              |
                E      | A        | 2024-01-10 |              | newer: C
                E      | C        | 2025-01-10 |              |
                F      | C        | 2025-01-10 | 2025-09-01   | rebuilt
                G      | C        | 2025-01-10 | 2025-01-09   | rebuilt before the appraisal
                H      | C        | 2025-01-10 | 2025-01-10   | rebuilt on its day
                I      | C        | 2025-01-10 | 2026-06-30   | rebuilt on D
                J      | C        | 2025-01-10 | 2026-07-01   | to be rebuilt after D
                K      | D        | 2025-01-10 |              | a tie: the worse
                K      | A        | 2025-01-10 |              |
                L      | D        | 2025-01-10 | 2025-09-01   | equals: the one not rebuilt
                L      | D        | 2025-01-10 |              |
                M      | C        | 2025-01-10 |              | a tie: the worse, which is rebuilt
                M      | D        | 2025-01-10 | 2025-09-01   |
                N      | A        | 2025-01-10 |              | newer row is dated after D
                N      | D        | 2026-07-01 |              |
                P      | D        | 2025-01-10 | 2025-01-10   | equals: what counts as rebuilt, first in the file
                P      | D        | 2025-01-10 |              |
                Q      | D        | 2025-01-10 | 2026-06-30   |
                Q      | D        | 2025-01-10 |              |
                R      | D        | 2025-01-10 | 2025-09-01   | equals: what does not, last in the file
                R      | D        | 2025-01-10 | 2025-01-09   |
                S      | D        | 2025-01-10 | 2025-09-01   |
                S      | D        | 2025-01-10 | 2026-07-01   |
                X      | D        | 2025-01-10 |              | no household of ours
            """
        },
        expect="A B E G J K L P Q R S",
        shows={
            "A": {
                "clue_key": "2026-01", "grade": "C", "appraised_on": "2026-01-10", "housing_line": 2, "rebuilt": False,
            },
            "B": {
                "clue_key": "2026-01", "grade": "D", "appraised_on": "2026-01-01", "housing_line": 3, "rebuilt": False,
            },
        },
    )  # fmt: skip


def test_unsafe_house_belongs_by_the_household_or_else_by_the_head() -> None:
    finds(
        "unsafe_house",
        given={
            "户表": """
                户编号 | 户主证件号码 | 人数 | #
                A      | A1           | 1    | by the head's ID
                B      | B1           | 1    | the head has died, another member lives
                C      | C1           | 1    | nobody lives
                D      | D1           | 0    | no member at all
                E      | E1           | 1    | the row names F
                F      | F1           | 1    |
                G      | G1           | 1    | the row's household is unknown, so the head's ID does not count
                H      | H1/wrong     | 1    | not a valid ID, so it matches nothing, though equal
                I      | I1           | 2    | the ID of a member that is not the head
                J      | J1/15        | 1    | 15 digits here, 18 there
                K      | K1           | 1    | rows of both kinds are one history
                L      | A1           | 1    | the head of 户表 is the head of A: the row belongs to both
                M      | M1           | 1    | a head born on D has a valid ID
                N      | N1           | 1    | a head born after D has not
            """,
            "成员表": """
                人编号 | 生日
                M1     | 2026-06-30
                N1     | 2026-07-01
            """,
            "死亡注销": """
                证件号码 | 死亡日期
                B1       | 2026-01-01
                C1       | 2026-01-01
            """,
            "住房鉴定": """
                户编号 | 户主证件号码 | 鉴定等级 | 鉴定日期
                       | A1           | D        | 2025-01-10
                       | B1           | D        | 2025-01-10
                       | C1           | D        | 2025-01-10
                       | D1           | D        | 2025-01-10
                F      | E1           | D        | 2025-01-10
                X      | G1           | D        | 2025-01-10
                       | H1/wrong     | D        | 2025-01-10
                       | I2           | D        | 2025-01-10
                       | J1           | D        | 2025-01-10
                       | K1           | D        | 2025-01-10
                K      |              | A        | 2025-01-11
                       | M1           | D        | 2025-01-10
                       | N1           | D        | 2025-01-10
            """,
        },
        expect="A B C D F J L M",
    )


def test_water_short() -> None:
    finds(
        "water_short",
        given={
            "户表": """
                户编号 | 村代码 | 人数
                A      | 甲村   | 1
                B      | 乙村   | 0
            """,
            "供水监测": """
                村代码 | 年度 | 停水天数 | 水质是否合格 | #
                甲村   | 2026 | 37       | 是           |
                甲村   | 2026 | 5        | 否           |
                甲村   | 2025 | 99       | 是           | not of D's year
                乙村   | 2026 | 0        | 0            | 否 as a code; its households need no living member
                丙村   | 2026 | 99       | 否           | no households
            """,
        },
        expect="甲村 乙村",
        shows={
            "甲村": {
                "clue_key": "2026", "year": 2026, "days_without": 37, "days_limit": 36, "bad_quality": 1,
                "water_lines": [2, 3],
            }
        },
    )  # fmt: skip


def test_water_short_only_beyond_the_limit() -> None:
    finds(
        "water_short",
        given={
            "户表": """
                户编号 | 村代码
                A      | 甲村
                B      | 乙村
                C      | 丙村
            """,
            "供水监测": """
                村代码 | 年度 | 停水天数 | 水质是否合格 | #
                甲村   | 2026 | 36       | 是           |
                甲村   | 2025 | 37       | 否           |
                甲村   | 2027 | 37       | 否           |
                乙村   | 2026 | 36.5     | 是           | half a day beyond
                丙村   | 2026 | 20       | 是           | rows are not added
                丙村   | 2026 | 21       | 是           |
            """,
        },
        expect="乙村",
    )


def test_disaster_loss() -> None:
    finds(
        "disaster_loss",
        given={
            "户表": """
                户编号 | 户主证件号码 | 人数 | #
                E      | E1           | 1    | the head has died
                F      | F1           | 0    | nobody lives: judged all the same
                G      | G1           | 2    | the loss is under another member's ID
                H      | X5           | 1    | 户表 names a head who is not on the roster
                I      | A1           | 1    | the same head in 户表 as A
            """,
            "死亡注销": """
                证件号码 | 死亡日期
                E1       | 2025-01-01
            """,
            "灾害损失": """
                户主证件号码 | 灾种 | 损失金额 | 发生日期   | #
                A1           | 洪涝 | 6000     | 2025-07-01 | two add up to the limit
                A1           | 冰雹 | 4000     | 2026-06-30 |
                B1           | 洪涝 | 9999.99  | 2026-01-10 | a cent short
                C1           | 洪涝 | 10000    | 2025-06-30 | D − 12 months itself is out
                D1           | 洪涝 | 5000     | 2026-01-10 | equal rows count once
                D1           | 洪涝 | 5000.00  | 20260110   |
                E1           | 洪涝 | 10000    | 2026-01-10 |
                F1           | 洪涝 | 10000    | 2026-01-10 |
                G2           | 洪涝 | 10000    | 2026-01-10 |
                H1           | 洪涝 | 10000    | 2026-01-10 | person 1 is 户主, but 户表 says another
                X5           | 洪涝 | 12000    | 2026-01-10 |
                J1           | 洪涝 | 10000    | 2026-07-01 | after D
            """,
        },
        expect="A E F H I",
        shows={
            "A": {
                "clue_key": "2026", "loss": 10000, "loss_limit": 10000, "kinds": ["冰雹", "洪涝"],
                "happened_on": "2026-06-30", "disaster_lines": [2, 3],
            }
        },
    )  # fmt: skip


def test_accident() -> None:
    finds(
        "accident",
        given={
            "死亡注销": """
                证件号码 | 死亡日期
                A2       | 2026-01-10
                A6       | 2026-01-10
            """,
            "交通事故": """
                证件号码 | 后果 | 事故日期   | #
                A1       | 重伤 | 2026-01-10 |
                A2       | 死亡 | 2026-01-10 | the dead are whom this rule is about
                A3       | 轻伤 | 2026-01-10 |
                A4       | 重伤 | 2025-06-30 | a day too early
                A5       | 重伤 | 2025-07-01 |
                A5       | 轻伤 | 2026-02-01 |
                A6       | 死亡 | 2026-01-10 | nobody of the household need live
                A7       | 重伤 | 2026-07-01 | after D
                A8/wrong | 重伤 | 2026-01-10 |
                A9       | 重伤 | 2026-01-10 | two
                A9       | 死亡 | 2026-03-10 |
            """,
        },
        expect="A1 A2 A5 A6 A9",
        shows={
            "A5": {"clue_key": "2025-07", "happened_on": "2025-07-01", "outcomes": ["重伤"], "traffic_lines": [6]},
            "A9": {
                "clue_key": "2026-03", "happened_on": "2026-03-10", "outcomes": ["死亡", "重伤"], "traffic_lines": [11, 12],
            },
        },
    )  # fmt: skip
