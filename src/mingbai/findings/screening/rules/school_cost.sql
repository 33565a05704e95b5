-- code: school_cost
-- title: 上学负担重 · Heavy school costs
-- group: risk
-- subject: person
-- basis: 非义务教育阶段学年自付超过1万元，教育部门推送（policy.md 8.1）
-- ask: 学费生活费一年要多少？助学金、贷款、雨露计划问过没有？
-- ask_en: What do fees and keep come to in a year? Have grants, loans and the Rain and Dew grant been asked for?
-- says: {stages}在读，学年自付 {own_cost} 元，核实标准 {cost_limit} 元；学籍第 {pupil_lines} 行
-- key: 学年 · the school year
SELECT
  l.person_id, d.school_year AS clue_key, MAX(p.own_cost) AS own_cost,
  (SELECT value FROM standard WHERE name = 'school_cost') AS cost_limit,
  ARRAY_AGG(p.stage) AS stages, ARRAY_AGG(p.line) AS pupil_lines,
  MAX(p.own_cost) > (SELECT value FROM standard WHERE name = 'school_cost') AS fires
FROM living AS l
JOIN pupil AS p ON p.person_key = l.person_key
CROSS JOIN screening_day AS d
WHERE p.status = '在读' AND p.stage IN (SELECT label FROM standard WHERE name = 'school_cost_stages')
GROUP BY l.person_id, d.school_year
