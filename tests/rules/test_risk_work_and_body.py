"""Risk rules about work, disability, dibao and death, drawn.

D is 2026-06-30 unless a test says otherwise; see drawing.py for what a drawing stands for.
"""

from datetime import date

from rules.drawing import finds


def test_new_disability() -> None:
    finds(
        "new_disability",
        given={
            "户表": """
                户编号 | 户类型       | 风险是否消除 | #
                B      | 边缘易致贫户 | 否           | monitored
                C      | 边缘易致贫户 | 是           | no longer monitored
                D      | 脱贫不稳定户 | 是           | registered, not monitored
                E      | 脱贫户       |              | registered, not monitored
            """,
            "死亡注销": """
                证件号码 | 死亡日期
                A9       | 2026-06-30
            """,
            "残疾人证": """
                证件号码 | 残疾证号 | 类别 | 等级 | 发证日期   | #
                A1       | A1/20    | 肢体 | 一级 | 2026-01-10 |
                A2       | A2/22    | 视力 | 02   | 2025-07-01 | the first day, grade as a code
                A3       | A3/20    | 肢体 | 一级 | 2025-06-30 | a day too early
                A4       | A4/20    | 肢体 | 三级 | 2026-01-10 |
                A5       | A5/20    | 肢体 | 2    | 2026-06-30 | the last day
                A6       | A6/20    | 肢体 | 一级 | 2026-07-01 | after D
                A7       | A7/20    | 肢体 | 一级 | 2024-01-10 | the new one is of a light grade
                A7       | A7/22    | 肢体 | 四级 | 2026-01-10 |
                A8/20    | A8/20    | 肢体 | 一级 | 2026-01-10 | the certificate in place of the ID
                A9       | A9/20    | 肢体 | 一级 | 2026-01-10 | dead
                B1       | B1/20    | 肢体 | 一级 | 2026-01-10 |
                C1       | C1/20    | 肢体 | 一级 | 2026-01-10 |
                D1       | D1/20    | 肢体 | 一级 | 2026-01-10 |
                E1       | E1/20    | 肢体 | 一级 | 2026-01-10 |
            """,
        },
        expect="A1 A2 A5 A8 C1 D1 E1",
        shows={
            "A1": {
                "clue_key": "43", "issued_on": "2026-01-10", "grades": ["一级"], "kinds": ["肢体"], "disability_lines": [2],
            },
            "A2": {
                "clue_key": "43B1", "issued_on": "2025-07-01", "grades": ["二级"], "kinds": ["视力"],
                "disability_lines": [3],
            },
        },
    )  # fmt: skip


def test_job_lost_by_days() -> None:
    finds(
        "job_lost",
        given={
            "死亡注销": """
                证件号码 | 死亡日期
                B3       | 2026-06-29
            """,
            "就业登记": """
                证件号码 | 用人单位 | 开始日期   | 结束日期   | #
                A1       | 甲厂     | 2024-01-01 | 2025-12-30 | D − 6 months itself is out
                A2       | 甲厂     | 2024-01-01 | 2025-12-31 | the first day
                A3       | 甲厂     | 2024-01-01 | 2026-06-29 | the day before D
                A4       | 甲厂     | 2024-01-01 | 2026-06-30 | runs on D
                A5       | 甲厂     | 2024-01-01 |            | runs
                A6       | 甲厂     | 2024-01-01 | 2026-03-31 | another runs
                A6       | 乙厂     | 2026-04-01 |            |
                A7       | 甲厂     | 2024-01-01 | 2026-03-31 | another runs up to D
                A7       | 乙厂     | 2026-04-01 | 2026-06-30 |
                A8       | 甲厂     | 2024-01-01 | 2026-03-31 | the next begins after D: not seen
                A8       | 乙厂     | 2026-07-01 |            |
                A9       | 甲厂     | 2024-01-01 | 2026-03-31 | two ended
                A9       | 乙厂     | 2024-01-01 | 2026-05-31 |
                A9       | 丙厂     | 2020-01-01 | 2022-05-31 |
                B1       | 甲厂     | 2024-01-01 | 2026-03-31 | the next begins on D
                B1       | 乙厂     | 2026-06-30 |            |
                B2/wrong | 甲厂     | 2024-01-01 | 2026-03-31 | not a valid ID
                B3       | 甲厂     | 2024-01-01 | 2026-03-31 | dead
            """,
        },
        expect="A2 A3 A8 A9",
        shows={"A9": {"clue_key": "2026-05", "age": 46, "ended_on": "2026-05-31", "job_lines": [13, 14]}},
    )


def test_job_lost_by_age() -> None:
    finds(
        "job_lost",
        given={
            "成员表": """
                人编号 | 生日       | #
                A1     | 2010-06-30 | 16 on D
                A2     | 2010-07-01 | 15
                A3     | 1965-07-01 | 60
                A4     | 1965-06-30 | 61 on D
            """,
            "就业登记": """
                证件号码 | 用人单位 | 开始日期   | 结束日期
                A1       | 甲厂     | 2024-01-01 | 2026-03-31
                A2       | 甲厂     | 2024-01-01 | 2026-03-31
                A3       | 甲厂     | 2024-01-01 | 2026-03-31
                A4       | 甲厂     | 2024-01-01 | 2026-03-31
            """,
        },
        expect="A1 A3",
    )


def test_six_months_back_from_the_end_of_august_is_the_end_of_february() -> None:
    finds(
        "job_lost",
        day=date(2026, 8, 31),
        given={
            "就业登记": """
                证件号码 | 用人单位 | 开始日期   | 结束日期
                A1       | 甲厂     | 2024-01-01 | 2026-02-28
                A2       | 甲厂     | 2024-01-01 | 2026-03-01
            """
        },
        expect="A2",
    )


def test_new_dibao() -> None:
    finds(
        "new_dibao",
        given={
            "户表": """
                户编号 | 户类型       | 风险是否消除
                H      | 突发严重困难户 | 否
                I      | 突发严重困难户 | 是
                J      | 脱贫户       |
            """,
            "死亡注销": """
                证件号码 | 死亡日期
                K2       | 2026-06-30
            """,
            "低保对象": """
                证件号码 | 起始日期   | 终止日期   | #
                A1       | 2025-12-30 |            | D − 6 months itself is out
                B1       | 2025-12-31 |            | the first day
                C1       | 2026-06-30 |            | the last day
                D1       | 2026-07-01 |            | after D
                E1       | 2026-01-01 | 2026-06-29 | ended
                F1       | 2026-01-01 | 2026-06-30 | runs on its last day
                G1       | 202601     |            | two members
                H1       | 2026-01-01 |            | monitored
                I1       | 2026-01-01 |            |
                J1       | 2026-01-01 |            |
                K2       | 2026-01-01 |            | dead, others live
                K1       | 2020-01-01 |            | long on the list
            """,
            "特困对象": """
                证件号码 | 起始日期   | 终止日期 | #
                G2       | 2026-02-10 |          |
                L1       | 2026-02-01 |          | tekun alone
                M1/wrong | 2026-02-01 |          |
            """,
        },
        expect="B C F G I J L",
        shows={
            "G": {
                "clue_key": "2026-02", "starts_on": "2026-02-10", "people": 2, "dibao_lines": [8], "tekun_lines": [2],
            }
        },
    )  # fmt: skip


def test_worker_died() -> None:
    finds(
        "worker_died",
        given={
            "户表": """
                户编号 | 人数
                A      | 2
                B      | 2
                C      | 2
                D      | 2
                E      | 2
                F      | 2
                G      | 2
                H      | 2
                I      | 1
                J      | 2
                K      | 3
                L      | 2
            """,
            "成员表": """
                人编号 | 生日       | 证件号码 | #
                C2     | 2010-03-01 | C2       | 16 on the day of death
                D2     | 2010-03-02 | D2       | 15
                E2     | 1965-03-02 | E2       | 60
                F2     | 1965-03-01 | F2       | 61
                L2     | 1980-05-05 | L2/wrong | not a valid ID
                K2     | 1980-05-05 | K2       |
                K3     | 1980-05-05 | K3       |
            """,
            "死亡注销": """
                证件号码 | 死亡日期   | #
                A2       | 2025-06-30 | a day too early
                B2       | 2025-07-01 |
                C2       | 2026-03-01 |
                D2       | 2026-03-01 |
                E2       | 2026-03-01 |
                F2       | 2026-03-01 |
                G2       | 2026-07-01 | after D
                H2       | 2025-05-01 | the earliest counts
                H2       | 2026-05-01 |
                I1       | 2026-03-01 | nobody is left
                J2       | 2026-06-30 | on D
                K2       | 2026-03-01 | two
                K3       | 2026-04-02 |
                L2       | 2026-03-01 |
            """,
        },
        expect="B C E J K",
        shows={
            "K": {
                "clue_key": "2026-04",
                "died_on": "2026-04-02",
                "people": 2,
                "member_lines": [7, 8],
                "death_lines": [13, 14],
            }
        },
    )
