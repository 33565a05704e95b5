"""Two assurances, three guarantees and water: who has what, who said so, and when."""

from django.db import models
from django.db.models import Q

from mingbai.facts.assessments.guarantees import STATES
from mingbai.facts.registry.models import Household, Member


class Finding(models.Model):
    """One source's word on one guarantee of one member (or of the whole household) on a day. Never changed: the newest
    word of each source counts, and where sources differ the page says so."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="findings", db_index=False)
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="findings", db_index=False
    )
    village = models.CharField(max_length=12)
    """The household's, kept here so that lists start from an area; it follows a household that moved at the next
    filling (actions.fill_from_deliveries)."""
    item = models.CharField(max_length=20)
    """A key of assessments.guarantees.ITEMS."""
    state = models.CharField(max_length=8, choices=list(STATES.items()))
    source = models.CharField(max_length=20)
    """A key of assessments.guarantees.SOURCES: ``visit``, ``household``, ``roster`` or a bureau's table."""
    source_note = models.CharField(max_length=200, blank=True)
    """Which fact of the table: ``2026 年度有参保记录``."""
    day = models.DateField()
    """The day of the visit; for a table the day of the fact or of its delivery."""
    by = models.CharField(max_length=100)
    by_shown = models.CharField(max_length=100)
    note = models.TextField(blank=True)

    class Meta:
        indexes = [
            # All that asks which word is the newest, so that lists of a township need not open the rows themselves.
            models.Index(fields=["household", "item", "source", "day", "state", "member"], name="finding_household"),
            models.Index(fields=["village", "state", "item"], name="finding_village"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(by=""), name="finding_has_author"),
            models.CheckConstraint(condition=Q(state__in=list(STATES)), name="finding_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.household_id} {self.item} {self.state}"


class Wording(models.Model):
    """The county's own wording of a plain-language question, from a day on."""

    item = models.CharField(max_length=20)
    place = models.CharField(max_length=12)
    since = models.DateField()
    question = models.CharField(max_length=200, blank=True)
    """'' says that from this day on the program's own wording is used again."""
    by = models.CharField(max_length=100)
    by_shown = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "place", "since"], name="one_wording_a_day"),
            models.CheckConstraint(condition=~Q(by="") & ~Q(place=""), name="wording_has_author_and_place"),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.place}"
