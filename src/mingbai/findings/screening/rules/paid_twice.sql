-- code: paid_twice
-- title: 低保、特困重复享受 · On dibao and tekun at once
-- group: leak
-- subject: person
-- basis: 低保与特困供养不得同时享受（policy.md 5.5）
-- ask: 每个月卡上进几笔钱、各是什么名目？办特困的时候低保停了没有？
-- ask_en: How many payments come in a month, and under what names? Did dibao stop when tekun began?
-- says: 低保、特困同时在册或同月都发放（{since}）；低保对象第 {dibao_lines} 行，特困对象第 {tekun_lines} 行，一卡通发放第 {payment_lines} 行（低保）、第 {tekun_payment_lines} 行（特困）
-- key: 开始重复或最近一次同发的月份 · the month it began, or last happened
WITH listed AS (
  SELECT
    x.person_key, x.line AS dibao_line, y.line AS tekun_line,
    CASE WHEN x.starts_on > y.starts_on THEN x.starts_on ELSE y.starts_on END AS since
  FROM dibao AS x
  JOIN tekun AS y ON y.person_key = x.person_key
  CROSS JOIN screening_day AS d
  WHERE (x.ends_on IS NULL OR x.ends_on >= d.day) AND (y.ends_on IS NULL OR y.ends_on >= d.day)
), named AS (
  SELECT
    p.person_key, p.subsidy, p.paid_on, p.line, STRFTIME(p.paid_on, '%Y-%m') AS paid_month,
    p.subsidy LIKE '%低保%' AS says_dibao, p.subsidy LIKE '%特困%' AS says_tekun
  FROM payment AS p
  WHERE (p.subsidy LIKE '%低保%' OR p.subsidy LIKE '%特困%')
    AND p.paid_on > (SELECT starts FROM standard WHERE name = 'paid_twice_months')
), both_ways AS (
  SELECT
    l.person_key, l.since, l.dibao_line, l.tekun_line,
    CAST(NULL AS BIGINT) AS payment_line, CAST(NULL AS BIGINT) AS other_line
  FROM listed AS l
  UNION ALL
  SELECT
    a.person_key, CASE WHEN a.paid_on > b.paid_on THEN a.paid_on ELSE b.paid_on END AS since,
    CAST(NULL AS BIGINT) AS dibao_line, CAST(NULL AS BIGINT) AS tekun_line, a.line AS payment_line, b.line AS other_line
  FROM named AS a
  JOIN named AS b ON b.person_key = a.person_key AND b.paid_month = a.paid_month
  WHERE a.says_dibao AND b.says_tekun AND a.subsidy <> b.subsidy
)
SELECT
  l.person_id, STRFTIME(MAX(w.since), '%Y-%m') AS clue_key, MAX(w.since) AS since,
  ARRAY_AGG(w.dibao_line) AS dibao_lines, ARRAY_AGG(w.tekun_line) AS tekun_lines,
  ARRAY_AGG(w.payment_line) AS payment_lines, ARRAY_AGG(w.other_line) AS tekun_payment_lines
FROM living AS l
JOIN both_ways AS w ON w.person_key = l.person_key
GROUP BY l.person_id
