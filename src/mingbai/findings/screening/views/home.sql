-- about: 每一户：是否监测对象、是否建档立卡户 · every household, with what monitored and registered mean
-- basis: rules.md "Households"
SELECT
  h.line, h.household_id, h.village, h.township, h.household_class, h.causes, h.monitored_since,
  h.eliminated, h.eliminated_on, h.elimination_way, h.phone, h.helper,
  CASE WHEN h.head_valid AND h.head_birth <= d.day THEN h.head_key END AS head_key,
  COALESCE(h.household_class IN ('脱贫不稳定户', '边缘易致贫户', '突发严重困难户')
    AND COALESCE(h.eliminated, '否') <> '是', FALSE) AS monitored,
  COALESCE(h.household_class IN ('脱贫户', '脱贫不稳定户')
    OR (h.household_class IN ('边缘易致贫户', '突发严重困难户') AND COALESCE(h.eliminated, '否') <> '是'),
    FALSE) AS registered
FROM household AS h
CROSS JOIN screening_day AS d
