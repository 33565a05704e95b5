"""The county folder's tables, copied by hand from the contract ("What comes in") and from nothing else.

One line a table: headers in order, ``!`` = must be there and not empty, ``:kind`` = how a cell is read
(text when not said), ``@`` = the day or year that a row is dated by.
"""

import re
from dataclasses import dataclass

_OWN = {
    "户表": "户编号! 村代码! 乡镇 行政村 村民小组 户主姓名! 户主证件号码!:id 户类型!:class 致贫原因:causes "
    "识别时间:date 监测识别时间:date 风险是否消除:yesno 风险消除时间:date 风险消除方式 住房等级 "
    "是否解决安全饮用水:yesno 联系电话 帮扶责任人 帮扶单位",
    "成员表": "户编号! 人编号! 姓名! 证件号码:id 与户主关系!:relation 性别:sex 民族 文化程度 在校生状况:studying "
    "健康状况:health 劳动技能:skill 务工月数:number 务工所在地 联系电话",
    "收入表": "户编号! 年度!:year@ 科目!:item 金额!:money 说明",
    "村干部及近亲属": "证件号码!:id 姓名! 村代码! 职务 与村干部关系 村干部姓名",
}
_BUREAUS = {
    "机动车登记": "证件号码!:id 姓名 号牌号码! 车辆类型! 使用性质 登记日期:date@ 车辆状态",
    "死亡注销": "证件号码!:id 姓名 死亡日期!:date@",
    "不动产登记": "证件号码!:id 姓名 不动产单元号! 坐落 用途! 来源类型 面积:number 登记日期:date@",
    "市场主体登记": "证件号码!:id 姓名 统一社会信用代码! 名称 主体类型! 角色 注册资本:money 成立日期:date@ 经营状态!",
    "财政供养人员": "证件号码!:id 姓名 单位! 岗位",
    "一卡通发放": "证件号码!:id 姓名 补贴项目! 金额!:money 发放日期!:date@",
    "低保对象": "证件号码!:id 姓名 类别 月保障金额:money 起始日期!:date@ 终止日期:date",
    "特困对象": "证件号码!:id 姓名 月供养金额:money 起始日期!:date@ 终止日期:date",
    "医保参保": "证件号码!:id 姓名 年度!:year@ 险种",
    "医保结算": "证件号码!:id 姓名 结算日期!:date@ 医疗机构 总费用!:money 基本医保支付:money 大病保险支付:money "
    "医疗救助支付:money 合规自付!:money",
    "学籍": "证件号码!:id 姓名 学校! 学段! 年级 学籍状态! 学年自付费用:money",
    "残疾人证": "证件号码!:id 姓名 残疾证号!:certificate 类别! 等级!:grade 发证日期!:date@",
    "就业登记": "证件号码!:id 姓名 用人单位! 开始日期!:date@ 结束日期:date",
    "养老待遇": "证件号码!:id 姓名 月待遇:money 起始日期!:date@",
    "住房鉴定": "户编号 户主证件号码:id 鉴定等级! 鉴定日期!:date@ 改造竣工日期:date",
    "供水监测": "村代码! 年度!:year@ 停水天数!:number 水质是否合格!:yesno",
    "灾害损失": "户主证件号码!:id 灾种! 损失金额!:money 发生日期!:date@",
    "交通事故": "证件号码!:id 姓名 后果! 事故日期!:date@",
    "雨露计划": "证件号码!:id 姓名 学期! 金额!:money 发放日期!:date@",
}
EITHER = {"住房鉴定": ("户编号", "户主证件号码")}
"""Of these two columns one must be filled; a row with neither is a bad cell in the first."""
MUST_COME = ("户表", "成员表")


@dataclass(frozen=True)
class Column:
    header: str
    kind: str
    must: bool


@dataclass(frozen=True)
class Shape:
    """What one table looks like; `dated` is the header of the day or year that a row is dated by, or ""."""

    name: str
    columns: tuple[Column, ...]
    dated: str
    bureau: bool


def _shape(name: str, text: str, bureau: bool) -> Shape:
    columns, dated = [], ""
    for word in text.split():
        match = re.fullmatch(r"([^!:@]+)(!?)(?::(\w+))?(@?)", word)
        assert match, word
        header, must, kind, at = match.groups()
        columns.append(Column(header, kind or "text", bool(must)))
        dated = header if at else dated
    return Shape(name, tuple(columns), dated, bureau)


SHAPES = {name: _shape(name, text, False) for name, text in _OWN.items()} | {
    name: _shape(name, text, True) for name, text in _BUREAUS.items()
}

CLASSES = {
    "100A03001": "脱贫不稳定户",
    "100A03002": "边缘易致贫户",
    "100A03003": "突发严重困难户",
    "100A03A02": "脱贫不享受政策户",
}
CLASS_LABELS = {"一般农户", "脱贫户", *CLASSES.values()}


def _numbered(text: str) -> dict[str, str]:
    """National code tables, by the code without its leading zeros."""
    return {str(i): label for i, label in enumerate(text.split(), start=1)}


CODES: dict[str, dict[str, str]] = {
    "sex": {"1": "男", "2": "女"},
    "relation": _numbered(
        "户主 配偶 之子 之女 之儿媳 之女婿 之孙子 之孙女 之外孙子 之外孙女 之父 之母 之岳父 之岳母 之公公 之婆婆 "
        "之祖父 之祖母 之外祖父 之外祖母 其他"
    )
    | {"99": "其他"},
    "studying": _numbered(
        "非在校生 学前 小学 七年级 八年级 九年级 高中一年级 高中二年级 高中三年级 中职一年级 中职二年级 中职三年级 "
        "高职一年级 高职二年级 高职三年级 大专及以上"
    ),
    "health": _numbered("健康 长期慢性病 患有大病 残疾"),
    "skill": _numbered("普通 技能 丧失劳动力 无劳动力"),
    "causes": _numbered("因病 因残 因学 因灾 缺土地 缺水 缺技术 缺劳动力 缺资金 交通条件落后 自身发展动力不足 因婚")
    | {"99": "未知"},
    "grade": _numbered("一级 二级 三级 四级"),
}
