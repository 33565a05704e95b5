-- code: sex_mismatch
-- title: 性别与证件号码不符 · Sex differs from the ID
-- group: file
-- subject: person
-- basis: GB 11643：第17位单数为男、双数为女（policy.md 7.5）
-- ask: 身份证上的性别和号码是怎么写的？是登记的性别错了，还是号码录错了？
-- ask_en: What do sex and number read on the ID card? Which of the two was typed wrong?
-- says: 登记的性别为{sex}，按证件号码第17位应为{id_sex}；成员表第 {member_line} 行
-- key: 登记的性别 · the sex as registered
SELECT l.person_id, l.sex AS clue_key, l.sex, l.id_sex, l.line AS member_line, l.sex <> l.id_sex AS fires
FROM living AS l
WHERE l.id_valid AND l.sex IN ('男', '女')
