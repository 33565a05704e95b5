-- code: pension_without_elder
-- title: 有养老金无老人 · Pension but nobody old enough
-- group: file
-- subject: household
-- basis: 有养老金但全家没有60周岁以上成员（policy.md 5.5）
-- ask: 养老金是谁领的？这个人还在不在户口上？
-- ask_en: Who draws the pension, and is that person still on the household's list?
-- says: {year} 年养老保险金 {pension} 元，{members} 名成员都不满 {pension_age} 周岁；收入表第 {income_lines} 行
-- key: 账的年度 · the year of the account
SELECT
  a.household_id, a.year AS clue_key, a.year, a.pension, a.members, y.income_lines,
  (SELECT value FROM standard WHERE name = 'pension_age') AS pension_age
FROM newest_account AS a
JOIN account AS y ON y.household_id = a.household_id AND y.year = a.year
LEFT JOIN (
  SELECT DISTINCT l.household_id
  FROM living AS l
  WHERE l.age >= (SELECT value FROM standard WHERE name = 'pension_age')
) AS e ON e.household_id = a.household_id
WHERE a.pension > 0 AND a.valid_ids = a.members AND e.household_id IS NULL
