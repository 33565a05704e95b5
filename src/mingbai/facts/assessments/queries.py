"""What is known of a household's guarantees, which are unmet now, and in which words the county asks."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import Count, Exists, F, Model, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.staff.queries import in_place, within
from mingbai.facts.assessments.guarantees import ITEMS, Person, Word
from mingbai.facts.assessments.models import Finding, Wording
from mingbai.facts.registry.models import Household, Member


def people_of(members: Iterable[Member]) -> list[Person]:
    """Members as the matrix knows them, in the order given."""
    return [Person(m.person_id, m.name, m.birth if m.id_valid else None, m.studying) for m in members]


def words_of(household: Household) -> list[Word]:
    """Every word ever said of a household's guarantees. One query. The household was found within an area."""
    rows = Finding.objects.filter(household=household).values_list(
        "item", "member__person_id", "state", "source", "day", "id", "by_shown", "note", "source_note"
    )
    return [
        Word(item, person or "", state, source, day, number, shown, note or about)
        for item, person, state, source, day, number, shown, note, about in rows
    ]


def unmet_now() -> QuerySet[Finding]:
    """The findings that make a guarantee unmet today, by the same rule as `guarantees.cell`: the newest word of its
    source, and no other source has said since that it is met. Start from an area: the caller filters households."""
    newer = Finding.objects.filter(_same_cell(), source=OuterRef("source")).filter(
        Q(day__gt=OuterRef("day")) | Q(day=OuterRef("day"), pk__gt=OuterRef("pk"))
    )
    withdrawn = Finding.objects.filter(_same_cell(), source=OuterRef("source")).filter(
        Q(day__gt=OuterRef("day")) | Q(day=OuterRef("day"), pk__gt=OuterRef("pk"))
    )
    # The roster's column has no date: whatever anybody else says is newer.
    outweighed = (
        Finding.objects.filter(_same_cell(), state="met")
        .exclude(source="roster")
        .filter(Q(day__gt=OuterRef("day")) | Q(Exists(Value(1)) if False else Q(pk__isnull=False), ~Q(pk=None)))
    )
    return Finding.objects.filter(state="unmet").filter(~Exists(newer), ~Exists(outweighed.filter(~Exists(withdrawn))))
