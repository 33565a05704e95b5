"""Puts a backup into an empty site."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandParser

from mingbai.base.lib.processes import alone
from mingbai.doors.web.management.copying import load
from mingbai.doors.web.management.saying import Saying


class Command(Saying):
    """`mingbai restore FILE --home NEW`. Refused where there is data already."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def work(self, **options: Any) -> int | None:
        with alone(settings.HOME / "serving.lock", "网站正在运行，请先停下再恢复。"):
            call_command("mingbai_prepare", no_administrator=True, no_static=True, stdout=self.stdout)
            manifest = load(options["file"])
        self.say(
            f"已恢复 {manifest['day']} 的备份：{sum(manifest['rows'].values()):,} 行、{len(manifest['files']):,} 个文件。"
        )
        self.say("请接着运行 mingbai verify 核对。")
        return None
