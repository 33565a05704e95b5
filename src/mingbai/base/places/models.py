"""The tree of places by division code, with the days from and to which each exists."""

from django.db import models
from django.db.models import F, Q


class Place(models.Model):
    """A county, township or village. Its code is its area: 6, 9 or 12 digits, each the prefix of those within."""

    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=60)
    parent = models.CharField(max_length=12, blank=True)
    """Code of the place it lies in; '' for the topmost one kept here."""
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    """The first day on which it is no more; None while it is."""
    successor = models.CharField(max_length=12, blank=True)
    """Code of the place it was merged into."""

    class Meta:
        indexes = [models.Index(fields=["parent", "code"], name="place_parent")]
        constraints = [
            models.CheckConstraint(
                condition=Q(since=None) | Q(until=None) | Q(until__gt=F("since")), name="place_ends_after_it_began"
            ),
            models.CheckConstraint(condition=Q(successor="") | ~Q(until=None), name="place_with_successor_has_ended"),
            models.CheckConstraint(condition=~Q(name=""), name="place_is_named"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def level(self) -> str:
        """county, township or village, by the length of its code."""
        return {6: "county", 9: "township", 12: "village"}.get(len(self.code), "above")

    @property
    def short(self) -> str:
        """外南村村民委员会 is 外南村 on a page."""
        return self.name.removesuffix("村民委员会").removesuffix("居民委员会").removesuffix("社区") or self.name
