"""The picture of estimates: well-formed whatever the words, every number at its place."""

import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingbai.oversight.poverty.picture import WIDTH, Dot, dots

SVG = "{http://www.w3.org/2000/svg}"


def circles(text: str) -> list[float]:
    return [float(one.attrib["cx"]) for one in ElementTree.fromstring(text).iter(f"{SVG}circle")]


def words(text: str) -> list[str]:
    return [one.text or "" for one in ElementTree.fromstring(text).iter(f"{SVG}text")]


def test_dots_whiskers_line_and_words() -> None:
    rows = [Dot("越城镇", 10.0, 5.0, 15.0), Dot("中所镇", 20.0), Dot("没有的", None)]
    text = dots("发生率", rows, line=("全县", 12.5), notes=["按人算"], write=lambda n: f"{n:.1f}%")
    ten, twenty = circles(text)
    # An axis from 0 to 20: twenty stands at its right end, ten in its middle.
    assert twenty == WIDTH - 110
    lines = [one.attrib for one in ElementTree.fromstring(text).iter(f"{SVG}line")]
    whisker = next(one for one in lines if one["stroke-width"] == "2" and one["y1"] == one["y2"])
    assert (float(whisker["x1"]) + float(whisker["x2"])) / 2 == pytest.approx(ten, abs=0.1)
    dashed = next(one for one in lines if "stroke-dasharray" in one)
    assert float(dashed["x1"]) == pytest.approx(ten + (twenty - ten) / 4, abs=0.1)
    assert {"越城镇", "10.0%", "全县 12.5%", "按人算", "—", "0.0%", "20.0%"} <= set(words(text))


def test_the_same_rows_give_the_same_bytes() -> None:
    rows = [Dot("a", 1.0, 0.5, 1.5)]
    assert dots("t", rows) == dots("t", rows)


def test_nothing_to_draw_is_a_picture_too() -> None:
    assert "没有" in words(dots("没有", []))
    assert circles(dots("零", [Dot("a", 0.0)]))


numbers = st.floats(-1e9, 1e9)


@given(
    st.text(max_size=40),
    st.lists(st.tuples(st.text(max_size=30), st.one_of(st.none(), numbers), numbers, numbers), max_size=12),
)
def test_any_words_and_numbers_make_a_document_with_every_dot_inside(
    title: str, given: list[tuple[str, float | None, float, float]]
) -> None:
    rows = [Dot(label, value, min(low, high), max(low, high)) for label, value, low, high in given]
    text = dots(title, rows, line=("线", 1.0))
    assert len(circles(text)) == sum(row.value is not None for row in rows)
    assert all(0 <= x <= WIDTH for x in circles(text))
