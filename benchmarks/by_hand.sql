-- The yardstick: rules as a careful analyst would write them for one county and one day, in one script of plain
-- DuckDB SQL. No shared views, no heads, the numbers as literals. It reads the same typed tables (schema arrived) and
-- gives the same subjects with the same evidence columns, then the household and the village of the subject.
-- Screening day 2026-06-30, the default numbers. `-- rule: CODE` begins the query of a rule.

-- shared
CREATE TEMP TABLE house AS
SELECT
  line, household_id, village, phone,
  CASE WHEN head_valid AND head_birth <= DATE '2026-06-30' THEN head_key END AS head_key,
  coalesce(household_class IN ('脱贫不稳定户', '边缘易致贫户', '突发严重困难户')
    AND coalesce(eliminated, '否') <> '是', false) AS monitored,
  coalesce(monitored OR household_class IN ('脱贫户', '脱贫不稳定户'), false) AS registered
FROM arrived.household;

CREATE TEMP TABLE person AS
SELECT
  m.line, m.household_id, m.person_id, m.name, m.relation, h.village, h.monitored, h.registered,
  CASE WHEN m.person_valid AND m.person_birth <= DATE '2026-06-30' THEN m.person_key END AS person_key,
  CASE WHEN m.person_valid AND m.person_birth <= DATE '2026-06-30' THEN m.person_birth END AS birth,
  date_sub('year', birth, DATE '2026-06-30')::INTEGER AS age,
  d.died_on, d.death_line
FROM arrived.member m
JOIN house h USING (household_id)
LEFT JOIN (
  SELECT person_key, min(died_on) AS died_on, arg_min(line, (died_on, line)) AS death_line FROM arrived.death
  WHERE person_valid AND person_birth <= DATE '2026-06-30' AND died_on <= DATE '2026-06-30' GROUP BY person_key
) d USING (person_key);

CREATE TEMP TABLE alive AS SELECT * EXCLUDE (died_on, death_line) FROM person WHERE died_on IS NULL;

CREATE TEMP TABLE family AS
SELECT
  household_id, village, monitored, registered, count(*) AS members, count(person_key) AS valid_ids,
  count(*) FILTER (relation = '户主') AS heads
FROM alive GROUP BY ALL;

CREATE TEMP TABLE account AS
SELECT
  household_id, year, sum(CASE WHEN left(item, 1) = 'E' THEN -amount ELSE amount END) AS net_income,
  list(line) AS income_lines
FROM arrived.income_line WHERE year <= 2026 GROUP BY ALL;

CREATE TEMP TABLE newest AS
SELECT
  a.household_id, f.village, f.members, f.monitored, a.year, a.net_income, a.income_lines,
  l.per_head AS line_per_head, l.per_head * f.members AS line_total,
  b.net_income AS net_income_before, b.income_lines AS income_lines_before
FROM account a
JOIN family f USING (household_id)
JOIN (VALUES (2021, 6000.0), (2022, 6500.0), (2023, 7300.0), (2024, 8000.0), (2025, 8700.0), (2026, 8800.0))
  l (year, per_head) USING (year)
LEFT JOIN account b ON b.household_id = a.household_id AND b.year = a.year - 1
WHERE (a.household_id, a.year) IN (SELECT household_id, max(year) FROM account GROUP BY household_id);

CREATE TEMP TABLE own_bill AS
SELECT
  p.household_id, sum(b.own_pay) AS own_pay, count(*) AS bills, min(b.settled_on) AS first_settled_on,
  max(b.settled_on) AS last_settled_on, list(b.line) AS bill_lines
FROM (SELECT DISTINCT household_id, person_key FROM person) p
JOIN arrived.bill b USING (person_key)
WHERE b.settled_on > DATE '2025-06-30' AND b.settled_on <= DATE '2026-06-30'
GROUP BY p.household_id;

-- rule: medical_burden
SELECT
  f.household_id, 2026 AS clue_key, b.own_pay, if(f.registered, 6000, 10000) AS own_pay_limit, b.bills,
  b.first_settled_on, b.last_settled_on, b.bill_lines, f.household_id, f.village
FROM family f JOIN own_bill b USING (household_id)
WHERE b.own_pay >= if(f.registered, 6000, 10000);

-- rule: school_dropout
SELECT
  a.person_id, 2025 AS clue_key, any_value(a.age), list(p.status) AS statuses, list(p.line) AS pupil_lines,
  any_value(a.household_id), any_value(a.village)
FROM alive a LEFT JOIN arrived.pupil p USING (person_key)
WHERE a.age < 16 AND date_sub('year', a.birth, DATE '2025-08-31') >= 6 AND a.birth <= DATE '2025-08-31'
GROUP BY a.person_id
HAVING count(*) FILTER (p.status IN ('在读', '送教上门', '延缓入学')) = 0;

-- rule: uninsured
SELECT a.person_id, 2026 AS clue_key, 2026 AS year, a.age, a.household_id, a.village
FROM alive a ANTI JOIN (SELECT person_key FROM arrived.insured WHERE year = 2026) USING (person_key)
WHERE a.person_key IS NOT NULL;

-- rule: unsafe_house
SELECT
  h.household_id, strftime(x.appraised_on, '%Y-%m') AS clue_key, x.grade, x.appraised_on, x.line AS housing_line,
  x.rebuilt, h.household_id, h.village
FROM (
  SELECT
    coalesce(a.household_id, o.household_id) AS household_id, a.grade, a.appraised_on, a.line,
    coalesce(a.rebuilt_on BETWEEN a.appraised_on AND DATE '2026-06-30', false) AS rebuilt
  FROM arrived.housing a
  LEFT JOIN house o ON a.household_id IS NULL AND o.head_key = a.head_key
  WHERE a.appraised_on <= DATE '2026-06-30'
  QUALIFY row_number() OVER (
    PARTITION BY coalesce(a.household_id, o.household_id)
    ORDER BY
      a.appraised_on DESC, CASE WHEN a.grade IN ('A', 'B', 'C', 'D') THEN a.grade ELSE '' END DESC, rebuilt, a.line
  ) = 1
) x JOIN house h USING (household_id)
WHERE x.grade IN ('C', 'D') AND NOT x.rebuilt;

-- rule: job_lost
SELECT
  a.person_id, strftime(max(j.ends_on), '%Y-%m') AS clue_key, any_value(a.age), max(j.ends_on) AS ended_on,
  list(j.line) FILTER (j.ends_on > DATE '2025-12-30') AS job_lines, any_value(a.household_id), any_value(a.village)
FROM alive a JOIN arrived.job j USING (person_key)
WHERE a.age BETWEEN 16 AND 60 AND j.starts_on <= DATE '2026-06-30'
GROUP BY a.person_id
HAVING max(j.ends_on) > DATE '2025-12-30' AND count(*) FILTER (j.ends_on IS NULL OR j.ends_on >= DATE '2026-06-30') = 0;

-- rule: low_income
SELECT
  household_id, year AS clue_key, year, net_income, members, line_per_head, line_total, income_lines,
  household_id, village
FROM newest
WHERE net_income < line_total AND NOT monitored;

-- rule: income_drop
SELECT
  household_id, year AS clue_key, year, net_income, net_income_before, members, 30 AS drop_percent, 1.5 AS line_factor,
  line_total * 1.5 AS ceiling, income_lines, income_lines_before, household_id, village
FROM newest
WHERE net_income_before > 0 AND net_income <= 0.7 * net_income_before AND net_income < line_total * 1.5;

-- rule: rigid_spending
SELECT
  n.household_id, n.year AS clue_key, n.year, n.net_income, n.members, n.line_total,
  coalesce(b.own_pay, 0) AS own_pay, coalesce(s.school_cost, 0) AS school_cost,
  n.income_lines, b.bill_lines, s.pupil_lines, n.household_id, n.village
FROM newest n
LEFT JOIN own_bill b USING (household_id)
LEFT JOIN (
  SELECT a.household_id, sum(p.own_cost) AS school_cost, list(p.line) AS pupil_lines
  FROM (SELECT DISTINCT household_id, person_key FROM alive) a
  JOIN arrived.pupil p USING (person_key)
  WHERE p.status = '在读' AND p.own_cost IS NOT NULL
  GROUP BY a.household_id
) s USING (household_id)
WHERE n.net_income >= n.line_total AND NOT n.monitored
  AND n.net_income - coalesce(b.own_pay, 0) - coalesce(s.school_cost, 0) < n.line_total;

-- rule: owns_car
SELECT
  a.person_id, list(v.plate) AS clue_key, list(v.plate) AS plates, list(v.vehicle_kind) AS vehicle_kinds,
  max(v.registered_on) AS registered_on, list(v.line) AS vehicle_lines, any_value(a.household_id), any_value(a.village)
FROM alive a JOIN arrived.vehicle v USING (person_key)
WHERE a.registered AND v.vehicle_kind IN ('小型轿车', '小型普通客车', '小型越野客车')
  AND v.status IS DISTINCT FROM '注销' AND (v.registered_on IS NULL OR v.registered_on <= DATE '2026-06-30')
GROUP BY a.person_id;

-- rule: paid_after_death
SELECT
  p.person_id, strftime(any_value(p.died_on), '%Y-%m') AS clue_key, any_value(p.died_on), count(*) AS payments,
  sum(y.amount) AS amount, 31 AS grace_days, list(y.subsidy) AS subsidies, max(y.paid_on) AS last_paid_on,
  list(y.line) AS payment_lines, any_value(p.death_line), any_value(p.household_id), any_value(p.village)
FROM person p JOIN arrived.payment y USING (person_key)
WHERE y.paid_on > p.died_on + 31 AND y.paid_on <= DATE '2026-06-30'
GROUP BY p.person_id;

-- rule: dibao_unpaid
SELECT
  a.person_id, 2026 AS clue_key, min(x.starts_on) AS starts_on, 2 AS months, list(x.line) AS dibao_lines,
  any_value(a.household_id), any_value(a.village)
FROM arrived.dibao x
JOIN alive a USING (person_key)
JOIN family f ON f.household_id = a.household_id AND f.valid_ids = f.members
WHERE x.starts_on < DATE '2026-04-30' AND (x.ends_on IS NULL OR x.ends_on >= DATE '2026-06-30')
  AND a.household_id NOT IN (
    SELECT q.household_id FROM alive q JOIN arrived.payment y USING (person_key)
    WHERE contains(y.subsidy, '低保') AND y.paid_on > DATE '2026-04-30' AND y.paid_on <= DATE '2026-06-30'
  )
GROUP BY a.person_id;

-- rule: payee_mismatch
SELECT
  a.person_id, strftime(max(y.paid_on), '%Y-%m') AS clue_key, count(*) AS payments, sum(y.amount) AS amount,
  list(y.name) AS names, list(y.line) AS payment_lines, any_value(a.household_id), any_value(a.village)
FROM alive a JOIN arrived.payment y USING (person_key)
WHERE y.paid_on > DATE '2025-06-30' AND y.paid_on <= DATE '2026-06-30' AND y.name <> a.name
  AND regexp_replace(y.name, '[\s\x{a0}\x{3000}·•・．.]', '', 'g')
    <> regexp_replace(a.name, '[\s\x{a0}\x{3000}·•・．.]', '', 'g')
GROUP BY a.person_id;

-- rule: pension_missing
SELECT
  a.person_id, 2026 AS clue_key, any_value(a.age), 2026 AS year, list(i.line) AS insured_lines,
  any_value(a.household_id), any_value(a.village)
FROM alive a
JOIN arrived.insured i USING (person_key)
ANTI JOIN (SELECT person_key FROM arrived.pension WHERE starts_on <= DATE '2026-06-30') USING (person_key)
WHERE a.age >= 60 AND i.year = 2026
GROUP BY a.person_id;

-- rule: kin_age
SELECT
  a.person_id, a.relation AS clue_key, a.relation, a.birth, h.birth AS head_birth, 12 AS gap, a.line AS member_line,
  h.line AS head_line, a.household_id, a.village
FROM alive a
JOIN alive h ON h.household_id = a.household_id AND h.relation = '户主'
JOIN family f ON f.household_id = a.household_id AND f.heads = 1
WHERE (a.relation IN ('之子', '之女') AND a.birth < h.birth + INTERVAL 12 YEAR)
   OR (a.relation IN ('之父', '之母') AND a.birth > h.birth - INTERVAL 12 YEAR);

-- rule: copied_account
WITH item AS (
  SELECT household_id, year, item, sum(amount) AS amount FROM arrived.income_line WHERE year <= 2026 GROUP BY ALL
), spelt AS (
  SELECT household_id, year, count(*) AS items, string_agg(item || amount, ' ' ORDER BY item) AS spelling
  FROM item GROUP BY ALL HAVING count(*) >= 4
), alike AS (
  SELECT h.village, s.year, s.spelling, list(s.household_id) AS household_ids
  FROM spelt s JOIN house h USING (household_id)
  GROUP BY ALL HAVING count(*) >= 3
)
SELECT
  s.household_id, s.year AS clue_key, s.year, s.items, len(a.household_ids) - 1 AS others, a.household_ids,
  c.income_lines, s.household_id, h.village
FROM spelt s
JOIN house h USING (household_id)
JOIN alike a ON a.village = h.village AND a.year = s.year AND a.spelling = s.spelling
JOIN account c ON c.household_id = s.household_id AND c.year = s.year
WHERE (s.household_id, s.year) IN (SELECT household_id, max(year) FROM account GROUP BY household_id);

-- rule: same_phone
SELECT
  h.household_id, right(h.phone, 4) AS clue_key, s.households, h.line AS household_line, s.household_lines,
  h.household_id, h.village
FROM house h JOIN (
  SELECT phone, count(*) AS households, list(line ORDER BY line)[:100] AS household_lines
  FROM house WHERE phone IS NOT NULL GROUP BY phone HAVING count(*) >= 5
) s USING (phone);
