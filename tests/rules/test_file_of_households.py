"""File rules about a household (accounts apart), drawn. D is 2026-06-30; see drawing.py."""

from rules.drawing import finds


def test_head_count() -> None:
    finds(
        "head_count",
        given={
            "户表": """
                户编号 | 人数 | #
                F      | 0    | no member at all
            """,
            "成员表": """
                人编号 | 与户主关系 | 证件号码 | #
                A1     | 户主       | A1       |
                A2     | 配偶       | A2       |
                B1     | 户主       | B1       |
                B2     | 01         | B2       | two, one by code
                C1     | 配偶       | C1       | none
                D1     | 户主       | D1       | the head has died
                D2     | 配偶       | D2       |
                E1     | 户主       | E1       | of two heads one has died
                E2     | 户主       | E2       |
                G1     | 户主       | G1       | everybody has died
                H1     | 户主       |          | a head without an ID is a head
                I1     | 户主       | I1/wrong |
            """,
            "死亡注销": """
                证件号码 | 死亡日期
                D1       | 2026-01-01
                E1       | 2026-01-01
                G1       | 2026-01-01
            """,
        },
        expect="B C D F G",
        shows={
            "B": {"clue_key": "2", "heads": 2, "members": 2, "household_line": 4},
            "F": {"clue_key": "0", "heads": 0, "members": 0, "household_line": 2},
        },
    )


def test_cause_of_illness_and_of_disability() -> None:
    finds(
        "cause_without_fact",
        given={
            "户表": """
                户编号 | 致贫原因   | #
                A      | 因病       | all just 健康
                B      | 因病       | one is ill
                C      | 因病       | one is not told
                D      | 01         | by code, with the health of a member without an ID
                E      | 因残       | nobody is disabled
                F      | 因残       | one is
                G      | 因残       | one is not told
                H      | 因学、因病 | among several
                I      | 2,5        | by codes: 因残, 缺土地
                J      | 因残       | only one who has died was disabled
                K      | 因灾       | another cause
                L      | 因病       | only one who has died was ill
                M      | 因病       | nobody lives
                N      |            | no cause told
                P      | 因病       | 健康 and something else is not just 健康
            """,
            "成员表": """
                人编号 | 健康状况        | 在校生状况 | 证件号码
                A1     | 健康            | 非在校生   | A1
                A2     | 01              | 非在校生   | A2
                B1     | 健康            | 非在校生   | B1
                B2     | 长期慢性病      | 非在校生   | B2
                C1     | 健康            | 非在校生   | C1
                C2     |                 | 非在校生   | C2
                D1     | 健康            | 非在校生   | D1
                D2     | 健康            | 非在校生   |
                E1     | 患有大病        | 非在校生   | E1
                E2     | 健康            | 非在校生   | E2
                F1     | 02,04           | 非在校生   | F1
                G1     | 健康            | 非在校生   | G1
                G2     |                 | 非在校生   | G2
                H1     | 健康            | 小学       | H1
                I1     | 健康            | 非在校生   | I1
                J1     | 健康            | 非在校生   | J1
                J2     | 残疾            | 非在校生   | J2
                K1     | 健康            | 非在校生   | K1
                L1     | 健康            | 非在校生   | L1
                L2     | 患有大病        | 非在校生   | L2
                M1     | 健康            | 非在校生   | M1
                N1     | 健康            | 非在校生   | N1
                P1     | 健康、长期慢性病 | 非在校生  | P1
            """,
            "死亡注销": """
                证件号码 | 死亡日期
                J2       | 2026-01-01
                L2       | 2026-01-01
                M1       | 2026-01-01
            """,
        },
        expect="A D E H I J L",
        shows={
            "E": {
                "clue_key": "因残", "causes": "因残", "members": 2, "healthy": 1, "disabled": 0, "not_studying": 2,
                "workers": 0, "household_line": 6,
            },
            "H": {
                "clue_key": "因学、因病", "causes": "因学、因病", "members": 1, "healthy": 1, "disabled": 0,
                "not_studying": 0, "workers": 0, "household_line": 9,
            },
        },
    )  # fmt: skip


def test_cause_of_schooling_and_of_missing_hands() -> None:
    finds(
        "cause_without_fact",
        given={
            "户表": """
                户编号 | 致贫原因   | #
                A      | 因学       | nobody studies
                B      | 因学       | one does
                C      | 因学       | one is not told
                D      | 因学       | only one who has died studied
                E      | 缺劳动力   | three can work
                F      | 缺劳动力   | two can
                G      | 8          | by code: three of four can, of the fourth nothing is told
                H      | 缺劳动力   | one of three has died
                I      | 缺资金     | another cause
            """,
            "成员表": """
                人编号 | 在校生状况 | 劳动技能   | 证件号码
                A1     | 非在校生   |            | A1
                A2     | 01         |            | A2/wrong
                B1     | 非在校生   |            | B1
                B2     | 大专及以上 |            | B2
                C1     | 非在校生   |            | C1
                C2     |            |            | C2
                D1     | 非在校生   |            | D1
                D2     | 小学       |            | D2
                E1     |            | 普通       | E1
                E2     |            | 技能       | E2
                E3     |            | 普通劳动力 | E3
                F1     |            | 普通       | F1
                F2     |            | 技能       | F2
                F3     |            | 丧失劳动力 | F3
                F4     |            | 无劳动力   | F4
                G1     |            | 01         | G1
                G2     |            | 02         |
                G3     |            | 1          | G3/wrong
                G4     |            |            | G4
                H1     |            | 普通       | H1
                H2     |            | 普通       | H2
                H3     |            | 普通       | H3
                I1     | 非在校生   | 普通       | I1
                I2     | 非在校生   | 普通       | I2
                I3     | 非在校生   | 普通       | I3
            """,
            "死亡注销": """
                证件号码 | 死亡日期
                D2       | 2026-01-01
                H3       | 2026-01-01
            """,
        },
        expect="A D E G",
    )


def test_same_phone() -> None:
    finds(
        "same_phone",
        given={
            "户表": """
                户编号 | 联系电话      | 人数 | #
                A      | 10912345678   | 1    |
                B      | '10912345678  | 1    | as cleaned
                C      | １０912345678 | 1    |
                D      | 10912345678   | 1    |
                E      | 10912345678   | 0    | nobody lives: counted and found
                F      | 10987654321   | 1    | four
                G      | 10987654321   | 1    |
                H      | 10987654321   | 1    |
                I      | 10987654321   | 1    |
                J      |               | 1    | five without one
                K      |               | 1    |
                L      |               | 1    |
                M      |               | 1    |
                N      |               | 1    |
            """
        },
        expect="A B C D E",
        shows={
            "C": {"clue_key": "5678", "households": 5, "household_line": 4, "household_lines": [2, 3, 4, 5, 6]},
        },
    )


def test_stale_monitored() -> None:
    finds(
        "stale_monitored",
        given={
            "户表": """
                户编号 | 户类型       | 风险是否消除 | 监测识别时间 | 帮扶责任人 | 人数 | #
                A      | 边缘易致贫户 | 否           | 2026-05-30   |            | 1    | 31 days
                B      | 边缘易致贫户 | 否           | 2026-05-31   |            | 1    | 30 days
                C      | 边缘易致贫户 | 否           | 2026-05-30   | 李四       | 1    | has a helper
                D      | 边缘易致贫户 | 是           | 2026-05-30   |            | 1    | no longer monitored
                E      | 脱贫户       |              | 2026-05-30   |            | 1    | not monitored
                F      | 脱贫不稳定户 |              | 202605       |            | 0    | a month; nobody lives
                G      | 突发严重困难户 | 否         |              |            | 1    | not told since when
                H      | 突发严重困难户 | 0          | 2024-01-01   | '          | 1    | a helper that is only a mark
            """
        },
        expect="A F H",
        shows={
            "A": {"clue_key": "2026-05", "monitored_since": "2026-05-30", "days": 31, "household_line": 2},
            "F": {"clue_key": "2026-05", "monitored_since": "2026-05-01", "days": 60, "household_line": 7},
        },
    )


def test_early_elimination() -> None:
    finds(
        "early_elimination",
        given={
            "户表": """
                户编号 | 户类型       | 监测识别时间 | 风险是否消除 | 风险消除时间 | 风险消除方式 | 人数 | #
                A      | 边缘易致贫户 | 2026-01-01   | 是           | 2026-01-31   | 帮扶消除     | 1    | the same month
                B      | 边缘易致贫户 | 2026-01-01   | 是           | 2026-02-28   | 帮扶消除     | 1    | the next
                C      | 边缘易致贫户 | 2026-01-31   | 是           | 2026-03-01   | 帮扶消除     | 1    | the next but one
                D      | 边缘易致贫户 | 2025-12-31   | 1            | 2026-01-01   | 帮扶消除     | 0    | new year; nobody lives
                E      | 边缘易致贫户 | 2026-01-01   | 是           | 2026-01-31   | 自然消除     | 1    |
                F      | 边缘易致贫户 | 2026-01-01   | 否           | 2026-01-31   | 帮扶消除     | 1    |
                G      | 边缘易致贫户 | 2026-02-01   | 是           | 2026-01-31   | 帮扶消除     | 1    | before it began
                H      | 边缘易致贫户 | 2025-01-01   | 是           | 2026-01-31   | 帮扶消除     | 1    | another year
                I      | 边缘易致贫户 |              | 是           | 2026-01-31   | 帮扶消除     | 1    |
                J      | 边缘易致贫户 | 2026-01-01   | 是           |              | 帮扶消除     | 1    |
                K      | 边缘易致贫户 | 202601       | 是           | 2026-02      | 帮扶消除     | 1    | months
            """
        },
        expect="A B D K",
        shows={
            "D": {
                "clue_key": "2026-01", "monitored_since": "2025-12-31", "eliminated_on": "2026-01-01",
                "household_line": 5,
            }
        },
    )  # fmt: skip
