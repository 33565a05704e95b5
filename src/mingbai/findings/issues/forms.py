"""The forms of a problem's moves. Each carries the version of the page on which it was filled in."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mingbai.facts.assessments.guarantees import ITEMS
from mingbai.facts.bureaus.tables import TABLES
from mingbai.findings.issues.actions.guard import LONGEST
from mingbai.findings.issues.models import Issue
from mingbai.findings.issues.queries.people import candidates

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

STATUS = {
    "found": _("已发现"), "fed_back": _("已反馈"), "mending": _("整改中"), "answered": _("已答复"), "closed": _("已销号"),
}  # fmt: skip
LEVELS = {"village": _("村"), "township": _("乡镇"), "county": _("县"), "bureau": _("部门")}
BUREAUS = sorted({name for table in TABLES for name in table.sender.split("、")} - {"本县"})
"""Bureaus by the name under which they hand in tables; their people's posts carry the same."""


def _words(label: "StrPromise", help_text: "StrPromise | str" = "") -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 4, "maxlength": LONGEST})
    return forms.CharField(label=label, help_text=help_text, max_length=LONGEST, widget=area)


def guarantees() -> list[tuple[str, str]]:
    """The guarantees in the language of the page."""
    english = get_language() == "en"
    return [(code, item.term_en if english else item.term) for code, item in ITEMS.items()]


class Move(forms.Form):
    """What every move carries: the version that was on the page."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class Mend(Move):
    plan = _words(_("整改措施"), _("谁来办、办什么、什么时候办完"))


class Answer(Move):
    text = _words(_("整改结果"), _("办了什么、现在怎么样；提交后由别的同事回访"))


class Revisit(Move):
    kept = forms.TypedChoiceField(
        label=_("整改到位了吗"), choices=[("yes", _("到位了，可以销号")), ("no", _("没有到位，退回整改"))],
        coerce=lambda value: value == "yes", widget=forms.RadioSelect, empty_value=None,
    )  # fmt: skip
    text = _words(_("回访看到的情况"))


class Raise(Move):
    bureau = forms.ChoiceField(label=_("交给哪个部门"), required=False)
    reason = _words(_("上交的原因"), _("本级为什么办不了"))

    def __init__(self, *args: Any, issue: Issue, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if issue.level == "county":
            bureau = self.fields["bureau"]
            assert isinstance(bureau, forms.ChoiceField)
            bureau.choices, bureau.required = [("", "—"), *((name, name) for name in BUREAUS)], True
        else:
            del self.fields["bureau"]


class Assign(Move):
    whom = forms.ChoiceField(label=_("交给谁办"))
    due = forms.DateField(
        label=_("办结日期"),
        required=False,
        help_text=_("不填就按本级的期限"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    why = forms.CharField(label=_("说明"), required=False, max_length=500, help_text=_("延长期限要写明原因"))

    def __init__(self, *args: Any, issue: Issue, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {f"{person.username}:{level}": (person, level) for person, level in candidates(issue, day)}
        whom = self.fields["whom"]
        assert isinstance(whom, forms.ChoiceField)
        whom.choices = [("", "—")] + [
            (key, f"{person.name}（{LEVELS[level]}，{person.unit}）") for key, (person, level) in self.people.items()
        ]


class Opened(forms.Form):
    """A problem found without a clue: of a household, or of the whole village."""

    nonce = forms.CharField(max_length=40, widget=forms.HiddenInput)
    village = forms.ChoiceField(label=_("哪个村"))
    household_id = forms.CharField(label=_("户编号"), max_length=40, required=False, help_text=_("全村的问题不填"))
    title = forms.CharField(label=_("是什么问题"), max_length=200)
    guarantee = forms.ChoiceField(label=_("关系到哪项保障"), required=False)
    detail = _words(_("看到的情况"))

    def __init__(self, *args: Any, villages: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        village, guarantee = self.fields["village"], self.fields["guarantee"]
        assert isinstance(village, forms.ChoiceField) and isinstance(guarantee, forms.ChoiceField)
        village.choices = [("", "—"), *villages]
        guarantee.choices = [("", "—"), *guarantees()]
