-- code: dibao_line_mismatch
-- title: 账上低保金与低保名单不符 · Dibao in the account differs from the list
-- group: file
-- subject: household
-- basis: 非低保户有低保金，或低保户低保金为零（policy.md 5.5）
-- ask: 今年领没领低保金、领了几个月、一共多少？
-- ask_en: Was dibao drawn this year, for how many months, how much in all?
-- says: {year} 年账上低保金 {dibao} 元，名单上 {listed} 条、全年在册 {whole_year} 条；低保对象第 {dibao_lines} 行
-- key: 账的年度 · the year of the account
WITH listed AS (
  SELECT
    l.household_id, a.year, COUNT(*) AS listed, ARRAY_AGG(x.line) AS dibao_lines,
    SUM(CASE WHEN (EXTRACT(YEAR FROM x.starts_on) < a.year
          OR (EXTRACT(YEAR FROM x.starts_on) = a.year AND EXTRACT(MONTH FROM x.starts_on) = 1
            AND EXTRACT(DAY FROM x.starts_on) = 1))
        AND (x.ends_on IS NULL OR EXTRACT(YEAR FROM x.ends_on) > a.year
          OR (EXTRACT(YEAR FROM x.ends_on) = a.year AND EXTRACT(MONTH FROM x.ends_on) = 12
            AND EXTRACT(DAY FROM x.ends_on) = 31))
      THEN 1 ELSE 0 END) AS whole_year
  FROM newest_account AS a
  JOIN living AS l ON l.household_id = a.household_id
  JOIN dibao AS x ON x.person_key = l.person_key
  GROUP BY l.household_id, a.year
)
SELECT
  a.household_id, a.year AS clue_key, a.year, a.dibao, COALESCE(x.listed, 0) AS listed,
  COALESCE(x.whole_year, 0) AS whole_year, x.dibao_lines,
  y.income_lines
FROM newest_account AS a
JOIN account AS y ON y.household_id = a.household_id AND y.year = a.year
LEFT JOIN listed AS x ON x.household_id = a.household_id
WHERE (a.dibao > 0 AND x.listed IS NULL AND a.valid_ids = a.members)
   OR (a.dibao = 0 AND x.whole_year > 0)
