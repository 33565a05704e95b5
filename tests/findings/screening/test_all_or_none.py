"""Five files or none: one that cannot take its place puts the others back."""

from pathlib import Path

import pytest

from mingbai.base.lib.errors import Refused
from mingbai.findings.screening.all_or_none import all_or_none


def test_a_file_that_cannot_take_its_place_puts_the_others_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    for name in ("a.csv", "b.csv", "run.json"):
        (out / name).write_text("old")
    replace = Path.replace

    def stuck(self: Path, target: Path) -> Path:
        # What Windows says of a file that Excel holds open; no system here refuses it.
        if self.parent.name.endswith(".partial") and target.name == "b.csv" and target.parent == out:
            raise PermissionError(13, "in use", str(target))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", stuck)
    with pytest.raises(Refused, match="原有文件没有改动"), all_or_none(out, last="run.json") as folder:
        for name in ("a.csv", "b.csv", "c.csv", "run.json"):
            (folder / name).write_text("new")
    assert {path.name: path.read_text() for path in out.iterdir()} == dict.fromkeys(
        ("a.csv", "b.csv", "run.json"), "old"
    )
