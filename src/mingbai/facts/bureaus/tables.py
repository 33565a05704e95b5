"""The tables a county hands over, each declared once.

This declaration feeds the reading and the checking (`read`), the invented county (`sample`), the
rules (which may only name what stands here) and the reference page (docs/generated/tables.md).
File names and Chinese headers are an outside contract; the English names are what rules see.

A column's kind says how its cells are cleaned and what the typed table holds:

* ``text``    the cleaned text.
* ``person``  an ID. Held as four columns: ``X_key`` (cleaned, 18 digits where it can be), ``X_valid``
  (length, birth date and checksum are right; whether the birth is before the screening day is asked
  later), ``X_birth`` and ``X_sex`` (男/女 by the 17th digit; both empty where not valid).
* ``certificate`` a disability certificate: an ID and more. Held as ``X_tail``, what follows the ID, for
  the number itself would show it.
* ``money``   yuan, two decimals, DECIMAL(18,2).     * ``number``  DECIMAL(18,4).
* ``date``    a day; a month means its first day.    * ``year``    four digits, INTEGER.
* ``choice``  one label of a code table; a code becomes its label, any other value stays as text.
* ``choices`` several, held as ``、甲、乙、`` so that one can be found with LIKE.
* ``item``    an income item of the account (policy.md 5.2), upper-cased.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

YES_NO = MappingProxyType({"1": "是", "0": "否", "true": "是", "false": "否"})
GRADES = MappingProxyType({"1": "一级", "2": "二级", "3": "三级", "4": "四级"})
SEXES = MappingProxyType({"1": "男", "2": "女"})

# fmt: off
# National code tables, policy.md 7.4. Leading zeros of a code do not matter.
CLASSES = MappingProxyType(
    {"100A03001": "脱贫不稳定户", "100A03002": "边缘易致贫户", "100A03003": "突发严重困难户", "100A03A02": "脱贫不享受政策户"}
)
MONITORED_CLASSES = ("脱贫不稳定户", "边缘易致贫户", "突发严重困难户")
HOUSEHOLD_CLASSES = ("一般农户", "脱贫户", "脱贫不享受政策户", *MONITORED_CLASSES)
CAUSES = MappingProxyType(
    dict(
        zip(
            [*"123456789", "10", "11", "12", "99"],
            "因病 因残 因学 因灾 缺土地 缺水 缺技术 缺劳动力 缺资金 交通条件落后 自身发展动力不足 因婚 未知".split(),
            strict=True,
        )
    )
)
RELATIONS = MappingProxyType(
    dict(
        zip(
            [*map(str, range(1, 22)), "99"],
            (
                "户主 配偶 之子 之女 之儿媳 之女婿 之孙子 之孙女 之外孙子 之外孙女 之父 之母 之岳父 之岳母 "
                "之公公 之婆婆 之祖父 之祖母 之外祖父 之外祖母 其他 其他"
            ).split(),
            strict=True,
        )
    )
)
SCHOOLING = MappingProxyType(
    dict(zip("123456", "文盲或半文盲 小学 初中 高中 大专及以上 学龄前".split(), strict=True))
)
STUDYING = MappingProxyType(
    dict(
        zip(
            map(str, range(1, 17)),
            (
                "非在校生 学前 小学 七年级 八年级 九年级 高中一年级 高中二年级 高中三年级 中职一年级 "
                "中职二年级 中职三年级 高职一年级 高职二年级 高职三年级 大专及以上"
            ).split(),
            strict=True,
        )
    )
)
HEALTH = MappingProxyType(dict(zip("1234", "健康 长期慢性病 患有大病 残疾".split(), strict=True)))
SKILLS = MappingProxyType(
    # The national system writes both the short and the long form of the first two.
    dict(zip("1234", "普通 技能 丧失劳动力 无劳动力".split(), strict=True))
    | {"普通劳动力": "普通", "技能劳动力": "技能"}
)
# fmt: on


@dataclass(frozen=True)
class Column:
    """One column: its Chinese header, its English name, how it is read, and what is known against it."""

    header: str
    name: str
    kind: str = "text"
    required: bool = False
    """● in the contract: a row where this is empty or bad is out (户类型 apart, see `stays`)."""
    codes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Code or other spelling → label, for ``choice`` and ``choices``."""
    values: tuple[str, ...] = ()
    """The labels a rule knows; another value is kept and matches nothing."""
    closed: bool = False
    """A value outside `values` is a bad cell (户类型 only)."""
    stays: bool = False
    """The row stays even where this required cell is bad (户类型 only)."""
    caveat: str = ""

    @property
    def is_id(self) -> bool:
        """Holds an ID, and is masked wherever a person sees it."""
        return self.kind in ("person", "certificate")

    @property
    def typed(self) -> tuple[tuple[str, str], ...]:
        """The columns of the typed table that this one becomes: (name, DuckDB type)."""
        if self.kind == "person":
            return (
                (f"{self.name}_key", "VARCHAR"),
                (f"{self.name}_valid", "BOOLEAN"),
                (f"{self.name}_birth", "DATE"),
                (f"{self.name}_sex", "VARCHAR"),
            )
        if self.kind == "certificate":
            return ((f"{self.name}_tail", "VARCHAR"),)
        kinds = {"money": "DECIMAL(18,2)", "number": "DECIMAL(18,4)", "date": "DATE", "year": "INTEGER"}
        return ((self.name, kinds.get(self.kind, "VARCHAR")),)


@dataclass(frozen=True)
class Table:
    """One table: its file, the English name that rules use, who sends it, and its columns."""

    file: str
    name: str
    sender: str
    row: str
    columns: tuple[Column, ...]
    dated: str = ""
    """The column whose day (or year) decides whether a row is seen: rows after the screening day are not."""
    ours: bool = False
    """Our own table: equal rows are not folded into one (a bureau's are)."""
    must_come: bool = False
    either: tuple[str, ...] = ()
    """Of these columns at least one must be filled; the bad cell is reported in the first."""
    about: str = ""

    def column(self, name: str) -> Column:
        return next(c for c in self.columns if c.name == name)

    @property
    def typed(self) -> tuple[tuple[str, str], ...]:
        """Columns of the typed table; ``line`` is the row's number as a spreadsheet counts."""
        return (("line", "BIGINT"), *(t for c in self.columns for t in c.typed))


def _c(header: str, name: str, kind: str = "text", **more: object) -> Column:
    """A column; a ● at the end of the header marks it required, as in the contract."""
    required = header.endswith("●")
    return Column(header.removesuffix("●"), name, kind, required, **more)  # type: ignore[arg-type]


_PERSON = (_c("证件号码●", "person", "person"), _c("姓名", "name"))

# One line a column or a few short ones: the declarations are read as the tables of the contract are.
# fmt: off
TABLES: tuple[Table, ...] = (
    Table(
        "户表", "household", "本县", "一户",
        (
            _c("户编号●", "household_id"),
            _c("村代码●", "village", caveat="不是12位的照原样保留。"),
            _c("乡镇", "township"), _c("行政村", "village_name"), _c("村民小组", "group_name"),
            _c("户主姓名●", "head_name"), _c("户主证件号码●", "head", "person"),
            _c("户类型●", "household_class", "choice", codes=CLASSES, values=HOUSEHOLD_CLASSES, closed=True, stays=True,
               caveat="认不出的户类型进入错误清单，该户保留，但不算监测对象，也不算建档立卡户。"),
            _c("致贫原因", "causes", "choices", codes=CAUSES, values=tuple(dict.fromkeys(CAUSES.values()))),
            _c("识别时间", "identified_on", "date"),
            _c("监测识别时间", "monitored_since", "date"),
            _c("风险是否消除", "eliminated", "choice", codes=YES_NO, values=("是", "否")),
            _c("风险消除时间", "eliminated_on", "date"),
            _c("风险消除方式", "elimination_way", "choice", values=("帮扶消除", "自然消除")),
            _c("住房等级", "housing_grade", "choice", values=("A", "B", "C", "D")),
            _c("是否解决安全饮用水", "safe_water", "choice", codes=YES_NO, values=("是", "否")),
            _c("联系电话", "phone", caveat="常见多户填同一个村干部的电话。"),
            _c("帮扶责任人", "helper"), _c("帮扶单位", "helper_unit"),
        ),
        ours=True, must_come=True,
        about="全县农户花名册。户编号不能重复，重复的以先出现的一行为准。",
    ),
    Table(
        "成员表", "member", "本县", "一人",
        (
            _c("户编号●", "household_id"), _c("人编号●", "person_id"), _c("姓名●", "name"),
            _c("证件号码", "person", "person", caveat="空的也保留，并作为疑点。"),
            _c("与户主关系●", "relation", "choice", codes=RELATIONS, values=tuple(dict.fromkeys(RELATIONS.values()))),
            _c("性别", "sex", "choice", codes=SEXES, values=("男", "女"), caveat="有的系统把1、2写反。"),
            _c("民族", "ethnicity"),
            _c("文化程度", "schooling", "choice", codes=SCHOOLING, values=tuple(SCHOOLING.values()),
               caveat="基层导出表中常大面积为空。"),
            _c("在校生状况", "studying", "choice", codes=STUDYING, values=tuple(STUDYING.values())),
            _c("健康状况", "health", "choices", codes=HEALTH, values=tuple(HEALTH.values())),
            _c("劳动技能", "skill", "choice", codes=SKILLS, values=("普通", "技能", "丧失劳动力", "无劳动力"),
               caveat="基层导出表中常大面积为空。"),
            _c("务工月数", "months_worked", "number"), _c("务工所在地", "work_place"), _c("联系电话", "phone"),
        ),
        ours=True, must_come=True,
        about="人编号不能重复；户编号必须在户表中。",
    ),
    Table(
        "收入表", "income_line", "本县", "一户一年收支账中的一行",
        (
            _c("户编号●", "household_id"), _c("年度●", "year", "year"),
            _c("科目●", "item", "item", caveat="A1…A5、B1…B4、C1…C5、D1…D6、E1…E4，后面可再带字母；大小写均可。"),
            _c("金额●", "amount", "money"), _c("说明", "note"),
        ),
        dated="year", ours=True, about="同一科目的多行相加。",
    ),
    Table(
        "村干部及近亲属", "cadre", "本县", "一人",
        (
            _c("证件号码●", "person", "person"), _c("姓名●", "name"), _c("村代码●", "village"),
            _c("职务", "post"), _c("与村干部关系", "kinship"), _c("村干部姓名", "cadre_name"),
        ),
        ours=True,
    ),
    Table(
        "机动车登记", "vehicle", "公安车管", "一辆车",
        (
            *_PERSON, _c("号牌号码●", "plate"), _c("车辆类型●", "vehicle_kind"), _c("使用性质", "purpose"),
            _c("登记日期", "registered_on", "date"), _c("车辆状态", "status"),
        ),
        dated="registered_on", about="卖了没有过户的车仍登记在原车主名下；借用身份证买的车也在此列。",
    ),
    Table(
        "死亡注销", "death", "公安、民政", "一条死亡记录", (*_PERSON, _c("死亡日期●", "died_on", "date")),
        dated="died_on", about="同一人有几条的，以最早的日期为准。",
    ),
    Table(
        "不动产登记", "title", "自然资源", "一项权利",
        (
            *_PERSON, _c("不动产单元号●", "unit_number"), _c("坐落", "located_at"), _c("用途●", "purpose"),
            _c("来源类型", "origin"), _c("面积", "area", "number"), _c("登记日期", "registered_on", "date"),
        ),
        dated="registered_on", about="易地搬迁安置房不是疑点。",
    ),
    Table(
        "市场主体登记", "firm_part", "市场监管", "一人在一个市场主体中的身份",
        (
            *_PERSON, _c("统一社会信用代码●", "firm_code"), _c("名称", "firm_name"), _c("主体类型●", "firm_kind"),
            _c("角色", "part"), _c("注册资本", "capital", "money"), _c("成立日期", "founded_on", "date"),
            _c("经营状态●", "status"),
        ),
        dated="founded_on", about="早已停业没有注销的很多；合作社社员不是老板。",
    ),
    Table(
        "财政供养人员", "payroll", "财政", "一人",
        (*_PERSON, _c("单位●", "employer"), _c("岗位", "post")),
    ),
    Table(
        "一卡通发放", "payment", "财政", "一笔发放",
        (*_PERSON, _c("补贴项目●", "subsidy"), _c("金额●", "amount", "money"), _c("发放日期●", "paid_on", "date")),
        dated="paid_on",
    ),
    Table(
        "低保对象", "dibao", "民政", "一人",
        (
            *_PERSON, _c("类别", "grade", "choice", values=("A", "B", "C")), _c("月保障金额", "monthly", "money"),
            _c("起始日期●", "starts_on", "date"), _c("终止日期", "ends_on", "date"),
        ),
        dated="starts_on",
    ),
    Table(
        "特困对象", "tekun", "民政", "一人",
        (
            *_PERSON, _c("月供养金额", "monthly", "money"),
            _c("起始日期●", "starts_on", "date"), _c("终止日期", "ends_on", "date"),
        ),
        dated="starts_on",
    ),
    Table(
        "医保参保", "insured", "医保", "一人一年",
        (*_PERSON, _c("年度●", "year", "year"), _c("险种", "scheme")),
        dated="year", about="在外地参保的不在本县名单里。",
    ),
    Table(
        "医保结算", "bill", "医保", "一笔结算",
        (
            *_PERSON, _c("结算日期●", "settled_on", "date"), _c("医疗机构", "hospital"),
            _c("总费用●", "total", "money"), _c("基本医保支付", "basic_paid", "money"),
            _c("大病保险支付", "serious_paid", "money"), _c("医疗救助支付", "relief_paid", "money"),
            _c("合规自付●", "own_pay", "money"),
        ),
        dated="settled_on",
    ),
    Table(
        "学籍", "pupil", "教育", "一名学生",
        (
            *_PERSON, _c("学校●", "school"),
            _c("学段●", "stage", "choice", values=tuple("学前 小学 初中 高中 中职 高职 本科".split())),
            _c("年级", "school_year"),
            _c("学籍状态●", "status", "choice", values=tuple("在读 送教上门 延缓入学 休学 辍学 毕业".split())),
            _c("学年自付费用", "own_cost", "money"),
        ),
        about="在外省就读的常不在本县学籍系统里。",
    ),
    Table(
        "残疾人证", "disability", "残联", "一本证",
        (
            *_PERSON, _c("残疾证号●", "certificate", "certificate", caveat="前18位就是证件号码，按证件号码对待。"),
            _c("类别●", "kind"), _c("等级●", "grade", "choice", codes=GRADES, values=tuple(GRADES.values())),
            _c("发证日期●", "issued_on", "date"),
        ),
        dated="issued_on",
    ),
    Table(
        "就业登记", "job", "人社", "一段就业",
        (*_PERSON, _c("用人单位●", "employer"), _c("开始日期●", "starts_on", "date"), _c("结束日期", "ends_on", "date")),
        dated="starts_on", about="灵活就业大多不登记。",
    ),
    Table(
        "养老待遇", "pension", "人社", "一名领取人",
        (*_PERSON, _c("月待遇", "monthly", "money"), _c("起始日期●", "starts_on", "date")),
        dated="starts_on",
    ),
    Table(
        "住房鉴定", "housing", "住建", "一次鉴定",
        (
            _c("户编号", "household_id"), _c("户主证件号码", "head", "person"),
            _c("鉴定等级●", "grade", "choice", values=("A", "B", "C", "D")),
            _c("鉴定日期●", "appraised_on", "date"), _c("改造竣工日期", "rebuilt_on", "date"),
        ),
        dated="appraised_on", either=("household_id", "head"),
        about="户编号与户主证件号码至少填一个；有户编号的以户编号为准。",
    ),
    Table(
        "供水监测", "water", "水利", "一村一年",
        (
            _c("村代码●", "village"), _c("年度●", "year", "year"), _c("停水天数●", "days_without", "number"),
            _c("水质是否合格●", "quality_ok", "choice", codes=YES_NO, values=("是", "否")),
        ),
        dated="year",
    ),
    Table(
        "灾害损失", "disaster", "应急", "一户一次损失",
        (
            _c("户主证件号码●", "head", "person"), _c("灾种●", "kind"), _c("损失金额●", "loss", "money"),
            _c("发生日期●", "happened_on", "date"),
        ),
        dated="happened_on",
    ),
    Table(
        "交通事故", "traffic", "公安交警", "一名伤亡者",
        (
            *_PERSON, _c("后果●", "outcome", "choice", values=("轻伤", "重伤", "死亡")),
            _c("事故日期●", "happened_on", "date"),
        ),
        dated="happened_on",
    ),
    Table(
        "雨露计划", "school_grant", "农业农村", "一笔补助",
        (*_PERSON, _c("学期●", "term"), _c("金额●", "amount", "money"), _c("发放日期●", "paid_on", "date")),
        dated="paid_on",
    ),
)
# fmt: on

BY_NAME = MappingProxyType({t.name: t for t in TABLES})
BY_FILE = MappingProxyType({t.file: t for t in TABLES})
SUFFIXES = (".csv", ".xlsx", ".xls", ".parquet")
