-- code: job_lost
-- title: 务工人员失业 · Lost a job
-- group: risk
-- subject: person
-- basis: 务工就业不稳是返贫风险，人社按月推送（policy.md 4.2、8.1）
-- ask: 现在有没有活干？是回来了还是在外面找？家里靠什么过日子？
-- ask_en: Is there any work now? Back home, or still looking elsewhere? What does the family live on?
-- says: 就业于 {ended_on} 结束，此后没有登记新的就业；就业登记第 {job_lines} 行
-- key: 结束月份 · the month it ended
SELECT
  l.person_id, STRFTIME(MAX(j.ends_on), '%Y-%m') AS clue_key, l.age, MAX(j.ends_on) AS ended_on,
  ARRAY_AGG(j.line) AS job_lines
FROM living AS l
JOIN job AS j ON j.person_key = l.person_key
CROSS JOIN screening_day AS d
WHERE l.age >= (SELECT value FROM standard WHERE name = 'working_age_from')
  AND l.age <= (SELECT value FROM standard WHERE name = 'working_age_to')
  AND j.ends_on > (SELECT starts FROM standard WHERE name = 'job_lost_months')
  AND j.ends_on < d.day
  AND NOT EXISTS (
    SELECT 1 FROM job AS r WHERE r.person_key = l.person_key AND (r.ends_on IS NULL OR r.ends_on >= d.day)
  )
GROUP BY l.person_id, l.age
