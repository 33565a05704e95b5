-- code: new_dibao
-- title: 新纳入低保或特困 · Newly on dibao or tekun
-- group: risk
-- subject: household
-- basis: 新纳入低保、特困的农户应研判是否纳入监测（policy.md 4.2、8.1）
-- ask: 是因为什么困难进的低保？除了低保金，还缺哪样？
-- ask_en: What hardship led to dibao? Beyond the money, what else is needed?
-- says: {starts_on} 起新享受低保或特困（{people} 人）；低保对象第 {dibao_lines} 行，特困对象第 {tekun_lines} 行
-- key: 起始月份 · the month it began
WITH began AS (
  SELECT x.person_key, x.starts_on, x.ends_on, x.line AS dibao_line, CAST(NULL AS BIGINT) AS tekun_line FROM dibao AS x
  UNION ALL
  SELECT x.person_key, x.starts_on, x.ends_on, CAST(NULL AS BIGINT) AS dibao_line, x.line AS tekun_line FROM tekun AS x
)
SELECT
  l.household_id, STRFTIME(MAX(b.starts_on), '%Y-%m') AS clue_key, MAX(b.starts_on) AS starts_on,
  COUNT(DISTINCT l.person_key) AS people, ARRAY_AGG(b.dibao_line) AS dibao_lines, ARRAY_AGG(b.tekun_line) AS tekun_lines
FROM living AS l
JOIN began AS b ON b.person_key = l.person_key
CROSS JOIN screening_day AS d
WHERE NOT l.monitored
  AND b.starts_on > (SELECT starts FROM standard WHERE name = 'new_dibao_months')
  AND (b.ends_on IS NULL OR b.ends_on >= d.day)
GROUP BY l.household_id
