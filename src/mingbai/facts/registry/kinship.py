"""Relations to the head change when the head does: a first guess for the form, which a person then corrects."""

from collections.abc import Mapping
from types import MappingProxyType

OTHER = "其他"

# By what the new head was to the old one: what another member was → what they are now. Old head's sex, new head's sex
# and the member's own decide where one word is not enough: (for a man, for a woman).
_SPOUSE: Mapping[str, str] = MappingProxyType(
    {
        "之岳父": "之父", "之岳母": "之母", "之公公": "之父", "之婆婆": "之母",
        **{same: same for same in "之子 之女 之儿媳 之女婿 之孙子 之孙女 之外孙子 之外孙女".split()},
    }
)  # fmt: skip
_GRANDCHILD = MappingProxyType({"之子": ("之孙子", "之外孙子"), "之女": ("之孙女", "之外孙女")})
_GRANDPARENT = MappingProxyType({"之父": ("之祖父", "之外祖父"), "之母": ("之祖母", "之外祖母")})
_OWN_CHILD = MappingProxyType(
    {
        "之子": {"之儿媳": "配偶", "之孙子": "之子", "之孙女": "之女"},
        "之女": {"之女婿": "配偶", "之外孙子": "之子", "之外孙女": "之女"},
        "之儿媳": {"之子": "配偶", "之孙子": "之子", "之孙女": "之女"},
        "之女婿": {"之女": "配偶", "之外孙子": "之子", "之外孙女": "之女"},
    }
)


def relation_after(relation: str, sex: str, *, head_was: str, old_head_sex: str, new_head_sex: str) -> str:
    """What a member is to the new head, from what they were to the old one; 其他 where that is not certain.

    `head_was` is what the new head was to the old one; for the old head himself `relation` is 户主.
    """
    woman, old_woman = sex == "女", old_head_sex == "女"
    if head_was == "配偶":
        return _after_spouse(relation, new_head_sex == "女")
    if head_was in ("之子", "之女"):
        if relation in ("户主", "配偶"):
            return "之母" if woman else "之父"
        if relation in _GRANDPARENT:
            return _GRANDPARENT[relation][old_woman]
        return _OWN_CHILD[head_was].get(relation, OTHER)
    if head_was in ("之父", "之母"):
        if relation == "户主":
            return "之女" if woman else "之子"
        if relation == "配偶":
            return "之儿媳" if woman else "之女婿"
        if relation in ("之父", "之母"):
            return "配偶"
        return _GRANDCHILD[relation][old_woman] if relation in _GRANDCHILD else OTHER
    if head_was in ("之儿媳", "之女婿"):
        if relation in ("户主", "配偶"):
            by_sex = ("之公公", "之婆婆") if head_was == "之儿媳" else ("之岳父", "之岳母")
            return by_sex[woman]
        return _OWN_CHILD[head_was].get(relation, OTHER)
    return OTHER


def _after_spouse(relation: str, wife: bool) -> str:
    if relation == "户主":
        return "配偶"
    if relation in ("之父", "之母"):
        return {"之父": ("之岳父", "之公公"), "之母": ("之岳母", "之婆婆")}[relation][wife]
    return _SPOUSE.get(relation, OTHER)
