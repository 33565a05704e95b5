"""Forms for members who come, go or are put right."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mingbai.facts.bureaus.tables import HEALTH, SCHOOLING, SEXES, SKILLS, STUDYING
from mingbai.facts.registry.actions.book import HEAD
from mingbai.facts.registry.actions.changes import Newcomer, arrive, go_to, leave
from mingbai.facts.registry.actions.correcting import OF_MEMBER, correct_id, correct_member
from mingbai.facts.registry.forms.entry import CHOOSE, KINDS, Change, DayField, labels, other_household
from mingbai.facts.registry.models import Household, Member

_SKILLS = tuple(dict.fromkeys(v for v in SKILLS.values() if "劳动力" not in v or v.startswith(("丧失", "无"))))


class IdField(forms.CharField):
    """A resident ID; never kept in the browser."""

    def __init__(self) -> None:
        super().__init__(
            label=_("证件号码"), required=False, max_length=40,
            widget=forms.TextInput(attrs={"autocomplete": "off", "data-secret": "1", "spellcheck": "false"}),
        )  # fmt: skip


def _about(held: Member | None = None) -> dict[str, forms.Field]:
    """What is known of a person, besides name, relation and ID. What came from elsewhere and stands in no code table
    is kept as a choice, not lost in silence."""
    held = held or Member()
    return {
        "ethnicity": forms.CharField(label=_("民族"), required=False, max_length=20),
        "schooling": _choice(_("文化程度"), SCHOOLING.values(), held.schooling),
        "studying": _choice(_("在校生状况"), STUDYING.values(), held.studying),
        "health": forms.MultipleChoiceField(
            label=_("健康状况"), required=False, widget=forms.CheckboxSelectMultiple,
            choices=labels(dict.fromkeys([*HEALTH.values(), *filter(None, held.health.split("、"))]), empty=None),
        ),
        "skill": _choice(_("劳动技能"), _SKILLS, held.skill),
        "phone": forms.CharField(
            label=_("联系电话"), required=False, max_length=40, widget=forms.TextInput(attrs={"inputmode": "tel"})
        ),
    }  # fmt: skip


def _choice(label: Any, values: Iterable[str], held: str) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=labels(filter(None, dict.fromkeys([*values, held]))))


class Arrival(Change):
    """Somebody marries in, moves in, or was left out of the roster."""

    how = "婚入"
    name = forms.CharField(label=_("姓名"), max_length=60)
    relation = forms.ChoiceField(label=_("与户主关系"), choices=labels(KINDS, empty=CHOOSE))
    id_number = IdField()
    sex = forms.ChoiceField(label=_("性别"), choices=labels(SEXES.values()), required=False)
    born = DayField(label=_("出生日期"), required=False, help_text=_("有证件号码的，以证件号码为准。"))

    def begin(self) -> dict[str, Any]:
        head = next((m for m in self.members if m.relation == HEAD), None)
        return {"ethnicity": head.ethnicity if head else ""}

    def build(self) -> None:
        self.fields |= _about()

    def carry_out(self) -> None:
        given = self.cleaned_data
        others = {name: given[name] for name in _about() if name != "health"} | {"health": "、".join(given["health"])}
        newcomer = Newcomer(given["name"], given["relation"], given["sex"], given["id_number"], given["born"], others)
        arrive(by=self.by, household=self.household, newcomer=newcomer, how=self.how, entry=self.entry)


class MovingIn(Arrival):
    """Somebody moves in."""

    how = "迁入"


class Adding(Arrival):
    """Somebody who lives here was left out."""

    how = "补登"


class Birth(Change):
    """A child is born."""

    name = forms.CharField(label=_("姓名"), max_length=60)
    relation = forms.ChoiceField(label=_("与户主关系"), choices=labels(KINDS, empty=CHOOSE))
    sex = forms.ChoiceField(label=_("性别"), choices=labels(SEXES.values(), empty=None), widget=forms.RadioSelect)
    id_number = IdField()

    def build(self) -> None:
        self.fields["on"].label = _("出生日期")

    def carry_out(self) -> None:
        given = self.cleaned_data
        head = next((m for m in self.members if m.relation == HEAD), None)
        others = {"ethnicity": head.ethnicity if head else "", "schooling": "学龄前"}
        newcomer = Newcomer(given["name"], given["relation"], given["sex"], given["id_number"], given["on"], others)
        arrive(by=self.by, household=self.household, newcomer=newcomer, how="出生", entry=self.entry)


class Leaving(Change):
    """A member dies, or was registered by mistake."""

    how = "死亡"

    def build(self) -> None:
        self.add_new_head()

    def carry_out(self) -> None:
        assert self.member is not None
        leave(
            by=self.by, household=self.household, person_id=self.member.person_id, how=self.how, entry=self.entry,
            head=self.new_head(),
        )  # fmt: skip


class Mistake(Leaving):
    """Somebody was never of this household."""

    how = "误登"


class MarryingOut(Leaving):
    """A member marries out or moves away: out of the roster, or into another household of it."""

    how = "婚出"
    to = forms.CharField(
        label=_("去向的户编号"), required=False, max_length=40, help_text=_("去了本县在册的另一户才填。")
    )
    there = forms.ChoiceField(label=_("与那一户户主的关系"), choices=labels(KINDS), required=False)

    def clean_to(self) -> Household | None:
        code = self.cleaned_data["to"]
        return other_household(self.by, code) if code else None

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("to") and not self.cleaned_data.get("there"):
            self.add_error("there", _("去了另一户，要填与那一户户主的关系。"))
        return self.cleaned_data

    def carry_out(self) -> None:
        to = self.cleaned_data["to"]
        if to is None:
            super().carry_out()
            return
        assert self.member is not None
        go_to(
            by=self.by, household=self.household, person_id=self.member.person_id, to=to, how=self.how,
            relation=self.cleaned_data["there"], entry=self.entry, head=self.new_head(),
        )  # fmt: skip


class MovingOut(MarryingOut):
    """A member moves away."""

    how = "迁出"


class MemberFields(Change):
    """A member's fields put right."""

    def begin(self) -> dict[str, Any]:
        member = self._member()
        found = {name: getattr(member, name) for name in OF_MEMBER}
        return found | {"health": [part for part in member.health.split("、") if part]}

    def build(self) -> None:
        member = self._member()
        self.fields["on"].label = _("更正日期")
        self.fields["name"] = forms.CharField(label=_("姓名"), max_length=60)
        if member.relation != HEAD:
            kinds = dict.fromkeys([*KINDS, member.relation])
            self.fields["relation"] = forms.ChoiceField(label=_("与户主关系"), choices=labels(kinds))
        self.fields["sex"] = forms.ChoiceField(label=_("性别"), required=False, choices=labels(SEXES.values()))
        if not member.id_valid:
            self.fields["birth"] = DayField(label=_("出生日期"), required=False)
        self.fields |= _about(member)
        self.fields["months_worked"] = forms.DecimalField(
            label=_("务工月数"), required=False, min_value=0, max_value=12, max_digits=6, decimal_places=2
        )
        self.fields["work_place"] = forms.CharField(label=_("务工所在地"), required=False, max_length=120)

    def carry_out(self) -> None:
        given = {name: self.cleaned_data[name] for name in OF_MEMBER if name in self.fields}
        given["health"] = "、".join(given["health"])
        correct_member(
            by=self.by, household=self.household, person_id=self._member().person_id, fields=given, entry=self.entry
        )

    def _member(self) -> Member:
        assert self.member is not None
        return self.member


class IdNumber(Change):
    """A member's ID given or put right."""

    id_number = IdField()

    def build(self) -> None:
        self.fields["on"].label = _("更正日期")
        self.fields["id_number"].label = _("正确的证件号码")
        self.fields["id_number"].help_text = _("照着证件输入。留空表示去掉登错的号码。")

    def carry_out(self) -> None:
        assert self.member is not None
        correct_id(
            by=self.by, household=self.household, person_id=self.member.person_id,
            id_number=self.cleaned_data["id_number"], entry=self.entry,
        )  # fmt: skip
