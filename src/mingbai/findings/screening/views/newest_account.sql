-- about: 有在世成员的户最近一年的账，与该年监测线、上一年的账 · the newest account, its year's line and the year before
-- basis: rules.md "Account": compared exactly, net against line × members
SELECT
  a.household_id, a.year, a.wages, a.costs, a.net_income, a.work, a.dibao, a.pension,
  h.members, h.monitored, h.valid_ids, h.months_worked,
  s.value AS line_per_head,
  s.value * h.members AS line_total,
  b.net_income AS net_income_before
FROM account AS a
JOIN living_household AS h ON h.household_id = a.household_id
LEFT JOIN standard AS s ON s.name = 'monitoring_line' AND s.year = a.year
LEFT JOIN account AS b ON b.household_id = a.household_id AND b.year = a.year - 1
WHERE a.newest
