"""Whether the history is whole, and whether the registry reads as its history says."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from mingbai.base.events.queries import Checked, Head, check_chain, read_head, write_head
from mingbai.base.lib.errors import Refused
from mingbai.doors.web.management.saying import Saying
from mingbai.facts.registry.queries.verifying import mismatches

_MOST = 200


class Command(Saying):
    """`mingbai verify`. Exit status 0: all holds; 1: something does not; 2: could not be checked."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--head", type=Path, help="以前导出的校验点文件")
        parser.add_argument("--at", type=int, help="抄在纸上的校验点：事件编号")
        parser.add_argument("--hash", help="抄在纸上的校验点：校验值")
        parser.add_argument("--write-head", type=Path, help="把现在的校验点导出到这个文件")

    def work(self, **options: Any) -> int:
        if (options["at"] is None) != (options["hash"] is None):
            raise Refused("--at 和 --hash 要一起给：校验点是一个编号和一个校验值。")
        if options["head"] and options["at"] is not None:
            raise Refused("校验点给文件（--head）或给编号和校验值（--at、--hash），只给一种。")
        kept = read_head(options["head"]) if options["head"] else None
        if options["at"] is not None:
            kept = Head(options["at"], options["hash"])
        checked = check_chain(kept)
        self._tell_chain(checked)
        wrong = self._tell_registry()
        if options["write_head"] and checked.whole:
            write_head(options["write_head"], checked.head)
            self.say(f"校验点已写到 {options['write_head']}，请存到别的地方。")
        return 0 if checked.whole and not wrong else 1

    def _tell_chain(self, checked: Checked) -> None:
        self.say(f"历史共 {checked.count:,} 条，最后一条编号 {checked.head.number}。")
        self.say(f"校验点 {checked.head.hash}")
        for number in checked.breaks:
            self.say(f"事件 {number}：内容或前后衔接被改动过。")
        if checked.kept is None:
            self.say("没有给校验点：末尾被整段删去或整条重做的，单凭数据库看不出来。")
        elif checked.kept_found:
            self.say(f"与留存的校验点（编号 {checked.kept.number}）一致。")
        else:
            self.say(f"与留存的校验点不符：编号 {checked.kept.number} 的事件不在了，或已不是当时那一条。")
        if checked.whole:
            self.say("历史完整，没有发现改动。")

    def _tell_registry(self) -> int:
        count = 0
        for one in mismatches():
            count += 1
            if count <= _MOST:
                self.say(one.sentence())
        if count > _MOST:
            self.say(f"……另有 {count - _MOST:,} 处。")
        self.say(f"花名册与历史不符 {count:,} 处。" if count else "花名册与历史逐户核对一致。")
        return count
