"""`make referees`: R measures anew; its numbers go into numbers.json, and next to ours into docs/referees.md.

Installs R's packages only where the machine is Debian's and ours to change; else says what is missing. Ends
with 1 where we and a referee are further apart than stated.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from referees import figures, page, sample  # noqa: E402

PACKAGES = ("r-cran-survey", "r-cran-laeken")
SCRIPTS = ("survey", "formulas", "income", "laeken")


def r_is_there() -> bool:
    """Whether R has what the scripts use."""
    if shutil.which("Rscript") is None:
        return False
    ask = "quit(status = !all(c('survey', 'laeken') %in% rownames(installed.packages())))"
    return subprocess.run(["Rscript", "-e", ask], check=False, capture_output=True).returncode == 0


def install() -> None:
    """R from Debian, where we may; else a sentence."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        sys.exit(
            f"缺少 R 和 {'、'.join(PACKAGES)}，请管理员安装后再试。 R is missing: have {' '.join(PACKAGES)} installed."
        )
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], check=True, env=quiet)
    subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES], check=True, env=quiet)


def main() -> None:
    if not r_is_there():
        install()
    with tempfile.TemporaryDirectory(prefix="mingbai-referees-") as work:
        folder = Path(work)
        sample.write(folder / "sample.csv", sample.columns())
        said = []
        for script in SCRIPTS:
            print(f"Rscript {script}.R", file=sys.stderr)
            command = ["Rscript", "--vanilla", str(HERE / f"{script}.R"), work]
            ran = subprocess.run(command, check=True, stdout=subprocess.PIPE, encoding="utf-8")
            said += ran.stdout.split()
        figures.EUSILC.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(folder / "eusilc.csv", figures.EUSILC)
        found = figures.gathered(folder / f"{script}.csv" for script in SCRIPTS)
    figures.commit(" ".join(said), found)
    text, apart = page.written(" ".join(said), found)
    page.PAGE.write_text(text, "utf-8")
    print(f"{len(found)} figures; {page.PAGE.name} is written; EU-SILC is in {figures.EUSILC}", file=sys.stderr)
    for line in apart:
        print(line, file=sys.stderr)
    sys.exit(1 if apart else 0)


if __name__ == "__main__":
    main()
