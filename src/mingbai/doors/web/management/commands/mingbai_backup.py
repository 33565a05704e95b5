"""Writes a backup of the site into one file."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from mingbai.base.staff.middleware import the_day
from mingbai.doors.web.management.copying import save
from mingbai.doors.web.management.saying import Saying


class Command(Saying):
    """`mingbai backup FILE`. The site may go on working meanwhile."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def work(self, **options: Any) -> int | None:
        manifest = save(options["file"], the_day())
        total = sum(manifest["rows"].values())
        self.say(f"已备份 {total:,} 行、{len(manifest['files']):,} 个部门数据文件，在 {options['file']}")
        if manifest["head"]:
            number, head = manifest["head"]
            self.say(f"历史记录到第 {number} 条，校验值 {head}（可抄下或打印，以后用 mingbai verify 核对）")
        self.say("密钥文件不在备份里，请另外保存；没有它，证件号码和原始文件打不开。")
        return None
