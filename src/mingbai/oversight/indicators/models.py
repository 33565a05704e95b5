"""Statements (报表): figures of a place and period, frozen with what they were reckoned from."""

from django.db import models
from django.db.models import F, Q


class Statement(models.Model):
    """A statement of a period. What it was reckoned from and what it says lie in settings.STATEMENTS (`store`).

    One person makes it, another freezes it; a frozen one is never changed, only superseded by a later one.
    """

    STATUS = {"draft": "待审定", "frozen": "已冻结", "superseded": "已被替换", "dropped": "已作废"}
    MOVES = {
        "draft": {"frozen", "dropped"}, "frozen": {"superseded"}, "superseded": set(), "dropped": set(),
    }  # fmt: skip

    place = models.CharField(max_length=12)
    since = models.DateField()
    until = models.DateField()
    """First and last day of the period."""
    day = models.DateField()
    """The day on which it was made: how things stand is as of this day."""
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    """Of the accounts."""
    status = models.CharField(max_length=12, choices=list(STATUS.items()), default="draft")
    definitions = models.JSONField(default=list)
    """[code, version, digest of the declaration] of every figure in it, in order."""
    rule = models.PositiveSmallIntegerField(default=1)
    """By which rule it is published (publishing.RULES)."""
    inputs = models.JSONField(default=list)
    """[name, sha256, rows] of every table that it was reckoned from."""
    rows = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    """Of what it says, for the house."""
    published_sha256 = models.CharField(max_length=64)
    """Of what may be published of it."""
    made_by = models.CharField(max_length=100)
    made_by_shown = models.CharField(max_length=100)
    frozen_by = models.CharField(max_length=100, blank=True)
    frozen_by_shown = models.CharField(max_length=100, blank=True)
    frozen_on = models.DateField(null=True, blank=True)
    superseded_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="before")
    why = models.TextField(blank=True)
    """Why a draft was dropped."""
    form_key = models.CharField(max_length=40, blank=True)
    """One-time key of the form that made it."""

    class Meta:
        indexes = [models.Index(fields=["place", "-id"], name="statement_place")]
        constraints = [
            models.CheckConstraint(condition=~Q(made_by=""), name="statement_has_author"),
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="statement_period_has_days"),
            models.CheckConstraint(condition=Q(day__gte=F("until")), name="statement_made_after_its_period"),
            models.CheckConstraint(
                condition=Q(frozen_by="") | ~Q(frozen_by=F("made_by")), name="statement_frozen_by_another"
            ),
            models.CheckConstraint(
                condition=(Q(status__in=["draft", "dropped"]) & Q(frozen_by="", frozen_on=None))
                | (Q(status__in=["frozen", "superseded"], frozen_on__isnull=False) & ~Q(frozen_by="")),
                name="statement_frozen_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(status="superseded", superseded_by__isnull=False)
                | (~Q(status="superseded") & Q(superseded_by=None)),
                name="statement_superseded_by_one",
            ),
            models.UniqueConstraint(
                fields=["place", "since", "until"], condition=Q(status="frozen"), name="one_frozen_statement_a_period"
            ),
            models.UniqueConstraint(fields=["form_key"], condition=~Q(form_key=""), name="statement_form_sent_once"),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.since} {self.until} {self.status}"
