-- about: 花名册每一行：所在户、证件号码是否有效、周岁、是否已故 · every row of the roster, living or dead, and its household
-- basis: rules.md "IDs", "Age", "The dead", "Households"
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
    CASE WHEN m.person_valid AND m.person_birth <= d.day THEN m.person_key END AS person_key,
    CASE WHEN m.person_valid AND m.person_birth <= d.day THEN m.person_birth END AS birth,
    CASE WHEN m.person_valid AND m.person_birth <= d.day THEN m.person_sex END AS id_sex,
    d.day
  FROM member AS m
  CROSS JOIN screening_day AS d
)
SELECT
  c.line, c.household_id, c.person_id, c.name, c.relation, c.sex, c.studying, c.health, c.skill, c.months_worked,
  c.id_empty, c.id_valid, c.person_key, c.birth, c.id_sex,
  CAST(EXTRACT(YEAR FROM c.day) - EXTRACT(YEAR FROM c.birth)
    - CASE WHEN EXTRACT(MONTH FROM c.day) * 100 + EXTRACT(DAY FROM c.day)
        < EXTRACT(MONTH FROM c.birth) * 100 + EXTRACT(DAY FROM c.birth) THEN 1 ELSE 0 END AS INTEGER) AS age,
  x.died_on, x.line AS death_line, h.village, h.monitored, h.registered
FROM checked AS c
JOIN home AS h ON h.household_id = c.household_id
LEFT JOIN died AS x ON x.person_key = c.person_key AND x.place = 1
