-- code: water_short
-- title: 村里缺水或水质不合格 · Village short of safe water
-- group: risk
-- subject: village
-- needs_year: water
-- basis: 《农村饮水安全评价准则》：一年累计停水、水量不足不超过36天，水质合格（policy.md 6）
-- ask: 今年村里停过几回水、每回停多久？水浑不浑、有没有怪味？停水的时候吃哪里的水？
-- ask_en: How often was the water cut this year and for how long? Is it cloudy or does it smell? What is drunk then?
-- says: {year} 年停水 {days_without} 天（限 {days_limit} 天），水质不合格 {bad_quality} 次；供水监测第 {water_lines} 行
-- key: 年度 · the year
SELECT
  w.village, d.year AS clue_key, d.year,
  MAX(w.days_without) AS days_without,
  (SELECT value FROM standard WHERE name = 'water_days') AS days_limit,
  SUM(CASE WHEN w.quality_ok = '否' THEN 1 ELSE 0 END) AS bad_quality,
  ARRAY_AGG(w.line) AS water_lines,
  BOOL_OR(w.days_without > (SELECT value FROM standard WHERE name = 'water_days') OR w.quality_ok = '否') AS fires
FROM water AS w
JOIN (SELECT DISTINCT h.village FROM home AS h) AS v ON v.village = w.village
JOIN screening_day AS d ON d.year = w.year
GROUP BY w.village, d.year
