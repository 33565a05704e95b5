"""Whether two screenings wrote the same: `python same_output.py OURS THEIRS` fails with what differs.

clues.csv in every column, evidence compared as values; accounts.csv byte for byte; errors.csv but for its sentence.
"""

import csv
import json
import sys
from decimal import Decimal
from pathlib import Path


def clues(out: Path) -> dict[tuple[str, str, str], tuple[object, ...]]:
    return {
        (rule, subject, village): (kind, household, json.loads(evidence, parse_float=Decimal), question, key)
        for rule, kind, subject, household, village, evidence, question, key in _rows(out / "clues.csv")
    }


def _rows(path: Path) -> list[list[str]]:
    csv.field_size_limit(1 << 26)
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))[1:]


def main(ours: Path, theirs: Path) -> None:
    one, other = clues(ours), clues(theirs)
    differing = [key for key in one.keys() | other.keys() if one.get(key) != other.get(key)]
    for key in sorted(differing)[:10]:
        print(key, one.get(key), other.get(key), sep="\n  ")
    assert not differing, f"{len(differing)} clues differ"
    assert (ours / "accounts.csv").read_bytes() == (theirs / "accounts.csv").read_bytes(), "accounts.csv differs"
    bad, also = ({tuple(row[:4]) for row in _rows(out / "errors.csv")} for out in (ours, theirs))
    assert bad == also, f"errors.csv differs: {sorted(bad ^ also)[:10]}"


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
