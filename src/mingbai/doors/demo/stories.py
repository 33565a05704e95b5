"""What was found on the visits of the demo's year and what was done about it, fitting what the clue was about."""

from typing import NamedTuple


class Story(NamedTuple):
    """The words of one course of events; only some of them are said of any one clue."""

    false: str
    """Why there was nothing in it."""
    true: str
    plan: str
    answer: str
    revisit: str


_HEALTH = Story(
    "入户核对了票据：大头已经报销，自己只掏了几百元。",
    "入户核实属实：今年看病花费大，靠借钱，需要帮。",
    "协调医疗救助，月底前送材料。",
    "救助金已到账，户里已签字。",
    "与户主当面核对，款已收到。",
)
_INSURED = Story(
    "电话和入户核实：人在县外务工，已在当地参保。",
    "入户核实属实：家里有人今年没有参保。",
    "帮着补办参保，代缴部分按政策申请。",
    "已补缴参保费，医保系统里查到了。",
    "看了缴费凭证，一家人都参保了。",
)
_WORK = Story(
    "电话核实：人已经换了工地，月月有工资。",
    "入户核实属实：在外务工的停了工，这几个月没有收入。",
    "联系公益性岗位，先安排上岗。",
    "已上岗，第一个月工资已发。",
    "到户看过，人在上班，工资发到卡上。",
)
_INCOME = Story(
    "与户里重新算了一遍账：漏记了务工工资，补上后高于监测线。",
    "入户核实属实：今年牲口死了、工也停了，收入确实少了。",
    "安排公益性岗位，帮着申请产业奖补。",
    "已上岗，奖补款已到账。",
    "与户里又算了一遍账，收入上来了。",
)
_SCHOOL = Story(
    "入户和学校核实：孩子在县外就读，学籍还没转过来。",
    "入户核实属实：孩子没有去上学，已和家长、学校说过。",
    "与学校一起劝返，落实送教。",
    "孩子已返校，班主任确认。",
    "到学校看过，孩子在班里上课。",
)
_COST = Story(
    "入户核实：学费已由助学贷款解决，家里负担得起。",
    "入户核实属实：供孩子上学花费大，欠了亲戚的钱。",
    "帮着申请助学金和雨露计划。",
    "助学金已批，补助已到账。",
    "与户主当面核对，款已收到。",
)
_HOUSE = Story(
    "入户看过：老房子已不住人，全家住在安置房里。",
    "入户核实属实：房子有裂缝，下雨漏水。",
    "申报危房改造，先搬到亲戚家。",
    "已改造完工，住建验收合格。",
    "看了房子，已经修好入住。",
)
_WATER = Story(
    "入户看过：新水管上月已通，水量够用。",
    "入户核实属实：旱季断断续续停水，要去沟里背。",
    "报水利局检修管网，停水期间送水。",
    "管网已修好，连续一个月没有停水。",
    "到户拧开龙头看过，水量、水质都好。",
)
_CARE = Story(
    "入户核实：两项补贴、护理都已落实，家里顾得过来。",
    "入户核实属实：要人照料，劳力拴在家里，开支也大。",
    "申请护理补贴和低保，排家庭医生上门。",
    "补贴已批，家庭医生已上门。",
    "到户看过，补贴按月到账，户里认可。",
)
_LOSS = Story(
    "入户核实：保险已经赔付，损失不大。",
    "入户核实属实：这次损失大，一时缓不过来。",
    "申请临时救助，帮着办理赔。",
    "救助金和赔款已到账，户里已签字。",
    "与户主当面核对，款已收到。",
)
_DEATH = Story(
    "入户核实：家里还有两个劳力在外务工，收入稳定。",
    "入户核实属实：顶梁柱走了，家里只剩老人和孩子。",
    "申请低保，孩子纳入助学。",
    "低保已批，孩子的助学金已到账。",
    "到户看过，低保金按月到账。",
)
_OWNS = Story(
    "入户看过：车是儿子在外打工借证买的，家里不用，也不是经营车辆。",
    "入户核实属实：名下确实有，当初没有申报。",
    "按程序核实家庭财产，重新评议。",
    "村里评议过了，结论已公示。",
    "看了评议记录和公示照片，程序到位。",
)
_HOME = _OWNS._replace(false="入户核对：房子是易地搬迁安置房，不是另外购买。")
_POST = _OWNS._replace(false="查了聘用合同：是临时公益性岗位，不是财政供养人员。")
_FIRM = _OWNS._replace(false="入户核对：执照是替亲戚挂名的，早已不经营，正在注销。")
_MONEY = Story(
    "查了存折和发放表：钱已发到家里另一张卡上。",
    "查了存折和发放表，属实：钱没有按规定发到本人。",
    "请部门核对名册，补发或追回。",
    "部门已更正名册，钱已结清。",
    "看了存折，金额、日期都对得上。",
)
_FILE = Story(
    "查了原件，是部门表里填错，已请部门更正。",
    "查了户口簿和原件，属实：系统里登记错了。",
    "按原件更正系统信息。",
    "信息已更正，已与户里核对。",
    "与户里当面核对过，信息对了。",
)

_ABOUT = {
    _HEALTH: ("medical_burden", "rigid_spending"),
    _INSURED: ("uninsured",),
    _WORK: ("job_lost",),
    _INCOME: ("low_income", "income_drop"),
    _SCHOOL: ("school_dropout",),
    _COST: ("school_cost",),
    _HOUSE: ("unsafe_house",),
    _WATER: ("water_short",),
    _CARE: ("new_disability", "new_dibao"),
    _LOSS: ("disaster_loss", "accident"),
    _DEATH: ("worker_died",),
    _OWNS: ("owns_car",),
    _HOME: ("second_home",),
    _POST: ("public_payroll", "cadre_kin"),
    _FIRM: ("runs_firm",),
    _MONEY: (
        "paid_twice", "paid_after_death", "payee_mismatch", "dibao_unpaid", "grant_missing", "grant_wrong",
        "pension_missing",
    ),
}  # fmt: skip
_OF_RULE = {rule: told for told, rules in _ABOUT.items() for rule in rules}


def story(rule: str) -> Story:
    """The words for a clue of this rule; about the file itself for every rule not named here."""
    return _OF_RULE.get(rule, _FILE)
