"""docs/examples/measure.md says what `mingbai measure` prints today, where the surveys are at hand."""

import importlib.util
import shutil
from pathlib import Path
from types import ModuleType

import pytest

pytestmark = pytest.mark.xdist_group("costa_rica")
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def example() -> ModuleType:
    spec = importlib.util.spec_from_file_location("measure_example", ROOT / "examples" / "measure.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def data(example: ModuleType, pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with those of the two surveys that are on this machine already."""
    assert pytestconfig.cache
    folder = tmp_path_factory.mktemp("surveys")
    kept = Path(pytestconfig.cache.mkdir("costa_rica"))
    for place in (ROOT / "examples" / "out" / example.EUSILC, kept / example.COSTA_RICA):
        if place.exists():
            shutil.copy(place, folder)
    return folder


def test_the_page_has_every_command() -> None:
    page = (ROOT / "docs" / "examples" / "measure.md").read_text("utf-8")
    assert page.count("\n$ mingbai measure ") == 6 and "Traceback" not in page


@pytest.mark.parametrize("place", range(6))
def test_the_page_says_what_is_printed(example: ModuleType, data: Path, place: int) -> None:
    words = [words for _, words in example.TOLD if words][place]
    if not (data / words.split()[0]).exists():
        pytest.skip("the survey is not ours to hand on: make referees, and examples/costa_rica.py, fetch them")
    page = (ROOT / "docs" / "examples" / "measure.md").read_text("utf-8")
    assert f"```\n$ mingbai measure {words}\n{example.run(words, data)}\n```" in page
