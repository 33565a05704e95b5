"""Two assurances, three guarantees and water: who has what, who said so, and when."""

from django.db import models
from django.db.models import Q

from mingbai.facts.registry.models import Household, Member


class Finding(models.Model):
    """One source's word on one guarantee of one member (or of the whole household) on a day. Never changed: the newest
    word of each source counts, and where sources differ the page says so."""

    STATES = {"met": "有保障", "unmet": "未保障", "unknown": "不清楚"}

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="findings")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="findings")
    village = models.CharField(max_length=12)
    item = models.CharField(max_length=20)
    """A key of assessments.guarantees.ITEMS."""
    state = models.CharField(max_length=8, choices=list(STATES.items()))
    source = models.CharField(max_length=20)
    """``visit``, ``household`` (said), or the English name of a bureau's table."""
    source_note = models.CharField(max_length=200, blank=True)
    day = models.DateField()
    by = models.CharField(max_length=100)
    note = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["household", "item", "-day"], name="finding_household"),
            models.Index(fields=["village", "item", "state"], name="finding_village"),
        ]
        constraints = [models.CheckConstraint(condition=~Q(by=""), name="finding_has_author")]

    def __str__(self) -> str:
        return f"{self.household_id} {self.item} {self.state}"


class Wording(models.Model):
    """The county's own wording of a plain-language question, from a day on."""

    item = models.CharField(max_length=20)
    place = models.CharField(max_length=12)
    since = models.DateField()
    question = models.CharField(max_length=200)
    by = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "place", "since"], name="one_wording_a_day")]

    def __str__(self) -> str:
        return f"{self.item} {self.place}"
