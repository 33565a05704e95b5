"""A county of the invented kind put straight into the registry and the accounts, for tests of what comes after."""

from collections import defaultdict
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
from django.conf import settings

from mingbai.base.places.models import Place
from mingbai.facts.bureaus.read import read
from mingbai.facts.bureaus.sample import county
from mingbai.facts.income.models import AccountLine, HouseholdAccount
from mingbai.facts.registry.models import Household, Member

DAY = date(2026, 6, 30)


def made(folder: Path, households: int = 220, seed: int = 3) -> Path:
    """Invents a county in a folder; the folder."""
    county.make(folder, households=households, seed=seed, dirty=False, file_format="csv", day=DAY)
    return folder


def fill(folder: Path, *, with_accounts: bool = True) -> dict[str, Household]:
    """Households, members and accounts of an invented county, without events; households by 户编号."""
    held = _read(folder)
    households = _households(held["household"])
    _members(held["member"], households)
    if with_accounts:
        _accounts(held["income_line"], households)
    return households


@cache
def _read(folder: Path) -> dict[str, list[dict[str, Any]]]:
    with duckdb.connect(":memory:") as con:
        read(con, folder)
        return {table: _rows(con, table) for table in ("household", "member", "income_line")}


def _rows(con: duckdb.DuckDBPyConnection, table: str) -> list[dict[str, Any]]:
    found = con.execute(f"SELECT * FROM arrived.{table} ORDER BY line")
    heads = [one[0] for one in found.description]
    return [dict(zip(heads, row, strict=True)) for row in found.fetchall()]


def _households(held: list[dict[str, Any]]) -> dict[str, Household]:
    for code in {row["village"] for row in held}:
        Place.objects.get_or_create(code=code, defaults={"name": f"村{code[-3:]}", "parent": code[:9]})
        Place.objects.get_or_create(code=code[:9], defaults={"name": f"乡{code[6:9]}", "parent": code[:6]})
        Place.objects.get_or_create(code=code[:6], defaults={"name": "越西县"})
    texts = (
        "household_id", "village", "group_name", "head_name", "household_class", "eliminated", "elimination_way",
        "housing_grade", "safe_water", "phone", "helper", "helper_unit",
    )  # fmt: skip
    dates = ("identified_on", "monitored_since", "eliminated_on")
    made = {
        row["household_id"]: Household(
            **{n: row[n] or "" for n in texts}, **{n: row[n] for n in dates}, causes=(row["causes"] or "").strip("、")
        )
        for row in held
    }
    Household.objects.bulk_create(made.values())
    return made


def _members(held: list[dict[str, Any]], households: dict[str, Household]) -> None:
    keys = settings.KEYS
    texts = ("person_id", "name", "relation", "sex", "studying", "skill", "schooling", "ethnicity", "phone")
    Member.objects.bulk_create(
        Member(
            **{n: row[n] or "" for n in texts}, household=households[row["household_id"]],
            id_hidden=keys.hide(row["person_key"] or ""), id_index=keys.index(row["person_key"] or ""),
            birth=row["person_birth"], id_valid=row["person_valid"], health=(row["health"] or "").strip("、"),
            months_worked=row["months_worked"],
        )
        for row in _one_head(held)
    )  # fmt: skip


def _one_head(members: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A second head of one household, which the registry's database refuses, is left out."""
    heads: set[str] = set()
    kept = []
    for row in members:
        if row["relation"] == "户主":
            if row["household_id"] in heads:
                continue
            heads.add(row["household_id"])
        kept.append(row)
    return kept


def _accounts(lines: list[dict[str, Any]], households: dict[str, Household]) -> None:
    by_year: dict[tuple[str, int], list[dict[str, Any]]] = defaultdict(list)
    for row in lines:
        if row["household_id"] in households:
            by_year[row["household_id"], row["year"]].append(row)
    accounts = {
        (one, year): HouseholdAccount(
            household=households[one], village=households[one].village, year=year, entered_by="official:li",
            entered_by_shown="李", entered_on=DAY, is_whole=True,
        )
        for one, year in by_year
    }  # fmt: skip
    HouseholdAccount.objects.bulk_create(accounts.values())
    AccountLine.objects.bulk_create(
        AccountLine(account=accounts[key], position=at, item=row["item"], amount=row["amount"], source="said")
        for key, lines in by_year.items()
        for at, row in enumerate(lines)
    )
