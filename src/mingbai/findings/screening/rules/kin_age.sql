-- code: kin_age
-- title: 亲子年龄不合常理 · Parent and child too close in age
-- group: file
-- subject: person
-- basis: 与户主关系和出生日期自相矛盾，多为关系填错（policy.md 11.4）
-- ask: 他（她）和户主是什么关系？是不是把父母、子女或继子女填反了？
-- ask_en: How is this person related to the head? Were parent, child or stepchild mixed up?
-- says: 与户主关系为 {relation}，{birth} 出生；户主 {head_birth} 出生，按此关系长辈应至少年长 {gap} 岁；成员表第 {member_line} 行、户主第 {head_line} 行
-- key: 与户主关系 · the relation
WITH head AS (
  SELECT
    l.household_id, l.birth, l.line,
    -- Days as yyyymmdd numbers: adding whole years to them needs no calendar.
    EXTRACT(YEAR FROM l.birth) * 10000 + EXTRACT(MONTH FROM l.birth) * 100 + EXTRACT(DAY FROM l.birth) AS head_day
  FROM living AS l
  JOIN living_household AS x ON x.household_id = l.household_id
  WHERE x.heads = 1 AND l.relation = '户主' AND l.id_valid
), kin AS (
  SELECT
    l.household_id, l.person_id, l.relation, l.birth, l.line,
    EXTRACT(YEAR FROM l.birth) * 10000 + EXTRACT(MONTH FROM l.birth) * 100 + EXTRACT(DAY FROM l.birth) AS own_day,
    (SELECT value FROM standard WHERE name = 'kin_age_gap') AS gap
  FROM living AS l
  WHERE l.id_valid AND l.relation IN ('之子', '之女', '之父', '之母')
)
SELECT
  k.person_id, k.relation AS clue_key, k.relation, k.birth, h.birth AS head_birth, k.gap, k.line AS member_line,
  h.line AS head_line
FROM kin AS k
JOIN head AS h ON h.household_id = k.household_id
WHERE (k.relation IN ('之子', '之女') AND k.own_day < h.head_day + k.gap * 10000)
   OR (k.relation IN ('之父', '之母') AND k.own_day > h.head_day - k.gap * 10000)
