-- code: unsafe_house
-- title: 住房不安全 · Unsafe house
-- group: risk
-- subject: household
-- basis: 《农村住房安全性鉴定技术导则》：C、D级须改造或另行安置（policy.md 6）
-- ask: 现在住在哪里？鉴定过的那处房子还有没有人住，修了没有？
-- ask_en: Where does the family live now? Does anyone still live in the appraised house, and has it been repaired?
-- says: {appraised_on} 鉴定为 {grade} 级，改造竣工：{rebuilt}；住房鉴定第 {housing_line} 行
-- key: 鉴定月份 · the month of the appraisal
WITH belongs AS (
  SELECT h.household_id, a.line, a.grade, a.appraised_on, a.rebuilt_on
  FROM housing AS a
  JOIN home AS h ON h.household_id = a.household_id
  UNION ALL
  SELECT h.household_id, a.line, a.grade, a.appraised_on, a.rebuilt_on
  FROM housing AS a
  JOIN home AS h ON h.head_key = a.head_key
  WHERE a.household_id IS NULL
), ranked AS (
  SELECT
    b.household_id, b.line, b.grade, b.appraised_on,
    COALESCE(b.rebuilt_on >= b.appraised_on AND b.rebuilt_on <= d.day, FALSE) AS rebuilt,
    ROW_NUMBER() OVER (
      PARTITION BY b.household_id
      ORDER BY
        b.appraised_on DESC,
        CASE b.grade WHEN 'D' THEN 1 WHEN 'C' THEN 2 WHEN 'B' THEN 3 WHEN 'A' THEN 4 ELSE 5 END,
        CASE WHEN b.rebuilt_on >= b.appraised_on AND b.rebuilt_on <= d.day THEN 2 ELSE 1 END,
        b.line
    ) AS place
  FROM belongs AS b
  CROSS JOIN screening_day AS d
)
SELECT
  r.household_id, STRFTIME(r.appraised_on, '%Y-%m') AS clue_key, r.grade, r.appraised_on, r.line AS housing_line,
  r.rebuilt, r.grade IN ('C', 'D') AND NOT r.rebuilt AS fires
FROM ranked AS r
WHERE r.place = 1
