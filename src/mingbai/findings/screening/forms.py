"""Forms of the clue pages. They read what was typed; the actions judge it."""

from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.staff.queries import within
from mingbai.facts.registry.models import Household
from mingbai.findings.screening.actions.reports import WAYS, Report, Signed
from mingbai.findings.screening.queries.listing import villages
from mingbai.findings.screening.wording import REASONS, REPORTS


def day_input() -> forms.DateInput:
    """A day as browsers pick it."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def clock(days: int | None) -> str:
    """The days left in words, as components/clock.html has them: for long lists, where a template each is dear."""
    if days is None:
        return ""
    if days == 0:
        return gettext("今天到期")
    return (gettext("逾期 %(n)s 天") if days < 0 else gettext("还有 %(n)s 天")) % {"n": abs(days)}


class DismissForm(forms.Form):
    """Why a clue did not hold."""

    reason = forms.ChoiceField(
        label=_("为什么排除"), choices=[(key, _(words)) for key, words in REASONS.items()], widget=forms.RadioSelect
    )
    finding = forms.CharField(
        label=_("入户看到的情况"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("谁在家、看到什么、凭什么这样认定。不写身份证号和电话。"),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)


class AttachForm(forms.Form):
    """Which household a report means."""

    household_id = forms.CharField(label=_("户编号"), max_length=40)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)


class ConsentFields(forms.Form):
    """A consent on paper."""

    signed_by = forms.CharField(label=_("谁签的"), max_length=60)
    way = forms.ChoiceField(label=_("怎么签的"), choices=[(way, _(way)) for way in WAYS], widget=forms.RadioSelect)
    signed_on = forms.DateField(label=_("签署日期"), widget=day_input())
    until = forms.DateField(label=_("授权到哪一天"), widget=day_input(), required=False)
    note = forms.CharField(label=_("备注"), max_length=300, required=False)

    def signed(self) -> Signed:
        """What was typed, once it is valid."""
        typed: dict[str, Any] = self.cleaned_data
        return Signed(typed["signed_by"], typed["way"], typed["signed_on"], typed["until"], typed["note"])


class ReportForm(forms.Form):
    """What somebody told: written down once, at the table, on the phone or from the letter box."""

    nonce = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput)
    channel = forms.ChoiceField(
        label=_("从哪里来的"), choices=[(key, _(words)) for key, words in REPORTS.items()], widget=forms.RadioSelect
    )
    household_id = forms.CharField(
        label=_("户编号"), max_length=40, required=False, help_text=_("还不知道是哪一户就空着，只选村；以后可以补上。")
    )
    village = forms.ChoiceField(label=_("哪个村"), required=False)
    said = forms.CharField(label=_("反映了什么"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5}))
    got_on = forms.DateField(label=_("哪天收到的"), widget=day_input(), help_text=_("办理时限从这一天算起。"))
    reporter = forms.CharField(label=_("反映人"), max_length=60, required=False, help_text=_("匿名就空着。"))
    phone = forms.CharField(
        label=_("反映人电话"), max_length=40, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    consents = forms.BooleanField(label=_("本户已签承诺授权书，同意比对部门信息"), required=False)
    signed_by = forms.CharField(label=_("谁签的"), max_length=60, required=False)
    way = forms.ChoiceField(
        label=_("怎么签的"), choices=[(way, _(way)) for way in WAYS], widget=forms.RadioSelect, required=False
    )
    signed_on = forms.DateField(label=_("签署日期"), widget=day_input(), required=False)

    household: Household | None = None

    def __init__(self, by: Actor, day: date, data: Any = None, **start: str) -> None:
        super().__init__(data, initial={"nonce": uuid4().hex, "got_on": day, "channel": "self_report"} | start)
        self._by, self._day = by, day
        known = villages(by, Permission.CLUE_REPORT)
        field = self.fields["village"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [*([("", "—")] if len(known) != 1 else []), *known]

    def clean(self) -> dict[str, Any]:
        """Finds the household by its code within the area, and says what is missing."""
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        code = str(typed.get("household_id") or "").strip()
        if code:
            self.household = household_of(self._by, code)
            if self.household is None:
                self.add_error("household_id", _("您负责的范围内没有这个户编号，请核对。"))
        elif not typed.get("village") and "village" not in self.errors:
            self.add_error("village", _("请填户编号，或者选是哪个村。"))
        if typed.get("consents") and typed.get("channel") != "self_report":
            self.add_error("consents", _("只有农户自主申报才在这里登记承诺授权。"))
        if typed.get("consents"):
            for name in ("signed_by", "way", "signed_on"):
                if not typed.get(name) and name not in self.errors:
                    self.add_error(name, _("签了承诺授权书，这一项要填。"))
        return typed

    def report(self) -> Report:
        """What was typed, once it is valid."""
        typed = self.cleaned_data
        village = self.household.village if self.household else typed["village"]
        return Report(
            typed["channel"], village, typed["said"], typed["got_on"], self.household, typed["reporter"], typed["phone"]
        )

    def signed(self) -> Signed | None:
        """The consent that came with it, if one did."""
        typed = self.cleaned_data
        return Signed(typed["signed_by"], typed["way"], typed["signed_on"]) if typed["consents"] else None


def household_of(by: Actor, code: str) -> Household | None:
    """The household of a code in the area where `by` writes reports down."""
    mine = within(by, Permission.CLUE_REPORT, "village")
    return Household.objects.filter(mine, household_id=code.strip()).first()
