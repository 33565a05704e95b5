"""File rules about a person, drawn. D is 2026-06-30; see drawing.py for what a drawing stands for."""

from rules.drawing import finds


def test_id_invalid() -> None:
    finds(
        "id_invalid",
        given={
            "成员表": """
                人编号 | 生日       | 证件号码 | #
                A1     | 1980-05-05 | A1       |
                A2     | 1980-05-05 |          | empty
                A3     | 1980-05-05 | A3/wrong | the checksum
                A4     | 1980-05-05 | A4/15    | 15 digits
                A5     | 1980-05-05 | A5/20    | a disability certificate
                A6     | 1980-05-05 | A6/22    |
                A7     | 1980-05-05 | A7/x     | blanks and a small x
                A8     | 2026-06-30 | A8       | born on D
                A9     | 2026-07-01 | A9       | born after D
                B1     | 1980-02-30 | B1       | no such day
                B2     | 1899-12-31 | B2       | before 1900
                B3     | 1900-01-01 | B3       |
                B4     | 1900-02-29 | B4       | 1900 had none
                B5     | 2000-02-29 | B5       |
                B6     | 1980-05-05 | 无       | not an ID at all
                B7     | 1980-05-05 | 59999919800505001 | 17 digits
                B8     | 1980-05-05 | 5999991980050500101 | 19 digits
                B9     | 1980-05-05 | 59999980O505001 | a letter O in an old one
                C1     | 1980-05-05 | 599999800230001 | an old one born on no day
                C2     | 1980-05-05 | C2/wrong | the death of such an ID is not found: lives
                C3     | 1980-05-05 | C3       | dead
                C4     | 1980-05-05 | '        | nothing but the mark of a spreadsheet
            """,
            "死亡注销": """
                证件号码 | 死亡日期
                C2/wrong | 2026-01-01
                C3       | 2026-01-01
            """,
        },
        expect="A2 A3 A9 B1 B2 B4 B6 B7 B8 B9 C1 C2 C4",
        shows={
            "A2": {"clue_key": "证件号码为空", "state": "证件号码为空", "member_line": 3},
            "A3": {"clue_key": "证件号码有误", "state": "证件号码有误", "member_line": 4},
        },
    )


def test_id_twice() -> None:
    finds(
        "id_twice",
        given={
            "成员表": """
                人编号 | 证件号码 | #
                A1     | A1       |
                A2     | A1/15    | the same ID in its old form
                B1     | A1       | and in another household
                C1     | C1       |
                C2     | C2       | one of two has the death of the ID: so have both
                D2     | C2       |
                E1     | E1/wrong | equal, but not valid
                F1     | E1/wrong |
                G1     |          | empty is not equal
                H1     |          |
                I1     | I1       | a certificate of the same ID
                J1     | I1/20    |
            """,
            "死亡注销": """
                证件号码 | 死亡日期
                C2       | 2026-01-01
            """,
        },
        expect="A1 A2 B1 I1 J1",
        shows={
            "B1": {"clue_key": "A1+A2+B1", "rows": 3, "member_lines": [2, 3, 4], "person_ids": ["A1", "A2", "B1"]},
        },
    )


def test_sex_mismatch() -> None:
    finds(
        "sex_mismatch",
        given={
            "成员表": """
                人编号 | 性别 | 证号性别 | 证件号码 | #
                A1     | 男   | 男       | A1       |
                A2     | 女   | 女       | A2       |
                A3     | 男   | 女       | A3       |
                A4     | 2    | 男       | A4       | by code
                A5     | 1    | 男       | A5       |
                A6     |      | 男       | A6       | not told
                A7     | 男   | 女       | A7/wrong | not a valid ID
                A8     | 未知 | 女       | A8       | neither
                A9     | 女   | 男       | A9       | dead
                B1     | 女   | 男       | B1/15    | the last of 15 digits is the 17th
                B2     | 女   | 女       | B2/15    |
            """,
            "死亡注销": """
                证件号码 | 死亡日期
                A9       | 2026-01-01
            """,
        },
        expect="A3 A4 B1",
        shows={
            "A3": {"clue_key": "男", "sex": "男", "id_sex": "女", "member_line": 4},
            "A4": {"clue_key": "女", "sex": "女", "id_sex": "男", "member_line": 5},
        },
    )


def test_kin_age() -> None:
    finds(
        "kin_age",
        given={
            "成员表": """
                人编号 | 与户主关系 | 生日       | 证件号码 | #
                A1     | 户主       | 1980-05-05 | A1       |
                A2     | 之子       | 1992-05-05 | A2       | twelve years younger to the day
                A3     | 之女       | 1992-05-04 | A3       | a day less
                A4     | 之父       | 1968-05-05 | A4       | twelve years older to the day
                A5     | 之母       | 1968-05-06 | A5       | a day less
                A6     | 03         | 1979-01-01 | A6       | 之子 by code, older than the head
                A7     | 之儿媳     | 1979-01-01 | A7       | not one of the four
                A8     | 之女       | 1985-01-01 | A8/wrong | not a valid ID
                A9     | 之女       | 1985-01-01 | A9       | dead
                B1     | 户主       | 1980-05-05 | B1       | two heads
                B2     | 户主       | 1980-05-05 | B2       |
                B3     | 之子       | 1985-01-01 | B3       |
                C1     | 户主       | 1980-05-05 | C1/wrong | the head's ID is not valid
                C2     | 之子       | 1985-01-01 | C2       |
                D1     | 户主       | 1980-05-05 | D1       | of two heads one has died
                D2     | 01         | 1990-05-05 | D2       |
                D3     | 之子       | 2002-05-04 | D3       |
                D4     | 之父       | 1978-05-06 | D4       |
                E1     | 户主       | 1980-05-05 | E1       | the head has died, nobody else is
                E2     | 之子       | 1985-01-01 | E2       |
                F1     | 户主       | 1996-02-29 | F1       | born on 29 February
                F2     | 之子       | 2008-02-28 | F2       |
                F3     | 之子       | 2008-02-29 | F3       |
                F4     | 11         | 1984-02-29 | F4       | 之父 by code
                F5     | 12         | 1984-03-01 | F5       | 之母 by code
            """,
            "死亡注销": """
                证件号码 | 死亡日期
                A9       | 2026-01-01
                D1       | 2026-01-01
                E1       | 2026-01-01
            """,
        },
        expect="A3 A5 A6 D3 D4 F2 F5",
        shows={
            "A3": {
                "clue_key": "之女", "relation": "之女", "birth": "1992-05-04", "head_birth": "1980-05-05", "gap": 12,
                "member_line": 4, "head_line": 2,
            },
            "D3": {
                "clue_key": "之子", "relation": "之子", "birth": "2002-05-04", "head_birth": "1990-05-05", "gap": 12,
                "member_line": 18, "head_line": 17,
            },
        },
    )  # fmt: skip


def test_working_pupil() -> None:
    finds(
        "working_pupil",
        given={
            "成员表": """
                人编号 | 在校生状况 | 务工月数 | 证件号码 | #
                A1     | 小学       | 0.5      | A1       |
                A2     | 七年级     | 1        | A2       |
                A3     | 八年级     | 1        | A3       |
                A4     | 九年级     | 1        | A4       |
                A5     | 初中       | 1        | A5       | not in the code table, but in the text
                A6     | 03         | 1        | A6       | 小学
                A7     | 6          | 1        | A7       | 九年级
                A8     | 07         | 1        | A8       | 高中一年级
                A9     | 02         | 1        | A9       | 学前
                B1     | 小学       | 0        | B1       |
                B2     | 小学       |          | B2       |
                B3     | 小学       | -1       | B3       |
                B4     | 非在校生   | 1        | B4       |
                B5     | 小学       | 1        | B5/wrong | judged though the ID is not valid
                B6     | 小学       | 1        |          | and without one
                B7     | 小学       | 1        | B7       | dead
                B8     |            | 1        | B8       |
            """,
            "死亡注销": """
                证件号码 | 死亡日期
                B7       | 2026-01-01
            """,
        },
        expect="A1 A2 A3 A4 A5 A6 A7 B5 B6",
        shows={"A6": {"clue_key": "小学", "studying": "小学", "months_worked": 1, "member_line": 7}},
    )


def test_months_over_twelve() -> None:
    finds(
        "months_over_twelve",
        given={
            "成员表": """
                人编号 | 务工月数 | 证件号码 | #
                A1     | 12       | A1       |
                A2     | 12.5     | A2       |
                A3     | 13       | A3       |
                A4     | 0        | A4       |
                A5     | -1       | A5       |
                A6     |          | A6       |
                A7     | 24       | A7/wrong | judged though the ID is not valid
                A8     | 24       |          | and without one
                A9     | 24       | A9       | dead
                B1     | １３     | B1       | full-width digits
                B2     | 13个月   | B2       | a bad cell is empty
            """,
            "死亡注销": """
                证件号码 | 死亡日期
                A9       | 2026-01-01
            """,
        },
        expect="A2 A3 A5 A7 A8 B1",
        bad_cells=1,
        shows={"A3": {"clue_key": "13", "months_worked": 13, "member_line": 4}},
    )
