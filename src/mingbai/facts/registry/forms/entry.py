"""What every form of a change has: the day, the reason, and what the person saw when it was opened."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from mingbai.base.lib.errors import Refused
from mingbai.base.lib.permissions import Actor
from mingbai.facts.bureaus.tables import RELATIONS
from mingbai.facts.registry.actions.book import HEAD, Entry
from mingbai.facts.registry.actions.changes import NewHead
from mingbai.facts.registry.kinship import OTHER, relation_after
from mingbai.facts.registry.models import Household, Member
from mingbai.facts.registry.queries.households import visible

KINDS = [label for label in dict.fromkeys(RELATIONS.values()) if label != HEAD]


NOTHING, CHOOSE = _("不填"), _("请选择")


def labels(values: Iterable[str], *, empty: Any = NOTHING) -> list[tuple[str, Any]]:
    """Choices that read as the code table's labels; `empty` is the word for none of them, None where there is none."""
    return [*([("", empty)] if empty is not None else []), *((value, _(value)) for value in values)]


class DayField(forms.DateField):
    """A day, picked or typed as 2026-06-30."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class Change(forms.Form):
    """One change of one household. `carry_out` calls its action; `member` and `head` were chosen on the way here."""

    on = DayField(label=_("发生日期"))
    why = forms.CharField(label=_("原因或依据"), min_length=2, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    version = forms.IntegerField(widget=forms.HiddenInput)
    seen = forms.IntegerField(widget=forms.HiddenInput)
    nonce = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput)

    def __init__(
        self, data: Mapping[str, Any] | None, *, by: Actor, day: date, household: Household, seen: int,
        members: list[Member], member: Member | None = None, head: Member | None = None,
    ) -> None:  # fmt: skip
        self.by, self.day, self.household, self.members = by, day, household, members
        self.member, self.head = member, head
        start = {"on": day, "version": household.version, "seen": seen, "nonce": uuid4().hex}
        super().__init__(data, initial=start | self.begin())
        self.build()

    def begin(self) -> dict[str, Any]:
        """What the fields hold at first."""
        return {}

    def build(self) -> None:
        """Fields that depend on the household."""

    def carry_out(self) -> None:
        """Calls the action. Raises what it raises."""
        raise NotImplementedError

    @property
    def entry(self) -> Entry:
        given = self.cleaned_data
        return Entry(given["on"], given["why"], self.day, given["version"], given["nonce"])

    def fresh(self, version: int, seen: int) -> None:
        """After others changed the household: keeps what was typed, and lets the next sending through."""
        self.data = self.data.copy()  # type: ignore[attr-defined]
        self.data["version"], self.data["seen"] = str(version), str(seen)  # type: ignore[index]

    # Relations to a head: one field a person.
    def add_relations(self, people: Iterable[Member], guesses: Mapping[str, str]) -> None:
        """A field for what each of `people` is to the head, filled with a guess where there is one."""
        for one in people:
            self.fields[f"relation_{one.person_id}"] = forms.ChoiceField(
                label=one.name,
                choices=labels(KINDS, empty=CHOOSE),
                required=False,
                initial=guesses.get(one.person_id, ""),
            )

    @property
    def relations(self) -> dict[str, str]:
        """What was chosen, by person id."""
        start = "relation_"
        return {n.removeprefix(start): v for n, v in self.cleaned_data.items() if n.startswith(start)}

    @property
    def relation_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("relation_")]

    @property
    def own_fields(self) -> list[forms.BoundField]:
        """The fields of this kind of change, without those that every change has."""
        common = ("on", "why", "version", "seen", "nonce")
        return [self[name] for name in self.fields if name not in common and not name.startswith("relation_")]

    def add_new_head(self) -> None:
        """Where the head leaves: what those who stay are to the new head, who was chosen before."""
        if self.head is not None and self.member is not None:
            stay = [m for m in self.members if m not in (self.member, self.head)]
            self.add_relations(stay, guesses(stay, self.member, self.head))

    def new_head(self) -> NewHead | None:
        return NewHead(self.head.person_id, self.relations) if self.head else None


def guesses(people: Iterable[Member], old: Member, new: Member) -> dict[str, str]:
    """What each is likely to be to the new head."""
    return {
        m.person_id: guess
        for m in people
        if (
            guess := relation_after(
                m.relation, m.sex, head_was=new.relation, old_head_sex=old.sex, new_head_sex=new.sex
            )
        )
        != OTHER
        or m.relation == OTHER
    }


def other_household(by: Actor, code: str) -> Household:
    """The other household of a change by its code; a field's error where it is not there or out of reach."""
    found = visible(by).filter(household_id=code.strip()).first()
    if found is None:
        raise ValidationError(_("在您负责的范围内没有这个户编号。"))
    return found


def refusing(form: Change) -> tuple[str, ...]:
    """Carries the change out; the reasons where it is refused (Changed and Forbidden go on)."""
    try:
        form.carry_out()
    except Refused as refusal:
        if type(refusal) is not Refused:
            raise
        return refusal.reasons
    return ()
