-- code: copied_account
-- title: 几户的账一模一样 · Several households with one account
-- group: file
-- subject: household
-- diamond: yes
-- basis: 编造收入账的痕迹（policy.md 11.2）
-- ask: 这本账是谁、哪天、跟谁算的？请当面重新算一遍。
-- ask_en: Who reckoned this account, when, with whom? Please reckon it again face to face.
-- says: {year} 年的 {items} 个科目和金额与同村另外 {others} 户完全相同（{household_ids}）；收入表第 {income_lines} 行
-- key: 账的年度 · the year of the account
WITH alike AS (
  -- Only accounts whose totals agree can agree in every item, so only those are spelt out.
  SELECT c.household_id, c.year, c.newest, c.items, c.village
  FROM (
    SELECT
      a.household_id, a.year, a.newest, a.items, h.village,
      COUNT(*) OVER (
        PARTITION BY h.village, a.year, a.items, a.wages, a.business, a.property, a.transfers, a.costs
      ) AS peers
    FROM account AS a
    JOIN home AS h ON h.household_id = a.household_id
    WHERE a.items >= (SELECT value FROM standard WHERE name = 'copied_account_items')
  ) AS c
  WHERE c.peers > (SELECT value FROM standard WHERE name = 'copied_account_others')
), spelt AS (
  SELECT
    a.household_id, a.year, a.newest, a.items, a.village,
    STRING_AGG(i.item || '=' || CAST(i.amount AS TEXT), ';' ORDER BY i.item) AS spelling
  FROM alike AS a
  JOIN account_item AS i ON i.household_id = a.household_id AND i.year = a.year
  GROUP BY a.household_id, a.year, a.newest, a.items, a.village
), grouped AS (
  SELECT s.village, s.year, s.spelling, COUNT(*) AS households, ARRAY_AGG(s.household_id) AS household_ids
  FROM spelt AS s
  GROUP BY s.village, s.year, s.spelling
)
SELECT
  s.household_id, s.year AS clue_key, s.year, s.items, g.households - 1 AS others, g.household_ids, a.income_lines
FROM spelt AS s
JOIN grouped AS g ON g.village = s.village AND g.year = s.year AND g.spelling = s.spelling
JOIN account AS a ON a.household_id = s.household_id AND a.year = s.year
WHERE s.newest AND g.households > (SELECT value FROM standard WHERE name = 'copied_account_others')
