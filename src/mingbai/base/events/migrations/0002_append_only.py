"""The database refuses to change or delete an event."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from mingbai.base.events.append_only import GUARD, UNGUARD


def _guard(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in GUARD[editor.connection.vendor]:
        editor.execute(statement)


def _unguard(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in UNGUARD[editor.connection.vendor]:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial")]
    operations = [migrations.RunPython(_guard, _unguard)]
