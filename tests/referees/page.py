"""docs/referees.md: measure, data, theirs, ours, difference."""

from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from referees import by_svy
from referees.figures import TOLERANCE, Found, compared, convention

PAGE = Path(__file__).parents[2] / "docs" / "referees.md"
NAMES = {
    "survey": "R survey", "svy": "svy", "laeken": "R laeken", "formula": "textbook formula in plain R",
    "derivative": "numerical derivative, R survey's svytotal", "jackknife": "delete-one-cluster jackknife, R survey",
}  # fmt: skip
DATA = {"sample": "svy's hld_sample_wb_2023 (825 households)", "eusilc": "laeken's eusilc (14,827 persons)"}

HEAD = """# 裁判 · Referees

`make referees` 请别人的软件重新算一遍，改写本页和 tests/referees/numbers.json；`make test` 不用 R，拿提交的数逐个核对，并现场请 svy 再算。
`make referees` has other people's software measure anew and rewrites this page and tests/referees/numbers.json.
`make test` does without R: it holds us to the committed numbers, and asks svy live.

Referees: {made_with}; svy {svy}. Differences are relative: |ours - theirs| / |theirs|.

| referee | what | figures | numbers | largest difference | allowed | kept |
|---|---|---|---|---|---|---|
{summary}

* **R survey, svy**: means and ratios of poverty indicators under strata, clusters and finite population, of the whole
  and of groups as domains; intervals with the design's degrees of freedom; strata of a single cluster by three rules
  (`lonely`: R's `certainty`, `adjust`, `average`; svy's `skip`, `center`, `scale`). H, A, M0, censored and uncensored
  headcounts and contributions are reckoned there in whole sixths.
* **Textbook formula in plain R** (tests/referees/formulas.R): pairs of incomes for Gini, Sen and SST, nothing of ours.
* **Numerical derivative**: the value's derivative by each household's weight, as a total under R's `svytotal`. It uses
  nobody's linearization; it knows about eight digits.
* **Jackknife** (`as.svrepdesign(type = "JKn")`): another estimator of the same error, the same only where a measure is
  a straight line in the weights; it shows that no term was forgotten.
* **R laeken**: its `gini` and `arpr` are in per cent, here divided by 100; its `gini` is the population's, as ours. Its
  EU-SILC data are under the GPL and not in this repository: `make referees` writes them to examples/out/eusilc.csv.
{conventions}
## Everybody, number by number

Lines of 3,400 in towns and 2,900 in the country; strata and clusters as drawn. With laeken the line is 60 %
of the median.

| measure | what | data | design | referee | theirs | ours | difference |
|---|---|---|---|---|---|---|---|
{rows}
"""


def written(made_with: str, found: Iterable[Found]) -> tuple[str, list[str]]:
    """The page, and a line for each number that is further from its referee than allowed."""
    everything = [*compared([*found, *by_svy.figures()])]
    apart, conventions, rows = [], [], []
    for one, what, theirs, ours, difference in everything:
        if difference > TOLERANCE[one.referee]:
            told = f"{one.referee} {one.data} {one.design} {one.measure} {one.group} {what}: {theirs!r}, ours {ours!r}"
            if why := convention(one):
                conventions.append(f"* **{one.measure}, {one.group}**: theirs {theirs:.6g}, ours {ours:.6g}: {why}.")
            else:
                apart.append(told)
        whole = not one.by and (one.design in ("strata+clusters", "rows") and one.referee not in ("svy",))
        if whole and what in ("value", "se") and not (one.referee == "survey" and one.design == "rows"):
            cells = (one.measure, what, one.data, one.design, one.referee, f"{theirs:.12g}", f"{ours:.12g}",
                     f"{difference:.1e}")  # fmt: skip
            rows.append(f"| {' | '.join(cells)} |")
    named = "\nWhere referees differ from us, by convention:\n\n" + "\n".join(conventions) + "\n" if conventions else ""
    page = HEAD.format(made_with=made_with, svy=version("svy"), summary=_summary(everything), conventions=named,
                       rows="\n".join(rows))  # fmt: skip
    return page, apart


def _summary(everything: list[tuple[Found, str, float, float, float]]) -> str:
    lines = []
    for referee, data in dict.fromkeys((one.referee, one.data) for one, *_ in everything):
        mine = [
            row for row in everything if (row[0].referee, row[0].data) == (referee, data) and not convention(row[0])
        ]
        worst = max(row[4] for row in mine)
        questions = len({(row[0].design, row[0].measure, row[0].by, row[0].group) for row in mine})
        kept = "✓" if worst <= TOLERANCE[referee] else "✗"
        cells = (NAMES[referee], DATA[data], f"{questions:,}", f"{len(mine):,}", f"{worst:.1e}",
                 f"{TOLERANCE[referee]:g}", kept)  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)
