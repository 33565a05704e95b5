-- code: stale_monitored
-- title: 纳入监测后没有帮扶责任人 · Monitored without a helper
-- group: file
-- subject: household
-- basis: 识别后一个月内没有落实帮扶（policy.md 4.5）
-- ask: 纳入监测以后谁来过？说好怎么帮的？
-- ask_en: Who has come since monitoring began, and what help was agreed?
-- says: {monitored_since} 纳入监测，已 {days} 天，帮扶责任人为空；户表第 {household_line} 行
-- key: 监测识别月份 · the month monitoring began
SELECT
  h.household_id, STRFTIME(h.monitored_since, '%Y-%m') AS clue_key, h.monitored_since,
  DATE_DIFF('DAY', h.monitored_since, d.day) AS days, h.line AS household_line,
  DATE_DIFF('DAY', h.monitored_since, d.day)
    >= (SELECT value FROM standard WHERE name = 'stale_monitored_days') AS fires
FROM home AS h
CROSS JOIN screening_day AS d
WHERE h.monitored AND h.helper IS NULL AND h.monitored_since IS NOT NULL
