"""Income accounts of households as kept in the county: entered, confirmed or disputed, corrected."""

from django.db import models
from django.db.models import Q

from mingbai.facts.registry.models import Household


class HouseholdAccount(models.Model):
    """The account of a household-year. Never overwritten once confirmed: a correction is a new one that names it."""

    STATUS = {
        "draft": "记账中",
        "shown": "待户里确认",
        "confirmed": "户里已确认",
        "disputed": "户里有异议",
        "replaced": "已更正",
    }

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="accounts")
    village = models.CharField(max_length=12)
    """The household's, kept here so that lists of accounts start from an area."""
    year = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=10, choices=list(STATUS.items()), default="draft")
    entered_by = models.CharField(max_length=100)
    entered_by_shown = models.CharField(max_length=100)
    entered_on = models.DateField()
    members = models.JSONField(default=list)
    """Person ids and names of those who shared income and expenditure, fixed when shown to the household."""
    answered_by_name = models.CharField(max_length=60, blank=True)
    """Who of the household confirmed or disputed it."""
    answered_way = models.CharField(max_length=20, blank=True)
    """签字, 按手印, 当面口头, 电话."""
    answered_on = models.DateField(null=True, blank=True)
    recorded_by = models.CharField(max_length=100, blank=True)
    """Who entered the household's answer: never the author."""
    corrects = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="correction")
    correction_why = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["village", "status", "id"], name="account_village"),
            models.Index(fields=["household", "-year"], name="account_household"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["household", "year"], condition=~Q(status="replaced"), name="one_account_a_year"
            ),
            models.CheckConstraint(condition=~Q(entered_by=""), name="account_has_author"),
            models.CheckConstraint(
                condition=Q(recorded_by="") | ~Q(recorded_by=models.F("entered_by")),
                name="account_author_does_not_confirm",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["confirmed", "disputed"])
                | (~Q(answered_by_name="") & ~Q(answered_way="") & Q(answered_on__isnull=False) & ~Q(recorded_by="")),
                name="account_answer_says_who_and_how",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.household_id} {self.year} {self.status}"


class AccountLine(models.Model):
    """One line: item of policy.md 5.2, yuan, and where it comes from."""

    SOURCES = {"said": "户里说的", "bureau": "部门数据", "receipt": "票据", "estimate": "按县价估算"}

    account = models.ForeignKey(HouseholdAccount, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    item = models.CharField(max_length=6)
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    source = models.CharField(max_length=10, choices=list(SOURCES.items()))
    source_note = models.CharField(max_length=120, blank=True)
    """Who said it, or which delivery and row: 一卡通发放 2026-06 第 12 行."""
    note = models.CharField(max_length=200, blank=True)
    disputed = models.BooleanField(default=False)
    dispute = models.TextField(blank=True)

    class Meta:
        ordering = ["account", "position"]
        constraints = [
            models.UniqueConstraint(fields=["account", "position"], name="account_line_positions"),
            models.CheckConstraint(
                condition=Q(disputed=False, dispute="") | (Q(disputed=True) & ~Q(dispute="")),
                name="disputed_line_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.amount}"
