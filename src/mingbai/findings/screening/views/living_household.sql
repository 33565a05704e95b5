-- about: 有在世成员的户：人数、户主数、证件有效人数等 · households with living members, counted
-- basis: rules.md "Households", "Nobody, every, no member"
SELECT
  l.household_id,
  l.monitored, l.registered,
  COUNT(*) AS members,
  SUM(CASE WHEN l.id_valid THEN 1 ELSE 0 END) AS valid_ids,
  SUM(CASE WHEN l.relation = '户主' THEN 1 ELSE 0 END) AS heads,
  SUM(COALESCE(l.months_worked, 0)) AS months_worked,
  COUNT(l.health) AS health_known,
  SUM(CASE WHEN l.health = '、健康、' THEN 1 ELSE 0 END) AS healthy,
  SUM(CASE WHEN l.health LIKE '%、残疾、%' THEN 1 ELSE 0 END) AS disabled,
  SUM(CASE WHEN l.studying = '非在校生' THEN 1 ELSE 0 END) AS not_studying,
  SUM(CASE WHEN l.skill IN ('普通', '技能') THEN 1 ELSE 0 END) AS workers
FROM living AS l
GROUP BY l.household_id, l.monitored, l.registered
