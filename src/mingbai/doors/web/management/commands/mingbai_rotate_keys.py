"""A new key, and every hidden ID under it."""

from typing import Any

from django.conf import settings

from mingbai.base.lib import cipher
from mingbai.base.lib.permissions import system
from mingbai.base.lib.processes import alone
from mingbai.base.staff.middleware import the_day
from mingbai.doors.web.management.saying import Saying
from mingbai.facts.registry.actions.rotation import rehide


class Command(Saying):
    """`mingbai rotate-keys`. Old keys stay in the key file: old backups and the history still need them."""

    help = __doc__ or ""

    def work(self, **options: Any) -> int | None:
        with alone(settings.HOME / "serving.lock", "网站正在运行，请先停下再更换密钥。"):
            keys = cipher.make(settings.KEY_FILE, the_day())
            settings.KEYS = keys
            count = rehide(by=system("rotate"), day=the_day())
        self.say(f"新密钥 {keys.current} 已启用，{count:,} 人的证件号码已换成它加密。")
        self.say("旧密钥仍留在密钥文件里：以前的备份和历史记录还要用。请重新保存密钥文件。")
        return None
