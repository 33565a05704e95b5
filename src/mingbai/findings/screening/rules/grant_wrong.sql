-- code: grant_wrong
-- title: 雨露计划发给了非中高职学生 · Rain and Dew grant without vocational schooling
-- group: leak
-- subject: person
-- basis: 雨露计划：须有中职、高职正式学籍（policy.md 10）
-- ask: 现在在哪里读书、读的什么？什么时候离的校？
-- ask_en: Where is the student now, studying what, and when did they leave school?
-- says: 核对期内领雨露计划 {grants} 笔共 {amount} 元，学籍里没有中高职在读或毕业的记录；雨露计划第 {grant_lines} 行
-- key: 学年 · the school year
SELECT
  l.person_id, d.school_year AS clue_key, COUNT(*) AS grants, SUM(g.amount) AS amount, ARRAY_AGG(g.term) AS terms,
  ARRAY_AGG(g.line) AS grant_lines
FROM living AS l
JOIN school_grant AS g ON g.person_key = l.person_key
CROSS JOIN screening_day AS d
WHERE g.paid_on > (SELECT starts FROM standard WHERE name = 'grant_months')
  AND NOT EXISTS (
    SELECT 1 FROM pupil AS p
    WHERE p.person_key = l.person_key AND p.stage IN ('中职', '高职') AND p.status IN ('在读', '毕业')
  )
GROUP BY l.person_id, d.school_year
