-- code: months_over_twelve
-- title: 务工月数超出范围 · Months of work out of range
-- group: file
-- subject: person
-- basis: 一年务工时间在0至12个月之间（policy.md 5.5）
-- ask: 今年实际出去了几个月？
-- ask_en: How many months was it really this year?
-- says: 务工月数填了 {months_worked}；成员表第 {member_line} 行
-- key: 填写的月数 · the months as registered
SELECT l.person_id, l.months_worked AS clue_key, l.months_worked, l.line AS member_line,
  l.months_worked > 12 OR l.months_worked < 0 AS fires
FROM living AS l
WHERE l.months_worked IS NOT NULL
