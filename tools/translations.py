# ruff: noqa: T201  (a tool that talks to the person who runs it)
"""Chinese is written in the code, English in each room's locale/en/LC_MESSAGES/django.po: check both, compile.

    python tools/translations.py                 check, then write each django.mo
    python tools/translations.py --check         check only, also that each django.mo is the newest; 1 if not
    python tools/translations.py --missing PATH  print po entries for what is missing under a folder of src/mingbai

Reported, with file and line: words without English, English for words that nobody says, two Englishes for the same
words, an English text that lacks a placeholder or still holds Chinese, Chinese in a template outside translate tags.
"""

from __future__ import annotations

import ast
import io
import re
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src/mingbai"
# Position of the words in the call, and of the context if there is one.
CALLS = {
    "_": (0,), "gettext": (0,), "gettext_lazy": (0,), "gettext_noop": (0,), "ngettext": (0, 1), "ngettext_lazy": (0, 1),
    "pgettext": (1, "context"), "pgettext_lazy": (1, "context"),
}  # fmt: skip
TEMPLATE_CALLS = dict.fromkeys(["_", "gettext", "ngettext", "pgettext", "npgettext"])
CHINESE = re.compile(r"[\u3400-\u9fff]")
PLACEHOLDER = re.compile(r"%\((\w+)\)|(?<!%)\{(\w*)\}")
OUTSIDE = re.compile(
    r"{%\s*comment.*?endcomment\s*%}|{#.*?#}|{%\s*blocktrans(?:late)?\b.*?endblocktrans(?:late)?\s*%}"
    r"|{%\s*trans(?:late)?\b.*?%}|_\(\s*(?:\"[^\"]*\"|'[^']*')\s*\)|{%\s*(?:el)?if\b.*?%}"
    r'|lang="zh-Hans-CN">[^<]*<',
    re.DOTALL,
)
Words = tuple[str, str]
"""Context (mostly empty) and the Chinese words."""


class Said(NamedTuple):
    """Where words stand."""

    words: Words
    place: str


def at(path: Path, line: int) -> str:
    """File and line as the report writes them."""
    return f"{path.relative_to(ROOT)}:{line}"


def said_in_python(path: Path) -> Iterator[Said | str]:
    """The words that a Python file marks; a sentence for each call whose words can not be read."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        places = CALLS.get(name, ())
        if not places or not node.args:
            continue
        context = node.args[0] if "context" in places else None
        for place in (p for p in places if isinstance(p, int)):
            words = node.args[place] if place < len(node.args) else None
            if isinstance(words, ast.Constant) and isinstance(words.value, str):
                known = context.value if isinstance(context, ast.Constant) else ""
                if place == places[0]:
                    yield Said((str(known), words.value), at(path, node.lineno))
            elif isinstance(words, ast.JoinedStr):
                yield f"{at(path, node.lineno)}: words to translate can not be an f-string; use %(name)s"


def said_in_template(path: Path) -> Iterator[Said | str]:
    """The words that a template marks, and a sentence for each line of Chinese that it does not."""
    text = path.read_text(encoding="utf-8")
    # What is no call is blanked out as X; indentation would be an error in Python.
    calls = "\n".join(line.strip() for line in templatize(text, origin=str(path)).split("\n"))
    found = extract_python(io.BytesIO(calls.encode()), TEMPLATE_CALLS, [], {"encoding": "utf-8"})
    for line, call, words, _ in found:
        parts = [words] if isinstance(words, str) else [part for part in words if isinstance(part, str)]
        if parts:
            context = parts[0] if call in ("pgettext", "npgettext") else ""
            yield Said((context, parts[1] if context else parts[0]), at(path, line))
    rest = OUTSIDE.sub(lambda match: "\n" * match.group().count("\n"), text)
    for line, unmarked in enumerate(rest.split("\n"), 1):
        if CHINESE.search(unmarked):
            yield f"{at(path, line)}: Chinese outside translate tags: {unmarked.strip()[:60]}"


def said(folder: Path) -> tuple[list[Said], list[str]]:
    """All words marked under a folder, and what is wrong with the marking."""
    found = [item for path in sorted(folder.rglob("*.py")) for item in said_in_python(path)]
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".html", ".txt") and "templates" in path.parts:
            found += said_in_template(path)
    words = [item for item in found if isinstance(item, Said) and CHINESE.search(item.words[1])]
    return words, [item for item in found if isinstance(item, str)]


def texts(folder: Path) -> str:
    """Everything a msgid may come from although no call names it: labels in hearts, titles of rules."""
    kinds = (".py", ".sql", ".yaml", ".csv", ".json")
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*")) if path.suffix in kinds)


def books() -> dict[Path, Catalog]:
    """Each po file and what is in it."""
    found = {}
    for path in sorted(SOURCE.rglob("locale/en/LC_MESSAGES/django.po")):
        with path.open("rb") as file:
            found[path] = read_po(file, locale="en", abort_invalid=True)
    return found


def entries(catalog: Catalog) -> Iterator[tuple[Words, tuple[str, ...], tuple[str, ...], int]]:
    """Words, all their Chinese forms, all their English forms, and the line, of each entry but the head."""
    for message in catalog:
        if message.id:
            chinese = (message.id,) if isinstance(message.id, str) else tuple(message.id)
            english = (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))
            yield (message.context or "", chinese[0]), chinese, english, message.lineno or 0


def placeholders(text: str) -> set[str]:
    """Names of the gaps in a text."""
    return {first or second for first, second in PLACEHOLDER.findall(text)}


def faults(catalogs: dict[Path, Catalog]) -> list[str]:
    """Everything that is wrong between the code and the po files."""
    marked, wrong = said(SOURCE)
    anywhere = texts(SOURCE)
    asked = {item.words for item in marked}
    known: dict[Words, tuple[tuple[str, ...], str]] = {}
    for path, catalog in catalogs.items():
        for words, chinese, english, line in entries(catalog):
            place = at(path, line)
            if not all(english):
                wrong.append(f"{place}: no English for {words[1]}")
                continue
            before, where = known.setdefault(words, (english, place))
            if before != english:
                wrong.append(f"{place}: {words[1]} is {before[0]!r} at {where} and {english[0]!r} here")
            for text in english:
                if CHINESE.search(text):
                    wrong.append(f"{place}: Chinese in the English of {words[1]}")
                if placeholders(text) - placeholders("".join(chinese)) or (
                    len(chinese) == 1 and placeholders(text) != placeholders(chinese[0])
                ):
                    wrong.append(f"{place}: other placeholders in the English of {words[1]}")
            if words not in asked and words[1] not in anywhere and words[1].replace('"', '\\"') not in anywhere:
                wrong.append(f"{place}: nobody says {words[1]}")
    return wrong + [f"{item.place}: no English for {item.words[1]}" for item in marked if item.words not in known]


def compiled(catalog: Catalog) -> bytes:
    """The catalog as a .mo file: the same bytes for the same words, whoever compiles and when."""
    rows = {"": "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n"}
    for (context, _), chinese, english, _ in entries(catalog):
        rows[(f"{context}\4" if context else "") + "\0".join(chinese)] = "\0".join(english)
    pairs = sorted((key.encode(), value.encode()) for key, value in rows.items())
    size, start = len(pairs), 28
    tables: list[int] = []
    heap = b""
    for column in (0, 1):
        for pair in pairs:
            tables += [len(pair[column]), start + 16 * size + len(heap)]
            heap += pair[column] + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, size, start, start + 8 * size, 0, start + 16 * size)
    return head + struct.pack(f"<{len(tables)}I", *tables) + heap


def print_missing(folder: Path) -> None:
    """Po entries without English, ready to be filled in."""
    known = {words for catalog in books().values() for words, *_ in entries(catalog)}
    places: dict[Words, str] = {}
    for item in said(folder)[0]:
        if item.words not in known:
            places.setdefault(item.words, item.place)
    for (context, words), place in places.items():
        quoted = words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        print(f"#: {place}" + (f'\nmsgctxt "{context}"' if context else "") + f'\nmsgid "{quoted}"\nmsgstr ""\n')


def main(arguments: list[str]) -> int:
    """Run; 0 if every word has its English and every .mo is the newest."""
    settings.configure(USE_I18N=False)
    match arguments:
        case ["--missing", folder]:
            print_missing((ROOT / folder).resolve())
            return 0
        case [] | ["--check"]:
            catalogs = books()
        case _:
            print(__doc__)
            return 2
    wrong = faults(catalogs)
    for path, catalog in catalogs.items():
        target = path.with_suffix(".mo")
        if not arguments:
            target.write_bytes(compiled(catalog))
        elif not target.exists() or target.read_bytes() != compiled(catalog):
            wrong.append(f"{target.relative_to(ROOT)}: not the newest; run python tools/translations.py")
    print("\n".join(wrong) or f"{sum(len(c) for c in catalogs.values())} texts, all with their English")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
