-- code: runs_firm
-- title: 名下有企业或较大的个体户 · Runs a firm
-- group: doubt
-- subject: person
-- basis: 负面清单：私营企业主；合作社社员、小个体户不算（policy.md 2.3）
-- ask: 这个店（厂）还开着吗？是自己开的还是替人挂名？一年能挣多少？
-- ask_en: Is the business still open? Your own, or in your name for another? What does it earn in a year?
-- says: {firm_kinds}「{firm_names}」（{firm_codes}），状态 {statuses}，注册资本（元）最高：{capital}；市场主体登记第 {firm_lines} 行
-- key: 统一社会信用代码 · the firm's code
SELECT
  l.person_id, ARRAY_AGG(f.firm_code) AS clue_key, ARRAY_AGG(f.firm_code) AS firm_codes,
  ARRAY_AGG(f.firm_name) AS firm_names, ARRAY_AGG(f.firm_kind) AS firm_kinds, ARRAY_AGG(f.status) AS statuses,
  MAX(f.capital) AS capital, ARRAY_AGG(f.line) AS firm_lines
FROM living AS l
JOIN firm_part AS f ON f.person_key = l.person_key
WHERE l.registered
  AND (f.status LIKE '存续%' OR f.status IN ('在业', '开业'))
  AND f.firm_kind <> '农民专业合作社'
  AND (f.firm_kind <> '个体工商户' OR f.capital >= (SELECT value FROM standard WHERE name = 'firm_capital'))
GROUP BY l.person_id
