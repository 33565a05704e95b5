-- about: 花名册每一行：证件号码是否有效、是否已故 · every row of the roster, living or dead
-- basis: rules.md "IDs", "The dead"
-- where_it_came: death
WITH died AS (
  SELECT
    x.person_key, x.died_on, x.line,
    ROW_NUMBER() OVER (PARTITION BY x.person_key ORDER BY x.died_on, x.line) AS place
  FROM death AS x
  WHERE x.person_valid
), checked AS (
  SELECT
    m.line, m.household_id, m.person_id, m.name, m.relation, m.sex, m.studying, m.health, m.skill, m.months_worked,
    m.person_key IS NULL AS id_empty,
    COALESCE(m.person_valid AND m.person_birth <= d.day, FALSE) AS id_valid,
    m.person_key, m.person_birth AS birth, m.person_sex AS id_sex
  FROM member AS m
  CROSS JOIN screening_day AS d
)
SELECT
  c.line, c.household_id, c.person_id, c.name, c.relation, c.sex, c.studying, c.health, c.skill, c.months_worked,
  c.id_empty, c.id_valid,
  CASE WHEN c.id_valid THEN c.person_key END AS person_key,
  CASE WHEN c.id_valid THEN c.birth END AS birth,
  CASE WHEN c.id_valid THEN c.id_sex END AS id_sex,
  x.died_on, x.line AS death_line
FROM checked AS c
LEFT JOIN died AS x ON c.id_valid AND x.person_key = c.person_key AND x.place = 1
