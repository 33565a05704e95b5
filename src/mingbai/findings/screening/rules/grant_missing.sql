-- code: grant_missing
-- title: 雨露计划应享未享 · Rain and Dew grant not received
-- group: leak
-- subject: person
-- basis: 雨露计划：脱贫户、监测户中高职在读学生（policy.md 10）
-- ask: 雨露计划申请过没有？卡在哪一步？学校开过在读证明没有？
-- ask_en: Was the Rain and Dew grant applied for? Where is it stuck? Has the school certified enrolment?
-- says: {stages}在读，核对期内没有雨露计划发放；学籍第 {pupil_lines} 行
-- key: 学年 · the school year
SELECT l.person_id, d.school_year AS clue_key, ARRAY_AGG(p.stage) AS stages, ARRAY_AGG(p.line) AS pupil_lines
FROM living AS l
JOIN pupil AS p ON p.person_key = l.person_key
CROSS JOIN screening_day AS d
WHERE l.registered
  AND p.stage IN ('中职', '高职') AND p.status = '在读'
  AND NOT EXISTS (
    SELECT 1 FROM school_grant AS g
    WHERE g.person_key = l.person_key AND g.paid_on > (SELECT starts FROM standard WHERE name = 'grant_months')
  )
GROUP BY l.person_id, d.school_year
