"""What a visit asks, as a form: three answers to each question, none of them given beforehand."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mingbai.facts.assessments.actions import LONGEST_NOTE
from mingbai.facts.assessments.guarantees import Cell, Item, Person, Word

_ANSWERS = (("met", _("有保障")), ("unmet", _("没保障")), ("unknown", _("说不清")))
_SOURCES = (("visit", _("上门看到的")), ("household", _("户里说的")))


@dataclass(frozen=True)
class Question:
    """One question of the form, in the county's words, with what is known so far."""

    item: Item
    person: Person | None
    text: str
    cell: Cell
    state: forms.BoundField
    note: forms.BoundField

    @property
    def key(self) -> str:
        return self.cell.key


class RecordForm(forms.Form):
    """One visit to one household."""

    source = forms.ChoiceField(label=_("怎么知道的"), choices=_SOURCES, widget=forms.RadioSelect, initial="visit")
    said_on = forms.DateField(label=_("哪天"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))

    def __init__(self, *args: Any, asked: Sequence[tuple[Cell, str]], day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked
        self.fields["said_on"].initial = day
        self.fields["said_on"].widget.attrs["max"] = day.isoformat()
        for cell, text in asked:
            self.fields[f"state-{cell.key}"] = forms.ChoiceField(
                label=text, choices=_ANSWERS, widget=forms.RadioSelect, required=False
            )
            self.fields[f"note-{cell.key}"] = forms.CharField(
                label=_("说明"), max_length=LONGEST_NOTE, required=False,
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )  # fmt: skip

    def questions(self) -> Iterator[Question]:
        """The questions in order, with their fields."""
        for cell, text in self.asked:
            yield Question(
                cell.item, cell.person, text, cell, self[f"state-{cell.key}"], self[f"note-{cell.key}"]
            )  # fmt: skip

    def words(self) -> list[Word]:
        """What was answered; a question left open says nothing."""
        given: Mapping[str, Any] = self.cleaned_data
        return [
            Word(cell.item.code, cell.person.person_id if cell.person else "", state, note=given[f"note-{cell.key}"])
            for cell, _text in self.asked
            if (state := given.get(f"state-{cell.key}", ""))
        ]


class WordingForm(forms.Form):
    """The county's own wording of one question."""

    item = forms.CharField(max_length=20, widget=forms.HiddenInput)
    was = forms.CharField(max_length=200, required=False, widget=forms.HiddenInput)
    question = forms.CharField(
        label=_("本县的问法"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("写当地人听得懂的话。留空就用原来的问法。"),
    )  # fmt: skip
