"""The history can be added to, and nothing else."""

import pytest
from django.db import DatabaseError, connection, transaction

from characters import DAY, VILLAGE, Person
from mingbai.base.events.actions import record
from mingbai.base.events.chain import START, Written, chained, digest
from mingbai.base.events.models import Event

pytestmark = pytest.mark.django_db


def _tell(by: Person, said: str) -> Event:
    return record(by=by.actor, day=DAY, verb="test.said", subject="household:1", place=VILLAGE, said=said)


def test_each_event_carries_the_hash_of_the_one_before(li: Person) -> None:
    first, second = _tell(li, "一"), _tell(li, "二")
    assert first.previous == START
    assert second.previous == first.hash
    stored = Event.objects.get(pk=second.pk)
    written = Written(*(getattr(stored, name) for name in Written._fields))
    assert chained(first.hash, digest(written)) == second.hash


@pytest.mark.parametrize("sql", ["UPDATE events_event SET said = 'x'", "DELETE FROM events_event"])
def test_the_database_refuses_to_change_or_delete_an_event(li: Person, sql: str) -> None:
    _tell(li, "一")
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert Event.objects.get().said == "一"


@pytest.mark.django_db(transaction=True)
def test_an_event_needs_the_transaction_of_what_it_tells(li: Person) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        _tell(li, "一")
    assert not Event.objects.exists()
