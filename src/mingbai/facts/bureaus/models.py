"""Tables as they came: kept encrypted, never changed, superseded by the next."""

from django.db import models
from django.db.models import Q


class Delivery(models.Model):
    """One table handed in. The file as it came and its Parquet twin lie in settings.DELIVERIES."""

    STATUS = {"received": "已接收", "withdrawn": "已撤回"}

    table = models.CharField(max_length=40)
    """English name of the table (facts.bureaus.tables)."""
    place = models.CharField(max_length=12)
    """Division code of the county it is about."""
    sender = models.CharField(max_length=40)
    """The bureau; '本县' for our own."""
    period = models.DateField()
    """First day of the month that it is for; of the latest month the last one received counts."""
    received_at = models.DateTimeField()
    day = models.DateField()
    by = models.CharField(max_length=100)
    by_shown = models.CharField(max_length=100)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    """Of the file as it came, before encryption."""
    kept_as = models.CharField(max_length=120, unique=True)
    """Name under settings.DELIVERIES without suffix: .hidden is the file as it came, .parquet its twin."""
    twin_sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    rejected = models.PositiveIntegerField(default=0)
    bad_cells = models.PositiveIntegerField(default=0)
    repeated = models.PositiveIntegerField(default=0)
    invalid_ids = models.PositiveIntegerField(default=0)
    notes = models.JSONField(default=list)
    status = models.CharField(max_length=12, choices=list(STATUS.items()), default="received")
    withdrawn_why = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["table", "place", "status", "-period", "-id"], name="delivery_newest")]
        constraints = [
            models.CheckConstraint(condition=~Q(by=""), name="delivery_has_author"),
            models.CheckConstraint(
                condition=Q(status="received", withdrawn_why="") | (Q(status="withdrawn") & ~Q(withdrawn_why="")),
                name="delivery_withdrawn_with_reason",
            ),
            models.UniqueConstraint(
                fields=["table", "place", "period", "sha256"], condition=Q(status="received"), name="same_delivery_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.period} {self.file_name}"


class Expected(models.Model):
    """A table that a bureau is to hand in: every so many months, by a day of the month after them.

    Monthly by the 5th from January: that of January by 5 February. A change ends this row and begins another.
    """

    table = models.CharField(max_length=40)
    place = models.CharField(max_length=12)
    every_months = models.PositiveSmallIntegerField(default=1)
    by_day = models.PositiveSmallIntegerField(default=5)
    since = models.DateField()
    """First day of the first month that it is expected for."""
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["table", "place"], condition=Q(until=None), name="table_expected_once"),
            models.CheckConstraint(
                condition=Q(by_day__gte=1, by_day__lte=28), name="expected_by_a_day_all_months_have"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.place}"
