"""The demo: an invented county, screened, and a site with a year of its work, so that a newcomer sees all of it."""

import os
import shutil
import subprocess
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


ENVIRONMENT = {
    "MINGBAI_DEMO": "1", "MINGBAI_DAY": DAY.isoformat(), "MINGBAI_COUNTY": "513434",
    "DJANGO_SETTINGS_MODULE": "mingbai.settings",
}  # fmt: skip
"""What makes a site the demo's: its day stands still, and its passwords are known to all."""
_OURS = "虚构数据·演示站点"


def make_site(out: Path) -> Iterator[str]:
    """Makes the site's data anew in `out`/site from `out`/county, and says who may sign in.

    Refused when `out`/site holds something that is not the demo's, or the making failed.
    """
    home = out / "site"
    if home.exists():
        if not (home / _OURS).exists():
            raise Refused(f"「{home}」里的东西不是演示站点，不敢动它。请用 --out 换一个文件夹。")
        shutil.rmtree(home)
    home.mkdir(parents=True)
    (home / _OURS).touch()
    env = {name: value for name, value in os.environ.items() if not name.startswith("MINGBAI_")}
    env |= ENVIRONMENT | {"MINGBAI_HOME": str(home.resolve())}
    for command in (["mingbai_prepare", "--no-administrator"], ["mingbai_fill", str((out / "county").resolve())]):
        ran = subprocess.run(
            [sys.executable, "-m", "django", *command], env=env, check=False, stdout=subprocess.PIPE, text=True
        )
        if ran.returncode:
            raise Refused("演示站点没有做成，原因见上面。")
        yield from ran.stdout.splitlines()


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
