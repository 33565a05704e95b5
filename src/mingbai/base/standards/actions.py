"""A county sets its own policy numbers."""

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from mingbai.base.events.actions import record
from mingbai.base.lib.errors import Refused
from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.places.models import Place
from mingbai.base.standards.models import OwnNumber
from mingbai.base.standards.reading import read
from mingbai.base.standards.standards import numbers


def set_number(
    *, by: Actor, name: str, place: str, since: date, value: str | Sequence[str] | None, document: str,
    document_on: date | None = None, day: date,
) -> OwnNumber:  # fmt: skip
    """A value of the county's own from `since`: a number as text, labels, or None where the number ends that day.

    Nothing is overwritten: the newest line counts. Refused with every fault that a line of standards.yaml would have.
    """
    by.must(Permission.STANDARD_SET, at=place)
    document = document.strip()
    if name not in numbers():
        raise Refused(_("没有这个政策数值。"))
    text = _checked(name, place, since, value, document, document_on, day)
    with transaction.atomic():
        # One at a time in a county, so that a form sent twice is seen.
        list(Place.objects.select_for_update().filter(code=place[:6]))
        newest = OwnNumber.objects.filter(name=name, place=place, since=since, recorded_on=day).order_by("-id").first()
        if newest and (newest.value, newest.document) == (text, document):
            raise Refused(_("同样的数值刚才已经登记过了，不用再登记。"))
        row = OwnNumber.objects.create(
            name=name, place=place, since=since, recorded_on=day, value=text, document=document,
            document_on=document_on, by=by.name,
        )  # fmt: skip
        title, what = numbers()[name].title, f"定为 {text}" if text else "作废"
        record(
            by=by, day=day, verb="standards.number_set", subject=f"standard:{name}", place=place,
            said=f"「{title}」自 {since.isoformat()} 起{what}，依据：{document}。",
            changed={"value": text, "since": since, "document": document, "document_on": document_on},
        )  # fmt: skip
    return row


def _checked(
    name: str, place: str, since: date, value: str | Sequence[str] | None, document: str, document_on: date | None,
    day: date,
) -> str:  # fmt: skip
    """The value as it is kept, checked by the rules of the file: JSON is YAML."""
    line = {
        "since": since.isoformat(), "recorded_on": day.isoformat(), "document": document, "place": place,
        "value": "null" if value is None else value if isinstance(value, str) else list(value),
    }  # fmt: skip
    if document_on:
        line["document_on"] = document_on.isoformat()
    content = json.dumps({name: {"values": [line]}}, ensure_ascii=False).encode()
    found, faults = read(content, known=numbers())
    if document_on and document_on > day:
        faults.append(_("文件日期还没到，请核对。"))
    if faults:
        # The page has one line: which one need not be said.
        raise Refused(*(fault.removeprefix(f"{name} 第1个数值：") for fault in faults))
    kept = found[0].values[0].value
    if kept is None:
        return ""
    return format(kept, "f") if isinstance(kept, Decimal) else "、".join(kept)
