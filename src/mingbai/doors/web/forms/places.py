"""Forms for places, and for a household that moves to another one."""

from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


def _village() -> forms.TextInput:
    return forms.TextInput(attrs={"inputmode": "numeric", "list": "villages"})


class Dated(forms.Form):
    """What every change of a place comes with."""

    on = forms.DateField(label=_("从哪天起"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    why = forms.CharField(
        label=_("依据"), min_length=2, max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("例如批复文号。"),
    )  # fmt: skip

    def __init__(self, data: Any, *, day: date, initial: dict[str, Any] | None = None) -> None:
        self.day = day
        super().__init__(data, initial={"on": day} | (initial or {}))

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if on > self.day:
            raise ValidationError(_("日期还没到，请填今天或以前的日期。"))
        return on


class Adding(Dated):
    """A new place."""

    code = forms.RegexField(
        r"^(\d{9}|\d{12})$", label=_("区划代码"), widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": _("要 9 位（乡镇）或 12 位（村），只用数字。")},
    )  # fmt: skip
    name = forms.CharField(label=_("全称"), max_length=60)
    field_order = ("code", "name", "on", "why")


class Renaming(Dated):
    """Another name; `was` is the one that the person saw."""

    name = forms.CharField(label=_("新名称"), max_length=60)
    was = forms.CharField(widget=forms.HiddenInput)
    field_order = ("name", "on", "why")


class Merging(Dated):
    """Which village it is merged into."""

    into = forms.RegexField(
        r"^\d{12}$", label=_("并入的村（12 位代码）"), widget=_village(),
        error_messages={"invalid": _("村的代码是 12 位数字。")},
    )  # fmt: skip
    sure = forms.BooleanField(label=_("我已核对：原村的农户、线索、问题和人员岗位都转到新村"))
    field_order = ("into", "on", "why", "sure")


class Moving(forms.Form):
    """A household moves to another village."""

    village = forms.RegexField(
        r"^\d{12}$", label=_("迁到的村（12 位代码）"), widget=_village(),
        error_messages={"invalid": _("村的代码是 12 位数字。")},
    )  # fmt: skip
    group_name = forms.CharField(label=_("村民小组"), required=False, max_length=40)
    on = forms.DateField(label=_("迁移日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    why = forms.CharField(label=_("原因或依据"), min_length=2, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    version = forms.IntegerField(widget=forms.HiddenInput)
    nonce = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput)

    def __init__(self, data: Any, *, day: date, version: int) -> None:
        super().__init__(data, initial={"on": day, "version": version, "nonce": uuid4().hex})
