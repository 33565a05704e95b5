"""The yardstick rules in pandas, as a good analyst would write them: vectorised, the shared frames made once, money in
whole cents, lines gathered only for what fires. Each rule gives a frame of its evidence, indexed by the subject.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import duckdb
import pandas as pd
from pandas import DataFrame, Series, Timestamp

DAY = Timestamp("2026-06-30")
LINES = {2021: 6000_00, 2022: 6500_00, 2023: 7300_00, 2024: 8000_00, 2025: 8700_00, 2026: 8800_00}
MONITORED = ["脱贫不稳定户", "边缘易致贫户", "突发严重困难户"]
CARS = ["小型轿车", "小型普通客车", "小型越野客车"]
_WANTED = {
    "household": "line household_id village phone household_class eliminated head_key head_valid head_birth",
    "member": "line household_id person_id name relation person_key person_valid person_birth",
    "death": "person_key person_valid person_birth died_on", "income_line": "line household_id year item amount",
    "bill": "line person_key settled_on own_pay", "pupil": "line person_key status own_cost",
    "insured": "line person_key year", "housing": "line household_id head_key grade appraised_on rebuilt_on",
    "job": "line person_key starts_on ends_on", "vehicle": "line person_key plate vehicle_kind registered_on status",
    "payment": "line person_key name subsidy amount paid_on", "dibao": "line person_key starts_on ends_on",
    "pension": "person_key starts_on",
}  # fmt: skip


def frames(con: duckdb.DuckDBPyConnection) -> dict[str, DataFrame]:
    """The typed tables as DataFrames: days as datetime64, money as int64 cents (nullable where it may be empty)."""
    found = {}
    for table, columns in _WANTED.items():
        cents = [
            f"({c} * 100)::BIGINT AS {c}" if c in ("amount", "own_pay", "own_cost") else c for c in columns.split()
        ]
        frame = con.execute(f"SELECT {', '.join(cents)} FROM arrived.{table}").df()
        dates = [c for c in frame if c.endswith(("_on", "birth"))]
        found[table] = frame.astype(dict.fromkeys(dates, "datetime64[s]"))
    return found


def prepare(came: Mapping[str, DataFrame]) -> dict[str, DataFrame]:
    """The frames that several rules stand on."""
    t = dict(came)
    house = t["household"]
    house["monitored"] = house.household_class.isin(MONITORED) & (house.eliminated != "是")
    house["registered"] = house.monitored | house.household_class.isin(["脱贫户", "脱贫不稳定户"])
    house.loc[~(house.head_valid & (house.head_birth <= DAY)), "head_key"] = None
    death = t["death"]
    death = death[death.person_valid & (death.person_birth <= DAY) & (death.died_on <= DAY)]
    person = t["member"].merge(house[["household_id", "village", "monitored", "registered"]], on="household_id")
    valid = (person.person_valid & (person.person_birth <= DAY)).astype(bool)
    person["person_key"] = person.person_key.where(valid)
    person["birth"] = person.person_birth.where(valid)
    person["died_on"] = person.person_key.map(death.groupby("person_key").died_on.min())
    before = (person.birth.dt.month * 100 + person.birth.dt.day) > DAY.month * 100 + DAY.day
    person["age"] = DAY.year - person.birth.dt.year - before
    t["person"], t["alive"] = person, (alive := person[person.died_on.isna()])
    t["known"] = alive[alive.person_key.notna()]
    counted = alive.assign(head=alive.relation == "户主").groupby("household_id")
    family = counted.agg(members=("line", "size"), valid_ids=("person_key", "count"), heads=("head", "sum"))
    t["family"] = family.join(house.set_index("household_id")[["village", "monitored", "registered"]])
    t["income_line"] = t["income_line"][t["income_line"].year <= DAY.year]
    t["account"], t["newest"] = _accounts(t)
    t["bill"] = _seen(t["bill"], "settled_on", 12)
    own = person[["household_id", "person_key"]].dropna().drop_duplicates().merge(t["bill"], on="person_key")
    t["own_bill"] = own.groupby("household_id").agg(
        own_pay=("own_pay", "sum"), bills=("line", "size"), first=("settled_on", "min"), last=("settled_on", "max")
    )
    t["household_bill"] = own
    return t


def _accounts(t: Mapping[str, DataFrame]) -> tuple[DataFrame, DataFrame]:
    lines = t["income_line"]
    signed = lines.amount.where(lines.item.str[0] != "E", -lines.amount)
    account = signed.groupby([lines.household_id, lines.year]).sum().rename("net_income").reset_index()
    newest = account[account.year == account.groupby("household_id").year.transform("max")]
    before = account.assign(year=account.year + 1).rename(columns={"net_income": "before"})
    judged = newest.merge(before, on=["household_id", "year"], how="left").merge(
        t["family"], left_on="household_id", right_index=True
    )
    judged["line_per_head"] = judged.year.map(LINES)
    judged = judged[judged.line_per_head.notna()]
    judged["line_total"] = judged.line_per_head * judged.members
    return newest, judged


def _seen(frame: DataFrame, column: str, months: int) -> DataFrame:
    return frame[(frame[column] > DAY - pd.DateOffset(months=months)) & (frame[column] <= DAY)]


def _lists(found: DataFrame, rows: DataFrame, on: str, **columns: str) -> DataFrame:
    """Lists of `rows`, gathered for what fired only."""
    mine = rows[rows[on].isin(found.index)].groupby(on)
    return found.join(DataFrame({name: mine[column].agg(list) for name, column in columns.items()}))


def _income_lines(found: DataFrame, t: Mapping[str, DataFrame]) -> DataFrame:
    found = found.set_index("household_id")
    rows = t["income_line"][t["income_line"].household_id.isin(found.index)]
    rows = rows[rows.year == rows.household_id.map(found.year)]
    return _lists(found, rows, "household_id", income_lines="line")


def medical_burden(t: Mapping[str, DataFrame]) -> DataFrame:
    own = t["own_bill"].join(t["family"], how="inner")
    limit = own.registered.map({True: 6000_00, False: 10000_00})
    return _lists(own[own.own_pay >= limit], t["household_bill"], "household_id", bill_lines="line")


def school_dropout(t: Mapping[str, DataFrame]) -> DataFrame:
    known = t["known"]
    child = known[(known.age < 16) & (2025 - known.birth.dt.year - (known.birth.dt.month > 8) >= 6)]
    pupil = t["pupil"]
    at_school = pupil.person_key[pupil.status.isin(["在读", "送教上门", "延缓入学"])]
    out = child[~child.person_key.isin(at_school)].set_index("person_id")
    rows = out.reset_index()[["person_id", "person_key"]].merge(pupil, on="person_key")
    return _lists(out, rows, "person_id", statuses="status", pupil_lines="line")


def uninsured(t: Mapping[str, DataFrame]) -> DataFrame:
    insured = t["insured"]
    return t["known"][~t["known"].person_key.isin(insured.person_key[insured.year == DAY.year])].set_index("person_id")


def unsafe_house(t: Mapping[str, DataFrame]) -> DataFrame:
    housing = t["housing"][t["housing"].appraised_on <= DAY].copy()
    house = t["household"]
    by_head = housing[housing.household_id.isna()].drop(columns="household_id")
    by_head = by_head.merge(house.loc[house.head_key.notna(), ["household_id", "head_key"]], on="head_key")
    housing = pd.concat([housing[housing.household_id.isin(house.household_id)], by_head])
    housing["rebuilt"] = housing.rebuilt_on.between(housing.appraised_on, DAY)
    housing["rank"] = housing.grade.map({"D": 1, "C": 2, "B": 3, "A": 4}).fillna(5)
    order = ["household_id", "appraised_on", "rank", "rebuilt", "line"]
    newest = housing.sort_values(order, ascending=[True, False, True, True, True]).drop_duplicates("household_id")
    return newest[newest.grade.isin(["C", "D"]) & ~newest.rebuilt].set_index("household_id")


def job_lost(t: Mapping[str, DataFrame]) -> DataFrame:
    job = t["job"][t["job"].starts_on <= DAY]
    running = job.person_key[job.ends_on.isna() | (job.ends_on >= DAY)]
    ended = job[(job.ends_on > DAY - pd.DateOffset(months=6)) & (job.ends_on < DAY) & ~job.person_key.isin(running)]
    known = t["known"]
    rows = known[known.age.between(16, 60)].merge(ended, on="person_key", suffixes=("", "_job"))
    return _lists(rows.groupby("person_id").agg(ended_on=("ends_on", "max")), rows, "person_id", job_lines="line_job")


def low_income(t: Mapping[str, DataFrame]) -> DataFrame:
    newest = t["newest"]
    return _income_lines(newest[(newest.net_income < newest.line_total) & ~newest.monitored], t)


def income_drop(t: Mapping[str, DataFrame]) -> DataFrame:
    n = t["newest"]
    dropped = (n.before > 0) & (n.net_income * 10 <= n.before * 7) & (n.net_income * 10 < n.line_total * 15)
    return _income_lines(n[dropped], t)


def rigid_spending(t: Mapping[str, DataFrame]) -> DataFrame:
    pupil = t["pupil"][(t["pupil"].status == "在读") & t["pupil"].own_cost.notna()]
    schooled = t["known"][["household_id", "person_key"]].drop_duplicates().merge(pupil, on="person_key")
    n = t["newest"]
    own_pay = n.household_id.map(t["own_bill"].own_pay).fillna(0)
    cost = n.household_id.map(schooled.groupby("household_id").own_cost.sum()).fillna(0)
    fires = (n.net_income >= n.line_total) & (n.net_income - own_pay - cost < n.line_total) & ~n.monitored
    found = _income_lines(n.assign(own_pay=own_pay, school_cost=cost)[fires], t)
    found = _lists(found, schooled, "household_id", pupil_lines="line")
    return _lists(found, t["household_bill"], "household_id", bill_lines="line")


def owns_car(t: Mapping[str, DataFrame]) -> DataFrame:
    v = t["vehicle"]
    v = v[v.vehicle_kind.isin(CARS) & (v.status != "注销") & (v.registered_on.isna() | (v.registered_on <= DAY))]
    rows = t["known"][t["known"].registered].merge(v, on="person_key", suffixes=("", "_car"))
    found = rows.groupby("person_id").agg(registered_on=("registered_on", "max"))
    return _lists(found, rows, "person_id", plates="plate", kinds="vehicle_kind", vehicle_lines="line_car")


def paid_after_death(t: Mapping[str, DataFrame]) -> DataFrame:
    dead = t["person"][t["person"].died_on.notna()]
    rows = dead.merge(t["payment"], on="person_key", suffixes=("", "_pay"))
    rows = rows[(rows.paid_on > rows.died_on + pd.Timedelta(days=31)) & (rows.paid_on <= DAY)]
    found = rows.groupby("person_id").agg(payments=("line", "size"), amount=("amount", "sum"), last=("paid_on", "max"))
    return _lists(found, rows, "person_id", subsidies="subsidy", payment_lines="line_pay")


def dibao_unpaid(t: Mapping[str, DataFrame]) -> DataFrame:
    since, listed, pay = DAY - pd.DateOffset(months=2), t["dibao"], _seen(t["payment"], "paid_on", 2)
    listed = listed[(listed.starts_on < since) & (listed.ends_on.isna() | (listed.ends_on >= DAY))]
    known = t["known"]
    paid = known.household_id[known.person_key.isin(pay.person_key[pay.subsidy.str.contains("低保", regex=False)])]
    family = t["family"]
    whole = family.index[family.valid_ids == family.members]
    asked = known[known.household_id.isin(whole) & ~known.household_id.isin(paid)]
    rows = asked.merge(listed, on="person_key", suffixes=("", "_dibao"))
    found = rows.groupby("person_id").agg(starts_on=("starts_on", "min"))
    return _lists(found, rows, "person_id", dibao_lines="line_dibao")


def payee_mismatch(t: Mapping[str, DataFrame]) -> DataFrame:
    rows = _seen(t["payment"], "paid_on", 12).merge(t["known"], on="person_key", suffixes=("_pay", ""))
    rows = rows[rows.name_pay.notna() & (rows.name_pay != rows.name)]
    rows = rows[_bare(rows.name_pay) != _bare(rows.name)]
    found = rows.groupby("person_id").agg(payments=("line", "size"), amount=("amount", "sum"), last=("paid_on", "max"))
    return _lists(found, rows, "person_id", names="name_pay", payment_lines="line_pay")


def _bare(names: Series) -> Series:
    return names.str.replace(r"[\s·•・．.]", "", regex=True)


def pension_missing(t: Mapping[str, DataFrame]) -> DataFrame:
    pension, insured, known = t["pension"], t["insured"], t["known"]
    asked = known[(known.age >= 60) & ~known.person_key.isin(pension.person_key[pension.starts_on <= DAY])]
    rows = asked.merge(insured[insured.year == DAY.year], on="person_key", suffixes=("", "_insured"))
    return _lists(rows.groupby("person_id").agg(age=("age", "first")), rows, "person_id", insured_lines="line_insured")


def kin_age(t: Mapping[str, DataFrame]) -> DataFrame:
    known, family = t["known"], t["family"]
    one = family.index[family.heads == 1]
    head = known[(known.relation == "户主") & known.household_id.isin(one)].set_index("household_id")
    kin = known[known.relation.isin(["之子", "之女", "之父", "之母"])].join(
        head[["birth", "line"]].add_prefix("head_"), on="household_id", how="inner"
    )
    gap = pd.DateOffset(years=12)
    child = kin.relation.isin(["之子", "之女"]) & (kin.birth < kin.head_birth + gap)
    parent = kin.relation.isin(["之父", "之母"]) & (kin.birth > kin.head_birth - gap)
    return kin[child | parent].set_index("person_id")


def copied_account(t: Mapping[str, DataFrame]) -> DataFrame:
    lines = t["income_line"]
    items = lines.groupby(["household_id", "year", "item"]).amount.sum().reset_index()
    items["spelling"] = items["item"] + "=" + items.amount.astype(str) + " "
    spelt = items.groupby(["household_id", "year"]).agg(items=("item", "size"), spelling=("spelling", "sum"))
    spelt = (
        spelt[spelt["items"] >= 4].reset_index().merge(t["household"][["household_id", "village"]], on="household_id")
    )
    spelt["others"] = spelt.groupby(["village", "year", "spelling"]).household_id.transform("size") - 1
    found = spelt[spelt.others >= 2].merge(t["account"][["household_id", "year"]], on=["household_id", "year"])
    return _income_lines(found, t)


def same_phone(t: Mapping[str, DataFrame]) -> DataFrame:
    house = t["household"][t["household"].phone.notna()]
    many = house[house.groupby("phone").line.transform("size") >= 5]
    shared = many.groupby("phone").line.agg(["size", lambda lines: sorted(lines)[:100]])
    return many.set_index("household_id").join(shared, on="phone")


RULES: Mapping[str, Callable[[Mapping[str, DataFrame]], DataFrame]] = MappingProxyType(
    {
        rule.__name__: rule
        for rule in (
            medical_burden, school_dropout, uninsured, unsafe_house, job_lost, low_income, income_drop, rigid_spending,
            owns_car, paid_after_death, dibao_unpaid, payee_mismatch, pension_missing, kin_age, copied_account,
            same_phone,
        )
    }
)  # fmt: skip
