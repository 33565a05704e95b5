"""kill -9 while clues are being written: nothing half written, and the next run is right."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

import filled
from characters import COUNTY, DAY, Person
from mingbai.base.events.models import Event
from mingbai.base.lib.errors import Refused
from mingbai.base.lib.permissions import system
from mingbai.facts.bureaus import actions as bureaus
from mingbai.findings.screening.actions import running
from mingbai.findings.screening.models import Clue, Screening

pytestmark = pytest.mark.django_db(transaction=True)

# The background process, which stops to breathe after the first clues went into the database.
WORKER = """
import sys, time
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
settings.DATABASES["default"].get("OPTIONS", {}).pop("pool", None)
import django
django.setup()
from django.db import connection
from mingbai.base.lib.permissions import system
from mingbai.findings.screening.actions.running import carry_out
from mingbai.findings.screening.models import Clue, Screening

def breathe(execute, sql, params, many, context):
    done = execute(sql, params, many, context)
    if sql.startswith("INSERT") and "screening_clue" in sql:
        print("WRITING", connection.in_atomic_block, flush=True)
        time.sleep(120)
    return done

with connection.execute_wrapper(breathe):
    carry_out(by=system("screening"), screening=Screening.objects.get(pk=sys.argv[2]))
"""


def killed_while_writing(screening: Screening) -> str:
    """Starts the worker, and kills it as soon as it says that it writes; what it said."""
    environment = {**os.environ, "MINGBAI_HOME": str(settings.HOME), "MINGBAI_DEMO": "1"}
    command = [sys.executable, "-c", WORKER, str(connection.settings_dict["NAME"]), str(screening.pk)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        said = worker.stdout.readline()
        worker.kill()
    return said


def test_nothing_is_half_written_and_the_next_run_is_right(wang: Person, tmp_path: Path) -> None:
    folder = filled.made(tmp_path / "county", households=120)
    filled.fill(folder)
    path = folder / "机动车登记.csv"
    bureaus.receive(by=wang.actor, table="vehicle", place=COUNTY, period=DAY, file=path, name=path.name, day=DAY)
    first = running.start(by=wang.actor, place=COUNTY, day=DAY)

    assert killed_while_writing(first) == "WRITING True\n"

    first.refresh_from_db()
    assert (first.status, first.percent, first.report) == ("running", 88, {})
    assert Clue.objects.count() == 0 and first.deliveries.count() == 0
    assert not Event.objects.filter(verb="screening.done").exists()
    with pytest.raises(Refused, match="正在筛查"):
        running.start(by=wang.actor, place=COUNTY, day=DAY)

    Screening.objects.filter(pk=first.pk).update(beat_at=timezone.now() - timedelta(minutes=31))
    second = running.start(by=wang.actor, place=COUNTY, day=DAY)
    done = running.carry_out(by=system("screening"), screening=second)
    assert (done.status, done.report["stored"]["new"]) == ("done", Clue.objects.count())
    assert Clue.objects.exists()
    first.refresh_from_db()
    assert first.status == "failed"
    assert set(Clue.objects.values_list("screening", flat=True)) == {second.pk}
