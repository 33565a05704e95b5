"""Hiding and hashing many at once is the same as one by one."""

from datetime import date
from pathlib import Path

from mingbai.base.lib import cipher

TEXTS = ["599901197803150011", "", "阿依", "599901197803150011"]


def test_many_open_again_one_by_one(tmp_path: Path) -> None:
    keys = cipher.make(tmp_path / "keys.json", date(2026, 1, 1))
    hidden = keys.hide_many(TEXTS)
    assert [keys.open(text) for text in hidden] == TEXTS
    assert hidden[0] != hidden[3] and hidden[1] == ""


def test_many_hashes_are_those_of_one_by_one_under_each_key(tmp_path: Path) -> None:
    first = cipher.make(tmp_path / "keys.json", date(2026, 1, 1))
    both = cipher.make(tmp_path / "keys.json", date(2026, 2, 1))
    assert both.index_many(TEXTS) == [both.index(text) for text in TEXTS]
    assert both.index_many(TEXTS, first.current) == [first.index(text) for text in TEXTS]
    assert both.index_many(TEXTS) != first.index_many(TEXTS)
