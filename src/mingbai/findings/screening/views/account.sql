-- about: 每户每年的收支账 · the account of a household-year
-- basis: rules.md "Account"; policy.md 5.1
WITH added AS (
  SELECT
    i.household_id, i.year,
    SUM(CASE WHEN i.item LIKE 'A%' THEN i.amount ELSE 0.00 END) AS wages,
    SUM(CASE WHEN i.item LIKE 'B%' THEN i.amount ELSE 0.00 END) AS business,
    SUM(CASE WHEN i.item LIKE 'C%' THEN i.amount ELSE 0.00 END) AS property,
    SUM(CASE WHEN i.item LIKE 'D%' THEN i.amount ELSE 0.00 END) AS transfers,
    SUM(CASE WHEN i.item LIKE 'E%' THEN i.amount ELSE 0.00 END) AS costs,
    SUM(CASE WHEN i.item LIKE 'A1%' THEN i.amount ELSE 0.00 END) AS work,
    SUM(CASE WHEN i.item LIKE 'D2%' THEN i.amount ELSE 0.00 END) AS dibao,
    SUM(CASE WHEN i.item LIKE 'D4%' THEN i.amount ELSE 0.00 END) AS pension,
    ARRAY_AGG(i.line) AS income_lines
  FROM income_line AS i
  GROUP BY i.household_id, i.year
)
SELECT
  a.household_id, h.village, a.year, a.wages, a.business, a.property, a.transfers, a.costs,
  a.wages + a.business + a.property + a.transfers - a.costs AS net_income,
  a.work, a.dibao, a.pension, a.income_lines,
  a.year = MAX(a.year) OVER (PARTITION BY a.household_id) AS newest
FROM added AS a
JOIN home AS h ON h.household_id = a.household_id
