"""The form of a new statement: which place, which period."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class Making(forms.Form):
    """A place of those offered, and a period that is over."""

    nonce = forms.CharField(max_length=40, widget=forms.HiddenInput)
    place = forms.ChoiceField(label=_("哪里的报表"))
    period = forms.ChoiceField(
        label=_("哪个期间"), help_text=_("只列出已经结束的期间；户数、问题数是编制这一天的，线索和销号是期间内的")
    )

    def __init__(self, *args: Any, places: Sequence[tuple[str, str]], day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place, period = self.fields["place"], self.fields["period"]
        assert isinstance(place, forms.ChoiceField) and isinstance(period, forms.ChoiceField)
        place.choices = list(places)
        period.choices = list(periods(day))

    def days(self) -> tuple[date, date]:
        """First and last day of the chosen period."""
        since, until = self.cleaned_data["period"].split("/")
        return date.fromisoformat(since), date.fromisoformat(until)


def periods(day: date) -> Iterator[tuple[str, str]]:
    """Half-years, quarters and years of this year and the last that are over on `day`, the newest first."""
    found = []
    for year in (day.year, day.year - 1):
        for first, months in ((1, 12), (1, 6), (7, 6), (1, 3), (4, 3), (7, 3), (10, 3)):
            since = date(year, first, 1)
            after = first + months
            until = date(year + (after > 12), (after - 1) % 12 + 1, 1) - timedelta(days=1)
            if until <= day:
                found.append((until, months, f"{since}/{until}", period_name(since, until)))
    for _until, _months, value, name in sorted(found, reverse=True):
        yield value, name


def period_name(since: date, until: date) -> str:
    """2026 年上半年; the two days where the period has no name."""
    months = (until.year - since.year) * 12 + until.month - since.month + 1
    whole = since.day == 1 and (until + timedelta(days=1)).day == 1
    said = {"year": since.year, "n": (since.month - 1) // 3 + 1, "since": since.isoformat(), "until": until.isoformat()}
    match (months if whole else 0, since.month):
        case (12, 1):
            return gettext("%(year)d 年") % said
        case (6, 1):
            return gettext("%(year)d 年上半年") % said
        case (6, 7):
            return gettext("%(year)d 年下半年") % said
        case (3, 1 | 4 | 7 | 10):
            return gettext("%(year)d 年第 %(n)d 季度") % said
    return gettext("%(since)s 至 %(until)s") % said
