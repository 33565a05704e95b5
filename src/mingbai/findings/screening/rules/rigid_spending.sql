-- code: rigid_spending
-- title: 刚性支出大 · Unavoidable spending too large
-- group: risk
-- subject: household
-- basis: 突发严重困难户：刚性支出较大，基本生活困难（policy.md 4.2）
-- ask: 看病、上学自己掏了多少？是借的还是攒的？往后还要花多少？
-- ask_en: How much went on illness and school? Borrowed or saved? How much more is to come?
-- says: {year} 年纯收入 {net_income} 元，要减去合规自付 {own_pay} 元、学年自付 {school_cost} 元；监测线 {members} 人合计 {line_total} 元；医保结算第 {bill_lines} 行，学籍第 {pupil_lines} 行
-- key: 账的年度 · the year of the account
WITH schooling AS (
  SELECT s.household_id, SUM(s.own_cost) AS school_cost, ARRAY_AGG(s.line) AS pupil_lines
  FROM (
    SELECT DISTINCT l.household_id, p.line, p.own_cost
    FROM living AS l
    JOIN pupil AS p ON p.person_key = l.person_key
    WHERE p.status = '在读' AND p.own_cost IS NOT NULL
  ) AS s
  GROUP BY s.household_id
)
SELECT
  a.household_id, a.year AS clue_key, a.year, a.net_income, a.members, a.line_total,
  COALESCE(b.own_pay, 0.00) AS own_pay, COALESCE(s.school_cost, 0.00) AS school_cost,
  y.income_lines, b.bill_lines, s.pupil_lines,
  a.net_income >= a.line_total
    AND a.net_income - COALESCE(b.own_pay, 0.00) - COALESCE(s.school_cost, 0.00) < a.line_total
    AND NOT a.monitored AS fires
FROM newest_account AS a
JOIN account AS y ON y.household_id = a.household_id AND y.year = a.year
LEFT JOIN household_bills AS b ON b.household_id = a.household_id
LEFT JOIN schooling AS s ON s.household_id = a.household_id
WHERE a.line_total IS NOT NULL
