"""The fields of a household and of its members as text, and what of them changed: the `changed` of a registry event.

Values are text: days as 2026-06-30, numbers without needless zeros, nothing as ''. What may not lie open (phone,
health) is hidden before it goes into an event; an ID goes in as it is stored, hidden already. What is worked out of
other fields (id_index, id_valid) and `version` stay out; `birth` is stated only where no valid ID says it.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

HOUSEHOLD_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "village": "村", "group_name": "村民小组", "head_name": "户主", "household_class": "户类型",
        "class_decided_on": "认定日期", "causes": "致贫原因", "identified_on": "识别时间", "monitored_since": "监测识别时间",
        "eliminated": "风险是否消除", "eliminated_on": "风险消除时间", "elimination_way": "消除方式", "housing_grade": "住房等级",
        "safe_water": "饮水是否安全", "phone": "联系电话", "helper": "帮扶责任人", "helper_unit": "帮扶单位",
        "ended_on": "注销日期", "ended_why": "注销原因",
    }
)  # fmt: skip
MEMBER_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "household": "所在户", "name": "姓名", "id_hidden": "证件号码", "birth": "出生日期", "relation": "与户主关系",
        "sex": "性别", "ethnicity": "民族", "schooling": "文化程度", "studying": "在校生状况", "health": "健康状况",
        "skill": "劳动技能", "months_worked": "务工月数", "work_place": "务工所在地", "phone": "联系电话",
        "left_on": "离开日期", "left_why": "离开原因",
    }
)  # fmt: skip
HOUSEHOLD = tuple(HOUSEHOLD_LABELS)
"""Fields of a household that an event tells."""

MEMBER = tuple(MEMBER_LABELS)
"""Fields of a member; ``household`` is the household's code."""

HIDDEN = frozenset({"phone", "health"})
"""Fields that an event carries hidden."""

Fields = Mapping[str, str]
Members = Mapping[str, Fields]
"""By person id."""


def as_text(value: object) -> str:
    """A value as an event writes it."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (Decimal, int, float)) and not isinstance(value, bool):
        text = format(value, "f") if isinstance(value, Decimal) else str(value)
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value)


def fields_of(row: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, str]:
    """The fields of a row as text, all of them; a field that the row does not have is ''."""
    return {name: as_text(row.get(name)) for name in names}


def member_fields(row: Mapping[str, Any]) -> dict[str, str]:
    """A member's fields as text; the birth date only where no valid ID says it (`id_valid` of the row)."""
    found = fields_of(row, MEMBER)
    if row.get("id_valid"):
        found["birth"] = ""
    return found


def difference(before: Fields, after: Fields) -> dict[str, str]:
    """The fields of `after` that differ from `before`; for something new (before = {}) those that are not empty."""
    return {name: value for name, value in after.items() if value != before.get(name, "")}


def changed(household: Fields, members: Members, hide: Callable[[str], str]) -> dict[str, Any]:
    """What an event carries, from fields that changed: empty parts are left out, phone and health are hidden."""
    found: dict[str, Any] = {}
    if household:
        found["household"] = _covered(household, hide)
    told = {person: _covered(fields, hide) for person, fields in members.items() if fields}
    if told:
        found["members"] = told
    return found


def _covered(fields: Fields, hide: Callable[[str], str]) -> dict[str, str]:
    return {name: hide(value) if name in HIDDEN else value for name, value in fields.items()}
