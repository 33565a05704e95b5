"""The example of targeting prints what its page says."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

pytestmark = pytest.mark.xdist_group("costa_rica")
ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "examples" / "targeting.md").read_text("utf-8")


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "examples"))
    spec = importlib.util.spec_from_file_location("targeting_example", ROOT / "examples" / "targeting.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_census_prints_what_the_page_says(example: ModuleType) -> None:
    assert "\n".join(example.of_the_census(["linear", "logistic"])) in PAGE


def test_the_survey_prints_what_the_page_says(example: ModuleType, pytestconfig: pytest.Config) -> None:
    import costa_rica

    assert pytestconfig.cache
    folder = Path(pytestconfig.cache.mkdir("costa_rica"))
    try:
        printed = "\n".join(example.of_the_survey(folder))
    except costa_rica.Unreachable as unreachable:
        pytest.skip(f"the survey could not be fetched: {unreachable}")
    assert printed in PAGE


def test_the_four_looks_are_on_the_page(example: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert example.main(["--four-looks"]) == 0
    assert capsys.readouterr().out in PAGE


@pytest.mark.skipif(importlib.util.find_spec("lightgbm") is not None, reason="LightGBM is installed")
def test_boosting_without_lightgbm_is_a_sentence(example: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert example.main(["--boosting"]) == 2
    assert "LightGBM" in capsys.readouterr().err
