"""What every command of the site shares: refusals become sentences on standard error and exit status 2."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.db import OperationalError, ProgrammingError, connection
from django.db.migrations.executor import MigrationExecutor

from mingbai.base.lib.errors import Refused


class Saying(BaseCommand):
    """A command whose work is `work`; it returns the exit status (None is 0)."""

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            status = self.work(**options)
        except Refused as refusal:
            for reason in refusal.reasons:
                self.stderr.write(reason)
            status = 2
        except (OperationalError, ProgrammingError):
            if _is_prepared():
                raise
            self.stderr.write("这里还没有站点，或程序升级后还没有启动过：请先运行一次 mingbai serve。")
            status = 2
        if status:
            sys.exit(status)

    def work(self, **options: Any) -> int | None:
        raise NotImplementedError

    def say(self, sentence: str) -> None:
        self.stdout.write(sentence)


def _is_prepared() -> bool:
    """Whether the database has every table that this version of the program wants."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())
