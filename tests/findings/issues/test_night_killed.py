"""The night, killed in the middle and run twice at once: real processes on a real database."""

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from datetime import date

import pytest
from django.db import connection, connections

from characters import COUNTY, DAY, VILLAGE
from findings.issues.problems import make_issue
from mingbai.base.events.models import Event
from mingbai.base.events.queries import check_chain
from mingbai.base.lib.permissions import system
from mingbai.findings.issues.actions.night import escalate
from mingbai.findings.issues.models import Issue

pytestmark = pytest.mark.django_db(transaction=True)
PAST = {"since": date(2026, 6, 10), "due_on": date(2026, 6, 29)}
HOW_MANY = 3000

# Says when its writes are done and before they are committed, then waits to be killed.
NIGHT = """
import os, sys, time
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
settings.DATABASES["default"]["OPTIONS"].pop("pool", None)
django.setup()
from datetime import date
from mingbai.base.lib.permissions import system
from mingbai.findings.issues.actions import night

written = night.record_many
def record_many(**told):
    done = written(**told)
    print("written", flush=True)
    time.sleep(60)
    return done
night.record_many = record_many
night.escalate(by=system("escalate"), place="513434", day=date(2026, 6, 30))
"""


def many() -> None:
    one = make_issue(**PAST)
    fields = {"title": one.title, "found_on": one.found_on, "found_by": one.found_by, **PAST}
    Issue.objects.bulk_create(Issue(village=VILLAGE, **fields) for _ in range(HOW_MANY - 1))


def test_killed_in_the_middle_it_has_done_nothing_and_runs_again() -> None:
    many()
    name = str(connection.settings_dict["NAME"])
    environment = os.environ | {"PYTHONPATH": "src"}
    process = subprocess.Popen(
        [sys.executable, "-c", NIGHT, name], stdout=subprocess.PIPE, env=environment, text=True
    )  # fmt: skip
    assert process.stdout is not None and process.stdout.readline().strip() == "written"
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=20)
    process.stdout.close()
    assert Counter(Issue.objects.values_list("level", flat=True)) == {"village": HOW_MANY}
    assert not Event.objects.exists()
    # A database lets go of a dead process's locks by itself; whoever comes next waits for that at most.
    assert escalate(by=system("escalate"), place=COUNTY, day=DAY).raised == HOW_MANY
    assert Counter(Issue.objects.values_list("level", flat=True)) == {"township": HOW_MANY}
    assert Event.objects.count() == HOW_MANY


def test_twice_at_once_is_once() -> None:
    many()
    nights, faults = [], []

    def run() -> None:
        try:
            nights.append(escalate(by=system("escalate"), place=COUNTY, day=DAY))
        except Exception as error:
            faults.append(error)
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == [] and sorted(night.raised for night in nights) == [0, HOW_MANY]
    assert Event.objects.count() == HOW_MANY and set(Issue.objects.values_list("times_raised", flat=True)) == {1}
    assert check_chain(None).whole
