-- code: income_without_cost
-- title: 有经营收入无经营支出 · Business income without costs
-- group: file
-- subject: household
-- basis: 有生产经营性收入而无生产经营性支出（policy.md 5.5）
-- ask: 种地、养殖花了多少本钱？种子、化肥、饲料都记了没有？
-- ask_en: What did farming and stock cost: seed, fertilizer, feed? Was it written down?
-- says: {year} 年生产经营性收入 {business} 元，支出为 {costs} 元；收入表第 {income_lines} 行
-- key: 账的年度 · the year of the account
SELECT a.household_id, a.year AS clue_key, a.year, a.business, a.costs, a.income_lines
FROM account AS a
WHERE a.newest AND a.business > 0 AND a.costs = 0
