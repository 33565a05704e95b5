-- code: school_dropout
-- title: 疑似失学辍学 · May have left school
-- group: risk
-- subject: person
-- basis: 《义务教育法》；控辍保学，送教上门、延缓入学不算失学（policy.md 6）
-- ask: 娃娃现在在哪里上学？要是没上，是什么缘故，想不想回学校？
-- ask_en: Where does the child go to school now? If nowhere, why, and what would bring the child back?
-- says: 现年 {age} 周岁，学籍里没有在读、送教上门或延缓入学的记录（其他状态：{statuses}；学籍第 {pupil_lines} 行）
-- key: 学年 · the school year
WITH child AS (
  SELECT l.person_id, l.person_key, l.age, d.school_year
  FROM living AS l
  CROSS JOIN screening_day AS d
  WHERE l.id_valid
    AND l.age < (SELECT value FROM standard WHERE name = 'schooling_until_age')
    AND d.school_year - EXTRACT(YEAR FROM l.birth)
      - CASE WHEN EXTRACT(MONTH FROM l.birth) > 8 THEN 1 ELSE 0 END
      >= (SELECT value FROM standard WHERE name = 'schooling_from_age')
)
SELECT
  c.person_id, c.school_year AS clue_key, c.age,
  ARRAY_AGG(p.status) AS statuses, ARRAY_AGG(p.line) AS pupil_lines
FROM child AS c
LEFT JOIN pupil AS p ON p.person_key = c.person_key
GROUP BY c.person_id, c.school_year, c.age
HAVING SUM(CASE WHEN p.status IN ('在读', '送教上门', '延缓入学') THEN 1 ELSE 0 END) = 0
