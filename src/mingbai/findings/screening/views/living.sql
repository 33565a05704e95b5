-- about: 在世的家庭成员：周岁与所在户 · living members with their age and household
-- basis: rules.md "Age", "The dead"
-- kept: no
SELECT
  r.line, r.household_id, r.person_id, r.name, r.relation, r.sex, r.studying, r.health, r.skill, r.months_worked,
  r.id_empty, r.id_valid, r.person_key, r.birth, r.id_sex, r.age, r.village, r.monitored, r.registered
FROM roster AS r
WHERE r.died_on IS NULL
