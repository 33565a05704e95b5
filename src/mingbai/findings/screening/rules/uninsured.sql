-- code: uninsured
-- title: 当年未参加医保 · Not insured this year
-- group: risk
-- subject: person
-- needs_year: insured
-- basis: 基本医疗有保障：应参保尽参保（policy.md 6）
-- ask: 今年的医保交了没有？在哪里交的？没交是忘了、交不起，还是在外地参了保？
-- ask_en: Has this year's medical insurance been paid, and where? If not: forgotten, too dear, or insured elsewhere?
-- says: 医保参保里没有 {year} 年度的记录
-- key: 年度 · the year
SELECT l.person_id, d.year AS clue_key, d.year, l.age
FROM living AS l
CROSS JOIN screening_day AS d
LEFT JOIN (
  SELECT i.person_key FROM insured AS i JOIN screening_day AS y ON y.year = i.year
) AS x ON x.person_key = l.person_key
WHERE l.id_valid AND x.person_key IS NULL
