"""Moving hidden IDs to the current key."""

from datetime import date
from itertools import islice

from django.conf import settings
from django.db import transaction

from mingbai.base.events.actions import record
from mingbai.base.lib.permissions import Actor, Permission
from mingbai.facts.registry.models import Member

_BATCH = 5000


def rehide(*, by: Actor, day: date) -> int:
    """Hides every ID anew under the current key, and returns how many. Stopped in the middle it goes on next time:
    until then each row opens, and is found, under its own key."""
    by.must(Permission.STAFF_MANAGE, at="")
    keys = settings.KEYS
    mark = f"{keys.cipher}${keys.current}$"
    count = 0
    stale = Member.objects.exclude(id_hidden="").exclude(id_hidden__startswith=mark).order_by("pk")
    while batch := list(islice(stale.only("pk", "id_hidden").iterator(_BATCH), _BATCH)):
        for member in batch:
            text = keys.open(member.id_hidden)
            member.id_hidden, member.id_index = keys.hide(text), keys.index(text)
        with transaction.atomic():
            Member.objects.bulk_update(batch, ["id_hidden", "id_index"], batch_size=500)
        count += len(batch)
    with transaction.atomic():
        record(
            by=by, day=day, verb="registry.keys_rotated", subject="site:keys", place="", changed={"members": count},
            said=f"更换密钥，{count} 人的证件号码改用新密钥加密。",
        )  # fmt: skip
    return count
