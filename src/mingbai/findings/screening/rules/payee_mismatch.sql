-- code: payee_mismatch
-- title: 领款人姓名对不上 · Payee's name differs
-- group: leak
-- subject: person
-- basis: 审计常查：冒名领取；改名、少数民族姓名写法不同是常见误报（惯例）
-- ask: 身份证上叫什么名字、改过没有？这张卡是谁在用？
-- ask_en: What name is on the ID card, was it ever changed, and who uses this bank card?
-- says: 核对期内 {payments} 笔发放的姓名写作 {names}，与花名册不符；一卡通发放第 {payment_lines} 行
-- key: 最近发放月份 · the month of the last such payment
SELECT
  l.person_id, STRFTIME(MAX(p.paid_on), '%Y-%m') AS clue_key, COUNT(*) AS payments, SUM(p.amount) AS amount,
  ARRAY_AGG(p.name) AS names, ARRAY_AGG(p.line) AS payment_lines
FROM living AS l
JOIN payment AS p ON p.person_key = l.person_key
WHERE p.paid_on > (SELECT starts FROM standard WHERE name = 'payee_mismatch_months')
  -- Without dots and blanks. Some of the blanks are not to be seen: no-break, wide, zero-width, byte-order mark; then
  -- tab, line ends and page ends. Almost all names are equal as they stand, so the rest is only done for the others.
  AND CASE
    WHEN p.name = l.name THEN FALSE
    ELSE TRANSLATE(p.name, '·•・．.  　​﻿' || CHR(9) || CHR(10) || CHR(11) || CHR(12) || CHR(13), '')
      <> TRANSLATE(l.name, '·•・．.  　​﻿' || CHR(9) || CHR(10) || CHR(11) || CHR(12) || CHR(13), '')
  END
GROUP BY l.person_id
