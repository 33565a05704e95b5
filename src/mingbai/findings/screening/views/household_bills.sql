-- about: 每户近12个月的合规自付 · own payments of twelve months, a household
-- basis: rules.md medical_burden, rigid_spending; bills count though the patient has died
SELECT
  p.household_id,
  SUM(p.own_pay) AS own_pay,
  COUNT(*) AS bills,
  MIN(p.settled_on) AS first_settled_on,
  MAX(p.settled_on) AS last_settled_on,
  ARRAY_AGG(p.line) AS bill_lines
FROM (
  SELECT DISTINCT r.household_id, b.line, b.own_pay, b.settled_on
  FROM roster AS r
  JOIN bill AS b ON b.person_key = r.person_key
  WHERE b.settled_on > (SELECT starts FROM standard WHERE name = 'medical_burden_months')
) AS p
GROUP BY p.household_id
