-- about: 每户的每个有效证件号码只算一次，含已故 · a valid ID once a household, the dead included
-- basis: rules.md "IDs": a bureau row counts once in a household's sum
SELECT r.household_id, r.person_key
FROM roster AS r
WHERE r.id_valid
GROUP BY r.household_id, r.person_key
