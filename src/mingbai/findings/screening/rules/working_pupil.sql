-- code: working_pupil
-- title: 中小学生有务工月数 · A schoolchild with months of work
-- group: file
-- subject: person
-- basis: 义务教育阶段学生不应有务工时间（policy.md 11.4）
-- ask: 娃娃是在上学还是在打工？是不是月数填到别人头上了？
-- ask_en: Is the child at school or at work? Were the months meant for someone else?
-- says: 在校生状况 {studying}，务工 {months_worked} 个月；成员表第 {member_line} 行
-- key: 在校生状况 · the schooling as registered
SELECT l.person_id, l.studying AS clue_key, l.studying, l.months_worked, l.line AS member_line
FROM living AS l
WHERE l.studying IN ('小学', '初中', '七年级', '八年级', '九年级') AND l.months_worked > 0
