"""The demo: an invented county, screened, so that a newcomer sees what comes out."""

import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from mingbai.base.lib.errors import Refused
from mingbai.facts.bureaus.files import INVENTED
from mingbai.facts.bureaus.sample import county
from mingbai.facts.bureaus.tables import SUFFIXES, TABLES
from mingbai.findings.screening import run, summary

DAY = date(2026, 6, 30)
HOUSEHOLDS = 2000


def run_demo(out: Path, tell: Callable[[str], None]) -> Iterator[str]:
    """Makes the county in `out`/county, screens it into `out`/result, and says what to open.

    Refused when `out`/county holds something that is not an invented county.
    """
    folder, result = out / "county", out / "result"
    if folder.exists():
        ours = {INVENTED, *(table.file + suffix for table in TABLES for suffix in SUFFIXES)}
        if not (folder / INVENTED).exists() or any(path.name not in ours for path in folder.iterdir()):
            raise Refused(f"「{folder}」里的东西不是样例，不敢动它。请用 --out 换一个文件夹。")
        shutil.rmtree(folder)
    tell("造样例县")
    county.make(folder, households=HOUSEHOLDS, seed=7, day=DAY, dirty=True)
    done = run.screen(folder, DAY, result, tell=tell)
    yield from summary.lines(done.report, result)
    yield ""
    yield f"样例县的各张表（虚构数据）：{folder}"
    yield f"先打开这一份看：{result / '线索清单.xlsx'}"
    if done.raised:
        household = next((one.clue.household_id for one in done.raised if one.clue.household_id), "")
        yield f"再看一户的来龙去脉：{sys.argv[0]} explain {folder} --household {household} --day {DAY}"
