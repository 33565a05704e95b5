"""kill -9 while an import is written or read: nothing half written; once more, and it is right."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections

from characters import DAY, Person
from mingbai.base.events.models import Event
from mingbai.facts.registry.actions import importing, writing
from mingbai.facts.registry.models import Household, Import, Member

from .rosters import a_household, a_member, as_csv, imported, staged

pytestmark = pytest.mark.django_db(transaction=True)

# A worker of its own that stops and says so at a chosen step; whoever reads that kills it.
WORKER = """
import sys, time
sys.path[:0] = [{tests!r}]
import django
from django.conf import settings
settings.DATABASES["default"] |= {{"NAME": {database!r}}}
django.setup()
from mingbai.base.lib.permissions import system
from mingbai.facts.registry.actions import importing, writing
from mingbai.base.events import actions as events
from datetime import date

def stop(*given, **named):
    print("here", flush=True)
    time.sleep(120)

step, number = {step!r}, {number}
if step == "events":
    writing.events.append = stop
if step == "differences":
    writing._write_differences = stop
if step == "plan":
    importing.plan.make = stop
if step == "plan":
    importing.stage(by=system("test"), number=number)
else:
    writing.confirm(by=system("test"), day=date.fromisoformat({day!r}), number=number)
print("done", flush=True)
"""


def killed_at(step: str, number: int) -> None:
    """Starts a worker and kills it when it has come to `step`."""
    script = WORKER.format(
        tests=str(Path(__file__).parents[2]), database=str(connection.settings_dict["NAME"]), step=step, number=number,
        day=DAY.isoformat(),
    )  # fmt: skip
    environment = os.environ | {"MINGBAI_HOME": str(settings.HOME), "PYTHONPATH": os.pathsep.join(sys.path)}
    # What this process holds must not keep the other from its lock.
    connections.close_all()
    with subprocess.Popen([sys.executable, "-c", script], env=environment, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout
        assert worker.stdout.readline().strip() == "here"
        os.kill(worker.pid, signal.SIGKILL)
        assert worker.wait() == -signal.SIGKILL


@pytest.mark.parametrize("step", ["differences", "events"])
def test_killed_while_writing_it_wrote_nothing_and_writes_it_all_the_next_time(wang: Person, step: str) -> None:
    imported(wang, [a_household()], [a_member()])
    Household.objects.update(class_decided_on=DAY)
    events = Event.objects.count()
    roster = staged(
        wang, [a_household(户类型="边缘易致贫户", 住房等级="C"), *(a_household(f"35{n:05d}") for n in range(200))],
        [a_member(健康状况="残疾"), *(a_member(f"35{n:05d}01", code=f"35{n:05d}") for n in range(200))],
    )  # fmt: skip
    killed_at(step, roster.pk)
    assert (Household.objects.count(), Member.objects.count(), Event.objects.count()) == (1, 1, events)
    assert Household.objects.get().housing_grade == "A"
    assert Import.objects.get(pk=roster.pk).status == "staged"
    assert writing.confirm(by=wang.actor, day=DAY, number=roster.pk).status == "done"
    assert (Household.objects.count(), Member.objects.count()) == (201, 201)
    assert Event.objects.count() == events + 202
    assert roster.differences.count() == 1


def test_killed_while_reading_it_leaves_nothing_in_clear_for_long(wang: Person) -> None:
    roster = importing.receive(
        by=wang.actor, day=DAY, place="513434", files={"household": ("户表.csv", as_csv([a_household()]))}
    )
    killed_at("plan", roster.pk)
    left = list(importing.folder().glob("scratch-*"))
    assert left and all(path.stat().st_mode & 0o077 == 0 for path in left)
    for path in left:
        os.utime(path, (0, 0))
    roster.refresh_from_db()
    assert roster.status == "staging"
    importing.stage(by=wang.actor, number=roster.pk)
    roster.refresh_from_db()
    assert roster.status == "staged" and not list(importing.folder().glob("scratch-*"))
