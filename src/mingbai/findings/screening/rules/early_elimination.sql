-- code: early_elimination
-- title: 识别当月或次月就消除风险 · Risk eliminated within a month
-- group: file
-- subject: household
-- basis: 帮扶消除应持续稳定，原则上不少于半年（policy.md 4.6）
-- ask: 当初的困难是怎么解决的？现在稳不稳当？
-- ask_en: How was the hardship resolved, and does it hold now?
-- says: {monitored_since} 识别，{eliminated_on} 标注帮扶消除；户表第 {household_line} 行
-- key: 消除月份 · the month of elimination
SELECT
  h.household_id, STRFTIME(h.eliminated_on, '%Y-%m') AS clue_key, h.monitored_since, h.eliminated_on,
  h.line AS household_line,
  (EXTRACT(YEAR FROM h.eliminated_on) - EXTRACT(YEAR FROM h.monitored_since)) * 12
    + EXTRACT(MONTH FROM h.eliminated_on) - EXTRACT(MONTH FROM h.monitored_since)
    BETWEEN 0 AND (SELECT value FROM standard WHERE name = 'early_elimination_months') AS fires
FROM home AS h
WHERE h.eliminated = '是' AND h.elimination_way = '帮扶消除'
  AND h.eliminated_on IS NOT NULL AND h.monitored_since IS NOT NULL
