"""File rules about copied accounts, drawn. D is 2026-06-30; see drawing.py."""

from rules.drawing import finds


def test_copied_year() -> None:
    finds(
        "copied_year",
        given={
            "户表": """
                户编号 | 人数
                G      | 0
            """,
            "收入表": """
                户编号 | 年度 | 科目 | 金额   | #
                A      | 2024 | A1   | 5000   | three alike
                A      | 2024 | B1   | 300    |
                A      | 2024 | E1   | 100    |
                A      | 2025 | E1   | 100    |
                A      | 2025 | A1   | 5000   |
                A      | 2025 | B1   | 300    |
                B      | 2024 | A1   | 5000   | two
                B      | 2024 | E1   | 100    |
                B      | 2025 | A1   | 5000   |
                B      | 2025 | E1   | 100    |
                C      | 2024 | A1   | 5000   | a cent differs
                C      | 2024 | B1   | 300    |
                C      | 2024 | E1   | 100    |
                C      | 2025 | A1   | 5000   |
                C      | 2025 | B1   | 300    |
                C      | 2025 | E1   | 100.01 |
                D      | 2024 | A1   | 2000   | lines add before they are compared, codes in upper case
                D      | 2024 | A1   | 3000   |
                D      | 2024 | B1   | 300    |
                D      | 2024 | D5a  | 100    |
                D      | 2025 | a1   | 5000   |
                D      | 2025 | B1   | 300.00 |
                D      | 2025 | D5A  | 100    |
                E      | 2024 | A1   | 5000   | one more item
                E      | 2024 | B1   | 300    |
                E      | 2024 | E1   | 100    |
                E      | 2025 | A1   | 5000   |
                E      | 2025 | B1   | 300    |
                E      | 2025 | E1   | 100    |
                E      | 2025 | C1   | 1      |
                F      | 2023 | A1   | 5000   | not the year before
                F      | 2023 | B1   | 300    |
                F      | 2023 | E1   | 100    |
                F      | 2025 | A1   | 5000   |
                F      | 2025 | B1   | 300    |
                F      | 2025 | E1   | 100    |
                G      | 2020 | A1   | 5000   | nobody lives, and no line: judged all the same
                G      | 2020 | B1   | 300    |
                G      | 2020 | E1   | 100    |
                G      | 2019 | A1   | 5000   |
                G      | 2019 | B1   | 300    |
                G      | 2019 | E1   | 100    |
                H      | 2024 | A1   | 5000   | the code as written: B1a is not B1
                H      | 2024 | B1   | 300    |
                H      | 2024 | E1   | 100    |
                H      | 2025 | A1   | 5000   |
                H      | 2025 | B1a  | 300    |
                H      | 2025 | E1   | 100    |
                I      | 2024 | A1   | 5000   | the same sum in all, but spread otherwise
                I      | 2024 | B1   | 300    |
                I      | 2024 | B2   | 100    |
                I      | 2025 | A1   | 5000   |
                I      | 2025 | B1   | 200    |
                I      | 2025 | B2   | 200    |
                J      | 2023 | A1   | 5000   | copied a year ago, not in the newest
                J      | 2023 | B1   | 300    |
                J      | 2023 | E1   | 100    |
                J      | 2024 | A1   | 5000   |
                J      | 2024 | B1   | 300    |
                J      | 2024 | E1   | 100    |
                J      | 2025 | A1   | 6000   |
                J      | 2025 | B1   | 300    |
                J      | 2025 | E1   | 100    |
            """,
        },
        expect="A D G",
        shows={
            "A": {
                "clue_key": "2025", "year": 2025, "items": 3, "income_lines": [5, 6, 7],
                "income_lines_before": [2, 3, 4],
            }
        },
    )  # fmt: skip


def account(household: str, year: int, *items: str) -> str:
    """Lines of 收入表: items as code=amount."""
    return "\n".join(f"{household} | {year} | {' | '.join(item.split('='))}" for item in items)


ALIKE = ("A1=5000", "B1=300", "D4=1440", "E1=100")


def test_copied_account() -> None:
    places = """
        户编号 | 村代码 | 人数
        A      | 甲村   | 1
        B      | 甲村   | 1
        C      | 甲村   | 0
        D      | 乙村   | 1
        E      | 甲村   | 1
        F      | 甲村   | 1
        G      | 乙村   | 1
        H      | 甲村   | 1
        I      | 甲村   | 1
    """
    lines = [
        "户编号 | 年度 | 科目 | 金额",
        account("A", 2025, *ALIKE),
        account("A", 2024, "A1=1", "B1=2"),
        # In another order, an item in two lines, and a small letter.
        account("B", 2025, "e1=60", "E1=40", "D4=1440", "B1=300.00", "a1=5000"),
        # Nobody of C lives: counted and found all the same.
        account("C", 2025, *ALIKE),
        # Of another village.
        account("D", 2025, *ALIKE),
        account("G", 2025, *ALIKE),
        # Another year.
        account("E", 2024, *ALIKE),
        # A cent differs; then an item more.
        account("F", 2025, "A1=5000", "B1=300", "D4=1440", "E1=100.01"),
        account("H", 2025, *ALIKE, "C2=1"),
        # The same totals by letter, from other items.
        account("I", 2025, "A2=5000", "B1=300", "D4=1440", "E1=100"),
    ]
    finds(
        "copied_account",
        given={"户表": places, "收入表": "\n".join(lines)},
        expect="A B C",
        shows={
            "A": {
                "clue_key": "2025",
                "year": 2025,
                "items": 4,
                "others": 2,
                "household_ids": ["A", "B", "C"],
                "income_lines": [2, 3, 4, 5],
            }
        },
    )


def test_copied_account_of_a_year_that_is_no_longer_the_newest_of_others() -> None:
    lines = [
        "户编号 | 年度 | 科目 | 金额",
        account("A", 2024, *ALIKE),
        account("B", 2024, *ALIKE),
        account("B", 2025, "A1=1"),
        account("C", 2024, *ALIKE),
        account("C", 2025, "A1=2"),
        # Three items are too few, however many households have them.
        *(account(letter, 2025, "A1=5000", "B1=300", "E1=100") for letter in "DEFG"),
    ]
    finds("copied_account", given={"收入表": "\n".join(lines)}, expect="A")
