"""The form for a county's own value of a number."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class NumberForm(forms.Form):
    """A value from a day on, with its document; or that the number ends that day."""

    value = forms.CharField(label=_("数值"), max_length=2000, required=False)
    ends = forms.BooleanField(label=_("从那天起作废，不再使用"), required=False)
    since = forms.DateField(label=_("从哪天起"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    place = forms.ChoiceField(label=_("在哪里适用"))
    document = forms.CharField(label=_("依据文件"), max_length=200, help_text=_("文件名和文号；没有文件的写“惯例”"))
    document_on = forms.DateField(
        label=_("文件日期"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, data: Any, *, labels: bool, places: Sequence[tuple[str, str]], day: date) -> None:
        super().__init__(data, initial={"since": day, "place": places[0][0] if places else ""})
        self.labels = labels
        place: Any = self.fields["place"]
        place.choices = list(places)
        value = self.fields["value"]
        if labels:
            value.widget, value.help_text = forms.Textarea(attrs={"rows": 4}), _("一行一个名称，或用顿号隔开")
        else:
            value.widget.attrs["inputmode"] = "decimal"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.pop("ends", False):
            if cleaned.get("value"):
                raise ValidationError(_("填了数值，又勾了作废。请只留一样。"))
            return cleaned | {"value": None}
        if not cleaned.get("value"):
            self.add_error("value", ValidationError(_("请填写数值。")))
        elif self.labels:
            parts = (part.strip() for part in cleaned["value"].replace("、", "\n").splitlines())
            cleaned["value"] = [part for part in parts if part]
        return cleaned
