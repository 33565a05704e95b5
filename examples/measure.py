"""`mingbai measure` on two real surveys, each command with what it prints; writes docs/examples/measure.md.

    make referees                # writes examples/out/eusilc.csv: laeken's EU-SILC data, not ours to hand on
    python examples/measure.py   # fetches the survey of Costa Rica with pip, runs the commands, writes the page

Neither survey is kept in this repository.
"""

import argparse
import contextlib
import io
import os
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import costa_rica  # noqa: E402
from mingbai.doors import cli  # noqa: E402

PAGE = HERE.parent / "docs" / "examples" / "measure.md"
EUSILC, COSTA_RICA = "eusilc.csv", "costa_rica_train.csv"
SILC = f"{EUSILC} --welfare eqIncome --weight rb050 --strata db040 --psu db030"
LINE = "--line 10859.236"
HOUSE = "epared1=1/9,etecho1=1/9,eviv1=1/9"
SERVICES = "abastaguano=1/9,noelec=1/9,sanitario1=1/9"
WEIGHTS = f"hacapo=1/3,{SERVICES},{HOUSE}"
COLUMNS = ",".join(part.partition("=")[0] for part in WEIGHTS.split(","))
HOMES = f"{COSTA_RICA} --deprivations {COLUMNS} --weights {WEIGHTS} --cutoff 2/9 --psu idhogar"

TOLD = [
    ("# 量一量两个真实的调查 · Two real surveys, measured", ""),
    ("由 examples/measure.py 生成。 Written by examples/measure.py.", ""),
    ("## EU-SILC（奥地利，合成数据 · Austria, synthetic）", ""),
    ("R 的 laeken 自带的 EU-SILC 数据，14,827 人；`make referees` 把它写到 examples/out。每户一个群，州为层。线取全国中位数的 60%。\n"
     "The data that come with R's laeken; a household is a cluster, a province a stratum. The line is 60 % of the\n"
     "median (laeken's `arpt`; its `arpr` of 14.44 %, `gini` of 26.49 and `qsr` of 3.97 are the figures below).",
     f"{SILC} {LINE} --measures headcount,gap,severity,sen,sst,gini,qsr,palma"),
    ("各州，英文。 By province, in English.", f"{SILC} {LINE} --measures headcount,gini --by db040 --lang en"),
    ("给程序用：每个数都能原样读回。 For programs: every number reads back as it was.",
     f"{SILC} {LINE} --measures headcount,gap,gini --csv"),
    ("数据不允许的指标，说明哪几行、怎么办。 A measure that the data do not allow: which rows, and what to do.",
     f"{SILC} --measures gini,atkinson1"),
    ("## 哥斯达黎加 · Costa Rica", ""),
    ("泛美开发银行的住户调查，9,557 人（[来历](costa_rica.md)）。三个维度各占三分之一：拥挤；水、电、厕所；墙、顶、地。至少九分之二的权重才算贫困，\n"
     "正好九分之二的也算：权重和临界值是精确的分数。每户一个群。\n"
     "9,557 people ([where it comes from](costa_rica.md)). Three dimensions of a third each: crowding; water, light,\n"
     "toilet; walls, roof, floor. Poor from two ninths on, exactly two ninths included: weights and cut-off are exact.",
     HOMES),
    ("按调查自己的贫困等级（1 极端贫困 … 4 不脆弱）。 By the survey's own level (1 extreme poverty … 4 not vulnerable).",
     f"{HOMES} --measures H,A,M0 --by Target"),
]  # fmt: skip
"""What the page says, and the words after `mingbai measure` whose output follows; no words: nothing is run."""


def run(words: str, data: Path) -> str:
    """What the command prints, its refusals included, in the folder of the data."""
    out, before, place = io.StringIO(), sys.argv, Path.cwd()
    sys.argv = ["mingbai", "measure", *shlex.split(words)]
    os.chdir(data)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out), contextlib.suppress(SystemExit):
            cli.main()
    finally:
        sys.argv = before
        os.chdir(place)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines())


def written(data: Path) -> Iterator[str]:
    """The page, part by part. data: the folder with both surveys."""
    for said, words in TOLD:
        yield said
        if words:
            yield f"```\n$ mingbai measure {words}\n{run(words, data)}\n```"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=HERE / "out", help="the folder with the two surveys")
    asked = parser.parse_args()
    if not (asked.data / EUSILC).exists():
        sys.exit(f"「{asked.data / EUSILC}」还没有，请先 make referees。 Run make referees first.")
    costa_rica.survey(asked.data)
    PAGE.write_text("\n\n".join(written(asked.data)) + "\n", encoding="utf-8")
    print(PAGE)


if __name__ == "__main__":
    main()
