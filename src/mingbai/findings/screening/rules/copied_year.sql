-- code: copied_year
-- title: 今年的账与去年一样 · This year's account copies last year's
-- group: file
-- subject: household
-- basis: 照抄上年数据（policy.md 5.5、11.2）
-- ask: 今年的账是跟家里一笔一笔算的吗？哪些跟去年不一样？
-- ask_en: Was this year's account reckoned with the family, line by line? What differs from last year?
-- says: {year} 年与上一年的 {items} 个科目和金额全部相同；收入表第 {income_lines} 行
-- key: 账的年度 · the year of the account
WITH pair AS (
  -- Only accounts whose totals agree can agree in every item, so only those are spelt out.
  SELECT n.household_id, n.year, n.income_lines, o.income_lines AS income_lines_before
  FROM account AS n
  JOIN account AS o ON o.household_id = n.household_id AND o.year = n.year - 1
    AND o.wages = n.wages AND o.business = n.business AND o.property = n.property
    AND o.transfers = n.transfers AND o.costs = n.costs
  WHERE n.newest
), item AS (
  SELECT p.household_id, i.year, i.item, SUM(i.amount) AS amount
  FROM pair AS p
  JOIN income_line AS i ON i.household_id = p.household_id
  WHERE i.year = p.year OR i.year = p.year - 1
  GROUP BY p.household_id, i.year, i.item
), spelt AS (
  SELECT
    i.household_id, i.year, COUNT(*) AS items,
    STRING_AGG(i.item || '=' || CAST(i.amount AS TEXT), ';' ORDER BY i.item) AS spelling
  FROM item AS i
  GROUP BY i.household_id, i.year
)
SELECT p.household_id, p.year AS clue_key, p.year, n.items, p.income_lines, p.income_lines_before
FROM pair AS p
JOIN spelt AS n ON n.household_id = p.household_id AND n.year = p.year
JOIN spelt AS o ON o.household_id = p.household_id AND o.year = p.year - 1 AND o.spelling = n.spelling
WHERE n.items >= (SELECT value FROM standard WHERE name = 'copied_year_items')
