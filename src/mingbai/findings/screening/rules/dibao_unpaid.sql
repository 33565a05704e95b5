-- code: dibao_unpaid
-- title: 低保金没有到账 · Dibao not paid
-- group: leak
-- subject: person
-- basis: 应发尽发：低保按月社会化发放（惯例：两个月内应见到账）
-- ask: 低保金最近哪个月到的账？卡换过没有？是不是并到家里别人的卡上了？
-- ask_en: Which month did dibao last arrive? Was the card changed? Is it paid to another card of the family?
-- says: 低保自 {starts_on} 起在册，近 {months} 个月全家都没有低保发放记录；低保对象第 {dibao_lines} 行
-- key: 筛查年度 · the year
WITH paid AS (
  SELECT DISTINCT l.household_id
  FROM living AS l
  JOIN payment AS p ON p.person_key = l.person_key
  WHERE p.subsidy LIKE '%低保%'
    AND p.paid_on > (SELECT starts FROM standard WHERE name = 'dibao_unpaid_months')
)
SELECT
  l.person_id, d.year AS clue_key, MIN(x.starts_on) AS starts_on,
  (SELECT value FROM standard WHERE name = 'dibao_unpaid_months') AS months, ARRAY_AGG(x.line) AS dibao_lines
FROM dibao AS x
JOIN living AS l ON l.person_key = x.person_key
JOIN living_household AS h ON h.household_id = l.household_id
CROSS JOIN screening_day AS d
LEFT JOIN paid AS y ON y.household_id = l.household_id
WHERE x.starts_on < (SELECT starts FROM standard WHERE name = 'dibao_unpaid_months')
  AND (x.ends_on IS NULL OR x.ends_on >= d.day)
  AND h.valid_ids = h.members
  AND y.household_id IS NULL
GROUP BY l.person_id, d.year
