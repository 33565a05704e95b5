-- code: same_phone
-- title: 多户共用一个电话 · One phone for many households
-- group: file
-- subject: household
-- basis: 联系电话多户相同，多为代填（policy.md 11.4）
-- ask: 这个电话是谁的？有事打哪个号码能找到家里人？
-- ask_en: Whose number is this? Which number really reaches the family?
-- says: {households} 户填的是同一个联系电话；户表第 {household_lines} 行
-- key: 电话后四位 · the last four digits
WITH shared AS (
  SELECT h.phone, COUNT(*) AS households
  FROM home AS h
  WHERE h.phone IS NOT NULL
  GROUP BY h.phone
  HAVING COUNT(*) >= (SELECT value FROM standard WHERE name = 'same_phone_households')
), numbered AS (
  SELECT
    h.household_id, h.phone, h.line, s.households,
    ROW_NUMBER() OVER (PARTITION BY h.phone ORDER BY h.line) AS place
  FROM home AS h
  JOIN shared AS s ON s.phone = h.phone
), listed AS (
  -- Thousands of households may carry one cadre's number: the first hundred lines say enough.
  SELECT n.phone, ARRAY_AGG(n.line) AS household_lines
  FROM numbered AS n
  WHERE n.place <= 100
  GROUP BY n.phone
)
SELECT
  n.household_id, RIGHT(n.phone, 4) AS clue_key, n.households, n.line AS household_line, x.household_lines
FROM numbered AS n
JOIN listed AS x ON x.phone = n.phone
