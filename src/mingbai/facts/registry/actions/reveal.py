"""Seeing an ID in full."""

from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from mingbai.base.events.actions import record
from mingbai.base.lib.errors import Refused
from mingbai.base.lib.permissions import Actor, Permission
from mingbai.facts.registry.actions.book import plain
from mingbai.facts.registry.models import Member


def reveal_id(*, by: Actor, member: Member, why: str, day: date) -> str:
    """The member's ID in full. That somebody looked, and why, is an event; the ID never is."""
    village = member.household.village
    by.must(Permission.ID_REVEAL, at=village)
    if len(why.strip()) < 4:
        raise Refused(_("请写明为什么要看完整号码，至少四个字。"))
    if not member.id_hidden:
        raise Refused(_("%(name)s没有登记证件号码。") % {"name": member.name})
    with transaction.atomic():
        record(
            by=by, day=day, verb="registry.id_revealed", subject=f"household:{member.household.household_id}",
            place=village, said=f"查看了{member.name}的完整证件号码。", why=plain(why),
            changed={"person_id": member.person_id},
        )  # fmt: skip
        return settings.KEYS.open(member.id_hidden)
