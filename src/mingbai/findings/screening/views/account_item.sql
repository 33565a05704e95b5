-- about: 每户每年每个科目的合计 · the sum of each item of a household-year
-- basis: rules.md "Account": lines add, codes compared as written
SELECT i.household_id, i.year, i.item, SUM(i.amount) AS amount
FROM income_line AS i
JOIN home AS h ON h.household_id = i.household_id
GROUP BY i.household_id, i.year, i.item
