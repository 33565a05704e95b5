-- code: medical_burden
-- title: 医疗自付负担重 · Heavy medical costs
-- group: risk
-- subject: household
-- basis: 《防止返贫监测部门筛查预警》惯例：脱贫户、监测户和其他农户分设自付限额（policy.md 8.1）
-- ask: 家里谁病了、花了多少、医保报销以后自己还要掏多少，欠账了没有？
-- ask_en: Who has been ill, what did it cost, what was left to pay after insurance, and is there debt?
-- says: 核对期内合规自付合计 {own_pay} 元（{bills} 笔，{first_settled_on} 至 {last_settled_on}），核实标准 {own_pay_limit} 元；医保结算第 {bill_lines} 行
-- key: 筛查年度 · the year
SELECT
  x.household_id, x.clue_key, x.own_pay, x.own_pay_limit, x.bills, x.first_settled_on, x.last_settled_on, x.bill_lines,
  x.own_pay >= x.own_pay_limit AS fires
FROM (
  SELECT
    h.household_id, d.year AS clue_key, b.own_pay, b.bills, b.first_settled_on, b.last_settled_on, b.bill_lines,
    CASE WHEN h.registered THEN (SELECT value FROM standard WHERE name = 'medical_burden_registered')
      ELSE (SELECT value FROM standard WHERE name = 'medical_burden_others') END AS own_pay_limit
  FROM living_household AS h
  JOIN household_bills AS b ON b.household_id = h.household_id
  CROSS JOIN screening_day AS d
) AS x
