"""Leak rules, drawn.

D is 2026-06-30 unless a test says otherwise; see drawing.py for what a drawing stands for.
"""

from decimal import Decimal

from rules.drawing import finds


def test_paid_after_death() -> None:
    finds(
        "paid_after_death",
        given={
            "死亡注销": """
                证件号码 | 死亡日期   | #
                A1       | 2026-01-01 |
                A2       | 2026-01-01 |
                A3       | 2026-01-01 | the earliest counts
                A3       | 2025-11-01 |
                A4       | 2026-07-01 | not dead yet
                A5       | 2026-01-01 |
                A6       | 2026-01-01 |
                B1       | 2020-01-01 | nobody of the household lives
                A7/15    | 2026-01-01 | the old ID
                A8/wrong | 2026-01-01 | kills nobody
            """,
            "一卡通发放": """
                证件号码 | 补贴项目 | 金额  | 发放日期   | #
                A1       | 低保金   | 300   | 2026-02-01 | 31 days later: within the grace
                A2       | 低保金   | 300   | 2026-02-01 |
                A2       | 低保金   | 300   | 2026-02-02 | 32 days later
                A2       | 高龄补贴 | 50.50 | 2026-03-02 |
                A3       | 低保金   | 300   | 2026-01-01 |
                A4       | 低保金   | 300   | 2026-06-30 |
                A5       | 低保金   | 300   | 2026-07-01 | after D
                A6       | 低保金   | 300   | 2025-12-01 | before the death
                B1       | 低保金   | 300   | 2021-01-01 | no limit of months
                A7       | 低保金   | 300   | 2026-06-30 |
                A8       | 低保金   | 300   | 2026-06-30 |
            """,
        },
        expect="A2 A3 B1 A7",
        shows={
            "A2": {
                "clue_key": "2026-01", "died_on": "2026-01-01", "payments": 2, "amount": Decimal("350.50"),
                "grace_days": 31, "subsidies": ["低保金", "高龄补贴"], "last_paid_on": "2026-03-02",
                "payment_lines": [4, 5],
                "death_line": 3,
            }
        },
    )  # fmt: skip


def test_payee_mismatch() -> None:
    finds(
        "payee_mismatch",
        given={
            "成员表": """
                人编号 | 姓名        | #
                A1     | 阿力木·买买提 |
                A2     | 阿力木买买提 |
                A3     | 阿力木·买买提 |
                A4     | 阿力木·买买提 |
                A5     | 阿力木·买买提 |
                A6     | 张 三       | a blank on the roster
                A7     | 张三        |
                A8     | 张三        | name left empty
                A9     | 张三        | a day too early
                B1     | 张三        | the first day
                B2     | 张三        | after D
                B3     | 张三        | dead
                B4     | 张三        | two of three differ
                B5     | 吉克　阿牛  | an ideographic blank
                B6     | 张三        | a no-break blank
                B7     | 张三        | another spelling is another name
            """,
            "死亡注销": """
                证件号码 | 死亡日期
                B3       | 2026-06-01
            """,
            "一卡通发放": """
                证件号码 | 姓名            | 补贴项目 | 金额 | 发放日期
                A1       | 阿力木买买提    | 低保金   | 300  | 2026-05-01
                A2       | 阿力木•买买提   | 低保金   | 300  | 2026-05-01
                A3       | 阿力木・买买提  | 低保金   | 300  | 2026-05-01
                A4       | 阿力木．买买提  | 低保金   | 300  | 2026-05-01
                A5       | 阿力木.买买提   | 低保金   | 300  | 2026-05-01
                A6       | 张三            | 低保金   | 300  | 2026-05-01
                A7       | 李四            | 低保金   | 300  | 2026-05-01
                A8       |                 | 低保金   | 300  | 2026-05-01
                A9       | 李四            | 低保金   | 300  | 2025-06-30
                B1       | 李四            | 低保金   | 300  | 2025-07-01
                B2       | 李四            | 低保金   | 300  | 2026-07-01
                B3       | 李四            | 低保金   | 300  | 2026-05-01
                B4       | 李四            | 低保金   | 300  | 2026-05-01
                B4       | 王五            | 高龄补贴 | 50.5 | 2026-04-01
                B4       | 张三            | 低保金   | 300  | 2026-06-01
                B5       | 吉克阿牛        | 低保金   | 300  | 2026-05-01
                B6       | 张\u00a0三      | 低保金   | 300  | 2026-05-01
                B7       | 章三            | 低保金   | 300  | 2026-05-01
            """,
        },
        expect="A7 B1 B4 B7",
        shows={
            "B4": {
                "clue_key": "2026-05", "payments": 2, "amount": Decimal("350.5"), "names": ["李四", "王五"],
                "payment_lines": [14, 15],
            }
        },
    )  # fmt: skip


def test_pension_missing() -> None:
    finds(
        "pension_missing",
        given={
            "成员表": """
                人编号 | 生日       | 证件号码 | #
                A1     | 1966-06-30 | A1       | 60 on D
                A2     | 1966-07-01 | A2       | 59
                A3     | 1950-01-01 | A3       | draws one
                A4     | 1950-01-01 | A4       | draws one from D on
                A5     | 1950-01-01 | A5       | draws one from tomorrow on
                A6     | 1950-01-01 | A6       | insured last year only
                A7     | 1950-01-01 | A7       | not insured here
                A8     | 1950-01-01 | A8       | dead
                A9     | 1950-01-01 | A9/wrong | not a valid ID
                B1     | 1950-01-01 | B1       | 城镇职工 or not: any row of the year
                B2     | 1950-01-01 | B2       | insured next year: not seen
            """,
            "死亡注销": """
                证件号码 | 死亡日期
                A8       | 2026-06-01
            """,
            "养老待遇": """
                证件号码 | 起始日期
                A3       | 2010-02-01
                A4       | 2026-06-30
                A5       | 2026-07-01
            """,
            "医保参保": """
                证件号码 | 年度 | 险种
                A1       | 2026 | 城乡居民
                A2       | 2026 | 城乡居民
                A3       | 2026 | 城乡居民
                A4       | 2026 | 城乡居民
                A5       | 2026 | 城乡居民
                A6       | 2025 | 城乡居民
                A8       | 2026 | 城乡居民
                A9/wrong | 2026 | 城乡居民
                B1       | 2026 | 城镇职工
                B2       | 2027 | 城乡居民
            """,
        },
        expect="A1 A5 B1",
        shows={"A1": {"clue_key": "2026", "age": 60, "year": 2026, "insured_lines": [2]}},
    )


def test_grant_missing() -> None:
    finds(
        "grant_missing",
        given={
            "户表": """
                户编号 | 户类型       | 风险是否消除 | #
                A      | 脱贫户       |              |
                B      | 一般农户     |              | not registered
                C      | 边缘易致贫户 | 否           | monitored
                D      | 边缘易致贫户 | 是           | no longer
            """,
            "死亡注销": """
                证件号码 | 死亡日期
                B9       | 2026-01-01
                A9       | 2026-01-01
            """,
            "学籍": """
                证件号码 | 学校 | 学段 | 学籍状态 | #
                A1       | 职校 | 中职 | 在读     |
                A2       | 职校 | 高职 | 在读     | got one too long ago
                A3       | 职校 | 中职 | 在读     | got one on the first day
                A4       | 一中 | 高中 | 在读     |
                A5       | 职校 | 中职 | 休学     |
                A6       | 职校 | 中职 | 毕业     | one row has the stage, another 在读
                A6       | 一大 | 本科 | 在读     |
                A7       | 职校 | 中职 | 在读     | gets one after D
                A8       | 职校 | 中职 | 毕业     | from one to the next
                A8       | 高校 | 高职 | 在读     |
                A9       | 职校 | 中职 | 在读     | dead
                B1       | 职校 | 中职 | 在读     |
                C1       | 职校 | 中职 | 在读     |
                D1       | 职校 | 中职 | 在读     |
            """,
            "雨露计划": """
                证件号码 | 学期     | 金额 | 发放日期
                A2       | 2025春季 | 1500 | 2025-06-30
                A3       | 2025春季 | 1500 | 2025-07-01
                A7       | 2026秋季 | 1500 | 2026-07-01
            """,
        },
        expect="A1 A2 A7 A8 C1",
        shows={"A8": {"clue_key": "2025", "stages": ["高职"], "pupil_lines": [11]}},
    )


def test_grant_wrong() -> None:
    finds(
        "grant_wrong",
        given={
            "死亡注销": """
                证件号码 | 死亡日期
                A9       | 2026-06-01
            """,
            "学籍": """
                证件号码 | 学校 | 学段 | 学籍状态 | #
                A1       | 职校 | 中职 | 在读     |
                A2       | 职校 | 高职 | 毕业     |
                A3       | 职校 | 中职 | 休学     | neither 在读 nor 毕业
                A4       | 一中 | 高中 | 在读     | another stage
                A5       | 职校 | 中职 | 辍学     | one row has the stage, another 在读
                A5       | 一中 | 高中 | 在读     |
                A6       | 一中 | 高中 | 毕业     | one good row is enough
                A6       | 职校 | 中职 | 在读     |
            """,
            "雨露计划": """
                证件号码 | 学期     | 金额 | 发放日期   | #
                A1       | 2025秋季 | 1500 | 2025-11-01 |
                A2       | 2025秋季 | 1500 | 2025-11-01 |
                A3       | 2025秋季 | 1500 | 2025-07-01 |
                A3       | 2026春季 | 1500 | 2026-06-30 |
                A3       | 2025春季 | 1500 | 2025-06-30 | a day too early
                A4       | 2025秋季 | 1500 | 2025-11-01 |
                A5       | 2025秋季 | 1500 | 2025-11-01 |
                A6       | 2025秋季 | 1500 | 2025-11-01 |
                A7       | 2025秋季 | 1500 | 2025-11-01 | in no school, of any class of household
                A8       | 2025春季 | 1500 | 2025-06-30 | too early
                A9       | 2025秋季 | 1500 | 2025-11-01 | dead
                B1       | 2026秋季 | 1500 | 2026-07-01 | after D
                B2/wrong | 2025秋季 | 1500 | 2025-11-01 | not a valid ID
            """,
        },
        expect="A3 A4 A5 A7",
        shows={
            "A3": {
                "clue_key": "2025", "grants": 2, "amount": 3000, "terms": ["2025秋季", "2026春季"], "grant_lines": [4, 5],
            }
        },
    )  # fmt: skip
