"""Forms of the pages on deliveries. They read what was typed; the actions judge it."""

from datetime import date

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mingbai.base.places.models import Place
from mingbai.facts.bureaus.calendar import month
from mingbai.facts.bureaus.tables import SUFFIXES, Table


class MonthField(forms.Field):
    """A month as browsers pick it: 2026-06."""

    widget = forms.TextInput(attrs={"type": "month"})

    def to_python(self, value: str | None) -> date | None:
        if not value:
            return None
        try:
            return date.fromisoformat(f"{value}-01")
        except ValueError:
            raise forms.ValidationError(_("月份请写成 2026-06 这样。")) from None


class SendForm(forms.Form):
    """One table, handed in."""

    table = forms.ChoiceField(label=_("哪张表"))
    place = forms.ChoiceField(label=_("哪个县"))
    period = MonthField(label=_("数据截至哪个月"))
    file = forms.FileField(label=_("文件"), allow_empty_file=True)

    def __init__(self, *given: object, tables: tuple[Table, ...], counties: list[Place], day: date) -> None:
        super().__init__(*given)  # type: ignore[arg-type]
        english = get_language() == "en"
        self._choose("table", [(t.name, f"{t.file} · {t.name}" if english else t.file) for t in tables])
        self._choose("place", [(c.code, c.short) for c in counties])
        if len(counties) == 1:
            self.fields["place"].widget = forms.HiddenInput()
            self.fields["place"].initial = counties[0].code
        self.fields["period"].initial = f"{month(day):%Y-%m}"
        self.fields["file"].widget.attrs["accept"] = ",".join(SUFFIXES)
        most = settings.UPLOAD_MAX_BYTES >> 20
        self.fields["file"].help_text = _(
            "CSV、Excel 或 Parquet，最大 %(most)s MB。表头用约定的列名，列的先后不限。"
        ) % {"most": most}

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


class WhyForm(forms.Form):
    """A reason, as the shared dialog sends it."""

    reason = forms.CharField(label=_("原因"), max_length=500)


class ExpectForm(forms.Form):
    """How often a table is expected; 0 months: no longer."""

    table = forms.CharField(max_length=40)
    place = forms.CharField(max_length=12)
    every_months = forms.IntegerField(min_value=0, max_value=12)
    by_day = forms.IntegerField(min_value=1, max_value=28)
    seen = forms.IntegerField(required=False, max_value=2**31 - 1)
