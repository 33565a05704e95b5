-- code: worker_died
-- title: 主要劳动力去世 · A worker of the family died
-- group: risk
-- subject: household
-- requires: death
-- basis: 缺劳动力是返贫致贫风险，公安、民政推送（policy.md 4.2）
-- ask: 人走了以后，家里的活谁干、钱从哪里来、老人孩子谁管？
-- ask_en: Since the death, who does the work, where does money come from, who looks after the old and the young?
-- says: 核对期内去世的劳动年龄成员 {people} 人，最近 {died_on}；成员表第 {member_lines} 行，死亡注销第 {death_lines} 行
-- key: 去世月份 · the month of death
SELECT
  h.household_id, STRFTIME(MAX(r.died_on), '%Y-%m') AS clue_key, MAX(r.died_on) AS died_on,
  COUNT(*) AS people, ARRAY_AGG(r.line) AS member_lines, ARRAY_AGG(r.death_line) AS death_lines
FROM living_household AS h
JOIN (
  SELECT
    m.household_id, m.line, m.died_on, m.death_line,
    EXTRACT(YEAR FROM m.died_on) - EXTRACT(YEAR FROM m.birth)
      - CASE WHEN EXTRACT(MONTH FROM m.died_on) * 100 + EXTRACT(DAY FROM m.died_on)
          < EXTRACT(MONTH FROM m.birth) * 100 + EXTRACT(DAY FROM m.birth) THEN 1 ELSE 0 END AS age_at_death
  FROM roster AS m
  WHERE m.died_on IS NOT NULL
) AS r ON r.household_id = h.household_id
WHERE r.died_on > (SELECT starts FROM standard WHERE name = 'worker_died_months')
  AND r.age_at_death >= (SELECT value FROM standard WHERE name = 'working_age_from')
  AND r.age_at_death <= (SELECT value FROM standard WHERE name = 'working_age_to')
GROUP BY h.household_id
