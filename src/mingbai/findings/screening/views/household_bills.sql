-- about: 每户近12个月的合规自付 · own payments of twelve months, a household
-- basis: rules.md medical_burden, rigid_spending; bills count though the patient has died
SELECT
  p.household_id,
  SUM(b.own_pay) AS own_pay,
  COUNT(*) AS bills,
  MIN(b.settled_on) AS first_settled_on,
  MAX(b.settled_on) AS last_settled_on,
  ARRAY_AGG(b.line) AS bill_lines
FROM household_person AS p
JOIN bill AS b ON b.person_key = p.person_key
WHERE b.settled_on > (SELECT starts FROM standard WHERE name = 'medical_burden_months')
GROUP BY p.household_id
