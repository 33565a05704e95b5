-- What somebody would write who had to read, type and clean one county's parquet files with DuckDB alone: the cleaning
-- rules of the contract as macros. `plain_script.py` writes the statements of the tables with them.

CREATE MACRO blanks() AS
  ' ' || chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || chr(160) || chr(12288) || chr(8203) || chr(65279);
CREATE MACRO tidy(x) AS CASE
  WHEN regexp_matches(x, '^[\s\x{0b}\x{a0}\x{3000}\x{200b}\x{feff}'']|[\s\x{0b}\x{a0}\x{3000}\x{200b}\x{feff}]$|[０-９]')
    THEN nullif(trim(regexp_replace(trim(translate(x, '０１２３４５６７８９', '0123456789'), blanks()), '^''', ''), blanks()), '')
  ELSE nullif(x, '') END;
CREATE MACRO yuan(x) AS CASE WHEN regexp_full_match(x, '-?[0-9]+(\.[0-9]+)?') THEN try_cast(x AS DECIMAL(18, 2)) END;
CREATE MACRO num(x) AS CASE WHEN regexp_full_match(x, '-?[0-9]+(\.[0-9]+)?') THEN try_cast(x AS DECIMAL(18, 4)) END;
CREATE MACRO yr(x) AS CASE WHEN regexp_full_match(x, '[1-9][0-9]{3}(\.0)?') THEN left(x, 4)::INTEGER END;
CREATE MACRO item(x) AS
  CASE WHEN regexp_full_match(upper(x), '(A[1-5]|B[1-4]|C[1-5]|D[1-6]|E[1-4])[A-Z]*') THEN upper(x) END;
CREATE MACRO day(x) AS CASE
  WHEN regexp_full_match(x, '[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}') THEN try_cast(x AS DATE)
  WHEN regexp_full_match(x, '[1-9][0-9]{7}(\.0)?') THEN try_strptime(left(x, 8), '%Y%m%d')::DATE
  WHEN regexp_full_match(x, '[1-9][0-9]{5}(\.0)?') THEN try_strptime(left(x, 6), '%Y%m')::DATE
  WHEN regexp_full_match(x, '[1-9][0-9]{3}[-/][0-9]{1,2}') THEN try_cast(replace(x, '/', '-') || '-01' AS DATE)
  WHEN regexp_full_match(x,
    '[1-9][0-9]{3}([-/])[0-9]{1,2}[-/][0-9]{1,2}([ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?)?')
    THEN try_cast(regexp_replace(x, '[ T].*', '') AS DATE)
END;
CREATE MACRO yes_no(x) AS CASE WHEN x IN ('1', '01', 'true') THEN '是'
  WHEN x IN ('0', '00', 'false') THEN '否' ELSE x END;
CREATE MACRO grade(x) AS coalesce(['一级', '二级', '三级', '四级'][try_cast(x AS INTEGER)], x);
CREATE MACRO class(x) AS CASE x
  WHEN '100A03001' THEN '脱贫不稳定户' WHEN '100A03002' THEN '边缘易致贫户' WHEN '100A03003' THEN '突发严重困难户'
  WHEN '100A03A02' THEN '脱贫不享受政策户' ELSE x END;
CREATE MACRO relation(x) AS CASE WHEN try_cast(x AS INTEGER) = 99 THEN '其他' ELSE coalesce([
  '户主', '配偶', '之子', '之女', '之儿媳', '之女婿', '之孙子', '之孙女', '之外孙子', '之外孙女', '之父', '之母', '之岳父',
  '之岳母', '之公公', '之婆婆', '之祖父', '之祖母', '之外祖父', '之外祖母', '其他'][try_cast(x AS INTEGER)], x) END;
CREATE MACRO schooling(x) AS
  coalesce(['文盲或半文盲', '小学', '初中', '高中', '大专及以上', '学龄前'][try_cast(x AS INTEGER)], x);
CREATE MACRO studying(x) AS coalesce([
  '非在校生', '学前', '小学', '七年级', '八年级', '九年级', '高中一年级', '高中二年级', '高中三年级', '中职一年级', '中职二年级',
  '中职三年级', '高职一年级', '高职二年级', '高职三年级', '大专及以上'][try_cast(x AS INTEGER)], x);
CREATE MACRO skill(x) AS CASE x WHEN '普通劳动力' THEN '普通' WHEN '技能劳动力' THEN '技能'
  ELSE coalesce(['普通', '技能', '丧失劳动力', '无劳动力'][try_cast(x AS INTEGER)], x) END;
CREATE MACRO several(x, labels) AS CASE WHEN x IN labels THEN '、' || x || '、' ELSE
  '、' || array_to_string(list_transform(
    list_filter(list_transform(string_split_regex(x, '[、,，;；]'), lambda p: trim(p, blanks())), lambda p: p <> ''),
    lambda p: coalesce(labels[try_cast(p AS INTEGER)], p)), '、') || '、' END;
CREATE MACRO causes(x) AS replace(several(x, ['因病', '因残', '因学', '因灾', '缺土地', '缺水', '缺技术', '缺劳动力', '缺资金',
  '交通条件落后', '自身发展动力不足', '因婚']), '、99、', '、未知、');
CREATE MACRO health(x) AS several(x, ['健康', '长期慢性病', '患有大病', '残疾']);

-- GB 11643: blanks out, a certificate cut to its first 18, 15 digits raised to 18, date and checksum looked at.
CREATE MACRO bare(x) AS CASE WHEN regexp_full_match(x, '[0-9X]*') THEN x
  ELSE upper(regexp_replace(translate(x, 'Ｘｘ', 'XX'), '[\s\x{0b}\x{a0}\x{3000}\x{200b}\x{feff}]', '', 'g')) END;
CREATE MACRO short(x) AS CASE WHEN length(x) IN (20, 22) THEN left(x, 18) ELSE x END;
CREATE MACRO digits(x) AS CASE
  WHEN regexp_full_match(x, '[0-9]{17}[0-9X]') THEN left(x, 17)
  WHEN regexp_full_match(x, '[0-9]{15}') THEN left(x, 6) || '19' || right(x, 9) END;
CREATE MACRO checked(d) AS '10X98765432'[1 + (
  d[1]::INT * 7 + d[2]::INT * 9 + d[3]::INT * 10 + d[4]::INT * 5 + d[5]::INT * 8 + d[6]::INT * 4 + d[7]::INT * 2
  + d[8]::INT + d[9]::INT * 6 + d[10]::INT * 3 + d[11]::INT * 7 + d[12]::INT * 9 + d[13]::INT * 10 + d[14]::INT * 5
  + d[15]::INT * 8 + d[16]::INT * 4 + d[17]::INT * 2) % 11];
CREATE MACRO id_key(x, d, c) AS CASE WHEN length(x) = 15 AND d IS NOT NULL THEN d || c ELSE x END;
CREATE MACRO id_born(d) AS try_cast(d[7:10] || '-' || d[11:12] || '-' || d[13:14] AS DATE);
CREATE MACRO id_valid(x, d, c) AS
  coalesce(id_born(d) >= DATE '1900-01-01' AND (length(x) = 15 OR right(x, 1) = c), false);
CREATE MACRO id_sex(d) AS if(d[17]::INT % 2 = 1, '男', '女');
CREATE MACRO sex(x) AS CASE WHEN x IN ('1', '01') THEN '男' WHEN x IN ('2', '02') THEN '女' ELSE x END;
