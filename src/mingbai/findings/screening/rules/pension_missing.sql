-- code: pension_missing
-- title: 到龄未领养老金 · Old enough, no pension
-- group: leak
-- subject: person
-- needs_year: insured
-- basis: 城乡居民养老保险：年满60周岁按月领取（policy.md 5.5）
-- ask: 养老金在领吗？没领是没办手续，还是在别处领职工养老？
-- ask_en: Is a pension drawn? If not: papers not done, or a worker's pension drawn elsewhere?
-- says: 现年 {age} 周岁，{year} 年在本县参保，养老待遇里没有领取记录；医保参保第 {insured_lines} 行
-- key: 年度 · the year
SELECT l.person_id, d.year AS clue_key, l.age, d.year, ARRAY_AGG(i.line) AS insured_lines
FROM living AS l
CROSS JOIN screening_day AS d
JOIN insured AS i ON i.person_key = l.person_key AND i.year = d.year
LEFT JOIN pension AS p ON p.person_key = l.person_key
WHERE l.age >= (SELECT value FROM standard WHERE name = 'pension_age')
  AND p.line IS NULL
GROUP BY l.person_id, d.year, l.age
