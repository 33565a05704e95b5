-- code: head_count
-- title: 户主不是恰好一人 · Not exactly one head
-- group: file
-- subject: household
-- basis: 一户一个户主；户主去世应及时变更（policy.md 11.4）
-- ask: 现在家里谁当家？户口本上户主是谁，要不要变更？
-- ask_en: Who runs the household now? Who is head in the booklet, and should it be changed?
-- says: 在世成员 {members} 人，其中户主 {heads} 人；户表第 {household_line} 行
-- key: 户主人数 · how many heads
SELECT
  h.household_id, COALESCE(x.heads, 0) AS clue_key, COALESCE(x.heads, 0) AS heads, COALESCE(x.members, 0) AS members,
  h.line AS household_line, COALESCE(x.heads, 0) <> 1 AS fires
FROM home AS h
LEFT JOIN living_household AS x ON x.household_id = h.household_id
