-- code: income_drop
-- title: 收入骤减 · Income fell sharply
-- group: risk
-- subject: household
-- basis: 收入大幅缩减是返贫风险（policy.md 4.2、8.1）
-- ask: 今年的钱比去年少在哪里？是没活干、收成不好，还是病了？
-- ask_en: Where is this year's money short of last year's: no work, a bad harvest, illness?
-- says: {year} 年纯收入 {net_income} 元，上一年 {net_income_before} 元；要看降幅是否达到 {drop_percent}%、是否低于监测线的 {line_factor} 倍（{ceiling} 元）；收入表第 {income_lines} 行
-- key: 账的年度 · the year of the account
SELECT
  x.household_id, x.clue_key, x.year, x.net_income, x.net_income_before, x.members,
  x.drop_limit * 100 AS drop_percent, x.line_factor, x.ceiling,
  x.income_lines, x.income_lines_before,
  x.net_income_before > 0
    AND x.net_income <= x.net_income_before - x.drop_limit * x.net_income_before
    AND x.net_income < x.ceiling AS fires
FROM (
  SELECT
    a.household_id, a.year AS clue_key, a.year, a.net_income, a.net_income_before, a.members,
    y.income_lines, z.income_lines AS income_lines_before,
    (SELECT value FROM standard WHERE name = 'income_drop') AS drop_limit,
    (SELECT value FROM standard WHERE name = 'income_drop_line_factor') AS line_factor,
    a.line_total * (SELECT value FROM standard WHERE name = 'income_drop_line_factor') AS ceiling
  FROM newest_account AS a
  JOIN account AS y ON y.household_id = a.household_id AND y.year = a.year
  JOIN account AS z ON z.household_id = a.household_id AND z.year = a.year - 1
  WHERE a.line_total IS NOT NULL AND a.net_income_before IS NOT NULL
) AS x
