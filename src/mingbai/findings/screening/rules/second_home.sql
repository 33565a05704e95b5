-- code: second_home
-- title: 名下有商品房、商铺或公寓 · Owns a flat or a shop
-- group: doubt
-- subject: person
-- basis: 负面清单：城镇购房、商铺，易地搬迁安置除外（policy.md 2.3）
-- ask: 这处房子是怎么来的、谁在住、有没有贷款？
-- ask_en: How was this property come by, who lives there, is there a loan on it?
-- says: 名下有 {purposes}，不动产单元号 {unit_numbers}；不动产登记第 {title_lines} 行
-- key: 不动产单元号 · the number of the title
SELECT
  l.person_id, ARRAY_AGG(t.unit_number) AS clue_key, ARRAY_AGG(t.unit_number) AS unit_numbers,
  ARRAY_AGG(t.purpose) AS purposes, ARRAY_AGG(t.line) AS title_lines
FROM living AS l
JOIN title AS t ON t.person_key = l.person_key
WHERE l.registered
  AND t.purpose IN (SELECT label FROM standard WHERE name = 'second_home_uses')
  AND COALESCE(t.origin, '') <> '易地搬迁安置'
GROUP BY l.person_id
