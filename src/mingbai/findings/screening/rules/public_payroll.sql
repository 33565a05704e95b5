-- code: public_payroll
-- title: 财政供养人员 · On the public payroll
-- group: doubt
-- subject: person
-- basis: 负面清单：财政供养人员（policy.md 2.3；审计署2015年马山县案）
-- ask: 在哪个单位上班、是正式的还是公益岗、每月领多少？
-- ask_en: Which office, a regular post or a public-welfare one, and what is the pay?
-- says: 财政供养名单里有，单位 {employers}（{posts}）；财政供养人员第 {payroll_lines} 行
-- key: 单位 · the employer
SELECT
  l.person_id, ARRAY_AGG(p.employer) AS clue_key, ARRAY_AGG(p.employer) AS employers, ARRAY_AGG(p.post) AS posts,
  ARRAY_AGG(p.line) AS payroll_lines
FROM living AS l
JOIN payroll AS p ON p.person_key = l.person_key
WHERE l.registered
GROUP BY l.person_id
