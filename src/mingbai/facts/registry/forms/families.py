"""Forms for households as wholes."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mingbai.base.lib.permissions import Actor
from mingbai.facts.bureaus.tables import CAUSES, HOUSEHOLD_CLASSES, SEXES
from mingbai.facts.registry.actions.book import HEAD
from mingbai.facts.registry.actions.changes import Newcomer, NewHead
from mingbai.facts.registry.actions.correcting import OF_HOUSEHOLD, STATUS, correct_household, decide_status
from mingbai.facts.registry.actions.families import ENDINGS, change_head, end, join, register, split
from mingbai.facts.registry.forms.entry import CHOOSE, NOTHING, Change, DayField, guesses, labels, other_household
from mingbai.facts.registry.forms.people import IdField
from mingbai.facts.registry.models import Household, Member


class HeadChange(Change):
    """Another member becomes head (`member`, chosen before)."""

    def build(self) -> None:
        old = next((m for m in self.members if m.relation == HEAD), None)
        assert self.member is not None
        others = [m for m in self.members if m is not self.member]
        self.add_relations(others, guesses(others, old, self.member) if old else {})

    def carry_out(self) -> None:
        assert self.member is not None
        head = NewHead(self.member.person_id, self.relations)
        change_head(by=self.by, household=self.household, head=head, entry=self.entry)


class Split(Change):
    """Members leave to be a household of their own; `member`, chosen before, is its head."""

    leaving = forms.MultipleChoiceField(
        label=_("一起分出去的人"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("新户主不用再选。"),
    )  # fmt: skip

    def build(self) -> None:
        others = self._others()
        field = self.fields["leaving"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(m.person_id, m.name) for m in others]
        old = next((m for m in self.members if m.relation == HEAD), None)
        assert self.member is not None
        self.add_relations(others, guesses(others, old, self.member) if old else {})

    def _others(self) -> list[Member]:
        return [m for m in self.members if m is not self.member and m.relation != HEAD]

    def carry_out(self) -> None:
        assert self.member is not None
        leaving = [self.member.person_id, *self.cleaned_data["leaving"]]
        relations = {person: word for person, word in self.relations.items() if person in leaving}
        head = NewHead(self.member.person_id, relations)
        split(by=self.by, household=self.household, leaving=leaving, head=head, entry=self.entry)


class Join(Change):
    """All go over to another household."""

    into = forms.CharField(label=_("并入哪一户（户编号）"), max_length=40)

    def build(self) -> None:
        self.add_relations(self.members, {})

    def clean_into(self) -> Household:
        return other_household(self.by, self.cleaned_data["into"])

    def carry_out(self) -> None:
        into = self.cleaned_data["into"]
        join(by=self.by, household=self.household, into=into, relations=self.relations, entry=self.entry)


class Ending(Change):
    """The whole household leaves the roster."""

    how = forms.ChoiceField(label=_("注销原因"), choices=labels(ENDINGS, empty=None), widget=forms.RadioSelect)

    def carry_out(self) -> None:
        end(by=self.by, household=self.household, how=self.cleaned_data["how"], entry=self.entry)


class HouseholdFields(Change):
    """A household's fields put right."""

    group_name = forms.CharField(label=_("村民小组"), required=False, max_length=40)
    phone = forms.CharField(
        label=_("联系电话"), required=False, max_length=40, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    causes = forms.MultipleChoiceField(label=_("致贫原因"), required=False, widget=forms.CheckboxSelectMultiple)
    identified_on = DayField(label=_("识别时间"), required=False)
    housing_grade = forms.ChoiceField(label=_("住房等级"), required=False)
    safe_water = forms.ChoiceField(label=_("饮水是否安全"), required=False)
    helper = forms.CharField(label=_("帮扶责任人"), required=False, max_length=60)
    helper_unit = forms.CharField(label=_("帮扶单位"), required=False, max_length=120)

    def begin(self) -> dict[str, Any]:
        found = {name: getattr(self.household, name) for name in OF_HOUSEHOLD}
        return found | {"causes": [part for part in self.household.causes.split("、") if part]}

    def build(self) -> None:
        self.fields["on"].label = _("更正日期")
        home = self.household
        # What came from elsewhere and stands in no code table is kept as a choice, not lost in silence.
        for name, values in {
            "causes": [*CAUSES.values(), *home.causes.split("、")],
            "housing_grade": [*"ABCD", home.housing_grade],
            "safe_water": ["是", "否", home.safe_water],
        }.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = labels(filter(None, dict.fromkeys(values)), empty=None if name == "causes" else NOTHING)

    def carry_out(self) -> None:
        given = {name: self.cleaned_data[name] for name in OF_HOUSEHOLD}
        given["causes"] = "、".join(given["causes"])
        correct_household(by=self.by, household=self.household, fields=given, entry=self.entry)


class Status(Change):
    """Class and risk, decided."""

    household_class = forms.ChoiceField(label=_("户类型"), choices=labels(HOUSEHOLD_CLASSES, empty=CHOOSE))
    monitored_since = DayField(label=_("监测识别时间"), required=False)
    eliminated = forms.ChoiceField(label=_("风险是否消除"), required=False, choices=labels(("是", "否")))
    eliminated_on = DayField(label=_("风险消除时间"), required=False)
    elimination_way = forms.ChoiceField(label=_("消除方式"), required=False, choices=labels(("帮扶消除", "自然消除")))

    def begin(self) -> dict[str, Any]:
        return {name: getattr(self.household, name) for name in STATUS}

    def build(self) -> None:
        self.fields["on"].label = _("认定日期")

    def carry_out(self) -> None:
        given = {name: self.cleaned_data[name] for name in STATUS}
        decide_status(by=self.by, household=self.household, fields=given, entry=self.entry)


class Registration(Change):
    """A household new to the roster of a village, with its head; members are added afterwards."""

    how = forms.ChoiceField(
        label=_("登记原因"),
        choices=labels(("新登记", "整户迁入"), empty=None),
        widget=forms.RadioSelect,
        initial="新登记",
    )
    name = forms.CharField(label=_("户主姓名"), max_length=60)
    id_number = IdField()
    sex = forms.ChoiceField(label=_("性别"), choices=labels(SEXES.values()), required=False)
    born = DayField(label=_("出生日期"), required=False, help_text=_("有证件号码的，以证件号码为准。"))
    ethnicity = forms.CharField(label=_("民族"), required=False, max_length=20)
    group_name = forms.CharField(label=_("村民小组"), required=False, max_length=40)
    phone = forms.CharField(
        label=_("联系电话"), required=False, max_length=40, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )

    def __init__(self, data: Any, *, by: Actor, day: date, village: str) -> None:
        self.village = village
        self.made: Household | None = None
        nobody = Household(household_id="", village=village, version=1)
        super().__init__(data, by=by, day=day, household=nobody, seen=0, members=[])

    def carry_out(self) -> None:
        given = self.cleaned_data
        head = Newcomer(
            given["name"], HEAD, given["sex"], given["id_number"], given["born"], {"ethnicity": given["ethnicity"]}
        )
        fields = {"group_name": given["group_name"], "phone": given["phone"]}
        self.made = register(
            by=self.by, village=self.village, head=head, how=given["how"], fields=fields, entry=self.entry
        )
