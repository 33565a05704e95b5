"""Who would be missed: proxy-means cards, their errors, and what neighbours add, on a census and on a survey.

    python examples/targeting.py                 # the census that comes with svy
    python examples/targeting.py --survey        # and the survey of Costa Rica, which pip fetches (see costa_rica.py)
    python examples/targeting.py --boosting      # with boosted stumps, where LightGBM is installed

docs/examples/targeting.md holds what it prints.
"""

import argparse
import csv
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from mingbai.base.lib.errors import Refused
from mingbai.oversight.poverty.design import Design
from mingbai.oversight.poverty.groups import Groups
from mingbai.oversight.poverty.targeting.calibration import isotonic, reliability, score_bands
from mingbai.oversight.poverty.targeting.conformal import by_fifth, conformal, coverage
from mingbai.oversight.poverty.targeting.fairness import Row, banded, errors_by
from mingbai.oversight.poverty.targeting.folds import Folds, folds
from mingbai.oversight.poverty.targeting.four_looks import FOUR_LOOKS
from mingbai.oversight.poverty.targeting.points import rounding, to_card
from mingbai.oversight.poverty.targeting.proxy_means import Proxy, boosting, linear, logistic, out_of_fold, part
from mingbai.oversight.poverty.targeting.rates import Targeting, targeting
from mingbai.oversight.poverty.targeting.scorecards import Question, Table, highest_cutoff, questions_of
from mingbai.oversight.poverty.targeting.village_effects import neighbours

OUT = Path(__file__).parent / "out"
SEED = 1
SHARE = 0.2
"""A fifth of the people are to be reached. In the census a fifth are poor by its line."""
ASKED = ("hhsize", "rooms", "electricity", "water", "toilet", "urbrur")
CUTS = {"hhsize": (2, 3, 4, 5, 6, 8), "rooms": (2, 3, 4, 6)}


class Country:
    """A table with what is asked, what is known, and who lives where."""

    def __init__(
        self, table: Table, questions: Sequence[Question], poor: np.ndarray, welfare: np.ndarray | None,
        household: np.ndarray, village: np.ndarray, weight: np.ndarray,
    ) -> None:  # fmt: skip
        self.table, self.questions, self.poor, self.welfare = table, questions, poor, welfare
        self.household, self.village, self.weight = household, village, weight
        self.design = Design.of(len(poor), weight=weight, psu=village)
        self.folds: Folds = folds(household, village, k=5, seed=SEED)

    def fit(self, kind: str, rows: np.ndarray) -> Proxy:
        given = {"village": self.village[rows], "weight": self.weight[rows]}
        table = part(self.table, rows)
        if kind == "logistic":
            return logistic(table, self.questions, self.poor[rows], **given)
        assert self.welfare is not None
        return {"linear": linear, "boosting": boosting}[kind](table, self.questions, self.welfare[rows], **given)

    def reached(self, score: np.ndarray) -> np.ndarray:
        """Whoever has at most the highest score at which no more than a fifth are reached."""
        return score <= highest_cutoff(score, self.weight, SHARE)

    def of(self, reached: np.ndarray) -> Targeting:
        return Targeting.of(
            poor=self.poor, reached=reached, weight=self.weight, groups=Groups.everybody(len(reached)),
            benefit=reached * 1.0, welfare=self.welfare,
        )  # fmt: skip


def census() -> Country:
    """57,867 households in 133 enumeration areas; who is poor is known of all. Made up by the World Bank."""
    os.environ["SVYLAB_OFFLINE"] = "1"
    import svy

    found = svy.datasets.load("hld_pop_wb_2023", source="bundled")
    table = {name: found[name].to_numpy() for name in ASKED}
    welfare, weight = found["pc_exp"].to_numpy(), found["hhsize"].to_numpy().astype(np.float64)
    order = np.argsort(welfare, kind="stable")
    line = welfare[order][np.searchsorted(np.cumsum(weight[order]), SHARE * weight.sum())]
    return Country(
        table, questions_of(table, ASKED, bands=CUTS), welfare < line, welfare,
        found["hid"].to_numpy(), found["ea"].to_numpy(), weight,
    )  # fmt: skip


def survey(data: Path) -> tuple[Country, np.ndarray, np.ndarray, int]:
    """The survey by household, the age and sex of its heads, and how many households without a head were left out.

    Poor are those that the survey calls extremely or moderately poor (Target 1, 2). It tells regions and town or
    country only: these twelve stand in for villages, which keeps neighbours together but is far coarser than a village.
    """
    from costa_rica import marked
    from costa_rica import survey as fetched

    with fetched(data).open(encoding="utf-8", newline="") as file:
        people = list(csv.DictReader(file))
    heads = [row for row in people if row["parentesco1"] == "1"]
    none = len({row["idhogar"] for row in people} - {row["idhogar"] for row in heads})
    columns = {"walls": ("epared", 3), "roof": ("etecho", 3), "floor": ("eviv", 3), "fuel": ("energcocinar", 4)}
    table: dict[str, np.ndarray] = {n: np.array([marked(r, *c) for r in heads]) for n, c in columns.items()}
    for name in ("hhsize", "rooms", "escolari", "refrig", "computer", "qmobilephone"):
        table[name] = np.array([int(row[name]) for row in heads])
    cuts = {
        "hhsize": (2, 3, 4, 5, 7),
        "rooms": (3, 4, 5, 6),
        "escolari": (1, 6, 7, 11, 12),
        "qmobilephone": (1, 2, 3, 4),
    }
    place = np.array([f"{marked(row, 'lugar', 6)}-{marked(row, 'area', 2)}" for row in heads])
    country = Country(
        table, questions_of(table, list(table), bands=cuts), np.array([row["Target"] in "12" for row in heads]), None,
        np.array([row["idhogar"] for row in heads]), place, table["hhsize"].astype(np.float64),
    )  # fmt: skip
    ages, women = np.array([int(row["age"]) for row in heads]), np.array([row["female"] == "1" for row in heads])
    return country, ages, np.where(women, "女 woman", "男 man"), none


# --- what is printed --------------------------------------------------------------------------------------------------


def errors(of: Country, kinds: Sequence[str]) -> Iterator[str]:
    yield "各法的误差（按整村分折，每户的分数都出自没见过本村的模型）"
    yield "Errors, each household scored by a test that has not seen its village:"
    definitions: list[str] = []
    for kind in kinds:
        scores = scored(of, kind)
        names = ["coverage", "exclusion", "inclusion", "cgh_poor" if of.welfare is None else "cgh20"]
        found = targeting(of.of(of.reached(scores)), names, of.design)
        definitions = [one.definition for one in found]
        each = (next(iter(one.estimates)) for one in found)
        yield "  " + kind.ljust(9) + "  ".join(f"{e.measure} {e.value:.3f} (se {e.se:.3f})" for e in each)
    yield from ("  " + definition for definition in definitions)


def scored(of: Country, kind: str) -> np.ndarray:
    """By household the points of a card that was made without its village."""

    def points(proxy: Proxy, table: Table) -> np.ndarray:
        return to_card(proxy, "卡", "card").score(table)

    return out_of_fold(of.folds, of.table, of.village, fitting(of, kind), points).astype(np.intp)


def fitting(of: Country, kind: str) -> Callable[[np.ndarray], Proxy]:
    return lambda rows: of.fit(kind, rows)


def a_card(of: Country, kind: str) -> Iterator[str]:
    """The card from all but one fold, what rounding costs in that one, and what its scores mean by all folds."""
    rest, last = ~of.folds.rows(4), of.folds.rows(4)
    proxy = of.fit(kind, rest)
    card = to_card(proxy, "代理收入评分卡", f"proxy-means card ({kind})")
    yield from card.text().rstrip("\n").split("\n")
    yield str(rounding(proxy, card, part(of.table, last), of.weight[last], SHARE))
    yield ""
    yield "分数查表：每段的户数、贫困比例及 95% 区间（各户分数出自没见过本村的卡）"
    yield "Look-up: households, share of people poor and its 95 % interval:"
    for band in score_bands(scored(of, kind), of.poor, of.design, list(range(0, 101, 10))):
        span = f"{band.low:.0f}-{band.high - (band.high < 100):.0f}"
        yield f"  {span:>7} 分  {band.n:>6,} 户  {band.poor:6.1%}  ({band.lower:.1%} - {band.upper:.1%})"


def neighbours_help(of: Country) -> Iterator[str]:
    yield "邻居的收入已知时（整村留出；已知的户和要猜的户从不相同；0 为只凭回答）"
    yield "With neighbours' incomes known (whole villages held out; those known are never those guessed):"
    known = (0, 1, 2, 5, 10, 20)
    for words, table, questions in (("回答和邻居 both", of.table, of.questions), ("只凭邻居 no answers", {}, ())):
        yield f"  {words}"
        gains = neighbours(
            table, questions, np.log(of.welfare), of.poor, household=of.household, village=of.village, k=5,
            known=known, seed=SEED,
        )  # fmt: skip
        for g in gains:
            yield f"    {g.known:>2} 户已知 known  R² {g.r2:.3f}  漏评 missed {g.missed:.1%}"
        yield f"    村间占未解释差异的比重 share of the rest that is the village's: {gains[0].steady:.2f}"


def intervals(of: Country) -> Iterator[str]:
    fit, fix, judge = of.folds.rows(0, 1, 2), of.folds.rows(3), of.folds.rows(4)
    proxy = of.fit("linear", fit)
    guess, truth = proxy.value(of.table), np.log(of.welfare)
    given = {"weight": of.weight[fix], "village": of.village[fix], "seen": proxy.villages}
    design = Design.of(int(judge.sum()), weight=of.weight[judge], psu=of.village[judge])
    yield "校准和区间（三折建模、一折校准、一折检验）· Calibration and 80 % intervals on villages apart"
    chance = isotonic(guess[fix], of.poor[fix], **given).probability(guess[judge])
    kept = reliability(chance, of.poor[judge], design)
    found = f"{kept.error:.3f}, Brier {kept.brier:.3f}, F {kept.statistic:.2f}, p {kept.p:.3f}"
    yield f"  概率平均偏差 expected calibration error {found}"
    for words, make in (("不分段 one width", conformal), ("按预测五等分 by guessed fifth", by_fifth)):
        made = make(guess[fix], truth[fix], level=0.8, **given)
        got = coverage(made, guess[judge], truth[judge], design, village=of.village[judge])
        whole = next(iter(got.whole))
        yield f"  {words}: 覆盖 coverage {whole.value:.3f} (se {whole.se:.3f})，平均宽 width {got.width:.2f}"
        yield "    按实际五等分，最贫困的在前 by fifth of welfare: " + " ".join(
            f"{v:.3f}" for v in got.by_welfare.value
        )
        yield "    按预测五等分 by fifth of the guess: " + " ".join(f"{v:.3f}" for v in got.by_guess.value)


def fairness(rows: Sequence[Row]) -> Iterator[str]:
    yield "误差落在谁头上 · Who bears the errors (差 apart: against everybody)"
    for row in rows:
        e = row.error
        if np.isnan(e.value):
            yield f"  {e.measure:<9} {row.by} {e.group}: 没有分母 no denominator"
        else:
            apart = f"差 {row.apart:+.3f} (se {row.apart_se:.3f})"
            yield f"  {e.measure:<9} {row.by} {e.group}: {e.value:.3f} (se {e.se:.3f})，{apart}"


def of_the_census(kinds: Sequence[str]) -> Iterator[str]:
    here = census()
    yield f"世界银行的虚拟普查 · a synthetic census: {len(here.poor):,} 户, {len(set(here.village.tolist()))} 个普查小区 areas"
    yield ""
    yield from (*errors(here, kinds), "", *a_card(here, "linear"), "", *neighbours_help(here), "", *intervals(here), "")
    by = {"户规模 size": banded(here.table["hhsize"], [3, 5, 7]), "城乡": np.asarray(here.table["urbrur"])}
    yield from fairness(errors_by(here.of(here.reached(scored(here, "linear"))), by, here.design, where_none="nan"))


def of_the_survey(data: Path) -> Iterator[str]:
    here, age, sex, none = survey(data)
    yield f"哥斯达黎加住户调查 · survey of Costa Rica: {len(here.poor):,} 户，没有户主而未用的 without a head, left out: {none}"
    yield ""
    yield from (*errors(here, ["logistic"]), "", *a_card(here, "logistic"), "")
    by = {
        "户规模 size": banded(here.table["hhsize"], [3, 5, 7]),
        "户主年龄 age": banded(age, [35, 50, 65]),
        "户主性别 sex": sex,
    }
    yield from fairness(errors_by(here.of(here.reached(scored(here, "logistic"))), by, here.design, where_none="nan"))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--survey", action="store_true", help="the survey of Costa Rica too")
    parser.add_argument("--four-looks", action="store_true", help="the card of the four looks (四看法), to print")
    parser.add_argument("--boosting", action="store_true", help="boosted stumps too (LightGBM)")
    parser.add_argument("--data", type=Path, default=OUT / ".cache", help="where the survey's CSV is kept")
    asked = parser.parse_args(arguments)
    if asked.four_looks:
        print(FOUR_LOOKS.text(), end="")
        return 0
    try:
        for line in of_the_census(["linear", "logistic", *(["boosting"] if asked.boosting else [])]):
            print(line)
        if asked.survey:
            print()
            for line in of_the_survey(asked.data):
                print(line)
    except (ValueError, ImportError, Refused) as problem:
        print(problem, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
