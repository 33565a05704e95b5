"""What an import would change: the usable rows of the files against the registry as it stands. SQL, no Django.

An empty cell never erases what stands here; a column that did not come is empty. Tables made, in schema ``plan``:

* ``household``  kind (new, changed, touched: only its members change), was (version, 0 for new), fields that change,
  and what the row will hold
* ``member``     the same, with household_id, from_household (where they leave from) and the ID in clear as ``key``
* ``difference`` household_id, field, ours, theirs: what was decided here
* ``doubt``      person or household and a sentence
"""

import duckdb

from mingbai.facts.registry.staging import DECIDED, HOUSEHOLD, MEMBER


def make(con: duckdb.DuckDBPyConnection) -> None:
    """Fills the plan from ``plan.said_…`` and ``here``; ``plan.id_index`` (key, id_index) must stand."""
    _households(con)
    _members(con)
    _touched(con)
    _differences(con)
    con.execute(
        "CREATE OR REPLACE TABLE plan.doubt (household_id VARCHAR, person_id VARCHAR, name VARCHAR, said VARCHAR)"
    )
    _same_id(con)
    _same_name_and_birth(con)
    _weak_ids(con)


def outcome(con: duckdb.DuckDBPyConnection) -> str:
    """A digest of what would be written: two plans with the same one come to the same. The versions of the rows and
    the hidden IDs, new each time, are not in it."""
    parts = []
    for table, left_out in (("household", "was"), ("member", "was, from_hidden"), ("difference", "")):
        exclude = f" EXCLUDE ({left_out})" if left_out else ""
        row = con.execute(
            f"SELECT count(*), coalesce(bit_xor(hash(t)), 0) FROM (SELECT *{exclude} FROM plan.{table}) t"
        ).fetchall()[0]
        parts.append(f"{row[0]}:{row[1]:x}")
    return " ".join(parts)


def _households(con: duckdb.DuckDBPyConnection) -> None:
    changes, after = [], []
    for name in HOUSEHOLD:
        free = " AND h.class_decided_on IS NULL" if name in DECIDED else ""
        differs = f"a.{name} IS NOT NULL AND a.{name} IS DISTINCT FROM h.{name}{free}"
        changes.append(f"CASE WHEN {differs} THEN '{name}' END")
        after.append(f"CASE WHEN {differs} THEN a.{name} ELSE h.{name} END AS {name}")
    con.execute(
        "CREATE OR REPLACE TABLE plan.household AS SELECT * FROM ("
        "SELECT a.household_id, CASE WHEN h.household_id IS NULL THEN 'new' ELSE 'changed' END AS kind, "
        "coalesce(h.version::INTEGER, 0) AS was, h.village AS from_village, "
        f"list_filter([{', '.join(changes)}], lambda x: x IS NOT NULL) AS fields, {', '.join(after)} "
        "FROM plan.said_household a LEFT JOIN here.household h USING (household_id)) "
        "WHERE kind = 'new' OR len(fields) > 0"
    )


def _members(con: duckdb.DuckDBPyConnection) -> None:
    # The ID of whoever stands here, in clear, where the file knows the same; otherwise only that it is another one.
    con.execute(
        "CREATE OR REPLACE TABLE plan.living AS SELECT h.*, "
        "CASE WHEN h.id_index IS NOT NULL THEN coalesce(i.key, h.id_index) END AS key "
        "FROM here.member h LEFT JOIN plan.id_index i USING (id_index) WHERE h.left_on IS NULL"
    )
    changes, after = [], []
    for name in (*MEMBER, "household_id"):
        differs = f"a.{name} IS NOT NULL AND a.{name} IS DISTINCT FROM h.{name}"
        changes.append(f"CASE WHEN {differs} THEN '{name}' END")
        after.append(f"coalesce(a.{name}, h.{name}) AS {name}")
    # A number that fails its own check never takes the place of one that passes.
    new_id = "(a.key IS NOT NULL AND a.key IS DISTINCT FROM h.key AND (a.valid OR NOT coalesce(h.id_valid, FALSE)))"
    changes.append(f"CASE WHEN {new_id} THEN 'person' END")
    con.execute(
        "CREATE OR REPLACE TABLE plan.member AS SELECT * FROM ("
        "SELECT a.person_id, CASE WHEN h.person_id IS NULL THEN 'new' ELSE 'changed' END AS kind, "
        "coalesce(o.version::INTEGER, 0) AS was, "
        "CASE WHEN h.household_id <> a.household_id THEN h.household_id END AS from_household, "
        "h.id_hidden AS from_hidden, h.relation AS from_relation, "
        f"list_filter([{', '.join(changes)}], lambda x: x IS NOT NULL) AS fields, {', '.join(after)}, "
        f"CASE WHEN {new_id} THEN a.key END AS key, "
        f"CASE WHEN {new_id} THEN a.valid ELSE coalesce(h.id_valid, FALSE) END AS id_valid, "
        # A birth date typed by hand stands until a valid ID says it.
        f"CASE WHEN {new_id} AND a.valid THEN a.birth ELSE h.birth END AS birth, "
        f"({new_id} AND a.valid AND h.birth IS NOT NULL AND NOT h.id_valid) AS birth_was_typed "
        "FROM plan.said_member a LEFT JOIN plan.living h USING (person_id) "
        "LEFT JOIN here.household o ON o.household_id = a.household_id) WHERE kind = 'new' OR len(fields) > 0"
    )


def _touched(con: duckdb.DuckDBPyConnection) -> None:
    """Households of which only members change: they get an event and a new version too."""
    con.execute(
        "INSERT INTO plan.household BY NAME SELECT h.household_id, 'touched' AS kind, h.version::INTEGER AS was, "
        f"h.village AS from_village, []::VARCHAR[] AS fields, {', '.join(f'h.{name}' for name in HOUSEHOLD)} "
        "FROM here.household h WHERE h.household_id IN (SELECT household_id FROM plan.member "
        "UNION SELECT from_household FROM plan.member WHERE from_household IS NOT NULL) "
        "AND h.household_id NOT IN (SELECT household_id FROM plan.household)"
    )


def _differences(con: duckdb.DuckDBPyConnection) -> None:
    parts = [
        f"SELECT a.household_id, '{name}' AS field, coalesce(h.{name}, '') AS ours, a.{name} AS theirs "
        "FROM plan.said_household a JOIN here.household h USING (household_id) "
        f"WHERE h.class_decided_on IS NOT NULL AND a.{name} IS NOT NULL AND a.{name} IS DISTINCT FROM h.{name}"
        for name in DECIDED
    ]
    con.execute(
        f"CREATE OR REPLACE TABLE plan.difference AS FROM ({' UNION ALL '.join(parts)}) d "
        # Once somebody settled for ours, the same word from there is no news.
        "ANTI JOIN here.difference k USING (household_id, field, theirs)"
    )


def _same_id(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        "INSERT INTO plan.doubt SELECT a.household_id, a.person_id, a.name, "
        "'文件里还有 ' || string_agg(b.name || '（户 ' || b.household_id || '，第 ' || b.line || ' 行）', '、' ORDER BY b.line) "
        "|| ' 用同一个证件号码。' FROM plan.said_member a JOIN plan.said_member b ON a.key = b.key "
        "AND a.person_id <> b.person_id WHERE a.valid GROUP BY ALL"
    )
    con.execute(
        "INSERT INTO plan.doubt SELECT a.household_id, a.person_id, a.name, "
        "'登记在户 ' || h.household_id || ' 的' || h.name || '（人编号 ' || h.person_id || '）是同一个证件号码。' "
        "FROM plan.said_member a JOIN plan.living h ON a.key = h.key AND a.person_id <> h.person_id "
        "WHERE a.valid AND h.person_id NOT IN (SELECT person_id FROM plan.said_member)"
    )
    # Who lives beyond the area is not told.
    con.execute(
        "INSERT INTO plan.doubt SELECT a.household_id, a.person_id, a.name, '本次导入范围以外已登记有这个证件号码的人。' "
        "FROM plan.said_member a JOIN plan.id_index i USING (key) JOIN elsewhere.member e USING (id_index) "
        "WHERE a.valid AND e.living"
    )


def _same_name_and_birth(con: duckdb.DuckDBPyConnection) -> None:
    # A number that fails its check often still holds the right day.
    guess = "coalesce(a.birth, TRY_CAST(TRY_STRPTIME(substr(a.key, 7, 8), '%Y%m%d') AS DATE)::VARCHAR)"
    con.execute(
        "CREATE OR REPLACE TEMP TABLE named AS "
        f"SELECT household_id, person_id, name, valid, {guess} AS birth, TRUE AS came FROM plan.said_member a "
        "UNION ALL SELECT household_id, person_id, name, id_valid, birth, FALSE FROM plan.living "
        "WHERE person_id NOT IN (SELECT person_id FROM plan.said_member)"
    )
    con.execute(
        "INSERT INTO plan.doubt SELECT a.household_id, a.person_id, a.name, "
        "'与户 ' || min(b.household_id) || ' 的同名人员出生日期相同，且证件号码缺失或有误，可能是同一个人。' "
        "FROM named a JOIN named b ON a.name = b.name AND a.birth = b.birth AND a.person_id <> b.person_id "
        "WHERE a.came AND NOT a.valid AND a.birth IS NOT NULL GROUP BY ALL"
    )
    con.execute("DROP TABLE named")


def _weak_ids(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        "INSERT INTO plan.doubt SELECT a.household_id, a.person_id, a.name, "
        "'文件里的证件号码校验不通过，系统里的校验通过，没有改动。' FROM plan.said_member a JOIN plan.living h USING (person_id) "
        "WHERE NOT a.valid AND a.key IS NOT NULL AND h.id_valid AND a.key IS DISTINCT FROM h.key"
    )
    con.execute(
        "INSERT INTO plan.doubt SELECT a.household_id, m.person_id, a.head_name, "
        "'户表的户主证件号码与成员表的户主不一致，以成员表为准。' FROM arrived.household a JOIN arrived.member m "
        "ON m.household_id = a.household_id AND m.relation = '户主' "
        "WHERE m.person_key IS NOT NULL AND a.head_key IS DISTINCT FROM m.person_key"
    )
