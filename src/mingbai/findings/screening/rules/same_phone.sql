-- code: same_phone
-- title: 多户共用一个电话 · One phone for many households
-- group: file
-- subject: household
-- diamond: yes
-- basis: 联系电话多户相同，多为代填（policy.md 11.4）
-- ask: 这个电话是谁的？有事打哪个号码能找到家里人？
-- ask_en: Whose number is this? Which number really reaches the family?
-- says: 联系电话与共 {households} 户相同（户表第 {household_lines} 行等）
-- key: 电话后四位 · the last four digits
WITH numbered AS (
  SELECT
    h.phone, h.line,
    COUNT(*) OVER (PARTITION BY h.phone) AS households,
    ROW_NUMBER() OVER (PARTITION BY h.phone ORDER BY h.line) AS place
  FROM home AS h
  WHERE h.phone IS NOT NULL
), shared AS (
  -- Thousands of households may carry one cadre's number: the first hundred lines say enough.
  SELECT n.phone, MAX(n.households) AS households, ARRAY_AGG(n.line) AS household_lines
  FROM numbered AS n
  WHERE n.place <= 100 AND n.households >= (SELECT value FROM standard WHERE name = 'same_phone_households')
  GROUP BY n.phone
)
SELECT
  h.household_id, RIGHT(h.phone, 4) AS clue_key, s.households, h.line AS household_line,
  s.household_lines
FROM home AS h
JOIN shared AS s ON s.phone = h.phone
