-- code: id_twice
-- title: 证件号码重复 · One ID on two rows
-- group: file
-- subject: person
-- basis: 一人一户一号，不得重复建档（policy.md 7.3）
-- ask: 这个人到底在哪一户生活？是出嫁、分户没有销，还是录错了号码？
-- ask_en: In which household does this person live? Married out or split off and never struck, or a wrong number?
-- says: 同一证件号码在花名册出现 {rows} 次；成员表第 {member_lines} 行
-- key: 各行人编号 · the persons' codes
WITH repeated AS (
  SELECT r.person_key
  FROM living AS r
  WHERE r.id_valid
  GROUP BY r.person_key
  HAVING COUNT(*) > 1
), twice AS (
  SELECT r.person_key, COUNT(*) AS row_count, ARRAY_AGG(r.line) AS member_lines, ARRAY_AGG(r.person_id) AS person_ids
  FROM living AS r
  JOIN repeated AS x ON x.person_key = r.person_key
  GROUP BY r.person_key
)
SELECT l.person_id, t.person_ids AS clue_key, t.row_count AS rows, t.member_lines, t.person_ids
FROM living AS l
JOIN twice AS t ON t.person_key = l.person_key
