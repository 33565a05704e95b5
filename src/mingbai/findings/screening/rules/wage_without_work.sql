-- code: wage_without_work
-- title: 务工收入与务工月数矛盾 · Wages and months of work disagree
-- group: file
-- subject: household
-- basis: 有务工收入无务工时间，或有务工时间无工资性收入（policy.md 5.5）
-- ask: 今年谁出去务工、几个月、一个月挣多少？
-- ask_en: Who went out to work this year, for how many months, at what pay?
-- says: {year} 年务工收入 {work} 元、工资性收入 {wages} 元，全家务工 {months_worked} 个月；收入表第 {income_lines} 行，成员表第 {member_lines} 行
-- key: 账的年度 · the year of the account
WITH odd AS (
  SELECT a.household_id, a.year, a.work, a.wages, a.months_worked
  FROM newest_account AS a
  WHERE (a.work > 0 AND a.months_worked = 0) OR (a.wages = 0 AND a.months_worked > 0)
), worked AS (
  SELECT o.household_id, ARRAY_AGG(l.line) AS member_lines
  FROM odd AS o
  JOIN living AS l ON l.household_id = o.household_id
  WHERE l.months_worked IS NOT NULL
  GROUP BY o.household_id
)
SELECT
  o.household_id, o.year AS clue_key, o.year, o.work, o.wages, o.months_worked, y.income_lines, w.member_lines
FROM odd AS o
JOIN account AS y ON y.household_id = o.household_id AND y.year = o.year
LEFT JOIN worked AS w ON w.household_id = o.household_id
