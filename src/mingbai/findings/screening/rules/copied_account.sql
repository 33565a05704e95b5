-- code: copied_account
-- title: 几户的账一模一样 · Several households with one account
-- group: file
-- subject: household
-- basis: 编造收入账的痕迹（policy.md 11.2）
-- ask: 这本账是谁、哪天、跟谁算的？请当面重新算一遍。
-- ask_en: Who reckoned this account, when, with whom? Please reckon it again face to face.
-- says: {year} 年的 {items} 个科目和金额与同村另外 {others} 户完全相同（{household_ids}）；收入表第 {income_lines} 行
-- key: 账的年度 · the year of the account
WITH alike AS (
  -- Only accounts whose totals agree can agree in every item, so only those are spelt out.
  SELECT c.household_id, c.year, c.newest, c.village, c.income_lines
  FROM (
    SELECT
      a.household_id, a.year, a.newest, a.village, a.income_lines,
      COUNT(*) OVER (
        PARTITION BY a.village, a.year, a.wages, a.business, a.property, a.transfers, a.costs
      ) AS peers
    FROM account AS a
  ) AS c
  WHERE c.peers > (SELECT value FROM standard WHERE name = 'copied_account_others')
), item AS (
  SELECT a.household_id, i.year, i.item, SUM(i.amount) AS amount
  FROM alike AS a
  JOIN income_line AS i ON i.household_id = a.household_id AND i.year = a.year
  GROUP BY a.household_id, i.year, i.item
), spelt AS (
  SELECT
    i.household_id, i.year, COUNT(*) AS items,
    STRING_AGG(i.item || '=' || CAST(i.amount AS TEXT), ';' ORDER BY i.item) AS spelling
  FROM item AS i
  GROUP BY i.household_id, i.year
), grouped AS (
  SELECT a.village, a.year, s.spelling, COUNT(*) AS households, ARRAY_AGG(a.household_id) AS household_ids
  FROM alike AS a
  JOIN spelt AS s ON s.household_id = a.household_id AND s.year = a.year
  WHERE s.items >= (SELECT value FROM standard WHERE name = 'copied_account_items')
  GROUP BY a.village, a.year, s.spelling
)
SELECT
  a.household_id, a.year AS clue_key, a.year, s.items, g.households - 1 AS others, g.household_ids, a.income_lines
FROM alike AS a
JOIN spelt AS s ON s.household_id = a.household_id AND s.year = a.year
JOIN grouped AS g ON g.village = a.village AND g.year = a.year AND g.spelling = s.spelling
WHERE a.newest AND g.households > (SELECT value FROM standard WHERE name = 'copied_account_others')
