-- code: paid_after_death
-- title: 去世后仍在领钱 · Paid after death
-- group: leak
-- subject: person
-- requires: death
-- basis: 审计常查：死亡人员领取补贴；注销有滞后，留宽限天数（惯例）
-- ask: 人是哪天走的？卡在谁手里？去世后进的钱退了没有？
-- ask_en: When did the person die? Who holds the card? Has what came afterwards been returned?
-- says: {died_on} 去世，宽限 {grace_days} 天后仍发放 {payments} 笔共 {amount} 元（{subsidies}，最后一笔 {last_paid_on}）；一卡通发放第 {payment_lines} 行，死亡注销第 {death_line} 行
-- key: 去世月份 · the month of death
SELECT
  r.person_id, STRFTIME(r.died_on, '%Y-%m') AS clue_key, r.died_on, COUNT(*) AS payments, SUM(p.amount) AS amount,
  (SELECT value FROM standard WHERE name = 'paid_after_death_days') AS grace_days,
  ARRAY_AGG(p.subsidy) AS subsidies, MAX(p.paid_on) AS last_paid_on, ARRAY_AGG(p.line) AS payment_lines,
  r.death_line
FROM roster AS r
JOIN payment AS p ON p.person_key = r.person_key
WHERE r.died_on IS NOT NULL
  AND DATE_DIFF('DAY', r.died_on, p.paid_on) > (SELECT value FROM standard WHERE name = 'paid_after_death_days')
GROUP BY r.person_id, r.died_on, r.death_line
