-- code: owns_car
-- title: 名下有小汽车 · Owns a passenger car
-- group: doubt
-- subject: person
-- basis: 负面清单：家用小汽车，须入户核实，不自动剔除（policy.md 2.3）
-- ask: 这辆车是谁的、平时做什么用、买车的钱从哪里来？
-- ask_en: Whose car is it, what is it used for, where did the money come from?
-- says: 名下有 {vehicle_kinds}，号牌 {plates}，登记日期 {registered_on}；机动车登记第 {vehicle_lines} 行
-- key: 号牌 · the plate
SELECT
  l.person_id, ARRAY_AGG(v.plate) AS clue_key, ARRAY_AGG(v.plate) AS plates, ARRAY_AGG(v.vehicle_kind) AS vehicle_kinds,
  MAX(v.registered_on) AS registered_on, ARRAY_AGG(v.line) AS vehicle_lines
FROM living AS l
JOIN vehicle AS v ON v.person_key = l.person_key
WHERE l.registered
  AND v.vehicle_kind IN (SELECT label FROM standard WHERE name = 'passenger_car_kinds')
  AND COALESCE(v.status, '') <> '注销'
GROUP BY l.person_id
