# ruff: noqa: T201  (a tool that talks to the person who runs it)
"""Front-end packages kept in the repository: fetch them again, or check that they are what was recorded.

    python tools/vendor.py            fetch with the npm client, check, write
    python tools/vendor.py --check    compare the files here with the recorded sha256; no network
    python tools/vendor.py --record   fetch, and record the integrity and sha256 found (after a change of version)

What is kept, of which version and under which licence stands in src/mingbai/static/vendor/vendor.json.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

VENDOR = Path(__file__).resolve().parent.parent / "src/mingbai/static/vendor"
RECORD = VENDOR / "vendor.json"
SPRITE = "icons.svg"
Package = dict[str, Any]


class Wrong(Exception):
    """Something fetched or kept is not what was recorded; the text says what."""


def folder(package: Package) -> Path:
    """The folder of one package: its name without @ and /, and its version."""
    name = package["package"].lstrip("@").replace("/", "-")
    return VENDOR / f"{name}-{package['version']}"


def fetch(package: Package, into: Path) -> tuple[Path, str]:
    """Fetch one package by name; returns its unpacked folder and the integrity that the client computed."""
    wanted = f"{package['package']}@{package['version']}"
    answer = subprocess.run(
        ["npm", "pack", "--json", "--pack-destination", str(into), wanted],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    packed = json.loads(answer.stdout)[0]
    tarball = into / packed["filename"].lstrip("@").replace("/", "-")
    target = into / tarball.stem
    with tarfile.open(tarball) as archive:
        archive.extractall(target, filter="data")
    return target / "package", packed["integrity"]


def without_source_map(text: bytes) -> bytes:
    """A source map's comment names a file that is not kept; collecting static files would fail on it."""
    return re.sub(rb"\s*(/\*# sourceMappingURL=.*?\*/|//# sourceMappingURL=\S*)\s*$", b"\n", text)


def sprite(names: list[str], icons: Path) -> bytes:
    """One SVG file with a <symbol> for each icon; it draws in the colour of the text around it."""
    symbols = []
    for name in sorted(names):
        drawing = (icons / f"{name}.svg").read_text(encoding="utf-8")
        inner = drawing[drawing.index(">") + 1 : drawing.rindex("</svg>")]
        paths = [line.strip() for line in inner.splitlines() if line.strip() and "M0 0h24v24H0z" not in line]
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{"".join(paths)}</symbol>')
    return ('<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n").encode()


def contents(package: Package, source: Path) -> dict[str, bytes]:
    """The files to keep of one package, by the name they get here."""
    kept = {name: without_source_map((source / path).read_bytes()) for path, name in package["files"].items()}
    if "sprite" in package:
        kept[SPRITE] = sprite(package["sprite"], source / "icons/outline")
    return kept


def sha256(content: bytes) -> str:
    """Hexadecimal sha256."""
    return hashlib.sha256(content).hexdigest()


def check(package: Package) -> list[str]:
    """What differs between the files here and the record; nothing if all is well."""
    wrong = []
    here = folder(package)
    present = {path.name for path in here.iterdir()} if here.is_dir() else set()
    for name in sorted(present | set(package["sha256"])):
        if name not in package["sha256"]:
            wrong.append(f"{here.name}/{name} is not in vendor.json")
        elif name not in present:
            wrong.append(f"{here.name}/{name} is missing; run python tools/vendor.py")
        elif sha256((here / name).read_bytes()) != package["sha256"][name]:
            wrong.append(f"{here.name}/{name} differs from the sha256 in vendor.json")
    return wrong


def renew(package: Package, record: bool) -> None:
    """Fetch one package and write its files; with record, take down what came.

    Raises Wrong if the package or a file made of it is not the recorded one; nothing is written then.
    """
    with tempfile.TemporaryDirectory() as scratch:
        source, integrity = fetch(package, Path(scratch))
        kept = contents(package, source)
    sums = {name: sha256(content) for name, content in sorted(kept.items())}
    if record:
        package["integrity"], package["sha256"] = integrity, sums
    elif integrity != package["integrity"] or sums != package["sha256"]:
        raise Wrong(f"{package['package']} {package['version']} is not what vendor.json records; nothing was written")
    folder(package).mkdir(parents=True, exist_ok=True)
    for name, content in kept.items():
        (folder(package) / name).write_bytes(content)


def main(arguments: list[str]) -> int:
    """Run; 0 if everything is as recorded."""
    unknown = set(arguments) - {"--check", "--record"}
    if unknown:
        print(__doc__)
        return 2
    listing = json.loads(RECORD.read_text(encoding="utf-8"))
    if "--check" in arguments:
        wrong = [line for package in listing["packages"] for line in check(package)]
        print("\n".join(wrong) or f"{len(listing['packages'])} packages as recorded")
        return 1 if wrong else 0
    try:
        for package in listing["packages"]:
            renew(package, record="--record" in arguments)
            print(f"{package['package']} {package['version']}")
    except Wrong as wrong_package:
        print(wrong_package)
        return 1
    if "--record" in arguments:
        RECORD.write_text(json.dumps(listing, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
