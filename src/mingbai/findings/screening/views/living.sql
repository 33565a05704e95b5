-- about: 在世的家庭成员：周岁与所在户 · living members with their age and household
-- basis: rules.md "Age", "The dead"
SELECT
  r.line, r.household_id, r.person_id, r.name, r.relation, r.sex, r.studying, r.health, r.skill, r.months_worked,
  r.id_empty, r.id_valid, r.person_key, r.birth, r.id_sex,
  CAST(EXTRACT(YEAR FROM d.day) - EXTRACT(YEAR FROM r.birth)
    - CASE WHEN EXTRACT(MONTH FROM d.day) * 100 + EXTRACT(DAY FROM d.day)
        < EXTRACT(MONTH FROM r.birth) * 100 + EXTRACT(DAY FROM r.birth) THEN 1 ELSE 0 END AS INTEGER) AS age,
  h.village, h.monitored, h.registered
FROM roster AS r
JOIN home AS h ON h.household_id = r.household_id
CROSS JOIN screening_day AS d
WHERE r.died_on IS NULL
