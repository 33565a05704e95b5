"""The survey that the referees and we both measure: the World Bank's synthetic sample that comes with PyPI's svy."""

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest

Columns = dict[str, Any]
LINES = {"Urban": 3400.0, "Rural": 2900.0}
CUTOFF = "1/3"
INDICATORS = {"water": "1/6", "light": "1/6", "room": "1/3", "toilet": "1/3"}
"""Weights in sixths, so that many households stand exactly at the cut-off."""


def load(name: str) -> Any:
    """A table of svy's own bundle, without asking the network."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SVYLAB_OFFLINE", "1")
        import svy

        return svy.datasets.load(name, source="bundled")


def columns() -> Columns:
    """Columns of 825 households: expenditure y, lines z, weights, four designs, groups, four deprivations."""
    found, frame = load("hld_sample_wb_2023"), load("ea_frame_wb_2023")
    place, kind, cluster = (found[name].to_numpy().astype(str) for name in ("geo1", "urbrur", "ea"))
    stratum = np.char.add(np.char.add(place, "/"), kind)
    drawn_from: dict[str, int] = {}
    for row in frame.iter_rows(named=True):
        name = f"{row['geo1']}/{row['urbrur']}"
        drawn_from[name] = drawn_from.get(name, 0) + 1
    alone = stratum.copy()
    alone[cluster == cluster[0]] = "alone"
    size, rooms = found["hhsize"].to_numpy(), found["rooms"].to_numpy()
    water, toilet, light = (found[name].to_numpy().astype(str) for name in ("water", "toilet", "electricity"))
    return {
        "y": found["pc_exp"].to_numpy(), "z": np.array([LINES[name] for name in kind]),
        "w": found["hhweight"].to_numpy(), "psu": cluster, "stratum": stratum,
        "fpc": np.array([drawn_from[name] for name in stratum]), "alone": alone,
        "region": place, "kind": kind, "size": np.minimum(size, 8),
        "water": (np.char.find(water, "Piped") < 0).astype(int), "light": (light == "No").astype(int),
        "room": (size > 2 * rooms).astype(int), "toilet": (np.char.find(toilet, "Flush") < 0).astype(int),
    }  # fmt: skip


def write(path: Path, table: Columns) -> None:
    """As CSV with every digit."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(table)
        writer.writerows(zip(*(np.asarray(column).tolist() for column in table.values()), strict=True))
