"""A county's own policy numbers, entered on its page; the same shape as a line of its standards.yaml."""

from django.db import models
from django.db.models import Q


class OwnNumber(models.Model):
    """One value of one number at a place from a day. Never changed: a new value is a new row.

    A slip mended on the day it was made is one more row too: of one name, place, since and recorded_on the last counts.
    """

    name = models.CharField(max_length=60)
    """A number of base/standards/numbers."""
    place = models.CharField(max_length=12)
    since = models.DateField()
    recorded_on = models.DateField()
    value = models.TextField(blank=True)
    """As in standards.yaml: a number, or labels by 、; '' says that the number ends on `since`."""
    document = models.CharField(max_length=200)
    document_on = models.DateField(null=True, blank=True)
    by = models.CharField(max_length=100)

    class Meta:
        indexes = [models.Index(fields=["place", "id"], name="own_number_place")]
        constraints = [
            models.CheckConstraint(condition=~Q(by="") & ~Q(document=""), name="own_number_is_cited"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.place} {self.since}"
