"""Forms for people and their posts."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.places.models import Place
from mingbai.base.staff.models import Official
from mingbai.base.staff.queries import managed, within
from mingbai.base.staff.roles import BUREAUS, TITLES

MOST_PLACES = 800
"""A list longer than this nobody picks from: the code is typed instead."""


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


class PostForm(forms.Form):
    """A role in an area, from a day and maybe until one."""

    role = forms.ChoiceField(label=_("岗位"))
    area = forms.CharField(label=_("负责的范围"), max_length=12)
    bureau = forms.ChoiceField(label=_("部门"), required=False, help_text=_("只有部门联络员才选"))
    since = _day(_("任职日期"))
    until = _day(_("结束日期"), required=False, help_text=_("从这天起不再担任；没有定期限的不填"))

    def __init__(self, data: Any, *, by: Actor, day: date) -> None:
        super().__init__(data, initial={"since": day})
        self.by = by
        self.places = Place.objects.filter(within(by, Permission.STAFF_MANAGE, "code"), until=None)
        roles: Any = self.fields["role"]
        roles.choices = [("", "—"), *((key, gettext(title)) for key, title in TITLES.items())]
        bureaus: Any = self.fields["bureau"]
        bureaus.choices = [("", "—"), *((name, name) for name in BUREAUS)]
        offered = list(self.places.order_by("code")[: MOST_PLACES + 1])
        if len(offered) <= MOST_PLACES:
            self.fields["area"].widget = forms.Select(choices=_grouped(offered))
        else:
            self.fields["area"].help_text = gettext("填区划代码：县 6 位，乡镇 9 位，村 12 位")

    def clean_area(self) -> str:
        area: str = self.cleaned_data["area"]
        # The areas of prefectures and provinces are no places of ours, but one's own may be one.
        own = area in self.by.areas(Permission.STAFF_MANAGE)
        if not own and not self.places.filter(code=area).exists():
            raise ValidationError(_("没有这个地方，或不在您管理的范围内。"))
        return area


class PersonForm(forms.Form):
    """Who somebody is."""

    name = forms.CharField(label=_("姓名"), max_length=40)
    unit = forms.CharField(label=_("单位"), max_length=80, required=False)
    phone = forms.CharField(
        label=_("办公电话"), max_length=20, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )


class NewPersonForm(PersonForm, PostForm):
    """Somebody new, with the first post."""

    username = forms.CharField(
        label=_("用户名"), max_length=40, help_text=_("登录用，小写字母开头，定了不能改；如姓名拼音 yangli"),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    field_order = ("name", "username", "unit", "phone", "role", "area", "bureau", "since", "until")


class HandoverForm(forms.Form):
    """Whoever takes over, and why."""

    to = forms.CharField(label=_("接手的人"), max_length=40)
    why = forms.CharField(label=_("移交的原因"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data: Any, *, by: Actor, leaving: Official) -> None:
        super().__init__(data)
        self.people = managed(by).filter(is_active=True).exclude(pk=leaving.pk)
        offered = list(self.people.order_by("username")[: MOST_PLACES + 1])
        if len(offered) <= MOST_PLACES:
            told = [(one.username, f"{one.name}　{one.unit}" if one.unit else one.name) for one in offered]
            self.fields["to"].widget = forms.Select(choices=[("", "—"), *told])
        else:
            self.fields["to"].help_text = gettext("填接手的人的用户名")

    def clean_to(self) -> Official:
        found = self.people.filter(username=self.cleaned_data["to"]).first()
        if found is None:
            raise ValidationError(_("没有这位同事，或已停用。"))
        return found


def _grouped(offered: list[Place]) -> list[tuple[str, Any]]:
    """Villages under their township, for a list to pick from."""
    names = {place.code: place.short for place in offered}
    groups: dict[str, list[tuple[str, str]]] = {}
    for place in offered:
        title = names.get(place.code[:9], "") if len(place.code) == 12 else ""
        groups.setdefault(title, []).append((place.code, place.short))
    alone = groups.pop("", [])
    return [("", "—"), *alone, *sorted(groups.items())]
