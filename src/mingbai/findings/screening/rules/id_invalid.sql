-- code: id_invalid
-- title: 证件号码为空或有误 · ID empty or not valid
-- group: file
-- subject: person
-- basis: GB 11643 公民身份号码：18位、出生日期、校验码（policy.md 7.5）
-- ask: 身份证或户口本上的号码是多少？没有上户口的，是什么原因？
-- ask_en: What number stands on the ID card or in the household booklet? If never registered, why?
-- says: {state}；成员表第 {member_line} 行
-- key: 空或有误 · empty or wrong
SELECT
  l.person_id, CASE WHEN l.id_empty THEN '证件号码为空' ELSE '证件号码有误' END AS clue_key,
  CASE WHEN l.id_empty THEN '证件号码为空' ELSE '证件号码有误' END AS state, l.line AS member_line
FROM living AS l
WHERE NOT l.id_valid
