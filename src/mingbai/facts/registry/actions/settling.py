"""Where the national roster says otherwise than was decided here, somebody settles it, with a reason."""

from datetime import date
from typing import Literal

from django.conf import settings
from django.db import transaction
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from mingbai.base.events.actions import record
from mingbai.base.lib.errors import Changed, Refused
from mingbai.base.lib.permissions import Actor, Permission
from mingbai.facts.bureaus.tables import HOUSEHOLD_CLASSES
from mingbai.facts.registry.listing import HEADERS
from mingbai.facts.registry.models import Difference, Household
from mingbai.facts.registry.snapshot import changed

_DAYS = ("monitored_since", "eliminated_on")
_SHORTEST_REASON = 2


def settle(*, by: Actor, day: date, difference: Difference, take: Literal["ours", "theirs"], why: str) -> None:
    """Keeps what was decided here (to be typed into the national system), or takes what the roster says.

    Raises:
        Changed: somebody else settled it, or decided the household's status, meanwhile.
        Refused: no reason given, or the roster's word is none that can stand here.
    """
    household = difference.household
    by.must(Permission.HOUSEHOLD_STATUS, at=household.village)
    why = why.strip()
    if take not in ("ours", "theirs"):
        raise Refused(_("请选择以本县为准或以名册为准。"))
    if len(why) < _SHORTEST_REASON:
        raise Refused(_("请写明理由。"))
    header = HEADERS[difference.field]
    with transaction.atomic():
        done = Difference.objects.filter(pk=difference.pk, settled="", theirs=difference.theirs).update(
            settled=take, settled_on=day, settled_by=by.name, why=why
        )
        if not done:
            raise Changed(_("这一条已由别人核定，或名册又有了新的说法，请刷新后再看。"))
        told = _take(difference, household) if take == "theirs" else {}
        whose = "以名册为准" if take == "theirs" else "以本县认定为准"
        record(
            by=by, day=day, verb="registry.difference_settled", subject=f"household:{household.household_id}",
            place=household.village, why=why,
            said=f"{header}：本县为「{difference.ours or '空'}」，名册为「{difference.theirs}」，核定{whose}。",
            changed=changed(told, {}, settings.KEYS.hide) | {"difference": difference.pk},
        )  # fmt: skip


def _take(difference: Difference, household: Household) -> dict[str, str]:
    name, value = difference.field, difference.theirs
    if name == "household_class" and value not in HOUSEHOLD_CLASSES:
        raise Refused(_("「%(value)s」不是规定的户类型，不能采用。") % {"value": value})
    standing = (
        {name: parse_date(difference.ours) if difference.ours else None} if name in _DAYS else {name: difference.ours}
    )
    new = parse_date(value) if name in _DAYS else value
    rows = Household.objects.filter(pk=household.pk, version=household.version, **standing)
    if not rows.update(**{name: new}, version=household.version + 1):
        raise Changed(_("这一户的认定情况刚有变动，请刷新后再看。"))
    return {name: value}
