"""A staged import is confirmed: everything at once, or nothing."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

import duckdb
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mingbai.base.events import actions as events
from mingbai.base.lib.errors import Changed, Refused
from mingbai.base.lib.filling import drop, fill
from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.lib.processes import alone
from mingbai.facts.registry import kept, telling
from mingbai.facts.registry.actions.importing import BAD, KEPT, compare, folder, keep_plan, scratch_engine
from mingbai.facts.registry.models import Difference, Household, Import
from mingbai.facts.registry.staging import HOUSEHOLD, MEMBER

_HOUSEHOLDS, _MEMBERS = "import_household", "import_member"
_KINDS = {
    "identified_on": "date", "monitored_since": "date", "eliminated_on": "date", "birth": "date",
    "months_worked": "numeric",
}  # fmt: skip
_TRIES = 3
_ROOM = -600_000
"""KiB, as SQLite counts them; taken only as they are needed."""
_BATCH = 20_000


class _Stale(Exception):
    """The registry is no longer what the plan was made from."""


def confirm(*, by: Actor, day: date, number: int) -> Import:
    """Writes a staged import: households, members, differences to settle, and one event for each household that
    changed, in one transaction. Confirmed twice is confirmed once.

    Raises:
        Changed: the registry changed meanwhile so that the import would do something else; it was compared again.
        Refused: it is not staged, or is being written already.
    """
    roster = Import.objects.get(pk=number)
    by.must(Permission.ROSTER_IMPORT, at=roster.place)
    with alone(folder() / f"{number}.lock", _("这次导入正在写入，请稍候再看。")):
        for _try in range(_TRIES):
            roster.refresh_from_db()
            if roster.status == "done":
                return roster
            if roster.status != "staged":
                raise Refused(_("这次导入还没有核对完，或已经放弃，不能写入。"))
            try:
                _write(by, day, roster)
            except _Stale:
                _compare_again(roster)
            else:
                kept.drop(folder(), number, but=BAD)
                roster.refresh_from_db()
                return roster
    raise Refused(_("名册正在被频繁改动，这次没有写入，数据没有变化。请过一会儿再试。"))


def _compare_again(roster: Import) -> None:
    with scratch_engine() as (con, scratch):
        counts, outcome = compare(con, roster, scratch)
        keep_plan(con, roster.pk)
        same = outcome == roster.outcome
        Import.objects.filter(pk=roster.pk, status="staged").update(counts=counts, outcome=outcome, step="")
    if not same:
        raise Changed(
            _(
                "比对之后名册有了变动，导入的结果与您看到的不一样，所以没有写入。"
                "已按最新名册重新比对，请再看一遍后确认。"
            )
        )


def _write(by: Actor, day: date, roster: Import) -> None:
    con = duckdb.connect()
    con.execute("CREATE SCHEMA plan")
    for table in KEPT:
        held = kept.get_table(folder(), roster.pk, table, settings.KEYS)
        con.register("held", held)
        con.execute(f"CREATE TABLE plan.{table} AS SELECT * FROM held")
        con.unregister("held")
    Import.objects.filter(pk=roster.pk, status="staged").update(step="写入", step_at=timezone.now())
    try:
        # Everything that needs no lock comes first.
        fill(connection, _HOUSEHOLDS, ("household_id", "kind", "was", *HOUSEHOLD), _plan_rows(con, "household"))
        fill(connection, _MEMBERS, _MEMBER_COLUMNS, _plan_rows(con, "member"))
        prepared = events.prepare(by=by, day=day, told=_told(con, roster))
        differences = con.execute(
            "SELECT household_id, field, ours, theirs FROM plan.difference ORDER BY household_id, field"
        ).fetchall()
        with _room(), transaction.atomic():
            _write_rows(by, day, roster, differences)
            if prepared.digests:
                events.append(prepared)
    except IntegrityError:
        # Somebody registered the same code or head a moment ago.
        raise _Stale from None
    finally:
        con.close()
        drop(connection, _HOUSEHOLDS, _MEMBERS)
        events.forget()


@contextmanager
def _room() -> Iterator[None]:
    """Room in memory for the indexes of a million rows: otherwise SQLite writes their pages many times over, and keeps
    everybody else waiting."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        before = cursor.execute("PRAGMA cache_size").fetchone()[0]
        cursor.execute(f"PRAGMA cache_size = {_ROOM}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA cache_size = {before}")


_MEMBER_COLUMNS = ("person_id", "kind", "household_id", "id_hidden", "id_index", "id_valid", "birth", *MEMBER)


def _plan_rows(con: duckdb.DuckDBPyConnection, table: str) -> Iterator[Sequence[Any]]:
    columns = ("household_id", "kind", "was", *HOUSEHOLD) if table == "household" else _MEMBER_COLUMNS
    cells = ", ".join(f"{name}::VARCHAR" for name in columns)
    # By code: what stands side by side in the table's own index is written side by side.
    found = con.cursor().execute(f"SELECT {cells} FROM plan.{table} ORDER BY household_id, {columns[0]}")
    while batch := found.fetchmany(_BATCH):
        yield from batch


def _told(con: duckdb.DuckDBPyConnection, roster: Import) -> Iterator[events.Told]:
    number = 0
    for household_id, village, said, changed in telling.households(con, settings.KEYS.hide_many):
        number += 1
        yield events.Told("registry.imported", f"household:{household_id}", village, said, "", changed)
    if number:
        counts = roster.counts
        yield events.Told(
            "registry.roster_imported", f"place:{roster.place}", roster.place,
            f"导入名册「{roster.file_names}」：新登记 {counts['households_new']} 户、{counts['members_new']} 人，"
            f"更新 {counts['households_changed']} 户、{counts['members_changed']} 人。",
            "", {"import": roster.pk, "sha256": roster.sha256},
        )  # fmt: skip


def _write_rows(by: Actor, day: date, roster: Import, differences: Sequence[tuple[str, ...]]) -> None:
    done = Import.objects.filter(pk=roster.pk, status="staged", outcome=roster.outcome).update(
        status="done", step="", step_at=timezone.now(), done_on=day, done_by=by.name
    )
    if not done:
        raise Refused(_("这次导入已由别人处理，请刷新后再看。"))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {_HOUSEHOLDS} WHERE kind <> 'new'")
        standing = cursor.fetchone()[0]
        fields = ", ".join(f"{name} = {_cell(name)}" for name in HOUSEHOLD)
        cursor.execute(
            f"UPDATE registry_household SET version = registry_household.version + 1, {fields} FROM {_HOUSEHOLDS} t "
            "WHERE t.kind <> 'new' AND registry_household.household_id = t.household_id "
            "AND registry_household.version = CAST(t.was AS integer)"
        )
        if cursor.rowcount != standing:
            raise _Stale
        cursor.execute(
            f"INSERT INTO registry_household (household_id, version, ended_why, {', '.join(HOUSEHOLD)}) "
            f"SELECT t.household_id, 1, '', {', '.join(_cell(name) for name in HOUSEHOLD)} FROM {_HOUSEHOLDS} t "
            "WHERE t.kind = 'new'"
        )
        _write_members(cursor)
    _write_differences(roster, differences)


def _write_members(cursor: Any) -> None:
    here = f"{_MEMBERS} t JOIN registry_household h ON h.household_id = t.household_id"
    # Two who change places as heads would for a moment be two heads of one household.
    cursor.execute(
        "UPDATE registry_member SET relation = '' WHERE relation = '户主' "
        f"AND person_id IN (SELECT person_id FROM {_MEMBERS} WHERE kind = 'changed')"
    )
    fields = ", ".join(f"{name} = {_cell(name)}" for name in (*MEMBER, "birth"))
    cursor.execute(
        f"UPDATE registry_member SET household_id = h.id, {fields}, id_valid = {_VALID}, "
        "id_hidden = coalesce(t.id_hidden, registry_member.id_hidden), "
        f"id_index = coalesce(t.id_index, registry_member.id_index) FROM {here} "
        "WHERE t.kind = 'changed' AND registry_member.person_id = t.person_id AND registry_member.left_on IS NULL"
    )
    columns = ("person_id", "id_hidden", "id_index", "birth", *MEMBER)
    cursor.execute(
        f"INSERT INTO registry_member (household_id, left_why, id_valid, {', '.join(columns)}) "
        f"SELECT h.id, '', {_VALID}, {', '.join(_cell(name) for name in columns)} FROM {here} "
        "WHERE t.kind = 'new'"
    )


_VALID = "(t.id_valid = 'true')"


def _cell(name: str) -> str:
    """A column of the temporary table as the registry's own column holds it."""
    kind = _KINDS.get(name)
    if kind is None:
        return f"coalesce(t.{name}, '')"
    return f"CAST(t.{name} AS {kind})" if connection.vendor == "postgresql" else f"t.{name}"


def _write_differences(roster: Import, differences: Sequence[tuple[str, ...]]) -> None:
    """One open difference a field: another word from there takes the place of the last."""
    codes = sorted({household_id for household_id, *_ in differences})
    for batch in _batches(codes):
        known = {h.household_id: h.pk for h in Household.objects.filter(household_id__in=batch).only("household_id")}
        waiting = Difference.objects.filter(household__in=known.values(), settled="")
        standing = {(one.household_id, one.field): one for one in waiting}
        new, other = [], []
        for household_id, field, ours, theirs in differences:
            if household_id not in known:
                continue
            one = standing.get((known[household_id], field))
            if one is None:
                one = Difference(household_id=known[household_id], field=field)
                new.append(one)
            else:
                other.append(one)
            one.source, one.ours, one.theirs = roster, ours, theirs
        Difference.objects.bulk_create(new, batch_size=1000)
        Difference.objects.bulk_update(other, ["source", "ours", "theirs"], batch_size=500)


def _batches(codes: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(codes), 1000):
        yield codes[start : start + 1000]
