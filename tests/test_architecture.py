"""The shape of the house is a test (docs/decisions/0001-the-house.md)."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from mingbai.facts.bureaus.tables import TABLES

ROOT = Path(__file__).parents[1]
SRC = ROOT / "src" / "mingbai"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
DJANGO_NAMES = {
    *("models", "actions", "queries", "views", "forms", "urls", "apps", "tasks"),
    *("migrations", "management", "templatetags", "middleware"),
}
# At the top of the package these are Django's too.
TOP_NAMES = {"settings", "urls", "wsgi"}
FORBIDDEN_FILES = {"services.py", "utils.py", "helpers.py", "signals.py", "managers.py"}
LONGEST_FILE = 400
LONGEST_LINE = 120


def modules() -> list[str]:
    """Every module of the package with code in it, dotted: the empty __init__ files are left out."""
    paths = (p.relative_to(SRC.parent).with_suffix("") for p in SRC.rglob("*.py") if p.name != "__init__.py")
    return sorted(".".join(p.parts) for p in paths)


def is_djangos(module: str) -> bool:
    _, *parts = module.split(".")
    return bool(DJANGO_NAMES & set(parts)) or parts[0] in TOP_NAMES


def contract(name: str) -> dict[str, list[str]]:
    return next(c for c in PROJECT["tool"]["importlinter"]["contracts"] if c["id"] == name)


def names_it(expression: str, module: str) -> bool:
    """Whether an expression of import-linter (`*` is one name, `**` one or more) covers the module or its package."""
    pattern = re.escape(expression).replace(r"\*\*", r".+").replace(r"\*", r"[^.]+")
    return re.fullmatch(rf"{pattern}(\..+)?", module) is not None


def written_files() -> Iterator[Path]:
    for folder in ("src", "tests", "benchmarks", "examples"):
        for suffix in ("py", "sql"):
            yield from (ROOT / folder).rglob(f"*.{suffix}")


def lint(folder: Path) -> str:
    """What import-linter says of the package in `folder`, by the contracts of this project."""
    command = Path(sys.executable).with_name("lint-imports")
    ran = subprocess.run(
        [command, "--no-cache", "--no-logo", "--config", ROOT / "pyproject.toml"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return ran.stdout + ran.stderr


def verdicts(said: str) -> dict[str, str]:
    """Number of each contract → KEPT or BROKEN."""
    return dict(re.findall(r"^(\d) .*\b(KEPT|BROKEN)(?: \(\d+ ignored imports?\))?$", said, re.MULTILINE))


def test_the_five_contracts_are_kept() -> None:
    said = lint(SRC.parent)
    assert verdicts(said) == dict.fromkeys("12345", "KEPT"), said


PLANTS = {
    "a lower drawer imports a higher one": ("1", {"facts/bureaus/way_up.py": "import mingbai.findings.screening"}),
    "a room imports one drawn after it": ("1", {"facts/bureaus/way_up.py": "import mingbai.facts.income"}),
    "a drawer nobody declared": ("1", {"extras/__init__.py": ""}),
    "a room nobody declared": ("1", {"facts/extras/__init__.py": ""}),
    "two modules import each other": (
        "2",
        {"base/lib/egg.py": "import mingbai.base.lib.hen", "base/lib/hen.py": "import mingbai.base.lib.egg"},
    ),
    "a heart imports Django": ("3", {"base/lib/heart.py": "def at_work():\n    import django.db"}),
    "a heart reaches Django through another module": (
        "3",
        {"base/lib/heart.py": "from mingbai.base.events import models"},
    ),
    "somebody imports a view": (
        "4",
        {"facts/income/views.py": "", "facts/income/other.py": "from mingbai.facts.income import views"},
    ),
    "a door opens into another": ("5", {"doors/paper.py": "import mingbai.doors.web", "doors/web.py": ""}),
}


@pytest.mark.parametrize(("number", "files"), PLANTS.values(), ids=PLANTS.keys())
def test_a_contract_breaks_when_the_house_is_bent(number: str, files: dict[str, str], tmp_path: Path) -> None:
    shutil.copytree(SRC, tmp_path / "mingbai", ignore=shutil.ignore_patterns("__pycache__"))
    for name, text in files.items():
        file = tmp_path / "mingbai" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    said = lint(tmp_path)
    assert verdicts(said).get(number) == "BROKEN", said


def test_every_plain_module_is_under_the_contract_that_keeps_django_out() -> None:
    expressions = contract("hearts")["source_modules"]
    named = {m for m in modules() if any(names_it(e, m) for e in expressions)}
    plain = {m for m in modules() if not is_djangos(m)}
    assert sorted(plain - named) == [], "add these to the contract `hearts` in pyproject.toml"
    assert sorted(named - plain) == [], "these are Django's: name the plain modules of their room one by one"
    idle = [e for e in expressions if not any(names_it(e, m) for m in modules())]
    assert idle == [], "these lines of the contract `hearts` name nothing any more"


def test_room_init_files_are_empty() -> None:
    """But for the one room that is a library of its own (docs/decisions/0013-measures-of-poverty.md)."""
    assert [p for p in SRC.rglob("__init__.py") if p.stat().st_size] == [SRC / "oversight" / "poverty" / "__init__.py"]


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert [p for p in written_files() if p.name in FORBIDDEN_FILES] == []


def test_no_file_is_too_long() -> None:
    lengths = {p: len(p.read_text("utf-8").splitlines()) for p in written_files()}
    assert len(lengths) > 20
    assert {str(p): n for p, n in lengths.items() if n > LONGEST_FILE} == {}


def test_no_line_is_too_long() -> None:
    """In characters: ruff, which counts a Chinese one twice, would forbid sentences that fit on any screen."""
    long = [
        f"{path}:{number} has {len(line)}"
        for path in written_files()
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        # A rule's head has one line a field, however long.
        if len(line) > LONGEST_LINE and not line.startswith("-- ")
    ]
    assert not long, "\n".join(long)


def canonical(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def declared() -> set[str]:
    return {canonical(re.match(r"[\w.-]+", line)[0]) for line in PROJECT["project"]["dependencies"]}


def imported() -> set[str]:
    """The distributions whose modules the package imports, wherever in a file it does so."""
    tops: set[str] = set()
    for path in SRC.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                tops |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                tops.add(node.module.partition(".")[0])
    whose = packages_distributions()
    return {canonical(whose.get(top, [top])[0]) for top in tops - set(sys.stdlib_module_names) - {"mingbai"}}


BY_NAME = {
    # What Django and the command line start by name: the distribution, and the words by which ours names it.
    "granian": ("doors/cli.py", '"granian"'),
    "psycopg": ("settings.py", "django.db.backends.postgresql"),
    "whitenoise": ("settings.py", "whitenoise.middleware"),
    "django-tasks-db": ("settings.py", "django_tasks_db.DatabaseBackend"),
}


def test_the_package_declares_what_it_imports_and_nothing_else() -> None:
    idle = [name for name, (file, words) in BY_NAME.items() if words not in (SRC / file).read_text("utf-8")]
    assert idle == []
    assert imported() | BY_NAME.keys() == declared()


def pins(lock: str) -> dict[str, str]:
    text = (ROOT / "requirements" / lock).read_text("utf-8")
    return dict(re.findall(r"^([a-z0-9.-]+)==(\S+)", text, re.MULTILINE))


@pytest.mark.parametrize("lock", ["run.txt", "dev.txt"])
def test_a_lock_has_hashes_and_no_addresses(lock: str) -> None:
    text = (ROOT / "requirements" / lock).read_text("utf-8")
    for block in re.split(r"\n(?=[a-z0-9])", re.sub(r"(?m)^ *#.*\n?", "", text).strip()):
        assert re.match(r"[a-z0-9.-]+==\S+", block), f"not an exact pin: {block[:80]}"
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), f"no hash: {block[:80]}"
    assert not re.search(r"://|file:|^-|index-url|find-links", text, re.MULTILINE)


def test_developers_and_users_run_the_same_versions() -> None:
    assert declared() <= pins("run.txt").keys()
    assert pins("run.txt").items() <= pins("dev.txt").items()


WITHOUT_DJANGO = """
import sys

class NoDjango:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "django":
            raise ImportError("Django is blocked here")

sys.meta_path.insert(0, NoDjango())
"""


def run_without_django(code: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", WITHOUT_DJANGO + code, *arguments], capture_output=True, text=True, check=False, cwd=ROOT
    )


def test_screening_works_where_django_is_blocked(tmp_path: Path) -> None:
    blocked = run_without_django("import django")
    assert "Django is blocked here" in blocked.stderr

    command = "from mingbai.doors.cli import main\nmain()"
    county, out = tmp_path / "county", tmp_path / "out"
    made = run_without_django(command, "sample", str(county), "--households", "60", "--seed", "7")
    assert made.returncode == 0, made.stderr
    screened = run_without_django(command, "screen", str(county), "--day", "2026-06-30", "--out", str(out))
    assert screened.returncode in (0, 1), screened.stderr
    written = {p.name for p in out.iterdir()}
    assert {"clues.csv", "accounts.csv", "errors.csv", "run.json", "线索清单.xlsx"} <= written


def test_the_glossary_names_every_table_as_the_code_does() -> None:
    rows = re.findall(r"^\| (\S+) \| (\w+) \| ", (ROOT / "GLOSSARY.md").read_text("utf-8"), re.MULTILINE)
    assert {(table.file, table.name) for table in TABLES} <= set(rows)
