-- code: low_income
-- title: 人均纯收入低于监测线 · Income per head below the monitoring line
-- group: risk
-- subject: household
-- basis: 防止返贫监测范围（policy.md 1.4）；收入是参考，不是唯一标准
-- ask: 今年家里都靠什么进钱？跟去年比怎么样？吃穿用有没有难处？
-- ask_en: What does the family live on this year, and how does it compare with last year? Is anything short?
-- says: {year} 年纯收入 {net_income} 元，{members} 人；监测线每人 {line_per_head} 元，合 {line_total} 元；收入表第 {income_lines} 行
-- key: 账的年度 · the year of the account
SELECT
  a.household_id, a.year AS clue_key, a.year, a.net_income, a.members, a.line_per_head, a.line_total, y.income_lines,
  a.net_income < a.line_total AND NOT a.monitored AS fires
FROM newest_account AS a
JOIN account AS y ON y.household_id = a.household_id AND y.year = a.year
WHERE a.line_total IS NOT NULL
