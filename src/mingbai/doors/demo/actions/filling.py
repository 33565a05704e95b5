"""The demo's invented year, done by its people through the same actions as everybody's."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from random import Random

from django.db.models import Count

from mingbai.base.lib.permissions import Actor, Permission, system
from mingbai.base.places.models import Place
from mingbai.doors.demo.actions.people import COUNTY, people, places
from mingbai.doors.demo.actions.year import Year
from mingbai.facts.assessments.actions import fill_from_deliveries
from mingbai.facts.bureaus.actions import expect_usual, receive
from mingbai.facts.bureaus.read import read
from mingbai.facts.bureaus.tables import BY_NAME, TABLES
from mingbai.facts.income.actions.loading import load_accounts
from mingbai.facts.registry.actions import importing, writing
from mingbai.facts.registry.models import Household
from mingbai.findings.issues.actions.night import escalate
from mingbai.findings.screening.actions.running import carry_out, start
from mingbai.findings.screening.models import Clue
from mingbai.findings.screening.run import connect
from mingbai.oversight.indicators.actions import freeze, make

_LATE = ("job", "disaster")
"""Tables that the bureaus have not handed in for the last month: the calendar shows them."""


def fill(*, folder: Path, day: date, tell: Callable[[str], None], seed: int = 7) -> dict[str, str]:
    """Fills an empty site from the tables in `folder`: a year that ends on `day`. Returns who works where, by name.

    By chance of `seed`, so the same county every time.
    """
    by = system("demo")
    by.must(Permission.ROSTER_IMPORT, at=COUNTY)
    began = day.replace(year=day.year - 1) + timedelta(days=1)
    tell("建立地名和人员")
    places(by=by, day=began)
    village = _busiest(folder, day)
    cast = people(by=by, village=village, day=began)
    tell("导入花名册")
    roster(by=cast["wang"], folder=folder, day=began + timedelta(days=1))
    tell("载入收支账")
    accounts(by=cast["wang"], folder=folder, day=day.replace(month=1, day=3))
    year = Year(cast, village, day, Random(seed), {p.code: p.short for p in Place.objects.all()})
    for number, on in enumerate(year.screening_days()):
        tell(f"{on:%Y年%m月}：部门交表、筛查")
        last = on == year.screening_days()[-1]
        _deliver(cast, folder, on, without=_LATE if last else ())
        if number == 0:
            expect_usual(by=cast["wang"], place=COUNTY, day=on)
        carry_out(by=cast["wang"], screening=start(by=cast["wang"], place=COUNTY, day=on))
        fill_from_deliveries(by=cast["wang"], place=COUNTY, day=on)
        tell(f"{on:%Y年%m月}：核实、整改、回访")
        year.work(on)
        escalate(by=system("escalate"), place=COUNTY, day=min(on + timedelta(days=25), day))
    tell("记账和走访")
    year.visits()
    tell("编制报表，审定冻结")
    half = make(by=cast["wang"], place=COUNTY, since=day.replace(month=1, day=1), until=day, day=day)
    freeze(by=cast["qian"], statement=half, day=day)
    return {"village": village}


def roster(*, by: Actor, folder: Path, day: date) -> None:
    """The two tables of the roster, staged and confirmed."""
    by.must(Permission.ROSTER_IMPORT, at=COUNTY)
    files = {table: _file(folder, table) for table in ("household", "member")}
    came = importing.receive(
        by=by, day=day, place=COUNTY, files={table: (path.name, path.read_bytes()) for table, path in files.items()}
    )
    importing.stage(by=by, number=came.pk)
    writing.confirm(by=by, day=day, number=came.pk)


def accounts(*, by: Actor, folder: Path, day: date) -> None:
    """The accounts of the years before, from 收入表."""
    by.must(Permission.ROSTER_IMPORT, at=COUNTY)
    with connect() as con:
        read(con, folder)
        load_accounts(by=by, place=COUNTY, day=day, con=con)


def _deliver(cast: dict[str, Actor], folder: Path, on: date, without: tuple[str, ...]) -> None:
    for table in TABLES:
        if table.name in ("household", "member", "income_line") or table.name in without:
            continue
        source = _file(folder, table.name)
        by = cast["chen"] if table.sender == cast["chen"].bureau else cast["wang"]
        receive(by=by, table=table.name, place=COUNTY, period=on, file=source, name=source.name, day=on)


def _file(folder: Path, table: str) -> Path:
    return next(path for path in sorted(folder.iterdir()) if path.stem == BY_NAME[table].file)


def _busiest(folder: Path, day: date) -> str:
    """The village with the most monitored households: there is most for Li to do."""
    with connect() as con:
        read(con, folder)
        found = con.execute(
            "SELECT village FROM arrived.household WHERE regexp_full_match(village, '513434[0-9]{6}') GROUP BY village "
            "ORDER BY count(*) FILTER (household_class IN ('脱贫不稳定户', '边缘易致贫户', '突发严重困难户')) DESC, village LIMIT 1"
        ).fetchone()
    assert found
    return str(found[0])


def told() -> dict[str, int]:
    """What there is afterwards, for whoever started it."""
    clues = dict(Clue.objects.values_list("status").annotate(n=Count("pk")).order_by())
    return {"households": Household.objects.count(), **{f"clues_{status}": n for status, n in clues.items()}}
