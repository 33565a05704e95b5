-- code: new_disability
-- title: 新办重度残疾证 · Newly certified severe disability
-- group: risk
-- subject: person
-- basis: 重度残疾是返贫致贫风险，残联按月推送（policy.md 4.2、8.1）
-- ask: 平时谁照料？干得了什么活？护理补贴和低保问过没有？
-- ask_en: Who gives the daily care? What work is possible? Has anyone asked about the care allowance and dibao?
-- says: {issued_on} 新发 {grades} 残疾证（{kinds}）；残疾人证第 {disability_lines} 行
-- key: 证号（证件号码以后的部分） · the certificate, less the ID in it
SELECT
  l.person_id,
  ARRAY_AGG(COALESCE(c.certificate_tail, c.kind || c.grade)) AS clue_key,
  MAX(c.issued_on) AS issued_on, ARRAY_AGG(c.grade) AS grades, ARRAY_AGG(c.kind) AS kinds,
  ARRAY_AGG(c.line) AS disability_lines
FROM living AS l
JOIN disability AS c ON c.person_key = l.person_key
WHERE NOT l.monitored
  AND c.grade IN (SELECT label FROM standard WHERE name = 'disability_grades')
  AND c.issued_on > (SELECT starts FROM standard WHERE name = 'disability_months')
GROUP BY l.person_id
