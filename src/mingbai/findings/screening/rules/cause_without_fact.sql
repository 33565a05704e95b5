-- code: cause_without_fact
-- title: 致贫原因没有事实支撑 · Cause of poverty without the fact
-- group: file
-- subject: household
-- basis: 因病全家健康、因残无残疾、因学无在校生、缺劳动力却有多个劳动力（policy.md 11.4）
-- ask: 当初是因为什么困难的？现在这个情况还在不在？
-- ask_en: What was the hardship at the time, and is it still there?
-- says: 致贫原因 {causes}：{members} 人中健康 {healthy} 人、残疾 {disabled} 人、非在校 {not_studying} 人、有劳动力 {workers} 人；户表第 {household_line} 行
-- key: 致贫原因 · the causes
SELECT
  h.household_id, c.causes AS clue_key, c.causes, h.members, h.healthy, h.disabled, h.not_studying, h.workers,
  c.line AS household_line
FROM living_household AS h
JOIN home AS c ON c.household_id = h.household_id
WHERE (c.causes LIKE '%、因病、%' AND h.healthy = h.members)
   OR (c.causes LIKE '%、因残、%' AND h.health_known = h.members AND h.disabled = 0)
   OR (c.causes LIKE '%、因学、%' AND h.not_studying = h.members)
   OR (c.causes LIKE '%、缺劳动力、%' AND h.workers >= (SELECT value FROM standard WHERE name = 'cause_workers'))
