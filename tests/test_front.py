"""The pages' materials: vendored files as recorded, templates with nothing inline, English for every word."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src/mingbai"
# What the policy of content security would block, and what would need eval.
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*application/json)|<style\b|\sstyle=|\son[a-z]+=|\shx-on\b|javascript:", re.I
)
PO_HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'


def tool(root: Path, name: str, *arguments: str) -> tuple[int, str]:
    """Run a tool of `root`; its exit code and what it printed."""
    run = subprocess.run(
        [sys.executable, str(root / "tools" / name), *arguments], capture_output=True, text=True, check=False
    )
    return run.returncode, run.stdout + run.stderr


def test_vendored_files_are_what_was_recorded() -> None:
    assert tool(ROOT, "vendor.py", "--check")[0] == 0


@pytest.mark.parametrize("change", ["altered", "lost", "added"])
def test_a_vendored_file_that_differs_is_found(tmp_path: Path, change: str) -> None:
    shutil.copytree(SOURCE / "static/vendor", tmp_path / "src/mingbai/static/vendor")
    shutil.copytree(ROOT / "tools", tmp_path / "tools")
    file = next((tmp_path / "src/mingbai/static/vendor").glob("htmx*/htmx.min.js"))
    if change == "altered":
        file.write_bytes(file.read_bytes() + b"\n")
    elif change == "lost":
        file.unlink()
    else:
        (file.parent / "more.js").write_text("1")
    code, said = tool(tmp_path, "vendor.py", "--check")
    assert code == 1
    assert file.parent.name in said


def test_no_template_has_anything_inline() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match.group().strip()}"
        for path in SOURCE.rglob("templates/**/*.html")
        # What stands in a template's own tag never reaches a browser: {% include "x" with one=1 %}.
        for match in INLINE.finditer(re.sub(r"{%.*?%}", "", path.read_text(encoding="utf-8")))
    ]
    assert found == []


@pytest.mark.parametrize(
    "planted", ["<script>1</script>", '<p style="x">', '<a onclick="x">', "<style>", '<a href="javascript:x">']
)
def test_something_inline_would_be_seen(planted: str) -> None:
    assert INLINE.search(planted)


def test_every_file_that_a_template_names_is_there() -> None:
    names = {
        name
        for path in SOURCE.rglob("templates/**/*.html")
        for name in re.findall(r"{%\s*static\s+['\"]([^'\"]+)['\"]", path.read_text(encoding="utf-8"))
    }
    assert names
    folders = [SOURCE / "static", *SOURCE.glob("*/*/static")]
    assert [name for name in sorted(names) if not any((folder / name).is_file() for folder in folders)] == []


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    sprite = next(SOURCE.glob("static/vendor/tabler-icons-*/icons.svg")).read_text(encoding="utf-8")
    drawn = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    named = {
        name
        for path in SOURCE.rglob("templates/**/*.html")
        for name in re.findall(r'components/icon\.html" with name="([^"]+)"', path.read_text(encoding="utf-8"))
    }
    assert named
    assert named <= drawn


PLANTS = {
    "no English": ("{% load i18n %}{% translate '逾期' %}", ""),
    "Chinese outside translate tags": ("<p>逾期</p>", ""),
    "nobody says": ("", 'msgid "没人说"\nmsgstr "unsaid"\n'),
    "other placeholders": ("{% load i18n %}{% blocktranslate %}共 {{ n }} 户{% endblocktranslate %}",
                           'msgid "共 %(n)s 户"\nmsgstr "%(m)s households"\n'),
    "Chinese in the English": ("{% load i18n %}{% translate '逾期' %}", 'msgid "逾期"\nmsgstr "逾期"\n'),
    "not the newest": ("{% load i18n %}{% translate '逾期' %}", 'msgid "逾期"\nmsgstr "overdue"\n'),
}  # fmt: skip


def county_page(root: Path, template: str, po: str) -> Path:
    """A tree with one template and one po file; returns the po file."""
    shutil.copytree(ROOT / "tools", root / "tools")
    for path, text in {"templates/page.html": template, "locale/en/LC_MESSAGES/django.po": PO_HEAD + po}.items():
        (root / "src/mingbai" / path).parent.mkdir(parents=True, exist_ok=True)
        (root / "src/mingbai" / path).write_text(text, encoding="utf-8")
    return root / "src/mingbai/locale/en/LC_MESSAGES/django.po"


@pytest.mark.parametrize("fault", PLANTS)
def test_what_is_wrong_with_a_translation_is_said(tmp_path: Path, fault: str) -> None:
    county_page(tmp_path, *PLANTS[fault])
    code, said = tool(tmp_path, "translations.py", "--check")
    assert code == 1
    assert fault in said


def test_two_englishes_for_the_same_words_are_said(tmp_path: Path) -> None:
    po = county_page(tmp_path, "{% load i18n %}{% translate '逾期' %}", 'msgid "逾期"\nmsgstr "overdue"\n')
    other = tmp_path / "src/mingbai/room/locale/en/LC_MESSAGES/django.po"
    other.parent.mkdir(parents=True)
    other.write_text(po.read_text(encoding="utf-8").replace("overdue", "late"), encoding="utf-8")
    assert "逾期 is" in tool(tmp_path, "translations.py", "--check")[1]


def test_compiling_twice_gives_the_same_bytes_and_django_reads_them(tmp_path: Path) -> None:
    import gettext

    template = (
        "{% load i18n %}{% translate '逾期' %}{% blocktranslate count n=n %}一户{% plural %}多户{% endblocktranslate %}"
    )
    po = county_page(
        tmp_path,
        template,
        'msgid "逾期"\nmsgstr "overdue"\n\nmsgid "一户"\nmsgid_plural "多户"\nmsgstr[0] "one"\nmsgstr[1] "some"\n',
    )
    assert tool(tmp_path, "translations.py")[0] == 0
    first = po.with_suffix(".mo").read_bytes()
    assert tool(tmp_path, "translations.py")[0] == 0
    assert po.with_suffix(".mo").read_bytes() == first
    with po.with_suffix(".mo").open("rb") as file:
        book = gettext.GNUTranslations(file)
    assert book.gettext("逾期") == "overdue"
    assert [book.ngettext("一户", "多户", n) for n in (1, 2)] == ["one", "some"]
    assert tool(tmp_path, "translations.py", "--check")[0] == 0
