-- code: copied_year
-- title: 今年的账与去年一样 · This year's account copies last year's
-- group: file
-- subject: household
-- diamond: yes
-- basis: 照抄上年数据（policy.md 5.5、11.2）
-- ask: 今年的账是跟家里一笔一笔算的吗？哪些跟去年不一样？
-- ask_en: Was this year's account reckoned with the family, line by line? What differs from last year?
-- says: {year} 年与上一年的 {items} 个科目和金额全部相同；收入表第 {income_lines} 行
-- key: 账的年度 · the year of the account
WITH same AS (
  SELECT n.household_id, n.year, n.items, n.income_lines, o.income_lines AS income_lines_before
  FROM account AS n
  JOIN account AS o ON o.household_id = n.household_id AND o.year = n.year - 1
    AND o.items = n.items AND o.net_income = n.net_income
  JOIN account_item AS y ON y.household_id = n.household_id AND y.year = n.year
  JOIN account_item AS z ON z.household_id = o.household_id AND z.year = o.year
    AND z.item = y.item AND z.amount = y.amount
  WHERE n.newest AND n.items >= (SELECT value FROM standard WHERE name = 'copied_year_items')
  GROUP BY n.household_id, n.year, n.items, n.income_lines, o.income_lines
  HAVING COUNT(*) = n.items
)
SELECT s.household_id, s.year AS clue_key, s.year, s.items, s.income_lines, s.income_lines_before
FROM same AS s
