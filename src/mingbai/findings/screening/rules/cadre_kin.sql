-- code: cadre_kin
-- title: 村干部或近亲属 · A village cadre or near kin
-- group: doubt
-- subject: person
-- basis: 现任村“两委”成员及近亲属严审查，不自动剔除（policy.md 2.3）
-- ask: 当初评议这一户时，村干部本人回避了没有？家里的困难大家认不认？
-- ask_en: Did the cadre stay out when this household was appraised? Do the neighbours agree that it is in need?
-- says: 在本村干部及近亲属名单里，职务：{posts}，与村干部关系：{kinships}；村干部及近亲属第 {cadre_lines} 行
-- key: 村代码 · the village
SELECT
  l.person_id, MAX(c.village) AS clue_key, ARRAY_AGG(c.post) AS posts, ARRAY_AGG(c.kinship) AS kinships,
  ARRAY_AGG(c.line) AS cadre_lines
FROM living AS l
JOIN cadre AS c ON c.person_key = l.person_key AND c.village = l.village
WHERE l.registered
GROUP BY l.person_id
