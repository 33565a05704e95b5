-- code: accident
-- title: 交通事故致重伤或死亡 · Badly hurt or killed on the road
-- group: risk
-- subject: person
-- basis: 突发事故是返贫致贫风险，公安交警推送（policy.md 8.1）
-- ask: 人现在怎么样？治疗、赔偿到了哪一步？家里的活谁来干？
-- ask_en: How is the person now? Where do treatment and compensation stand? Who does the work at home?
-- says: {happened_on} 交通事故，后果：{outcomes}；交通事故第 {traffic_lines} 行
-- key: 事故月份 · the month of the accident
SELECT
  r.person_id, STRFTIME(MAX(t.happened_on), '%Y-%m') AS clue_key, MAX(t.happened_on) AS happened_on,
  ARRAY_AGG(t.outcome) AS outcomes, ARRAY_AGG(t.line) AS traffic_lines
FROM roster AS r
JOIN traffic AS t ON t.person_key = r.person_key
WHERE t.outcome IN ('重伤', '死亡')
  AND t.happened_on > (SELECT starts FROM standard WHERE name = 'accident_months')
GROUP BY r.person_id
