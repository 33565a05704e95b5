-- code: disaster_loss
-- title: 因灾损失大 · Large loss by disaster
-- group: risk
-- subject: household
-- basis: 因灾是返贫致贫风险，应急部门灾后推送（policy.md 4.2、8.1）
-- ask: 灾后房子、庄稼、牲口损失了多少？补了多少，还缺什么？
-- ask_en: What was lost of house, crops and animals? What has been made good, and what is still missing?
-- says: 核对期内灾害损失 {loss} 元（{kinds}，最近 {happened_on}），核实标准 {loss_limit} 元；灾害损失第 {disaster_lines} 行
-- key: 筛查年度 · the year
SELECT
  h.household_id, d.year AS clue_key, SUM(s.loss) AS loss,
  (SELECT value FROM standard WHERE name = 'disaster_loss') AS loss_limit,
  ARRAY_AGG(s.kind) AS kinds, MAX(s.happened_on) AS happened_on, ARRAY_AGG(s.line) AS disaster_lines,
  SUM(s.loss) >= (SELECT value FROM standard WHERE name = 'disaster_loss') AS fires
FROM home AS h
JOIN disaster AS s ON s.head_key = h.head_key
CROSS JOIN screening_day AS d
WHERE s.happened_on > (SELECT starts FROM standard WHERE name = 'disaster_months')
GROUP BY h.household_id, d.year
